"""One sheet laid out: its tables, its rows of type in reading order, its footnotes."""

from dataclasses import dataclass, field
from itertools import pairwise

from gongkai.reading.layout.aligned import aligned_tables
from gongkai.reading.layout.columns import in_columns
from gongkai.reading.layout.grid import grids_of, lines_of
from gongkai.reading.layout.open_grid import open_grids
from gongkai.reading.layout.pieces import Piece, piece_of
from gongkai.reading.layout.rows import Row, rows_of
from gongkai.reading.layout.sheet import Glyph, Sheet


@dataclass
class Leaf:
    """A sheet after layout: ``flow`` in reading order, ``notes`` are footnotes, ``pitch`` is from row to row in points."""

    number: int
    width: float
    height: float
    flow: list[Row | Piece] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    pitch: float = 0.0


def leaf_of(sheet: Sheet) -> Leaf:
    """The sheet laid out; what stands in ruled cells first, then text columns, then tables without rules."""
    leaf = Leaf(sheet.number, sheet.width, sheet.height)
    pieces, free = _ruled(sheet)
    rows = rows_of(free, sheet.number)
    rows, leaf.notes = _footnotes(sheet, rows, pieces)
    rows = in_columns(rows, sheet.width, [(piece.top, piece.bottom) for piece in pieces])
    across, _ = lines_of(sheet.rules)
    rows, unruled = aligned_tables(rows, [(line.at, line.start, line.end) for line in across], sheet)
    pieces += unruled
    leaf.pitch = _pitch(rows)
    leaf.flow = _in_order(rows, pieces)
    for row in [*rows, *leaf.notes]:
        row.glyphs = []
    return leaf


def _ruled(sheet: Sheet) -> tuple[list[Piece], list[Glyph]]:
    """The ruled tables, and the glyphs outside them. A table in a cell of another is part of that cell."""
    grids = grids_of(sheet.rules)
    outer = [
        grid
        for grid in grids
        if not any(other is not grid and _inside(grid.box, other.box) for other in grids)
    ]
    outer += open_grids(sheet, outer)
    held: list[list[Glyph]] = [[] for _ in outer]
    free: list[Glyph] = []
    for glyph in sheet.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        for index, grid in enumerate(outer):
            x0, top, x1, bottom = grid.box
            if x0 - 1 <= x <= x1 + 1 and top - 1 <= y <= bottom + 1:
                held[index].append(glyph)
                break
        else:
            free.append(glyph)
    pieces = [
        piece_of(grid, inside, sheet.number, sheet.height)
        for grid, inside in zip(outer, held, strict=True)
        if inside
    ]
    return pieces, free


def _inside(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return (
        outer[0] - 2 <= inner[0]
        and outer[1] - 2 <= inner[1]
        and inner[2] <= outer[2] + 2
        and inner[3] <= outer[3] + 2
        and (outer[2] - outer[0]) * (outer[3] - outer[1]) > (inner[2] - inner[0]) * (inner[3] - inner[1])
    )


def _footnotes(sheet: Sheet, rows: list[Row], pieces: list[Piece]) -> tuple[list[Row], list[Row]]:
    """Small type under a short line in the lower half of the sheet, with nothing of the usual size below it."""
    if len(rows) < 3:
        return rows, []
    sizes = sorted(row.size for row in rows for _ in row.text)
    usual = sizes[len(sizes) // 2]
    for rule in sorted(sheet.rules, key=lambda each: each.top):
        wide = rule.x1 - rule.x0
        if not (0.08 * sheet.width < wide < 0.45 * sheet.width and rule.bottom - rule.top <= 3):
            continue
        if rule.top < 0.5 * sheet.height or any(p.top - 3 <= rule.top <= p.bottom + 3 for p in pieces):
            continue
        below = [row for row in rows if row.top > rule.top - 2]
        above = [row for row in rows if row.top <= rule.top - 2]
        small = [row for row in below if row.size <= 0.92 * usual]
        if small and above and len(small) >= len(below) - 1 and small[0].x0 <= rule.x0 + 3 * usual:
            return [row for row in rows if row not in small], small
    return rows, []


def _pitch(rows: list[Row]) -> float:
    steps = sorted(
        after.top - before.top
        for before, after in pairwise(rows)
        if before.column == after.column and 0 < after.top - before.top < 5 * before.size
    )
    return steps[len(steps) // 2] if steps else 0.0


def _in_order(rows: list[Row], pieces: list[Piece]) -> list[Row | Piece]:
    """Tables put between the rows where they stand; in a text column if they stand in one."""
    flow: list[Row | Piece] = list(rows)
    for piece in sorted(pieces, key=lambda each: each.top):
        beside = [
            row
            for row in rows
            if row.frame and row.frame[0] - 9 <= piece.xs[0] and piece.xs[-1] <= row.frame[1] + 9
        ]
        piece.column = beside[0].column if beside and any(row.column for row in rows) else 0
        at = len(flow)
        for index, item in enumerate(flow):
            same = not piece.column or item.column >= piece.column
            if (
                same
                and item.top >= piece.top
                and (not piece.column or item.column > piece.column or item.top >= piece.top)
            ):
                at = index
                break
        flow.insert(at, piece)
    return flow
