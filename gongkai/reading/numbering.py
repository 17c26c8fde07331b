"""From parts to clauses: every numbered item, paragraph and table gets a path that nobody else has.

Paths are made from the numbers that the text itself bears, so that an address stays the same as long as the numbering
does. An article is counted through the whole text and is therefore addressed without its chapter; （一） stands under
what it belongs to. A second list that starts again at the same place bears ~2.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gongkai.reading.document import Block, BlockKind, Clause, Part, PartKind
from gongkai.text.clause_numbers import CONTAINERS, ClauseNumber, Numbering, clause_number
from gongkai.text.numerals import to_chinese

_RANK = {
    style: rank
    for rank, style in enumerate(
        [Numbering.DIVISION, Numbering.BOOK, Numbering.SUBBOOK, Numbering.CHAPTER, Numbering.SECTION, Numbering.ARTICLE,
         Numbering.COMMA, Numbering.STEP, Numbering.PAREN, Numbering.POINT, Numbering.DECIMAL, Numbering.SUBDECIMAL,
         Numbering.POINT_PAREN, Numbering.CIRCLE]
    )
}  # fmt: skip
_HEADING_LENGTH = 40
_RUN_IN_LENGTH = 25  # 设备更新补贴。小微企业…: the words before the first full stop, if they are this few


@dataclass
class _Level:
    """A numbered item whose contents are being read; ``paragraphs`` counts 款 in an article, 段 elsewhere."""

    style: Numbering
    path: str
    anchor: str
    heading: str
    rank: float
    paragraphs: int = 1


@dataclass
class _State:
    part: int
    prefix: str
    anchor_prefix: str
    stack: list[_Level] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0
    used: dict[str, int] = field(default_factory=dict)


def clauses_of(parts: Iterable[Part]) -> tuple[Clause, ...]:
    """Every addressable piece of ``parts`` in order; titles, numbers and signatures are not clauses."""
    parts = list(parts)
    found: list[Clause] = []
    used: dict[str, int] = {}
    for index, (prefix, anchor) in enumerate(_prefixes(parts)):
        state = _State(index, prefix, anchor, used=used)
        quoted = _quoted(parts[index].blocks)
        for position, block in enumerate(parts[index].blocks):
            clause = _clause(state, block, position, position in quoted)
            if clause:
                found.append(clause)
    return tuple(found)


def _prefixes(parts: list[Part]) -> list[tuple[str, str]]:
    """A part's own prefix. What a notice issues is what people cite, so that text goes without a prefix."""
    enclosed = [part for part in parts if part.kind is PartKind.ENCLOSED]
    attachments = sum(part.kind is PartKind.ATTACHMENT for part in parts)
    prefixes, n_enclosed, n_attached = [], 0, 0
    for part in parts:
        if part.kind is PartKind.COVER:
            prefixes.append(("通知/", "tz-"))
        elif part.kind is PartKind.ENCLOSED and len(enclosed) > 1:
            n_enclosed += 1
            prefixes.append((f"文件{n_enclosed}/", f"wj{n_enclosed}-"))
        elif part.kind is PartKind.ATTACHMENT:
            n_attached += 1
            prefixes.append((f"附件{n_attached if attachments > 1 else ''}/", f"fj{n_attached}-"))
        else:
            prefixes.append(("", ""))
    return prefixes


_QUOTES = re.compile("[“”]")
_LONGEST_QUOTE = 80  # paragraphs; a mark that nobody closes must not swallow the text behind it


def _quoted(blocks: tuple[Block, ...]) -> set[int]:
    """The paragraphs inside a quotation of several (修改为：“第三条…”): the numbers there are another text's.

    Each paragraph of such a quotation may begin with “ again, and only the last one ends with ”.
    """
    inside: set[int] = set()
    start: int | None = None
    for i, block in enumerate(blocks):
        marks = _QUOTES.findall(block.text) if block.kind is BlockKind.PARAGRAPH else []
        if start is not None and marks and marks[-1] == "”" and marks.count("”") >= marks.count("“"):
            if i - start <= _LONGEST_QUOTE:
                inside |= set(range(start + 1, i + 1))
            start = None
        elif block.text.startswith("“") and marks.count("“") > marks.count("”"):
            # A paragraph inside that opens again leaves the beginning where it was.
            start = i if start is None or i - start > _LONGEST_QUOTE else start
    return inside


def _clause(state: _State, block: Block, position: int, quoted: bool) -> Clause | None:
    if block.kind is BlockKind.TABLE:
        state.tables += 1
        return _leaf(
            state, block, position, f"{state.prefix}表{state.tables}", f"{state.anchor_prefix}b{state.tables}"
        )
    if block.kind is not BlockKind.PARAGRAPH or not block.text:
        return None
    number = None if quoted else clause_number(block.text)
    return _numbered(state, block, position, number) if number else _paragraph(state, block, position)


