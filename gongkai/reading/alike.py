"""Whether two files hold one document, or one carries the other: a sketch kept per file, keys to ask by, a verdict.

A sketch keeps the text as one symbol a character, figures as they are, so that a slip of recognition (single
characters, scattered) can be told from an amendment (words and figures). Where the two cannot be told apart the
verdict is DIFFERENT: an offer that is wrong costs a clerk more than one that is not made.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from math import exp

from gongkai.reading.alike_sketch import PIECE, Sketch, keys, sketch, subject, titles_of
from gongkai.reading.alike_text import Difference, compare, grams, symbols, thin

__all__ = ["Kind", "Relation", "Sketch", "keys", "relation", "sketch"]


class Kind(StrEnum):
    """What two files are to each other."""

    SAME = "same"  # two files of one document
    FORWARDED = "forwarded"  # one carries the other: issues it, passes it on or reprints it
    DIFFERENT = "different"


@dataclass(frozen=True)
class Relation:
    """The verdict: ``of`` is 0 or 1 for the one of the two that carries the other, None unless FORWARDED.

    ``why`` is one Chinese sentence for the clerk: what speaks for it and what to do.
    """

    kind: Kind
    of: int | None
    why: str


@dataclass(frozen=True)
class _Pair:
    """Two sketches and how their texts differ; ``a`` and ``b`` are what was compared, the whole text or parts of it."""

    one: Sketch
    other: Sketch
    a: str
    b: str
    found: Difference

    def side(self, n: int) -> tuple[Sketch, int, int, int]:
        """(sketch, length compared, what it has before the common text, what it has behind it)."""
        text = self.b if n else self.a
        return (self.other if n else self.one), len(text), self.found.start[n], len(text) - self.found.end[n]

    @property
    def thinned(self) -> bool:
        return self.one.every > 1 or self.other.every > 1


def relation(one: Sketch, other: Sketch) -> Relation:
    """What the two files are to each other."""
    every = max(one.every, other.every)
    a, b = (s.stream if s.every == every else thin(s.stream, grams(s.stream), every) for s in (one, other))
    pair = _Pair(one, other, a, b, compare(a, b))
    if not pair.found.equal:
        return Relation(Kind.DIFFERENT, None, "两份文件的正文不同，按两份文件分别保存。")
    for n in (0, 1):
        if _carries(pair, n):
            return Relation(Kind.FORWARDED, n, _why_forwarded(pair, n))
    for n in (0, 1):
        if _reprints(pair, n):
            return Relation(Kind.FORWARDED, n, _why_reprinted(pair, n))
    against = _against_same(pair)
    if against:
        return Relation(Kind.DIFFERENT, None, f"{against}，按两份文件分别保存。")
    return Relation(Kind.SAME, None, _why_same(pair))


# --- the text ------------------------------------------------------------------------------------------------


def _words_hold(pair: _Pair, spared: int = 0) -> bool:
    """No more words and figures differ than slips of recognition would account for; ``spared`` ends may differ.

    Of ten characters that recognition takes for others, nearly all stand alone, and few are figures.
    """
    found = pair.found
    slips = len(found.slips)
    # In tables of figures recognition errs in figures most; but two years' figures differ nearly all.
    figures = found.scattered * (0.25 + 1.5 * found.share / (1.01 - found.share))
    if slips > 2 + 0.06 * found.equal or found.figures > min(figures, 1 + 0.06 * found.equal * found.share):
        return False
    # A place or a name that differs would show in number, title or issuer too.
    changed = found.words + (0 if _strong(pair) else found.repeated) + max(found.apart - spared, 0)
    return changed <= found.scattered // 4 and _cuts_hold(pair) and _pieces_hold(pair)


def _cuts_hold(pair: _Pair) -> bool:
    """What one side alone has inside the common text is a heading, or a line near its beginning or end."""
    found = pair.found
    cuts = [cut for cut in found.cuts if not (pair.thinned and cut[1] + cut[3] <= 60)]
    for i, x, j, y in cuts:
        holder, at, length = (pair.one, i, x) if x else (pair.other, j, y)
        n = 0 if x else 1
        edge = at - found.start[n] <= 40 or found.end[n] - at - length <= 40
        heading = any(at - 3 <= place <= at + length + 3 for place in holder.starts)
        if length > (40 if edge else 80) or not (edge or heading):
            return False
    return True


def _pieces_hold(pair: _Pair) -> bool:
    """Of long texts, of which only samples were compared: as many pieces are whole as the slips in them allow."""
    if pair.one.whole == pair.other.whole or not (pair.one.chunks and pair.other.chunks):
        return True
    size = max(_size(pair.one), _size(pair.other))
    ours, theirs = _merged(pair.one, size), _merged(pair.other, size)
    anchors = {anchor for anchor, _ in theirs}
    shared = [n for n, (anchor, _) in enumerate(ours) if anchor in anchors]
    if not shared:
        return False
    inside = ours[shared[0] : shared[-1]]  # the last may be cut short where an excerpt ends
    changed = sum(1 for piece in inside if piece not in theirs)
    rate = len(pair.found.slips) / pair.found.equal
    return changed <= 1.5 * len(inside) * (1 - exp(-1.3 * size * rate))


def _size(one: Sketch) -> int:
    """How long the pieces of a text are on average: a power of two that all its anchors are multiples of."""
    size = PIECE
    while size < 1 << 15 and all(anchor % (size * 2) == 0 for anchor, _ in one.chunks):
        size *= 2
    return size


def _merged(one: Sketch, size: int) -> list[tuple[int, int]]:
    """Its pieces as they would be if cut to ``size``; what stands before the first cut is left out."""
    merged: list[tuple[int, int]] = []
    for anchor, total in one.chunks:
        if anchor % size == 0:
            merged.append((anchor, total))
        elif merged:
            merged[-1] = (merged[-1][0], (merged[-1][1] + total) & 0xFFFF)
    return merged


# --- what stands around the text -----------------------------------------------------------------------------


def _numbers_differ(pair: _Pair) -> bool:
    one, other = pair.one.number, pair.other.number
    if not one or not other or one == other:
        return False
    if _slipped(one, other) and _known_by_name(pair) and pair.found.scattered:
        return False
    (code, *rest), (code2, *rest2) = one.split(":"), other.split(":")
    if rest != rest2:
        return True
    if code.endswith(code2) or code2.endswith(code):
        return False  # 某某局文件 was read into the code
    return not (_slipped(code, code2) and pair.found.scattered >= 4)


def _slipped(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(x != y for x, y in zip(one, other, strict=True)) == 1


def _titles_agree(pair: _Pair) -> bool | None:
    """None where one of the two has no title."""
    one, other = pair.one.title, pair.other.title
    if not one or not other:
        return None
    if pair.one.marks != pair.other.marks:
        return False
    one, other = symbols(one), symbols(other)
    short, long = sorted((one, other), key=len)
    if len(short) >= 6 and (long.endswith(short) or long.startswith(short)):
        return True
    if one == other:
        return True
    found = compare(one, other)
    slips = len(found.slips)
    apart = max(len(one) - found.end[0], len(other) - found.end[1], *found.start)
    alike = not (found.words or found.apart or found.figures or found.repeated or found.cuts) and apart <= 1
    # A title that slips in a text that does not: another place's name.
    return alike and slips + apart <= 2 and pair.found.scattered >= 2 * (slips + apart)


def _issuers_differ(pair: _Pair) -> bool:
    ours, theirs = pair.one.issuers, pair.other.issuers
    if not ours or not theirs:
        return False
    return not any(x.endswith(y) or y.endswith(x) or _one_slip(pair, x, y) for x in ours for y in theirs)


def _one_slip(pair: _Pair, x: str, y: str) -> bool:
    return _slipped(x, y) and pair.found.scattered >= 4


def _dates_differ(pair: _Pair) -> bool:
    return bool(
        pair.one.written_on and pair.other.written_on and pair.one.written_on != pair.other.written_on
    )


def _strong(pair: _Pair) -> bool:
    """The same number, or the same title, issuer and day: one document, whatever is lacking in one of its files."""
    if pair.one.number and pair.one.number == pair.other.number:
        return True
    return _known_by_name(pair)


def _known_by_name(pair: _Pair) -> bool:
    """Title, issuer and day are known of both and the same."""
    one, other = pair.one, pair.other
    same_day = one.written_on and one.written_on == other.written_on
    return bool(same_day and one.issuers and one.issuers == other.issuers and _titles_agree(pair))


# --- the same ------------------------------------------------------------------------------------------------


def _against_same(pair: _Pair, reprint: bool = False) -> str:
    """What speaks against one document in two files, as the beginning of a sentence; "" when nothing does."""
    numbered = bool(pair.one.number and pair.one.number == pair.other.number)
    titled = bool(pair.one.title and pair.other.title)
    strong, titles = _strong(pair), _titles_agree(pair)
    reasons = (
        ("发文字号不同", lambda: _numbers_differ(pair)),
        ("标题里的年份、批次或者稿次不同", lambda: titled and pair.one.marks != pair.other.marks),
        ("标题不同", lambda: titles is False and not numbered),
        ("发文机关不同", lambda: not numbered and not reprint and _issuers_differ(pair)),
        ("成文日期不同", lambda: not numbered and not reprint and _dates_differ(pair)),
        ("正文里有词语、数字或者段落不同，不像是识别差错", lambda: not _words_hold(pair)),
        ("相同的内容不够多", lambda: not _enough(pair, strong, titles)),
    )
    return next((words for words, speaks in reasons if speaks()), "")


def _enough(pair: _Pair, strong: bool, titles: bool | None) -> bool:
    """The shorter text is nearly all in the other, and what the longer has more is an edge or an attachment."""
    shorter = min(len(pair.a), len(pair.b))
    if pair.found.equal < (12 if strong else 40 if titles else 150):
        return False
    if pair.found.equal < (0.6 if strong else 0.85) * shorter:
        return False
    for n in (0, 1):
        holder, length, head, tail = pair.side(n)
        if head > (max(200, 0.3 * length) if strong else max(80, 0.08 * length)):
            return False
        end = pair.found.end[n]
        attached = any(end - 12 <= place <= end + 80 for place in holder.starts)
        if not (strong or attached or tail <= max(80, 0.06 * length)):
            return False
    return True


# --- forwarded, reprinted ------------------------------------------------------------------------------------


def _carries(pair: _Pair, n: int) -> bool:
    """Side ``n`` is a notice that issues or passes on the other side's text, and carries it in full."""
    copy, _, before, _ = pair.side(n)
    original, length, head, tail = pair.side(1 - n)
    before = copy.length - original.length if pair.thinned else before  # the notice may not be in the sample
    if not copy.cover or before < 12 or not _named(pair, copy, original):
        return False
    if copy.number and original.number and copy.number == original.number and original.cover:
        return False
    if copy.number and original.number and copy.number.split(":")[0] == original.number.split(":")[0]:
        return False  # the same office issues it anew
    if set(copy.marks) - set(original.marks):
        return False
    end = pair.found.end[1 - n]
    attached = any(end - 12 <= place <= end + 80 for place in original.starts)
    body = length - (tail if attached else 0) - (head if original.cover and head <= 0.4 * length else 0)
    return pair.found.equal >= max(40, 0.85 * body) and _words_hold(pair, spared=int(original.cover))


