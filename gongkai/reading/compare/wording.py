"""The difference in words between two texts, cut where a reader would cut: phrases, words, figures with their measure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from gongkai.text.normalise import bare

How = Literal["same", "added", "removed"]

_PHRASE = re.compile(r"[^，。；：、！？,;:!?\n]*[，。；：、！？,;:!?\n]+|[^，。；：、！？,;:!?\n]+")
_NUMERAL = "〇零一二三四五六七八九十百千万亿两"
# Figures stay with what they count; names of articles and Latin words stay whole.
_TOKEN = re.compile(
    rf"第[{_NUMERAL}\d]+[条款项章节编目]"
    rf"|(?:[{_NUMERAL}]+|\d[\d.,%]*)(?:个?工作日|个月|周岁|倍|年|月|日|时|万?元|人|次|份|％|‰)?"
    r"|[A-Za-z]+|.",
    re.DOTALL,
)
_LONGEST = 1500  # tokens on a side that are still compared one by one
_MOST_PAIRS = 100_000  # equal pieces on both sides, each with each: the work grows with them
_REACH = 80  # characters that a change may be slid back by
_ENOUGH = 200_000  # characters to learn from
_WORD = 0.3  # bond of two characters that are one word
_ISLAND = 4  # characters between two changes that are too few to be read as kept


@dataclass(frozen=True)
class Piece:
    """A stretch of words that both texts have, or only the new ("added") or only the old ("removed")."""

    text: str
    how: How


@dataclass
class _Run:
    """Words of both sides that stand in the same place: equal, or one instead of the other."""

    old: str
    new: str
    same: bool


def wording(old: str, new: str, bonds: "Bonds | None" = None) -> tuple[Piece, ...]:
    """How ``new`` came from ``old``: pieces in reading order, what was removed before what was added in its place.

    The pieces that are not "added" make up ``old``, those that are not "removed" ``new``, except that where only
    spaces and punctuation differ the new ones stand in a "same" piece. ``bonds`` tell what is a word in such texts.
    """
    bonds = bonds or Bonds((old, new))
    runs = _joined(_runs(old, new))
    runs = _joined(_whole_words(_without_islands(runs), bonds))
    pieces: list[Piece] = []
    for run in _slid(runs, bonds):
        if run.same or bare(run.old) == bare(run.new):
            pieces.append(Piece(run.new, "same"))
        else:
            pieces += [Piece(run.old, "removed"), Piece(run.new, "added")]
    return tuple(_merged(piece for piece in pieces if piece.text))


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last and last.how == piece.how:
            last = Piece(last.text + piece.text, piece.how)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _runs(old: str, new: str) -> Iterator[_Run]:
    """Phrases first, so that long texts are cheap and alignment keeps to sentences; then words inside what differs."""
    a, b = _PHRASE.findall(old), _PHRASE.findall(new)
    if _too_much(a, b):
        yield from _ends(old, new)
        return
    for tag, i0, i1, j0, j1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        x, y = "".join(a[i0:i1]), "".join(b[j0:j1])
        if tag == "equal":
            yield _Run(x, y, same=True)
        else:
            yield from _fine(x, y)


def _fine(x: str, y: str) -> Iterator[_Run]:
    a, b = _TOKEN.findall(x), _TOKEN.findall(y)
    if _too_much(a, b):
        yield from _ends(x, y)
        return
    for tag, i0, i1, j0, j1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield _Run("".join(a[i0:i1]), "".join(b[j0:j1]), same=tag == "equal")


def _too_much(a: list[str], b: list[str]) -> bool:
    """True where comparing one by one would take seconds: too many pieces, or the same few over and over."""
    if max(len(a), len(b)) > _LONGEST:
        return True
    there = Counter(b)
    return sum(n * there[piece] for piece, n in Counter(a).items()) > _MOST_PAIRS


def _ends(x: str, y: str) -> Iterator[_Run]:
    """What begins and ends alike is kept, the middle is exchanged as a whole: for texts too long to look closer."""
    short = min(len(x), len(y))
    head = next((k for k in range(short) if x[k] != y[k]), short)
    tail = next((k for k in range(short - head) if x[-1 - k] != y[-1 - k]), short - head)
    yield _Run(x[:head], y[:head], same=True)
    yield _Run(x[head : len(x) - tail], y[head : len(y) - tail], same=False)
    yield _Run(x[len(x) - tail :], y[len(y) - tail :], same=True)


def _joined(runs: Iterable[_Run]) -> list[_Run]:
    out: list[_Run] = []
    for run in runs:
        if not run.old and not run.new:
            continue
        if out and out[-1].same == run.same:
            out[-1] = _Run(out[-1].old + run.old, out[-1].new + run.new, run.same)
        else:
            out.append(run)
    return out


def _without_islands(runs: list[_Run]) -> list[_Run]:
    """A few kept characters between two longer changes are chance: a reader takes the whole as exchanged."""
    out: list[_Run] = []
    for before, run, behind in zip([None, *runs], runs, [*runs[1:], None], strict=False):
        island = run.same and before and behind and _is_island(before, run.new, behind)
        out.append(_Run(run.old, run.new, run.same and not island))
    return _joined(out)


def _is_island(before: _Run, kept: str, behind: _Run) -> bool:
    length = len(bare(kept))
    if length > _ISLAND or re.search("[。；]", kept):
        return False
    exchanged = all(run.old and run.new for run in (before, behind))
    return length <= 1 or (exchanged and min(_weight(before), _weight(behind)) >= 2 * length)


def _weight(run: _Run) -> int:
    return max(len(bare(run.old)), len(bare(run.new)))


class Bonds:
    """How firmly characters stand together in some texts: 管 and 理 mostly do, 对 and 学 by chance."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._alone: Counter[str] = Counter()
        self._together: Counter[str] = Counter()
        read = 0
        for text in texts:
            if read > _ENOUGH:
                break
            read += len(text)
            self._alone.update(text)
            self._together.update(x + y for x, y in pairwise(text))

    def of(self, one: str, other: str) -> float:
        """From 0 to 1: how much of the rarer of the two stands beside the other."""
        together = self._together[one + other]
        if together < 2 or not (one.isalpha() and other.isalpha()):
            return 0.0
        return together / min(self._alone[one], self._alone[other])


