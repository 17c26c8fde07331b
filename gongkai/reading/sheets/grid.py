"""A worksheet as it is stored: filled cells, merged ranges, borders; what is hidden is taken out before anything is laid out."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from gongkai.reading.document import Unreadable
from gongkai.reading.page import Align

MAX_CELLS = 300_000  # filled cells of a whole workbook; the largest budget books of a city have some 100,000
MAX_SEEN = 1_000_000  # cells of any kind, empty ones with a border or a colour counted
MAX_TEXT = 40_000_000  # characters of a whole workbook: one long text may stand in many cells
MAX_MERGES = 50_000
TOO_LARGE = (
    "电子表格过大（有内容的单元格超过三十万个，或者铺得过开），不像一份公文的附表；请拆分成几个文件后再导入。"
)
TOO_MANY_EMPTY = "电子表格里带格式的空白单元格过多，没有读取；请删除表格下方和右侧的空白行列后再导入。"

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, all counted from 0 and inclusive."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a cell shows; ``number`` if it holds a figure and not text."""

    text: str
    number: bool = False
    bold: bool = False
    align: Align = Align.START


@dataclass
class Worksheet:
    """One worksheet; rows and columns are counted from 0. ``ruled`` are the places of empty cells with a border."""

    name: str
    cells: dict[tuple[int, int], Entry] = field(default_factory=dict)
    ruled: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    uncalculated: int = 0  # formulas without a stored result
    veiled: int = 0  # figures that their format does not show (;;;)


@dataclass
class Budget:
    """Counts over a whole workbook; raises Unreadable where it is larger than any office's table."""

    filled: int = 0
    seen: int = 0
    characters: int = 0

    def take(self, text: str) -> None:
        """One more filled cell."""
        self.filled += 1
        self.characters += len(text)
        if self.filled > MAX_CELLS or self.characters > MAX_TEXT:
            raise Unreadable(TOO_LARGE)

    def see(self) -> None:
        """One more cell of any kind."""
        self.seen += 1
        if self.seen > MAX_SEEN:
            raise Unreadable(TOO_MANY_EMPTY)


def without_hidden(sheet: Worksheet) -> tuple[Worksheet, int, int]:
    """The worksheet as people see it, and how many filled rows and columns were hidden.

    Hidden rows and columns are closed up. A merged range that begins in a hidden one shows its text where it comes
    into sight.
    """
    spans = joined(sheet.hidden_columns)
    hidden_rows = sorted(sheet.hidden_rows)
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    row_of, column_of = _mapper([(r, r) for r in hidden_rows]), _mapper(spans)
    merges: list[Range] = []
    for r0, c0, r1, c1 in sheet.merges[:MAX_MERGES]:
        top, left = row_of(r0)[0], column_of(c0)[0]
        bottom, right = row_of(r1)[1], column_of(c1)[1]
        if top <= bottom and left <= right:
            merges.append((top, left, bottom, right))
            covered[r0, c0] = (top, left)
    seen = Worksheet(sheet.name, merges=merges)
    lost_rows: set[int] = set()
    lost_columns: set[int] = set()
    for (r, c), entry in sheet.cells.items():
        if (r, c) in covered:
            seen.cells[covered[r, c]] = entry
            continue
        (row, above), (column, before) = row_of(r), column_of(c)
        if row == above and column == before:
            seen.cells[row, column] = entry
        if row != above:
            lost_rows.add(r)
        if column != before:
            lost_columns.add(c)
    for r, c in sheet.ruled:
        (row, above), (column, before) = row_of(r), column_of(c)
        if row == above and column == before:
            seen.ruled.add((row, column))
    return seen, len(lost_rows), len(lost_columns)


def joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans (first, last) in order, those that touch or overlap made one."""
    whole: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if whole and first <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole


def _mapper(spans: list[tuple[int, int]]) -> Callable[[int], tuple[int, int]]:
    """From an index to the visible index at or after it, and the one at or before it; the same where it is visible."""
    firsts = [first for first, _ in spans]
    lasts = [last for _, last in spans]
    before = [0]
    for first, last in spans:
        before.append(before[-1] + last - first + 1)

    def find(index: int) -> tuple[int, int]:
        k = bisect_right(firsts, index)
        if k and lasts[k - 1] >= index:
            place = firsts[k - 1] - before[k - 1]
            return place, place - 1
        place = index - before[bisect_left(firsts, index)]
        return place, place

    return find
