"""Tables that rule or shade their rows but draw no line down: where their columns are, and which cells are merged."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from gongkai.reading.layout.grid import Grid, Region, regions_of
from gongkai.reading.layout.rows import Row, row_of, rows_of
from gongkai.reading.layout.sheet import Glyph, Sheet

_NEAR = 4.0
_SNAP = 3.0
_WIDEST = 5_000.0
_MOST = 4_000  # stretches of lines or shaded boxes; a page with more is a drawing
_WIDE = 120.0  # points: a shorter line rules no table
_APART = 1.0  # times the type's size between two pieces of a row
_FEW_LEVELS = 6  # tables with more rule each of their rows
_CLOSE = 0.3  # the same between a figure and a Chinese word
_TIGHT = 0.35  # the same where the edges of columns are known
_FIGURE = re.compile(r"^[-－+]?[\d,，]+(?:[.．]\d+)?[%％]?$")
_UNIT = re.compile(r"单\s*位\s*[:：]")
_CROSSED = 0.12  # share of the rows that may reach over the gap between two columns: merged headings
Band = list[list[Glyph]]  # the pieces of type between two levels
Extent = tuple[float, float]
Span = tuple[float, float, float]  # height, left end, right end


@dataclass
class _Frame:
    """Levels at which rows begin, the stretches drawn at them, and the edges of columns where the drawing shows them."""

    ys: list[float]
    spans: list[Span]
    xs: list[float]
    shaded: bool = False


def open_grids(sheet: Sheet, taken: list[Grid]) -> list[Grid]:
    """The tables of a sheet that lines across or shaded cells make plain; not those in ``taken``, which are ruled."""
    out: list[Grid] = []
    for frame in [*_of_lines(sheet, taken), *_of_shades(sheet, taken)]:
        box = (frame.xs[0], frame.ys[0], frame.xs[-1], frame.ys[-1])
        if any(_meet(box, other.box) for other in [*taken, *out]):
            continue
        if grid := _grid(frame, sheet.glyphs):
            out.append(grid)
    return out


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > _NEAR and min(one[3], other[3]) - max(one[1], other[1]) > _NEAR


# --- what is drawn ------------------------------------------------------------------------------------------


def _of_lines(sheet: Sheet, taken: list[Grid]) -> list[_Frame]:
    """Three and more long lines of one length under each other."""
    flat = [
        ((rule.top + rule.bottom) / 2, rule.x0, rule.x1)
        for rule in sheet.rules
        if rule.x1 - rule.x0 >= 6 and rule.bottom - rule.top <= _SNAP
    ]
    flat = [
        span
        for span in flat
        if not any(grid.box[1] - _NEAR <= span[0] <= grid.box[3] + _NEAR for grid in taken)
    ]
    if len(flat) > _MOST:
        return []
    levels = _levels(flat)
    ends = [(min(s[1] for s in spans), max(s[2] for s in spans)) for spans in levels]
    out: list[_Frame] = []
    left = set(range(len(levels)))
    for first in range(len(levels)):
        if first not in left or ends[first][1] - ends[first][0] < _WIDE:
            continue
        alike = [
            i
            for i in sorted(left)
            if abs(ends[i][0] - ends[first][0]) <= _NEAR and abs(ends[i][1] - ends[first][1]) <= _NEAR
        ]
        if len(alike) < 3:
            continue
        left -= set(alike)
        xs = _joints([levels[i] for i in alike])
        if len(xs) > 2:  # cell by cell: lines that are drawn whole belong to something else
            alike = [i for i in alike if len(levels[i]) > 1 or i not in {alike[0], alike[-1]}]
        inner = range(alike[0], alike[-1] + 1)
        spans = [span for i in inner for span in levels[i]]
        out.append(_Frame([levels[i][0][0] for i in inner], spans, xs))
    return out


def _levels(spans: list[Span]) -> list[list[Span]]:
    out: list[list[Span]] = []
    for span in sorted(spans):
        if out and span[0] - out[-1][0][0] <= _SNAP:
            out[-1].append((out[-1][0][0], span[1], span[2]))
        else:
            out.append([span])
    return out


def _joints(levels: list[list[Span]]) -> list[float]:
    """Where the lines of most levels are pieced together: the edges of cells, and the outer edges."""
    seen: Counter[int] = Counter()
    for level in levels:
        seen.update({round(x / 2) for _, x0, x1 in level for x in (x0, x1)})
    least = 0.5 * len(levels)
    found: list[float] = []
    for place in sorted(seen):
        if seen[place] + seen.get(place + 1, 0) >= least and (not found or place * 2 - found[-1] > _NEAR):
            found.append(place * 2.0)
    outer = [min(s[1] for level in levels for s in level), max(s[2] for level in levels for s in level)]
    return [outer[0], *(x for x in found if outer[0] + _NEAR < x < outer[1] - _NEAR), outer[1]]


def _of_shades(sheet: Sheet, taken: list[Grid]) -> list[_Frame]:
    """Rows of shaded boxes, every one or every other."""
    fills = [
        fill
        for fill in sheet.shades
        if not any(_meet(fill, grid.box) for grid in taken) and fill[3] - fill[1] < 0.3 * sheet.height
    ]
    if not 3 <= len(fills) <= _MOST:
        return []
    left, right = min(f[0] for f in fills), max(f[2] for f in fills)
    ys = _near_ones([y for f in fills for y in (f[1], f[3])])
    if len(ys) < 5 or right - left < _WIDE:
        return []
    steps = sorted(b - a for a, b in pairwise(ys))
    usual = steps[len(steps) // 2]
    if steps[-1] > 4 * usual:
        return []
    xs = _joints(_levels([(f[1], f[0], f[2]) for f in fills]))
    spans = [(y, f[0], f[2]) for f in fills for y in (f[1], f[3])]
    for where, beyond in ((ys[-1], ys[-1] + usual), (ys[0], ys[0] - usual)):
        low, high = sorted((where, beyond))
        pieces = _pieces([g for g in sheet.glyphs if low <= (g.top + g.bottom) / 2 <= high], _TIGHT)
        below = beyond > where
        if len(pieces) >= 2 and (below or len(xs) > 2) and all(_fits(piece, xs) for piece in pieces):
            ys = sorted([*ys, beyond])
            spans.append((beyond, left, right))
    return [_Frame(ys, spans, xs, True)]


def _fits(piece: list[Glyph], xs: list[float]) -> bool:
    inside = xs[0] - 1 <= piece[0].x0 and piece[-1].x1 <= xs[-1] + 1
    return inside and not any(piece[0].x0 < x - 1 and piece[-1].x1 > x + 1 for x in xs[1:-1])


def _near_ones(places: list[float]) -> list[float]:
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > _SNAP:
            out.append(place)
    return out


# --- the grid -----------------------------------------------------------------------------------------------


def _grid(frame: _Frame, glyphs: list[Glyph]) -> Grid | None:
    left, right = frame.xs[0] - 1, frame.xs[-1] + 1
    held = [
        g
        for g in glyphs
        if left <= (g.x0 + g.x1) / 2 <= right and frame.ys[0] <= (g.top + g.bottom) / 2 <= frame.ys[-1]
    ]
    known = len(frame.xs) > 2
    ys = frame.ys if known or frame.shaded else _trimmed(frame.ys, held)
    if len(ys) < 3 or not held:
        return None
    ys, cuts = _with_rows(ys, held)
    bands = _bands(ys, held)
    xs = frame.xs if known else column_edges(bands, frame.xs[0], frame.xs[-1])
    if len(xs) < 3:
        return None
    several = sum(len(band) > 1 for band in bands)
    bands = _bands(ys, held, _TIGHT) if known else bands
    upright = {
        (edge, row)
        for row, band in enumerate(bands)
        for edge in range(1, len(xs) - 1)
        if not any(piece[0].x0 < xs[edge] - 1 and piece[-1].x1 > xs[edge] + 1 for piece in band)
    }
    near = {y: [span for span in frame.spans if abs(span[0] - y) <= _SNAP] for y in ys[1:-1] if y not in cuts}
    level = {
        (edge, column)
        for edge in range(1, len(ys) - 1)
        for column in range(len(xs) - 1)
        if ys[edge] in cuts or _is_drawn(near[ys[edge]], xs[column], xs[column + 1])
    }
    regions = _headed(regions_of(len(ys) - 1, len(xs) - 1, upright, level), xs, bands)
    return Grid(xs, ys, regions, loose=not known) if several >= 0.5 * len(bands) else None


def _is_drawn(spans: list[Span], x0: float, x1: float) -> bool:
    inside = [min(b, x1) - max(a, x0) for _, a, b in spans if a < x1 and b > x0]
    return any(length >= 0.6 * (x1 - x0) for length in inside)


def _trimmed(ys: list[float], held: list[Glyph]) -> list[float]:
    """Without the line under a running head, and what stands between it and the table."""
    while len(ys) > 2:
        pieces = _pieces([g for g in held if ys[0] <= (g.top + g.bottom) / 2 < ys[1]])
        if len(pieces) > 1 and not any(_UNIT.search(row_of(piece).text) for piece in pieces):
            break
        ys = ys[1:]
    return ys


def _with_rows(ys: list[float], held: list[Glyph]) -> tuple[list[float], set[float]]:
    """Between lines that stand far apart (three-line tables) each row of type that fills columns is a row."""
    cuts: set[float] = set()
    if len(ys) > _FEW_LEVELS:
        return ys, cuts
    for above, below in pairwise(ys):
        rows = rows_of([g for g in held if above <= (g.top + g.bottom) / 2 < below])
        begins = [row for row in rows if len(_split(row)) > 1]
        figures = all(any(_FIGURE.match(row_of(piece).text) for piece in _split(row)) for row in rows)
        if len(begins) < (2 if figures else 3) or len(begins) < 0.6 * len(rows):
            continue
        cuts |= {(one.bottom + other.top) / 2 for one, other in _followed(rows, begins)}
    return sorted([*ys, *cuts]), cuts


def _followed(rows: list[Row], begins: list[Row]) -> list[tuple[Row, Row]]:
    """(last row of the one, first row of the next) where a row of the table begins."""
    return [(before, row) for before, row in pairwise(rows) if any(row is each for each in begins)]


def _split(row: Row, apart: float = _APART) -> list[list[Glyph]]:
    out: list[list[Glyph]] = []
    for glyph in row.glyphs:
        # A figure at the right edge of its column and a name at the left edge of the next stand close together.
        least = _CLOSE if out and out[-1][-1].text.isascii() != glyph.text.isascii() else apart
        if out and glyph.x0 - out[-1][-1].x1 < least * row.size:
            out[-1].append(glyph)
        else:
            out.append([glyph])
    return out


def _pieces(glyphs: list[Glyph], apart: float = _APART) -> Band:
    return [piece for row in rows_of(glyphs) for piece in _split(row, apart)]


def _bands(ys: list[float], held: list[Glyph], apart: float = _APART) -> list[Band]:
    inside: list[list[Glyph]] = [[] for _ in range(len(ys) - 1)]
    for glyph in held:
        at = bisect_left(ys, (glyph.top + glyph.bottom) / 2) - 1
        inside[min(max(at, 0), len(inside) - 1)].append(glyph)
    return [_pieces(each, apart) for each in inside]


def column_edges(bands: list[Band], left: float, right: float) -> list[float]:
    """The edges of columns by the strips that nearly all rows leave free; a heading may reach over them."""
    rows = [band for band in bands if len(band) > 1]
    if len(rows) < 2:
        return [left, right]
    allowed = min(max(int(_CROSSED * len(rows)), 1 if len(rows) > 3 else 0), 4)
    if right - left > _WIDEST:
        return [left, right]
    first = int(left)
    cover = [0] * (int(right) - first + 2)
    for band in rows:
        marked = {
            x
            for piece in band
            for x in range(int(piece[0].x0), int(piece[-1].x1) + 1)
            if 0 <= x - first < len(cover)
        }
        for x in marked:
            cover[x - first] += 1
    columns: list[list[float]] = []
    for x, count in enumerate(cover):
        if count <= allowed:
            continue
        if columns and x + first - columns[-1][1] <= 2:
            columns[-1][1] = x + first
        else:
            columns.append([x + first, x + first])
    columns = _paired(columns, rows)
    return [left, *((one[1] + 1 + other[0]) / 2 for one, other in pairwise(columns)), right]


def _paired(columns: list[list[float]], rows: list[Band]) -> list[list[float]]:
    """A heading in the middle of its column and figures at its side: no row has both, so they are one column."""
    middles = [{(piece[0].x0 + piece[-1].x1) / 2 for piece in band} for band in rows]
    out: list[list[float]] = []
    for column in columns:
        if out and not any(
            any(out[-1][0] <= m <= out[-1][1] for m in band)
            and any(column[0] <= m <= column[1] for m in band)
            for band in middles
        ):
            out[-1] = [out[-1][0], column[1]]
        else:
            out.append(column)
    return out


# --- headings over several columns --------------------------------------------------------------------------


def _headed(regions: list[Region], xs: list[float], bands: list[Band]) -> list[Region]:
    """Headings stand in the middle of the columns they name: empty neighbours are theirs if that puts them there."""
    body = next(
        (row for row, band in enumerate(bands) if any(_FIGURE.match(row_of(piece).text) for piece in band)), 0
    )
    by_row: dict[int, list[Region]] = {}
    for region in regions:
        by_row.setdefault(region.row, []).append(region)
    out: list[Region] = []
    for row, cells in sorted(by_row.items()):
        out += _centred(sorted(cells, key=lambda c: c.column), xs, bands) if row < body else cells
    return sorted(out, key=lambda each: (each.row, each.column))


def _centred(cells: list[Region], xs: list[float], bands: list[Band]) -> list[Region]:
    words = [_extent(cell, xs, bands) for cell in cells]
    out = list(cells)
    index = 0
    while index < len(out):
        extent = words[index]
        if extent is not None:
            low, high = _reach(index, extent, out, words, xs)
            first, last = out[low], out[high]
            whole = Region(first.row, first.column, first.rows, last.column + last.columns - first.column)
            out[low : high + 1], words[low : high + 1] = [whole], [extent]
            index = low
        index += 1
    return out


def _reach(
    index: int, extent: Extent, cells: list[Region], words: list[Extent | None], xs: list[float]
) -> tuple[int, int]:
    """The first and last of the cells that a heading stands in the middle of: as many as may be."""
    low = high = index
    while low > 0 and words[low - 1] is None and _beside(cells[low - 1], cells[low]):
        low -= 1
    while high + 1 < len(cells) and words[high + 1] is None and _beside(cells[high], cells[high + 1]):
        high += 1
    spans = [(a, b) for a in range(low, index + 1) for b in range(index, high + 1)]
    off = {span: _off(extent, xs, cells[span[0]], cells[span[1]]) for span in spans}
    best = min(off.values())
    if off[index, index] <= best + 3 and best > 3:
        return index, index
    return max((span for span in spans if off[span] <= best + 3), key=lambda span: span[1] - span[0])


def _beside(one: Region, other: Region) -> bool:
    return one.rows == other.rows and one.column + one.columns == other.column


def _off(extent: Extent, xs: list[float], first: Region, last: Region) -> float:
    return abs(sum(extent) / 2 - (xs[first.column] + xs[last.column + last.columns]) / 2)


def _extent(cell: Region, xs: list[float], bands: list[Band]) -> Extent | None:
    left, right = xs[cell.column], xs[cell.column + cell.columns]
    inside = [
        piece
        for band in bands[cell.row : cell.row + cell.rows]
        for piece in band
        if left <= (piece[0].x0 + piece[-1].x1) / 2 < right
    ]
    return (min(p[0].x0 for p in inside), max(p[-1].x1 for p in inside)) if inside else None
