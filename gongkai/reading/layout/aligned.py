"""Tables without lines between their columns: three-line tables, and figures set in columns."""

import re
from itertools import pairwise

from gongkai.reading.layout.pieces import Box, Piece
from gongkai.reading.layout.rows import Row, row_of
from gongkai.reading.layout.sheet import Glyph, Sheet
from gongkai.text.normalise import unspace

_SPACE = 1.4  # a gap between columns is at least this many times the type's size
_FIGURE = re.compile(r"^[-－+<>≤≥]?[\d,，.．]+[%％]?$|^[-—－/]$")
_LEADER = re.compile(r"[.．·…‥]{4,}")
Line = tuple[float, float, float]  # height, left end, right end


def aligned_tables(rows: list[Row], across: list[Line], sheet: Sheet) -> tuple[list[Row], list[Piece]]:
    """The rows that are no table, and the tables; only where lines or figures make it plain that there is one."""
    cut = [_segments(row) for row in rows]
    pieces: list[Piece] = []
    used: set[int] = set()
    for first, last in [*_between_lines(rows, across), *_of_figures(rows, cut)]:
        if used & set(range(first, last + 1)):
            continue
        piece = _piece(rows[first : last + 1], cut[first : last + 1], sheet)
        if piece:
            pieces.append(piece)
            used |= set(range(first, last + 1))
    return [row for index, row in enumerate(rows) if index not in used], pieces


def _segments(row: Row) -> list[list[Glyph]]:
    out: list[list[Glyph]] = []
    for glyph in row.glyphs:
        if out and glyph.x0 - out[-1][-1].x1 < _SPACE * row.size:
            out[-1].append(glyph)
        else:
            out.append([glyph])
    return out


def _between_lines(rows: list[Row], across: list[Line]) -> list[tuple[int, int]]:
    """Rows between the first and the last of three or more long lines of one length."""
    found: list[tuple[int, int]] = []
    lines = sorted(line for line in across if line[2] - line[1] > 120)
    while lines:
        first = lines[0]
        alike = [line for line in lines if abs(line[1] - first[1]) <= 4 and abs(line[2] - first[2]) <= 4]
        lines = [line for line in lines if line not in alike]
        if len(alike) >= 3:
            inside = [
                i
                for i, row in enumerate(rows)
                if alike[0][0] - 2 <= (row.top + row.bottom) / 2 <= alike[-1][0] + 2
            ]
            if len(inside) >= 2 and inside == list(range(inside[0], inside[-1] + 1)):
                found.append((inside[0], inside[-1]))
    return found


def _of_figures(rows: list[Row], cut: list[list[list[Glyph]]]) -> list[tuple[int, int]]:
    """Runs of four and more rows with three and more pieces each, most of them figures."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for i in range(len(rows) + 1):
        fits = i < len(rows) and len(cut[i]) >= 3 and not _LEADER.search(rows[i].text)
        if fits and start is None:
            start = i
        if not fits and start is not None:
            texts = [row_of(piece).text for segments in cut[start:i] for piece in segments]
            figures = sum(bool(_FIGURE.match(text)) for text in texts)
            if i - start >= 4 and figures >= 0.4 * len(texts):
                found.append((start, i - 1))
            start = None
    return found


def _piece(rows: list[Row], cut: list[list[list[Glyph]]], sheet: Sheet) -> Piece | None:
    """The rows as a table, if their pieces stand in columns; None if they do not."""
    edges = _edges(cut)
    if len(edges) < 3:
        return None
    boxes: list[Box] = []
    for r, segments in enumerate(cut):
        cells: dict[tuple[int, int], list[Glyph]] = {}
        for segment in segments:
            first = _column(edges, segment[0].x0 + 0.5)
            last = max(_column(edges, segment[-1].x1 - 0.5), first)
            cells.setdefault((first, last), []).extend(segment)
        at = 0
        for (first, last), glyphs in sorted(cells.items()):
            if first < at:
                return None  # pieces that overlap: not set in columns after all
            boxes += [Box(r, c, 1, 1) for c in range(at, first)]
            row = row_of(glyphs)
            boxes.append(Box(r, first, 1, last - first + 1, unspace(row.text), bool(row.doubtful)))
            at = last + 1
        boxes += [Box(r, c, 1, 1) for c in range(at, len(edges) - 1)]
    piece = Piece(rows[0].sheet, edges, rows[0].top, rows[-1].bottom, len(rows), boxes)
    piece.page_height, piece.begins, piece.size = sheet.height, sheet.number, rows[0].size
    return piece


def _edges(cut: list[list[list[Glyph]]]) -> list[float]:
    """The edges of columns: strips down the table that nearly all rows with several pieces leave free."""
    spans = [[(s[0].x0, s[-1].x1) for s in segments] for segments in cut if len(segments) > 1]
    if len(spans) < 2:
        return []
    flat = sorted(span for row in spans for span in row)
    groups: list[list[float]] = []
    for x0, x1 in flat:
        if groups and x0 < groups[-1][1] - 1:
            groups[-1][1] = max(groups[-1][1], x1)
        else:
            groups.append([x0, x1])
    if len(groups) < 2:
        return []
    middles = [(left[1] + right[0]) / 2 for left, right in pairwise(groups)]
    return [groups[0][0] - 1, *middles, groups[-1][1] + 1]


def _column(edges: list[float], x: float) -> int:
    return max(0, min(sum(edge <= x for edge in edges) - 1, len(edges) - 2))