def _named(pair: _Pair, copy: Sketch, original: Sketch) -> bool:
    """The notice names what it carries, in its title or in 《》; or the text carried has no title to be named by."""
    if not original.title:
        return pair.found.equal >= 150 and not original.cover
    if copy.title == original.title:
        return False
    # What a notice passes on is not its own name.
    passing = re.search("转发|批转", original.title)
    names = [original.title, subject(original.title)] if passing else titles_of(original.title, ())
    places = [symbols(text) for text in (copy.title, *copy.quoted)]
    wanted = [symbols(name) for name in names if len(name) >= 4]
    if any(name in place for name in wanted for place in places):
        return True
    # 某市人民政府…关于印发《某办法》的通知 leaves out the place that the text's own title begins with.
    local = original.title[:2] == copy.title[:2] or not copy.title
    if local and any(wanted[0].endswith(place) for place in places[1:] if wanted and len(place) >= 5):
        return True
    return pair.found.scattered >= 3 and any(_nearly_in(name, place) for name in wanted for place in places)


def _nearly_in(name: str, place: str) -> bool:
    found = compare(name, place)
    changed = found.words + found.apart + found.figures + len(found.cuts)
    return not changed and found.equal >= len(name) - 2 and len(found.slips) <= 2


# A paper or a site is named by whoever took the text from it; its own site names the office.
_OUTLET = re.compile(
    r"(?:网|网站|官网|网转载|报|社|公众号|微信|客户端|频道|平台|门户|发布|头条|在线|融媒体?|融媒体中心|新闻)$"
)
_OFFICE = re.compile(r"(?:政府|办公[厅室]|委员会|[部局厅署委]|中心)$")


