"""What is usual in a file: the size of its type, the edges of its text, the distance of its rows."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from gongkai.reading.layout.leaves import Leaf
from gongkai.reading.layout.pieces import Piece
from gongkai.reading.layout.rows import Row

Frame = tuple[float, float]
_ENOUGH = 6  # long rows that say for themselves where the edges of a sheet are
_LONG = 0.55  # share of the sheet's width


@dataclass
class Measure:
    """``size`` is the usual size of type in points, ``pitch`` the usual distance of rows; frames by sheet and by format."""

    size: float = 12.0
    pitch: float = 0.0
    by_sheet: dict[int, Frame] = field(default_factory=dict)
    by_format: dict[tuple[int, int], Frame] = field(default_factory=dict)
    pitches: dict[int, float] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)  # sheets with a long row of running text

    def frame(self, leaf: Leaf, row: Row) -> Frame:
        """The left and right edge of the text that ``row`` stands in."""
        found = self.by_sheet.get(leaf.number) or self.by_format.get(_format(leaf))
        if found and leaf.number not in self.written:
            # A cover or a sheet of tables alone: what is centred there is centred on the sheet.
            margin = min(found[0], leaf.width - found[1])
            found = (margin, leaf.width - margin)
        if found and found[0] - 2 * row.size <= row.x0 and row.x1 <= found[1] + 2 * row.size:
            return found
        tables = [item for item in leaf.flow if isinstance(item, Piece)]
        if tables:
            return min(t.xs[0] for t in tables), max(t.xs[-1] for t in tables)
        left = min(row.x0, 0.12 * leaf.width)
        return left, leaf.width - left


def measure(leaves: list[Leaf]) -> Measure:
    """What is usual in these sheets."""
    known = Measure()
    rows = [(leaf, row) for leaf in leaves for row in leaf.flow if isinstance(row, Row)]
    sizes: Counter[float] = Counter()
    for _, row in rows:
        sizes[round(row.size * 2) / 2] += len(row.text)
    if sizes:
        known.size = sizes.most_common(1)[0][0]
    by_format: dict[tuple[int, int], list[Row]] = defaultdict(list)
    by_sheet: dict[int, list[Row]] = defaultdict(list)
    for leaf, row in rows:
        if row.frame is None and row.x1 - row.x0 >= _LONG * leaf.width:
            by_format[_format(leaf)].append(row)
            by_sheet[leaf.number].append(row)
    known.written = set(by_sheet)
    known.by_format = {key: _edges(long) for key, long in by_format.items() if len(long) >= 3}
    known.by_sheet = {key: _edges(long) for key, long in by_sheet.items() if len(long) >= _ENOUGH}
    pitches = sorted(leaf.pitch for leaf in leaves if leaf.pitch)
    known.pitch = pitches[len(pitches) // 2] if pitches else 0.0
    known.pitches = {leaf.number: leaf.pitch for leaf in leaves if leaf.pitch and len(leaf.flow) >= 8}
    return known


def _format(leaf: Leaf) -> tuple[int, int]:
    return round(leaf.width / 5), round(leaf.height / 5)


def _edges(rows: list[Row]) -> Frame:
    """Left: the leftmost place where a fair share of long rows begin; right: where nearly all of them end."""
    begins = Counter(round(row.x0 / 3) for row in rows)
    share = max(1, 0.08 * len(rows))
    left = min(place for place, count in begins.items() if count + begins.get(place + 1, 0) >= share)
    lefts = [row.x0 for row in rows if left <= round(row.x0 / 3) <= left + 1]
    ends = sorted(row.x1 for row in rows)
    return min(lefts), ends[int(0.95 * (len(ends) - 1))]
