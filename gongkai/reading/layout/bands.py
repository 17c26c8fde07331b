"""Tables that rule their columns but not their rows: rows of figures at one height are rows of the table."""

import re
from bisect import bisect_left
from itertools import pairwise

from gongkai.reading.layout.grid import Grid, Region
from gongkai.reading.layout.rows import rows_of
from gongkai.reading.layout.sheet import Glyph

_FIGURE = re.compile(r"^[-－+]?[\d,，]+(?:[.．]\d+)?[%％]?$")
_LEAST = 3  # two figures above each other may be one cell with two; three in two columns are rows
_LEVEL = 3.0  # points


def with_rows_of_figures(grid: Grid, glyphs: list[Glyph]) -> Grid:
    """The grid with a row for each row of figures, where several columns show them at the same heights."""
    cuts: dict[int, list[float]] = {}
    for row in range(len(grid.ys) - 1):
        band = [region for region in grid.regions if region.row == row and region.rows == 1]
        if len(band) < 2 or grid.ys[row + 1] - grid.ys[row] < 30:
            continue
        inside = [
            glyph for glyph in glyphs if grid.ys[row] <= (glyph.top + glyph.bottom) / 2 < grid.ys[row + 1]
        ]
        heights = _heights(grid, band, inside)
        if heights:
            cuts[row] = [(above + below) / 2 for above, below in pairwise(heights)]
    return _cut(grid, cuts) if cuts else grid


def _heights(grid: Grid, band: list[Region], glyphs: list[Glyph]) -> list[float]:
    """The middles of the rows of figures, if two columns and more agree on them and none has figures elsewhere."""
    found: list[list[float]] = []
    for region in band:
        left, right = grid.xs[region.column], grid.xs[region.column + region.columns]
        rows = rows_of([glyph for glyph in glyphs if left <= (glyph.x0 + glyph.x1) / 2 < right])
        if len(rows) >= _LEAST and all(_FIGURE.match(row.text.replace(" ", "")) for row in rows):
            found.append([(row.top + row.bottom) / 2 for row in rows])
    if len(found) < 2:
        return []
    longest = max(found, key=len)
    agree = all(any(abs(one - other) <= _LEVEL for other in longest) for heights in found for one in heights)
    return longest if agree else []


def _cut(grid: Grid, cuts: dict[int, list[float]]) -> Grid:
    ys = sorted([*grid.ys, *(y for more in cuts.values() for y in more)])
    place = [bisect_left(ys, y) for y in grid.ys]
    regions: list[Region] = []
    for region in grid.regions:
        first, last = place[region.row], place[region.row + region.rows]
        if region.rows == 1 and region.row in cuts:
            regions += [Region(row, region.column, 1, region.columns) for row in range(first, last)]
        else:
            regions.append(Region(first, region.column, last - first, region.columns))
    return Grid(grid.xs, ys, sorted(regions, key=lambda each: (each.row, each.column)), grid.loose)
