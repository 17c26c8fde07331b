"""From a worksheet to lines and tables: titles above, units, notes below, several tables apart, empty edges cut."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gongkai.reading.document import Cell, Table, Unreadable
from gongkai.reading.page import Align, Line
from gongkai.reading.sheets.grid import TOO_LARGE, Entry, Range, Worksheet, joined

MAX_GRID = 2_000_000  # places of one table, empty ones counted
_UNIT = re.compile(r"(?:金额|货币|计量|数量)?单\s*位\s*[:：]\s*(?P<unit>[^\s:：，,；;）)]{1,12})")
_LABEL = re.compile(r"[:：]\s*\S{0,40}$|^(?:19|20)\d\d\s*年(?:度|\d{1,2}月(?:\d{1,2}日)?)?$")
_NOTE = re.compile(
    r"^[（(]?(?:备?\s*注|说\s*明|填表说明|填报说明|数据来源|资料来源|注释|温馨提示)\s*\d?\s*[:：.、]|^[*※★]"
)
_HEAD = re.compile(r"^附\s*(?:件|表|录)")
_EMPTY = Cell("")
_GAP_ROWS = 60  # bordered empty rows inside a form; more of them are a format dragged down


@dataclass(frozen=True)
class _Place:
    """A filled cell with the range that it covers."""

    row: int
    column: int
    bottom: int
    right: int
    entry: Entry


@dataclass
class _Band:
    """Rows that belong together, each with its filled cells from left to right; rows without any are in between."""

    rows: dict[int, list[_Place]]

    @property
    def places(self) -> list[_Place]:
        return [place for row in self.rows.values() for place in row]


@dataclass(frozen=True)
class _Index:
    """Borders and merged ranges by the row in which they begin: there may be very many tables and very many ranges."""

    ruled: dict[int, set[int]]
    merges: dict[int, list[Range]]

    @classmethod
    def of(cls, sheet: Worksheet) -> "_Index":
        index = cls(defaultdict(set), defaultdict(list))
        for r, c in sheet.ruled:
            index.ruled[r].add(c)
        for merge in sheet.merges:
            index.merges[merge[0]].append(merge)
        return index

    def ruled_columns(self, top: int, bottom: int) -> set[int]:
        """The columns in which a row from ``top`` to ``bottom`` has an empty cell with a border."""
        return {c for r in range(top, bottom + 1) if r in self.ruled for c in self.ruled[r]}

    def merges_from(self, top: int, bottom: int) -> list[Range]:
        """The merged ranges that begin in a row from ``top`` to ``bottom``."""
        return [merge for r in range(top, bottom + 1) if r in self.merges for merge in self.merges[r]]


def lines_of(sheet: Worksheet, origin: str) -> list[Line]:
    """The lines and tables of a worksheet whose hidden rows and columns are taken out; ``origin`` names it."""
    lines: list[Line] = []
    index = _Index.of(sheet)
    for band in _continued(_bands(sheet)):
        for line in _laid_out(band, index):
            n = len(lines) + 1
            lines.append(replace(line, origin=f"{origin}{'t' if line.table else 'p'}{n}"))
    return lines


# --- bands -------------------------------------------------------------------------------------------------


def _bands(sheet: Worksheet) -> list[_Band]:
    """Split at rows that are empty, not covered by a merged range and without borders."""
    ends = {(r0, c0): (r1, c1) for r0, c0, r1, c1 in sheet.merges}
    rows: dict[int, list[_Place]] = defaultdict(list)
    for (r, c), entry in sorted(sheet.cells.items()):
        bottom, right = ends.get((r, c), (r, c))
        rows[r].append(_Place(r, c, bottom, right, entry))
    ruled = {r for r, _ in sheet.ruled}
    bands: list[_Band] = []
    reach = -2
    for r, places in rows.items():
        gap = range(reach + 1, r)
        if not bands or (len(gap) > 0 and not (len(gap) <= _GAP_ROWS and all(k in ruled for k in gap))):
            bands.append(_Band({}))
            reach = r
        bands[-1].rows[r] = places
        reach = max(reach, *(place.bottom for place in places))
    return bands


def _continued(bands: list[_Band]) -> Iterator[_Band]:
    """A table with an empty row in its middle is one: what follows begins with figures and not with a heading."""
    held: _Band | None = None
    for band in bands:
        if held is not None and _continues(held, band):
            held.rows.update(band.rows)
            continue
        if held is not None:
            yield held
        held = band
    if held is not None:
        yield held


def _continues(above: _Band, below: _Band) -> bool:
    first = next(iter(below.rows.values()))
    last = next(reversed(above.rows.values()))
    if len(first) < 2 or len(last) < 2 or not any(place.entry.number for place in first):
        return False
    if all(
        re.fullmatch(r"(?:19|20)\d\d年?|\d{1,2}", place.entry.text) for place in first if place.entry.number
    ):
        return False
    left, right = _extent(last)
    return all(left <= place.column <= right for place in first)


def _extent(places: list[_Place]) -> tuple[int, int]:
    return min(place.column for place in places), max(place.right for place in places)


# --- lines above and below ---------------------------------------------------------------------------------


def _laid_out(band: _Band, index: _Index) -> Iterator[Line]:
    rows = list(band.rows.values())
    columns = {place.column for row in rows for place in row}
    if len(columns) == 1:
        for row in rows:
            yield _line(row, wide=row[0].right > row[0].column)
        return
    for piece in _stacked(rows):
        yield from _one(piece, index)


def _stacked(rows: list[list[_Place]]) -> list[list[list[_Place]]]:
    """Tables that stand close below one another: a second 单位：… line with a title above it begins another."""
    pieces: list[list[list[_Place]]] = [[]]
    begun = False
    for i, row in enumerate(rows):
        if begun and _opens_another(rows, i):
            pieces.append([])
            begun = False
        pieces[-1].append(row)
        begun = begun or (len(row) > 1 and not _is_labels(row))
    return pieces


def _opens_another(rows: list[list[_Place]], i: int) -> bool:
    if len(rows[i]) == 1 and i + 1 < len(rows) and not _UNIT.search(rows[i][0].entry.text):
        following = rows[i + 1]
        return _is_labels(following) and any(_UNIT.search(place.entry.text) for place in following)
    return (
        _is_labels(rows[i])
        and any(_UNIT.search(place.entry.text) for place in rows[i])
        and len(rows[i - 1]) > 1
    )


def _one(rows: list[list[_Place]], index: _Index) -> Iterator[Line]:
    left, right = _extent(
        [place for row in rows if len(row) > 1 or len(rows) == 1 for place in row] or rows[0]
    )
    start = 0
    while start < len(rows) and _stands_above(rows[start], left, right):
        start += 1
    end = _notes_begin(rows, start, left, right)
    unit = ""
    for row in rows[:start]:
        found = [m for place in row if (m := _UNIT.search(place.entry.text))]
        unit = found[-1]["unit"] if found else unit
        if not (found and len(row) == 1 and found[0][0] == row[0].entry.text.strip("（）() ")):
            yield _line(row, _is_wide(row, left, right))
    if end > start:
        for group in _side_by_side(rows[start:end], index):
            table = _table(group, index, unit)
            if table.rows:
                yield Line(table=table)
    for row in rows[end:]:
        yield _line(row, wide=False)


def _stands_above(row: list[_Place], left: int, right: int) -> bool:
    if len(row) > 1:
        return _is_labels(row)
    place = row[0]
    return (
        _is_wide(row, left, right)
        or place.column <= left
        or bool(_UNIT.search(place.entry.text) or _HEAD.match(place.entry.text))
    )


def _is_wide(row: list[_Place], left: int, right: int) -> bool:
    """One cell over most of the table."""
    place = row[0]
    covered = min(place.right, right) - max(place.column, left) + 1
    return len(row) == 1 and place.right > place.column and covered >= 0.6 * (right - left + 1)


def _is_labels(row: list[_Place]) -> bool:
    """编制单位：某局　　2024年度　　单位：万元: what stands above a table and is no row of it."""
    texts = [place.entry.text for place in row]
    return all(_LABEL.search(text) for text in texts) and any(re.search("[:：]", text) for text in texts)


def _notes_begin(rows: list[list[_Place]], start: int, left: int, right: int) -> int:
    """The index of the first row below the table: notes, and 单位负责人：　　填表人：."""
    end = len(rows)
    at = end
    while at - 1 > start:
        row = rows[at - 1]
        if len(row) > 1 and not _is_labels(row):
            break
        at -= 1
        text = row[0].entry.text
        if (
            len(row) > 1
            or _NOTE.match(text)
            or _LABEL.search(text)
            or (_is_wide(row, left, right) and len(text) > 12)
        ):
            end = at
    return end


def _line(row: list[_Place], wide: bool) -> Line:
    text = "　".join(place.entry.text.replace("\n", " ") for place in row)
    first = row[0].entry
    align = Align.CENTRE if len(row) == 1 and wide and first.align is not Align.END else first.align
    titled = align is Align.CENTRE and wide and len(text) <= 60 and not _NOTE.match(text)
    return Line(text, align, strong=titled or all(place.entry.bold for place in row))


# --- tables ------------------------------------------------------------------------------------------------


def _side_by_side(rows: list[list[_Place]], index: _Index) -> list[list[list[_Place]]]:
    """Two lists beside one another with an empty column between are two tables; each has two columns and two rows."""
    first, last = rows[0][0].row, max(place.bottom for place in rows[-1])
    used = {(c, c) for c in index.ruled_columns(first, last)}
    used |= {(place.column, place.right) for row in rows for place in row}
    groups = joined(list(used))
    if len(groups) < 2:
        return [rows]
    parts = [
        [kept for row in rows if (kept := [p for p in row if begin <= p.column <= end])]
        for begin, end in groups
    ]
    parts = [part for part in parts if part]
    whole = all(len({p.column for row in part for p in row}) > 1 and len(part) > 1 for part in parts)
    return parts if whole else [rows]


def _table(rows: list[list[_Place]], index: _Index, unit: str) -> Table:
    places = [place for row in rows for place in row]
    top, bottom = rows[0][0].row, max(place.row for place in places)
    left = min(place.column for place in places)
    ruled = index.ruled_columns(top, bottom)
    right = max(place.column for place in places)
    # A range merged to the right counts as far as the sheet has borders, or a few columns where it has none.
    for place in places:
        inside = place.right in ruled if ruled else place.right - place.column <= 8
        right = max(right, place.right if inside else right)
    merges = [m for m in index.merges_from(top, bottom) if m[1] <= right and m[3] >= left]
    clipped = [(max(r0, top), max(c0, left), min(r1, bottom), min(c1, right)) for r0, c0, r1, c1 in merges]
    if (bottom - top + 1) * (right - left + 1) > MAX_GRID:
        raise Unreadable(TOO_LARGE)
    texts = {(place.row, place.column): place.entry for place in places}
    shown = {r for r in range(top, bottom + 1) if r in index.ruled} | {r for r, _ in texts}
    return Table(_cells(texts, shown, (top, left, bottom, right), clipped), unit=unit)


def _cells(
    texts: dict[tuple[int, int], Entry], shown: set[int], box: Range, merges: list[Range]
) -> tuple[tuple[Cell, ...], ...]:
    """Rows of cells; rows and columns in which nothing begins, being covered throughout, are no rows and columns."""
    top, left, bottom, right = box
    begins, covered = _spans(merges)
    spanned = {r for r, _ in covered}
    free = [
        [c for c in range(left, right + 1) if (r, c) not in covered or (r, c) in begins]
        if r in shown or r in spanned
        else []
        for r in range(top, bottom + 1)
    ]
    columns = sorted({c for row in free for c in row})
    kept_rows = [top + i for i, row in enumerate(free) if row]
    before_row = _counts(kept_rows, top, bottom)
    before_column = _counts(columns, left, right)
    depth = _header_depth(texts, begins, kept_rows, columns)
    rows: list[tuple[Cell, ...]] = []
    for n, r in enumerate(kept_rows):
        row: list[Cell] = []
        for c in free[r - top]:
            entry = texts.get((r, c))
            text = entry.text if entry else ""
            if (r, c) not in begins:
                row.append(Cell(text, n < depth) if text or n < depth else _EMPTY)
                continue
            _, _, r1, c1 = begins[r, c]
            high = before_row[r1 + 1 - top] - before_row[r - top]
            wide = before_column[c1 + 1 - left] - before_column[c - left]
            row.append(Cell(text, n < depth, max(wide, 1), max(high, 1)))
        rows.append(tuple(row))
    return tuple(rows)


def _spans(merges: list[Range]) -> tuple[dict[tuple[int, int], Range], set[tuple[int, int]]]:
    """The merged ranges by the place where they begin, and all places that they cover.

    Ranges that overlap are a fault of the file: the first holds. Raises Unreadable when they cover too much.
    """
    begins: dict[tuple[int, int], Range] = {}
    covered: set[tuple[int, int]] = set()
    area = 0
    for merge in merges:
        r0, c0, r1, c1 = merge
        area += (r1 - r0 + 1) * (c1 - c0 + 1)
        if area > MAX_GRID:
            raise Unreadable(TOO_LARGE)
        inner = {(r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
        if len(inner) > 1 and not inner & covered:
            begins[r0, c0] = merge
            covered |= inner
    return begins, covered


def _counts(kept: list[int], first: int, last: int) -> list[int]:
    """How many of ``kept`` lie before each index from ``first`` to one past ``last``."""
    inside = set(kept)
    counts = [0]
    for index in range(first, last + 1):
        counts.append(counts[-1] + (index in inside))
    return counts


def _header_depth(
    texts: dict[tuple[int, int], Entry],
    begins: dict[tuple[int, int], Range],
    rows: list[int],
    columns: list[int],
) -> int:
    """How many rows at the top name the columns: all places filled, none by a figure other than a year."""
    if len(rows) < 2 or len(columns) < 2:
        return 0
    first = {c: texts[rows[0], c] for c in columns if (rows[0], c) in texts}
    filled = sum(begins.get((rows[0], c), (0, c, 0, c))[3] - c + 1 for c in first)
    if len(first) < 2 or filled < len(columns) - 1 or not all(map(_names, first.values())):
        return 0
    last = rows[0]
    for c in first:
        _, c0, r1, c1 = begins.get((rows[0], c), (rows[0], c, rows[0], c))
        under = [texts[rows[1], k] for k in range(c0, c1 + 1) if (rows[1], k) in texts]
        # A heading over several columns has theirs below it.
        last = max(last, r1, rows[1] if c1 > c0 and under and all(map(_names, under)) else last)
    return sum(r <= last for r in rows) if last < rows[-1] else 0


def _names(entry: Entry) -> bool:
    return not entry.number or bool(re.fullmatch(r"(?:19|20)\d\d年?", entry.text))