def _numbered(state: _State, block: Block, position: int, number: ClauseNumber) -> Clause:
    _close_levels(state, number)
    text = block.text[number.end :].strip()
    parent_path, parent_anchor = _parent(state, number.style)
    path, anchor = _unique(state, parent_path + number.step, parent_anchor + number.anchor)
    is_heading = number.style in CONTAINERS or (
        number.style is not Numbering.ARTICLE
        and 0 < len(text) <= _HEADING_LENGTH
        and not re.search("[。；;]|[，,：:]$", text)
    )
    chain = tuple(level.heading for level in state.stack)
    rank = _rank(state, number.style)
    state.stack.append(_Level(number.style, path, anchor, _heading(number, text), rank))
    return Clause(
        path, anchor, number.label, chain, text, len(state.stack), True, is_heading, state.part, position
    )


def _close_levels(state: _State, number: ClauseNumber) -> None:
    """Leave every level that ``number`` does not stand under.

    A style that is open already closes down to it, wherever the text put it; a new one closes what ranks below it.
    """
    styles = [level.style for level in state.stack]
    if number.style in styles:
        del state.stack[styles.index(number.style) :]
    elif number.style in _RANK:
        while state.stack and state.stack[-1].rank > _RANK[number.style]:
            state.stack.pop()


def _rank(state: _State, style: Numbering) -> float:
    """The rank of a level; letters and roman numerals have none of their own, they stand where they first occur."""
    if style in _RANK:
        return _RANK[style]
    above = state.stack[-1].rank if state.stack else 0
    return max(above, _RANK[Numbering.ARTICLE]) + 0.5


def _parent(state: _State, style: Numbering) -> tuple[str, str]:
    """The address that a new number is added to: the open item above it, or the part."""
    if style is Numbering.ARTICLE or not state.stack:
        return state.prefix, state.anchor_prefix
    above = state.stack[-1]
    if above.style is Numbering.ARTICLE and above.paragraphs > 1:
        return f"{above.path}/第{to_chinese(above.paragraphs)}款/", f"{above.anchor}-k{above.paragraphs}-"
    return f"{above.path}/", f"{above.anchor}-"


def _paragraph(state: _State, block: Block, position: int) -> Clause:
    """A paragraph without a number: the next 款 of the open article, the next 段 of the open item, or of the part."""
    article = next((i for i, level in enumerate(state.stack) if level.style is Numbering.ARTICLE), None)
    if article is not None:
        del state.stack[article + 1 :]
        level = state.stack[article]
        level.paragraphs += 1
        return _leaf(
            state,
            block,
            position,
            f"{level.path}/第{to_chinese(level.paragraphs)}款",
            f"{level.anchor}-k{level.paragraphs}",
        )
    if state.stack:
        level = state.stack[-1]
        level.paragraphs += 1
        return _leaf(
            state,
            block,
            position,
            f"{level.path}/第{level.paragraphs}段",
            f"{level.anchor}-d{level.paragraphs}",
        )
    state.paragraphs += 1
    return _leaf(
        state,
        block,
        position,
        f"{state.prefix}第{state.paragraphs}段",
        f"{state.anchor_prefix}d{state.paragraphs}",
    )


def _leaf(state: _State, block: Block, position: int, path: str, anchor: str) -> Clause:
    path, anchor = _unique(state, path, anchor)
    chain = tuple(level.heading for level in state.stack)
    return Clause(
        path,
        anchor,
        "",
        chain,
        block.text,
        len(state.stack) + 1,
        False,
        False,
        state.part,
        position,
        block.table,
    )


def _unique(state: _State, path: str, anchor: str) -> tuple[str, str]:
    return _once(state, path), _once(state, anchor)


def _once(state: _State, address: str) -> str:
    """Paths and anchors each by themselves: A. and （A） have two paths and would share an anchor."""
    count = state.used[address] = state.used.get(address, 0) + 1
    return address if count == 1 else f"{address}~{count}"


def _heading(number: ClauseNumber, text: str) -> str:
    """What stands for an item in the chain above its contents: its number and its first words up to a full stop."""
    first = re.split("[。：:；]", text, maxsplit=1)[0]
    if number.style is Numbering.ARTICLE or (len(first) > _RUN_IN_LENGTH and len(text) > _HEADING_LENGTH):
        return number.label
    gap = "" if number.label.endswith(("、", "）", ")", ".", "．")) else " "
    return f"{number.label}{gap}{first}".strip()
