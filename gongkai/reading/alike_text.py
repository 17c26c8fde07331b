"""Comparing two texts by symbols, one a character: what is equal, what slipped, which words and figures differ."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from zlib import crc32

from gongkai.text.normalise import fold

GRAM = 6  # symbols in a shingle: a slip in every fiftieth character leaves nine of ten whole
_WINDOW = 48  # symbols kept behind an anchor where a text is too long to be kept whole
_FAR = 12  # symbols that must agree before a place further on counts as the same place
_SLACK = 12  # slips that add or drop a character shift what follows
_SEEN = 96  # symbols looked at to know whether a place is the same place, and not a phrase said twice
_REACH = 400
_LEAPS = 12  # texts that part more often than this without slips between are not worth more time
GAP = " "  # stands between windows that are not neighbours

# Figures keep their own symbol. 一 is a word more often than a figure (统一, 一般), so it is one here.
_COUNTED = dict(zip("二三四五六七八九十百千万亿", "ABCDEFGHIJKLM", strict=True)) | {
    "〇": "0",
    "○": "0",
    "零": "0",
}
_MISREAD = {"o": "0", "l": "1"}  # what recognition makes of 0 and 1
_FIGURES = frozenset("0123456789ABCDEFGHIJKLM")
_ARABIC = frozenset("0123456789")
_WORDS = [ch for ch in map(chr, range(33, 127)) if ch not in _FIGURES and ch not in '"\\']


class _Symbols(dict[int, str | None]):
    """A symbol for every character, worked out when it is first met; None for spaces and punctuation."""

    def __missing__(self, code: int) -> str | None:
        self[code] = found = _symbol(chr(code))
        return found


def _symbol(ch: str) -> str | None:
    ch = fold(ch)
    ch = _COUNTED.get(ch) or _MISREAD.get(ch) or ch
    if ch in _FIGURES:
        return ch
    return _WORDS[(ord(ch) * 2654435761 >> 7) % len(_WORDS)] if ch.isalnum() else None


_TABLE = _Symbols()


def symbols(text: str) -> str:
    """``text`` as one ASCII symbol for each letter, character and figure; widths, spaces, punctuation do not count."""
    return text.translate(_TABLE)


def grams(stream: str) -> list[int]:
    """A checksum of every ``GRAM`` symbols that follow each other."""
    raw = stream.encode()
    return [crc32(raw[i : i + GRAM]) for i in range(len(raw) - GRAM + 1)]


def thin(stream: str, sums: Sequence[int], every: int) -> str:
    """The stretches of ``stream`` behind every gram whose checksum ``every`` (a power of two) divides.

    What is kept hangs on the words alone, so two files of one text keep the same stretches; thinning a thinned text
    by a larger number gives what thinning the whole would have given.
    """
    if every == 1:
        return stream
    kept: list[str] = []
    start = end = -1
    for at in (i for i, one in enumerate(sums) if one % every == 0):
        if GAP in stream[at : at + GRAM]:
            continue
        stop = stream.find(GAP, at, at + _WINDOW)
        stop = stop if stop >= 0 else min(at + _WINDOW, len(stream))
        if at > end:
            if end > start:
                kept.append(stream[start:end])
            start = at
        end = max(end, stop)
    if end > start >= 0:
        kept.append(stream[start:end])
    return GAP.join(kept)


@dataclass
class Difference:
    """How text a and text b, as symbols, differ.

    ``start`` and ``end`` are the places in (a, b) where the common text begins and ends, ``equal`` its equal symbols;
    ``slips`` are single characters that stand for each other (in a, in b, before, behind), ``words`` and ``figures`` the places
    where more than that differs, ``apart`` how many of beginning and end differ on both sides, ``cuts`` the stretches inside the common text that one side alone has, as (place in
    a, length in a, place in b, length in b); ``share`` is how many of a's symbols are figures.
    """

    start: tuple[int, int] = (0, 0)
    end: tuple[int, int] = (0, 0)
    equal: int = 0
    slips: list[tuple[str, str, str, str]] = field(default_factory=list)
    words: int = 0
    figures: int = 0
    apart: int = 0
    share: float = 0.0
    cuts: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def scattered(self) -> int:
        """Slips that stand alone: recognition errs here and there."""
        return len(self.slips) - sum(self._names.values())

    @property
    def repeated(self) -> int:
        """Single characters that are replaced alike in the same word again and again: a name."""
        return len(self._names)

    @cached_property
    def _names(self) -> Counter[tuple[str, str]]:
        beside = Counter(
            key for x, y, before, behind in self.slips for key in ((x, y, before, 0), (x, y, behind, 1))
        )
        named = {key[:2] for key, count in beside.items() if count > 1}
        return Counter((x, y) for x, y, *_ in self.slips if (x, y) in named)


def compare(a: str, b: str) -> Difference:
    """Walk both texts from the left and put down what differs; what has no counterpart at either end stays outside."""
    found = Difference(share=len(_figures(a)) / max(len(a), 1))
    shift = _shift(a, b)
    skip = (max(-shift - _SLACK, 0), max(shift - _SLACK, 0))
    last = (0, 0)
    for step in _steps(a[skip[0] :], b[skip[1] :]):
        i0, i1, j0, j1 = (place + skip[n // 2] for n, place in enumerate(step[:4]))
        if step[4]:
            found.start = found.start if found.equal else (i0, j0)
            found.equal += step[4]
            found.end = last = (i1, j1)
        elif found.equal == 0 or i1 == len(a) or j1 == len(b):
            found.end = last
            # Where samples begin and end hangs on chance; in whole texts, both sides begin or end differently.
            sampled = GAP in a or GAP in b
            spare = _SEEN if sampled else 3 + _SLACK * (any(skip) and not found.equal)
            found.apart += min(i1 - i0, j1 - j0) > spare
        else:
            _judge(found, a, b, (i0, i1, j0, j1))
    return found


def _figures(text: str) -> str:
    return "".join(ch for ch in text if ch in _FIGURES)


def _judge(found: Difference, a: str, b: str, place: tuple[int, int, int, int], fine: bool = False) -> None:
    i0, i1, j0, j1 = place
    x, y = a[i0:i1], b[j0:j1]
    if GAP in x or GAP in y:
        return  # between two stretches that were kept
    short, long = sorted((len(x), len(y)))
    if short == 0 and long >= 8:
        found.cuts.append((i0, len(x), j0, len(y)))
    elif 2 < long <= 24 and short and fine is False and len(parts := _finer(x, y)) > 1:
        for p0, p1, q0, q1 in parts:
            _judge(found, a, b, (i0 + p0, i0 + p1, j0 + q0, j0 + q1), fine=True)
    elif _figures(x) != _figures(y):
        if not _page_number(a, b, place):
            found.figures += 1
    elif short <= 1 and long <= 2 and long - short <= 1:
        found.slips.append((x, y, a[i0 - 1 : i0], a[i1 : i1 + 1]))
    else:
        found.words += 1


def _finer(x: str, y: str) -> list[tuple[int, int, int, int]]:
    """Two slips close to each other are two slips, not another word."""
    steps = SequenceMatcher(None, x, y, autojunk=False).get_opcodes()
    return [(p0, p1, q0, q1) for tag, p0, p1, q0, q1 in steps if tag != "equal"]


def _page_number(a: str, b: str, place: tuple[int, int, int, int]) -> bool:
    """Up to three figures on one side only, no figure beside them: a page's number in the middle of the text."""
    i0, i1, j0, j1 = place
    more, less = (a[i0:i1], b[j0:j1]) if i1 - i0 > j1 - j0 else (b[j0:j1], a[i0:i1])
    if less or len(more) > 3 or not set(more) <= _ARABIC:
        return False
    return not any(ch in _FIGURES for ch in a[max(i0 - 1, 0) : i0] + a[i1 : i1 + 1])