def _whole_words(runs: list[_Run], bonds: Bonds) -> list[_Run]:
    """管理 → 治理, not 管 → 治: a single character that was exchanged takes the neighbour it makes a word with."""
    out = [_Run(run.old, run.new, run.same) for run in runs]
    for k, run in enumerate(out):
        if run.same or len(run.old) != 1 or len(run.new) != 1:
            continue
        before = out[k - 1].new[-1:] if k and len(out[k - 1].new) > 1 else ""
        behind = out[k + 1].new[:1] if k + 1 < len(out) and len(out[k + 1].new) > 1 else ""
        left = max(bonds.of(before, run.old), bonds.of(before, run.new))
        right = max(bonds.of(run.old, behind), bonds.of(run.new, behind))
        if max(left, right) < _WORD:
            continue
        if left > right:
            run.old, run.new = before + run.old, before + run.new
            out[k - 1].old, out[k - 1].new = out[k - 1].old[:-1], out[k - 1].new[:-1]
        else:
            run.old, run.new = run.old + behind, run.new + behind
            out[k + 1].old, out[k + 1].new = out[k + 1].old[1:], out[k + 1].new[1:]
    return out


def _slid(runs: list[_Run], bonds: Bonds) -> list[_Run]:
    """An addition or removal that may stand in several places stands where words and phrases begin and end."""
    out = [_Run(run.old, run.new, run.same) for run in runs]
    for before, run, behind in zip(out, out[1:], out[2:], strict=False):
        words, kept = run.old or run.new, before.new
        if run.same or (run.old and run.new) or before.old != kept or behind.old != behind.new:
            continue
        around = kept + words + behind.new
        reach = min(len(words), len(kept), _REACH)
        left = next((n for n in range(reach) if words[-1 - n] != kept[-1 - n]), reach)
        back = max(range(left + 1), key=lambda n: (_seam(around, len(kept) - n, len(words), bonds), -n))
        if back:
            start, end = len(kept) - back, len(kept) - back + len(words)
            before.old = before.new = around[:start]
            behind.old = behind.new = around[end:]
            run.old, run.new = (around[start:end], "") if run.old else ("", around[start:end])
    return _joined(out)


def _seam(text: str, start: int, length: int, bonds: Bonds) -> float:
    """How well ``text`` is cut at both ends of a stretch: behind a mark best, inside a word worst."""
    score = 0.0
    for at, weight in ((start, 1), (start + length, 2)):
        one, other = text[at - 1 : at], text[at : at + 1]
        score += weight if not one or one in _BREAK else -bonds.of(one, other)
    return score


_BREAK = "，。；：、！？\n"
