"""Ruling lines put together to grids: where the columns and rows of a table are, and which cells are merged."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from gongkai.reading.layout.sheet import Rule

_SNAP = 3.0  # points: lines no further apart are one (double lines, borders drawn cell by cell)
_TOUCH = 4.0
_GAP = 2.5
_DASH = 8.0  # a line of pieces shorter than this is dashed
_COVER = 0.6  # share of a cell's side that must be drawn to be its border
MAX_LINES = 1_500  # across and down: a page with more is a drawing


@dataclass(frozen=True, slots=True)
class Region:
    """A cell, merged or not, by the row and column where it begins and the number it covers."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass
class Grid:
    """Edges of columns and rows in points, and the cells between them in reading order.

    ``loose`` if no line shows the columns: their edges are guessed from the type and differ from page to page.
    """

    xs: list[float]
    ys: list[float]
    regions: list[Region] = field(default_factory=list)
    loose: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """(x0, top, x1, bottom)."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


@dataclass(slots=True)
class _Line:
    at: float
    start: float
    end: float


def lines_of(rules: list[Rule]) -> tuple[list[_Line], list[_Line]]:
    """Lines across and lines down; pieces of one line put together."""
    across = [(r.top + r.bottom, r.x0, r.x1) for r in rules if r.x1 - r.x0 >= r.bottom - r.top]
    down = [(r.x0 + r.x1, r.top, r.bottom) for r in rules if r.x1 - r.x0 < r.bottom - r.top]
    return _merged(across), _merged(down)


def _merged(pieces: list[tuple[float, float, float]]) -> list[_Line]:
    bands: list[list[_Line]] = []
    for at2, start, end in sorted(pieces):
        if bands and at2 / 2 - bands[-1][0].at <= _SNAP:
            bands[-1].append(_Line(at2 / 2, start, end))
        else:
            bands.append([_Line(at2 / 2, start, end)])
    return [line for band in bands for line in _chained(band)]


def _chained(band: list[_Line]) -> list[_Line]:
    """The pieces at one height, chained where they touch; small gaps belong to a dashed line."""
    lengths = sorted(line.end - line.start for line in band)
    gap = _DASH if len(band) >= 6 and lengths[len(lengths) // 2] < _DASH else _GAP
    out: list[_Line] = []
    for line in sorted(band, key=lambda each: each.start):
        if out and line.start - out[-1].end <= gap:
            out[-1].end = max(out[-1].end, line.end)
        else:
            out.append(_Line(line.at, line.start, line.end))
    return out


def grids_of(rules: list[Rule]) -> list[Grid]:
    """Every ruled table on a sheet, from top to bottom."""
    across, down = lines_of(rules)
    across = [line for line in across if line.end - line.start >= 6]
    down = [line for line in down if line.end - line.start >= 4]
    if not across or not down or len(across) > MAX_LINES or len(down) > MAX_LINES:
        return []
    found = [grid for group in _groups(across, down) if (grid := _grid(*group))]
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _groups(across: list[_Line], down: list[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """Lines that touch each other, directly or through others."""
    owner = list(range(len(across) + len(down)))

    def top(i: int) -> int:
        while owner[i] != i:
            owner[i] = owner[owner[i]]
            i = owner[i]
        return i

    across.sort(key=lambda line: line.at)
    heights = [line.at for line in across]
    for d, line in enumerate(down):
        a = bisect_left(heights, line.start - _TOUCH)
        while a < len(across) and heights[a] <= line.end + _TOUCH:
            if across[a].start - _TOUCH <= line.at <= across[a].end + _TOUCH:
                owner[top(len(across) + d)] = top(a)
            a += 1
    groups: dict[int, tuple[list[_Line], list[_Line]]] = {}
    for i in range(len(owner)):
        group = groups.setdefault(top(i), ([], []))
        if i < len(across):
            group[0].append(across[i])
        else:
            group[1].append(down[i - len(across)])
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


def _grid(across: list[_Line], down: list[_Line]) -> Grid | None:
    _close_sides(across, down)
    _close_sides(down, across)
    xs = _edges([line.at for line in down])
    ys = _edges([line.at for line in across])
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) < 2:
        return None
    if xs[-1] - xs[0] < 30 or ys[-1] - ys[0] < 10:
        return None
    upright = _drawn(down, xs, ys)
    level = _drawn(across, ys, xs)
    grid = Grid(xs, ys, regions_of(len(ys) - 1, len(xs) - 1, upright, level))
    grid = _without_idle(grid)
    return grid if len(grid.regions) >= 2 else None


def _close_sides(across: list[_Line], down: list[_Line]) -> None:
    """Tables open at the sides: where lines end and none closes them, the side is where they end."""
    for far, end in ((min, "start"), (max, "end")):
        side = far(getattr(line, end) for line in across)
        ends = sum(abs(getattr(line, end) - side) <= _TOUCH for line in across)
        if ends >= 2 and all(abs(line.at - side) > 2 * _TOUCH for line in down):
            reach = [line.at for line in across if abs(getattr(line, end) - side) <= _TOUCH]
            down.append(_Line(side, min(reach), max(reach)))


def _edges(places: list[float]) -> list[float]:
    out: list[list[float]] = []
    for place in sorted(places):
        if out and place - out[-1][0] <= _SNAP:
            out[-1].append(place)
        else:
            out.append([place])
    return [sum(group) / len(group) for group in out]


def _drawn(lines: list[_Line], edges: list[float], stops: list[float]) -> set[tuple[int, int]]:
    """(edge, gap) for each edge that is drawn along the gap between two stops."""
    spans: dict[int, list[_Line]] = {}
    for line in lines:
        edge = min(range(len(edges)), key=lambda i: abs(edges[i] - line.at))
        spans.setdefault(edge, []).append(line)
    drawn: set[tuple[int, int]] = set()
    for edge, pieces in spans.items():
        for gap in range(len(stops) - 1):
            low, high = stops[gap], stops[gap + 1]
            covered = sum(max(0.0, min(line.end, high) - max(line.start, low)) for line in pieces)
            if covered >= _COVER * (high - low):
                drawn.add((edge, gap))
    return drawn


def regions_of(
    rows: int, columns: int, upright: set[tuple[int, int]], level: set[tuple[int, int]]
) -> list[Region]:
    """Cells between which no line is drawn are one; only rectangles count. ``upright`` and ``level`` are (edge, gap)."""
    taken: set[tuple[int, int]] = set()
    out: list[Region] = []
    for r in range(rows):
        for c in range(columns):
            if (r, c) in taken:
                continue
            wide = 1
            while c + wide < columns and (c + wide, r) not in upright and (r, c + wide) not in taken:
                wide += 1
            high = 1
            while r + high < rows and _open(upright, level, taken, r + high, c, wide):
                high += 1
            taken |= {(r + i, c + j) for i in range(high) for j in range(wide)}
            out.append(Region(r, c, high, wide))
    return out


def _open(
    upright: set[tuple[int, int]],
    level: set[tuple[int, int]],
    taken: set[tuple[int, int]],
    row: int,
    column: int,
    wide: int,
) -> bool:
    """Whether the cell above goes on through this row."""
    return (
        all((row, column + j) not in level for j in range(wide))
        and all((column + j, row) not in upright for j in range(1, wide))
        and all((row, column + j) not in taken for j in range(wide))
    )


def _without_idle(grid: Grid) -> Grid:
    """Edges at which no cell begins are no columns or rows."""
    columns = sorted({region.column for region in grid.regions})
    rows = sorted({region.row for region in grid.regions})
    along = _counter(columns)
    below = _counter(rows)
    regions = [
        Region(
            below(each.row),
            along(each.column),
            below(each.row + each.rows) - below(each.row),
            along(each.column + each.columns) - along(each.column),
        )
        for each in grid.regions
    ]
    xs = [*(grid.xs[c] for c in columns), grid.xs[-1]]
    ys = [*(grid.ys[r] for r in rows), grid.ys[-1]]
    return Grid(xs, ys, regions)


def _counter(used: list[int]) -> Callable[[int], int]:
    return lambda place: bisect_left(used, place)