def _shift(a: str, b: str) -> int:
    """How much further on the text stands in b than in a, where its first half says so with one voice; else 0."""
    shifts = []
    for at in range(0, min(len(a), len(b)) * 2 // 3, max(_FAR, len(a) // 48)):
        probe = a[at : at + _FAR]
        place = b.find(probe) if GAP not in probe else -1
        if place >= 0 and b.find(probe, place + 1) < 0:
            shifts.append(place - at)
    if len(shifts) < 3:
        return 0
    shifts.sort()
    middle = shifts[len(shifts) // 2]
    near = sum(1 for one in shifts if abs(one - middle) <= 2 * _SLACK)
    return middle if abs(middle) > 2 * _SLACK and near >= 0.7 * len(shifts) else 0


# --- walking -------------------------------------------------------------------------------------------------


def _steps(a: str, b: str) -> Iterator[tuple[int, int, int, int, int]]:
    """(from, to) in a, (from, to) in b, and how many symbols are equal: 0 where they differ."""
    i = j = leaps = 0
    for step in range(1 + min(len(a), len(b)) // 4):
        run = _run(a, b, i, j)
        if run:
            yield i, i + run, j, j + run, run
            i, j = i + run, j + run
        if i >= len(a) or j >= len(b):
            break
        again = _near(a, b, i, j)
        if again is None:
            leaps += 1
            again = _far(a, b, i, j) if leaps <= _LEAPS + step // 2 else None
        if again is None:
            break
        p, q = again
        while p > i and q > j and a[p - 1] == b[q - 1]:
            p, q = p - 1, q - 1
        yield i, p, j, q, 0
        i, j = p, q
    if i < len(a) or j < len(b):
        yield i, len(a), j, len(b), 0


def _run(a: str, b: str, i: int, j: int) -> int:
    """How many symbols from i and j on are the same."""
    start, step = i, 32
    while step > 1 and i + step <= len(a) and a[i : i + step] == b[j : j + step]:
        i, j, step = i + step, j + step, step * 2
    while step:
        if a[i : i + step] == b[j : j + step] and i + step <= len(a):
            i, j = i + step, j + step
        step //= 2
    # Halving sees each size once; one more symbol may be left at either size.
    while i < len(a) and j < len(b) and a[i] == b[j]:
        i, j = i + 1, j + 1
    return i - start


_NEAR = [
    (1, 1),
    (0, 1),
    (1, 0),
    (1, 2),
    (2, 1),
    (2, 2),
    (0, 2),
    (2, 0),
    (3, 3),
    (2, 3),
    (3, 2),
    (1, 3),
    (3, 1),
]
_AGAIN = 5


def _near(a: str, b: str, i: int, j: int) -> tuple[int, int] | None:
    for p, q in _NEAR:
        here = a[i + p : i + p + _AGAIN]
        ends = len(here) >= 1 and len(a) - i - p == len(b) - j - q
        if here == b[j + q : j + q + _AGAIN] and (len(here) == _AGAIN or ends):
            return i + p, j + q
    return None


def _far(a: str, b: str, i: int, j: int) -> tuple[int, int] | None:
    """The nearest place further on where both agree again; looked for closely at first, then in leaps."""
    best: tuple[int, int] | None = None
    for d in (*range(40), *range(40, _REACH, 8)):
        if best and sum(best) - i - j <= d:
            break
        for p, q in _found(a, b, i + d, j), _found(b, a, j + d, i)[::-1]:
            if p >= 0 and q >= 0 and (best is None or p + q < sum(best)):
                best = (p, q)
    return best


def _found(one: str, other: str, at: int, since: int) -> tuple[int, int]:
    probe = one[at : at + _FAR]
    if len(probe) < _FAR or GAP in probe:
        return -1, -1
    for _ in range(4):  # a phrase may stand in several places: the title is quoted before it begins
        since = other.find(probe, since)
        if since < 0 or _goes_on(one[at : at + _SEEN], other[since : since + _SEEN + 12]):
            break
        since += 1
    else:
        return -1, -1
    return at, since


def _goes_on(one: str, other: str) -> bool:
    one = one.partition(GAP)[0]
    pieces = [one[k : k + 4] for k in range(0, len(one) - 3, 2)]
    return sum(piece in other for piece in pieces) >= 0.6 * len(pieces)
