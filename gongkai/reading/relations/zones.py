"""Where a document speaks of itself as a whole: its opening, the article on its purpose, and everything else."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gongkai.reading.document import BlockKind, Citation, Clause, Part
from gongkai.reading.elements import document_kind
from gongkai.text.references import NUMBER, SHORT, TITLE

_MAX_SENTENCE = 6000  # characters; what is longer was written by nobody
_LEAST_INLINE = 120  # a paragraph shorter than this holds no text of several items
_LONGEST_HEAD = 600  # title, number and recipients in one paragraph
_FIRST_ITEMS = 4  # 一、总体要求 … of a plan, where 制定本方案 may stand
# Items that a saved page ran together into one paragraph.
_INLINE = re.compile(
    r"(?:(?<=[\s。；：:！])|^)(?:(?P<article>第[一二三四五六七八九十百]{1,5}条)\s|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|\d{1,2}[.．、](?!\d)|(?P<chapter>第[一二三四五六七八九十]{1,3}章)\s)"
)
_STOP = re.compile(r"[。；！\n]")
_QUOTE = re.compile("[“”]")
_ARTICLE = re.compile(r"(?:^|/)(第[^/条]{1,9}条)")
# Forms that are no 文种 and yet speak in an organ's own name.
_ADDRESSED = re.compile(r"(?:公示|告知书|提示|须知|倡议书|公开信|一封信|导则|要求|工作流程)$")
_NUMBER_BEHIND = re.compile(r"(?:的(?:通知|意见|函|公告|决定))?\s*[（(〔\[]?\s*")
_NUMBER_BEFORE = re.compile(r"(?:文件?)?(?:公布|发布|颁布|印发|下发)(?:施行|实施)?的")


class Zone(StrEnum):
    """How a sentence stands in its text."""

    OPENING = "opening"  # before the first numbered item
    PURPOSE = "purpose"  # 第一条
    SCOPE = "scope"  # 第二条; of a text without articles its first numbered items
    BODY = "body"


_ZONES = {"第一条": Zone.PURPOSE, "第1条": Zone.PURPOSE, "第二条": Zone.SCOPE, "第2条": Zone.SCOPE}


@dataclass(frozen=True)
class Sentence:
    """``clause.text[start:end]`` with the documents named in it; those that a quoted text names are left out.

    ``order`` counts the sentences of its part from 0; ``head`` is true of title, number and recipients of a page that
    lost its lines.
    """

    clause: Clause
    start: int
    end: int
    zone: Zone
    order: int
    cited: tuple[Citation, ...]
    head: bool = False

    @property
    def text(self) -> str:
        return self.clause.text[self.start : self.end]


@dataclass
class _Place:
    """Where the reader of a part is; ``open_quote`` if the paragraph before left a quotation open."""

    zone: Zone = Zone.OPENING
    articles: bool = False
    order: int = 0
    items: int = 0
    open_quote: bool = False

    def enter(self, clause: Clause) -> None:
        match = _ARTICLE.search(clause.path)
        if match:
            self.step(match[1])
        elif not re.match(r"第.{1,6}[编章节]", clause.label):
            self.step("item")

    def step(self, mark: str) -> None:
        """An article (第一条) or another numbered item begins."""
        if mark != "item":
            self.zone, self.articles = _ZONES.get(mark, Zone.BODY), True
        elif not self.articles or self.zone is Zone.OPENING:  # else （一） belongs to its article
            self.items += 1
            self.zone = Zone.SCOPE if self.items <= _FIRST_ITEMS else Zone.BODY


def is_formal(title: str, parts: Sequence[Part]) -> bool:
    """Whether this is a document, not a page of news about one: its title or its first text has the form of one."""
    marks = {BlockKind.NUMBER, BlockKind.RECIPIENT, BlockKind.SIGNATURE}
    return bool(document_kind(title) or _ADDRESSED.search(title)) or any(
        block.kind in marks for part in parts[:2] for block in part.blocks
    )


def sentences(clauses: Sequence[Clause], citations: Sequence[Citation]) -> Iterator[Sentence]:
    """Every sentence of ``clauses`` that names a document by title, number or short name, in order."""
    named: dict[str, list[Citation]] = {}
    for each in citations:
        if each.reference.kind in {TITLE, NUMBER, SHORT}:
            named.setdefault(each.path, []).append(each)
    part, place = -1, _Place()
    for clause in clauses:
        if clause.part != part:
            part, place = clause.part, _Place()
        yield from _of_clause(place, clause, named.get(clause.path, []))


def _of_clause(place: _Place, clause: Clause, cited: list[Citation]) -> Iterator[Sentence]:
    text = clause.text
    if clause.numbered or text.startswith("“"):
        place.open_quote = place.open_quote and clause.numbered and text.startswith("“")
    if clause.numbered:
        place.enter(clause)
    marks = _inline_marks(text) if len(text) >= _LEAST_INLINE else {}
    head = _head_end(text) if place.order == 0 and not clause.numbered else 0
    quoted = _quoted(place, text)
    named = [each for each in cited if not _within(quoted, each.reference.start) and _by_its_name(text, each)]
    at = index = 0
    for end in sorted({*(m.end() for m in _STOP.finditer(text)), *marks, head, len(text)} - {0}):
        if at in marks:
            place.step(marks[at])
        first = index
        while index < len(named) and named[index].reference.start < end:
            index += 1
        mine = tuple(_joined(text, named[first:index]))
        if mine and end - at <= _MAX_SENTENCE:
            yield Sentence(clause, at, end, place.zone, place.order, mine, end == head)
        place.order += 1
        at = end


def _by_its_name(text: str, citation: Citation) -> bool:
    """By its title in 《》, by number, or by a short name that the text gave it; not 根据宪法, 依照刑法."""
    reference = citation.reference
    return reference.kind != TITLE or "《" in text[reference.start : reference.end]


def _joined(text: str, cited: Sequence[Citation]) -> list[Citation]:
    """A number that stands right behind a name, or 某令第51号公布的 before it, belongs to the name."""
    found: list[Citation] = []
    for each in cited:
        last = found[-1] if found else None
        between = text[last.reference.end : each.reference.start] if last else ""
        numbers = (last.reference.kind == NUMBER if last else None, each.reference.kind == NUMBER)
        if last and numbers == (False, True) and _NUMBER_BEHIND.fullmatch(between):
            reference = replace(last.reference, end=each.reference.end)
            number = last.target_number or each.target_number
            found[-1] = replace(last, reference=reference, target_number=number)
            continue
        if last and numbers == (True, False) and _NUMBER_BEFORE.fullmatch(between):
            number = each.target_number or last.target_number
            found[-1] = replace(each, target_number=number)
            continue
        found.append(each)
    return found


def _head_end(text: str) -> int:
    """Behind the recipients, where title, number and recipients stand in the first paragraph; else 0."""
    at = re.search("[：:]", text[:_LONGEST_HEAD]) if len(text) >= _LEAST_INLINE else None
    if at is None or "。" in text[: at.start()] or text.endswith("如下", 0, at.start()):
        return 0
    return at.end()


def _inline_marks(text: str) -> dict[int, str]:
    """Place of each number of an item inside a paragraph → the article (第一条), or "item"."""
    return {
        match.start(): match["article"] or "item"
        for match in _INLINE.finditer(text)
        if match.start() and not match["chapter"]
    }


def _quoted(place: _Place, text: str) -> list[tuple[int, int]]:
    """Spans within “…”; one that a paragraph leaves open goes on only where a text is quoted by paragraphs."""
    spans: list[tuple[int, int]] = []
    depth, start = (1, 0) if place.open_quote else (0, 0)
    for match in _QUOTE.finditer(text):
        if match[0] == "“":
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                spans.append((start, match.end()))
    if depth:
        spans.append((start, len(text)))
    place.open_quote = depth > 0 and (start == 0 or text.startswith("“第", start))
    return spans


def _within(spans: list[tuple[int, int]], at: int) -> bool:
    place = bisect_right(spans, (at, at + 1_000_000)) - 1
    return place >= 0 and spans[place][0] <= at < spans[place][1]
