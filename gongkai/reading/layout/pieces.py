"""A ruled table on one sheet: the words of its cells."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from gongkai.reading.layout.bands import with_rows_of_figures
from gongkai.reading.layout.grid import Grid
from gongkai.reading.layout.rows import Row, joined, rows_of
from gongkai.reading.layout.sheet import Glyph
from gongkai.text.clause_numbers import clause_number
from gongkai.text.normalise import clean, unspace

_SENTENCE_END = ("。", "；", "！", "？", "：", ";", ".")
_WIDE = 12  # a cell this many characters wide may hold paragraphs, narrower ones a phrase


@dataclass
class Box:
    """A cell of a piece: where it begins, what it covers, and its words."""

    row: int
    column: int
    rows: int
    columns: int
    text: str = ""
    doubtful: bool = False
    header: bool = False
    full: bool = False  # the last row of type fills the cell: the sentence may go on


@dataclass
class Piece:
    """A table or the part of it that stands on one sheet; ``xs`` are the edges of its columns in points."""

    sheet: int
    xs: list[float]
    top: float
    bottom: float
    rows: int
    boxes: list[Box] = field(default_factory=list)
    caption: str = ""
    unit: str = ""
    page_height: float = 0.0
    column: int = 0
    first: bool = False  # nothing but furniture above it on its sheet
    last: bool = False  # nothing but furniture below it
    size: float = 10.0
    begins: int = 0  # the sheet on which the whole table begins
    above: frozenset[str] = frozenset()  # what stands above it on that sheet
    loose: bool = False  # the edges of its columns are guessed
    tail: float = 0.0  # the height of its last row, as a share of its usual one

    def at(self) -> dict[tuple[int, int], Box]:
        """Every place of the grid and the box that covers it."""
        return {
            (box.row + i, box.column + j): box
            for box in self.boxes
            for i in range(box.rows)
            for j in range(box.columns)
        }


def piece_of(grid: Grid, glyphs: list[Glyph], number: int, page_height: float) -> Piece:
    """The table that ``glyphs`` fill; each stands in the cell where its middle is."""
    grid = with_rows_of_figures(grid, glyphs)
    where = {
        (each.row + i, each.column + j): index
        for index, each in enumerate(grid.regions)
        for i in range(each.rows)
        for j in range(each.columns)
    }
    held: list[list[Glyph]] = [[] for _ in grid.regions]
    for glyph in glyphs:
        column = bisect_right(grid.xs, (glyph.x0 + glyph.x1) / 2) - 1
        row = bisect_right(grid.ys, (glyph.top + glyph.bottom) / 2) - 1
        column = min(max(column, 0), len(grid.xs) - 2)
        row = min(max(row, 0), len(grid.ys) - 2)
        held[where[row, column]].append(glyph)
    piece = Piece(
        number, grid.xs, grid.ys[0], grid.ys[-1], len(grid.ys) - 1, page_height=page_height, begins=number
    )
    piece.loose = grid.loose
    heights = [below - above for above, below in pairwise(grid.ys)]
    piece.tail = heights[-1] / sorted(heights)[len(heights) // 2]
    for region, inside in zip(grid.regions, held, strict=True):
        box = Box(region.row, region.column, region.rows, region.columns)
        if inside:
            rows = rows_of(inside)
            left, right = grid.xs[region.column], grid.xs[region.column + region.columns]
            box.text = cell_text(rows, left, right)
            box.doubtful = any(row.doubtful for row in rows)
            box.full = rows[-1].x1 > right - 2.2 * rows[-1].size
        piece.boxes.append(box)
    if glyphs:
        sizes = sorted(glyph.size for glyph in glyphs)
        piece.size = sizes[len(sizes) // 2]
    return piece


def cell_text(rows: list[Row], left: float, right: float) -> str:
    """The words of a cell; paragraphs within it on lines of their own."""
    if right - left < _WIDE * rows[0].size or len(rows) == 1:
        return unspace(_all_joined(rows))
    edge, fill = min(row.x0 for row in rows), max(row.x1 for row in rows)
    paragraphs: list[list[Row]] = []
    for row in rows:
        if paragraphs and not _begins(row, paragraphs[-1][-1], edge, fill):
            paragraphs[-1].append(row)
        else:
            paragraphs.append([row])
    return "\n".join(unspace(_all_joined(each)) for each in paragraphs)


def _begins(row: Row, before: Row, edge: float, fill: float) -> bool:
    """Whether a row in a wide cell begins a paragraph: indented, or behind a sentence that ended short."""
    indented = row.x0 - edge > 1.2 * row.size and before.x0 - edge < row.x0 - edge + 0.5 * row.size
    ended = before.text.endswith(_SENTENCE_END)
    short = before.x1 < fill - 2.2 * row.size
    numbered = clause_number(row.text) is not None
    centred = abs((row.x0 - edge) - (fill - row.x1)) < row.size
    return (indented and not centred and (ended or short)) or (short and (ended or numbered))


def _all_joined(rows: list[Row]) -> str:
    text = ""
    for row in rows:
        text = joined(text, clean(row.text))
    return text
