"""Glyphs put together to rows of type, as they stand on one line of the sheet."""

import re
from dataclasses import dataclass, field, replace

from gongkai.reading.layout.sheet import Glyph

DOUBT = 0.8  # a character read with less confidence may be wrong
_LATIN = re.compile(r"[\x21-\x7e\u00c0-\u024f]")
_SAME_LINE = 0.45  # share of the type's height by which middles may differ: raised figures stay on their line


@dataclass(slots=True)
class Row:
    """One line of type with its box in points; ``column`` tells text columns of a sheet apart, in reading order.

    ``glyphs`` are let go of once the sheet is laid out; ``frame`` is the left and right edge of the text around it.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    sheet: int = 0
    confidence: float = 1.0
    doubtful: tuple[int, ...] = ()
    column: int = 0
    frame: tuple[float, float] | None = None
    glyphs: list[Glyph] = field(default_factory=list)


def middle(glyph: Glyph) -> float:
    """How far down the sheet the middle of a glyph stands."""
    return (glyph.top + glyph.bottom) / 2


def rows_of(glyphs: list[Glyph], sheet: int = 0) -> list[Row]:
    """Rows from top to bottom; each from left to right."""
    lines: list[list[Glyph]] = []
    at = tallest = 0.0
    count = 0
    for glyph in sorted(glyphs, key=middle):
        here, size = (glyph.top + glyph.bottom) / 2, glyph.size
        if lines and here - at <= _SAME_LINE * (tallest if tallest > size else size):
            lines[-1].append(glyph)
            if size > 1.1 * tallest:  # the biggest type says where the line is
                tallest, at, count = size, here, 1
            elif size >= 0.9 * tallest:
                count += 1
                at += (here - at) / count
        else:
            lines.append([glyph])
            at, tallest, count = here, size, 1
    return [row_of(line, sheet) for line in lines]


def row_of(glyphs: list[Glyph], sheet: int = 0) -> Row:
    """The row that ``glyphs`` make up, whatever their order."""
    ordered = sorted(glyphs, key=lambda glyph: glyph.x0)
    text, doubtful = _words(ordered)
    sizes = sorted(glyph.size for glyph in ordered)
    letters = sum(len(glyph.text) for glyph in ordered)
    return Row(
        text=text,
        x0=ordered[0].x0,
        top=min(glyph.top for glyph in ordered),
        x1=max(glyph.x1 for glyph in ordered),
        bottom=max(glyph.bottom for glyph in ordered),
        size=sizes[len(sizes) // 2],
        bold=sum(len(glyph.text) for glyph in ordered if glyph.bold) > 0.8 * letters,
        sheet=sheet,
        confidence=sum(len(glyph.text) * glyph.confidence for glyph in ordered) / max(letters, 1),
        doubtful=tuple(doubtful),
        glyphs=ordered,
    )


def _words(ordered: list[Glyph]) -> tuple[str, list[int]]:
    """The text of a line, with the spaces that its gaps mean, and the offsets of doubtful characters."""
    parts: list[str] = []
    doubtful: list[int] = []
    length = 0
    before: Glyph | None = None
    for glyph in ordered:
        if before and _apart(before, glyph):
            parts.append(" ")
            length += 1
        if glyph.confidence < DOUBT:
            doubtful += range(length, length + len(glyph.text))
        parts.append(glyph.text)
        length += len(glyph.text)
        before = glyph
    return "".join(parts), doubtful


def _apart(left: Glyph, right: Glyph) -> bool:
    """Whether the gap between two glyphs is a space; justified Chinese type stands apart a little everywhere."""
    gap = right.x0 - left.x1
    size = max(left.size, right.size)
    if _LATIN.match(left.text[-1:]) and _LATIN.match(right.text[:1]):
        return gap > 0.18 * size
    if _LATIN.match(left.text[-1:]) or _LATIN.match(right.text[:1]):
        return gap > 0.7 * size
    return gap > 0.42 * size


def joined(first: str, second: str) -> str:
    """Two rows of one paragraph: Chinese closes up, words in letters stay apart, a broken figure closes up."""
    if first and second and re.match(r"[A-Za-z]", second) and re.search(r"[A-Za-z,;.]$", first):
        return f"{first} {second}"
    return first + second


def cut_rows(rows: list[Row], x: float) -> tuple[list[Row], list[Row]]:
    """Rows divided into what stands left and right of ``x``; the sides are lined up anew, each for itself."""
    glyphs = [glyph for row in rows for glyph in row.glyphs]
    sheet = rows[0].sheet if rows else 0
    left = [glyph for glyph in glyphs if (glyph.x0 + glyph.x1) / 2 < x]
    right = [glyph for glyph in glyphs if (glyph.x0 + glyph.x1) / 2 >= x]
    return rows_of(left, sheet), rows_of(right, sheet)


def with_text(row: Row, text: str) -> Row:
    """The row with other words; what was doubtful of the old ones is no longer known by place."""
    return replace(row, text=text, doubtful=())