def _reprints(pair: _Pair, n: int) -> bool:
    """Side ``n`` is the other's text, and says that it was taken from elsewhere, which the other does not."""
    copy, original = pair.side(n)[0], pair.side(1 - n)[0]
    said = copy.reprint and not original.reprint
    sourced = not original.source and not original.reprint and _from_elsewhere(copy, original)
    return (said or sourced) and not _against_same(pair, reprint=True)


def _from_elsewhere(copy: Sketch, original: Sketch) -> bool:
    """It names a paper or a site as its source, or an office other than the one that issued the text."""
    source = copy.source
    leading = original.title.removesuffix(subject(original.title))
    issuers = [name for name in (*original.issuers, *copy.issuers, leading) if name]
    if not source or source.startswith(("本", "我")):
        return False
    if _OUTLET.search(source):
        return True
    if not issuers or not _OFFICE.search(source):
        return False
    return not any(source[:3] == name[:3] or source in name or set(source) <= set(name) for name in issuers)


# --- in words ------------------------------------------------------------------------------------------------


def _share(pair: _Pair, n: int) -> int:
    """How much of side ``n``'s text within the common stretch is equal, in percent."""
    length = pair.found.end[n] - pair.found.start[n]
    return min(100, round(100 * pair.found.equal / max(length, 1)))


def _spoken(pair: _Pair) -> str:
    words = [f"共同部分的文字有 {max(_share(pair, 0), _share(pair, 1))}% 相同"]
    if pair.one.number and pair.one.number == pair.other.number:
        words.append("发文字号相同")
    if _titles_agree(pair):
        words.append("标题相同")
    if pair.one.written_on and pair.one.written_on == pair.other.written_on:
        words.append("成文日期相同")
    if pair.found.scattered:
        words.append(f"有 {len(pair.found.slips)} 处单字不同，像是识别差错")
    return "、".join(words)


def _why_same(pair: _Pair) -> str:
    return f"两份文件像是同一件公文：{_spoken(pair)}；请核对后合并为一件，或者标明不是同一件。"


def _why_forwarded(pair: _Pair, n: int) -> str:
    which = "后" if n else "前"
    return f"{which}一份带有自己的通知，并全文载有另一份的正文（{_share(pair, 1 - n)}% 相同）；请核对后建立转发或者印发关系，不要合并。"


def _why_reprinted(pair: _Pair, n: int) -> str:
    which = "后" if n else "前"
    return f"{which}一份注明转自别处：{_spoken(pair)}；请核对后作为转载件与原件关联，不要合并。"
