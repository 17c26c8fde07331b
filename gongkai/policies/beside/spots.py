"""Finding words and dates in a text, whatever spaces the layout put between them, and on the pictures of pages."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from gongkai.reading.document import Leaf
from gongkai.text.dates import find_dates
from gongkai.text.normalise import fold

Wanted = str | date
MOST = 8  # places of one thing: a date that stands in every row of a table is not shown a hundred times
_SHORTEST = 8  # characters by which a longer passage is known again when it is not found as a whole


class Text:
    """A text in which things are found: ``find`` gives (start, end) offsets into it as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _tight(self) -> tuple[str, list[int]]:
        folded = fold(self.text)
        kept = [i for i, ch in enumerate(folded) if not ch.isspace()]
        return "".join(folded[i] for i in kept), kept

    @cached_property
    def _dates(self) -> dict[date, list[tuple[int, int]]]:
        # On tight text: 2025 年 3 月 1 日 may be cut by the end of a line.
        tight, kept = self._tight
        found: dict[date, list[tuple[int, int]]] = {}
        for each in find_dates(tight):
            found.setdefault(each.date, []).append((kept[each.start], kept[each.end - 1] + 1))
        return found

    def find(self, wanted: Wanted) -> list[tuple[int, int]]:
        """Where ``wanted`` stands; of a passage that is not there as a whole, where it begins."""
        if isinstance(wanted, date):
            return self._dates.get(wanted, [])[:MOST]
        needle = "".join(ch for ch in fold(wanted) if not ch.isspace())
        length = len(needle)
        while needle:
            if found := self._all(needle[:length]):
                return found
            if length <= _SHORTEST:
                return []
            length = max(length * 2 // 3, _SHORTEST)
        return []

    def _all(self, needle: str) -> list[tuple[int, int]]:
        tight, kept = self._tight
        found: list[tuple[int, int]] = []
        at = tight.find(needle)
        while at >= 0 and len(found) < MOST:
            found.append((kept[at], kept[at + len(needle) - 1] + 1))
            at = tight.find(needle, at + len(needle))
        return found


@dataclass(frozen=True)
class Box:
    """A place on the picture of a page, in ten-thousandths of its width and height."""

    page: int
    x: int
    y: int
    width: int
    height: int


class Pages:
    """The printed pages of a file as one text whose passages have places."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self._lines = [(leaf.number, line) for leaf in leaves for line in leaf.lines]
        self._starts: list[int] = []
        size = 0
        for _, line in self._lines:
            self._starts.append(size)
            size += len(line.text)
        self._text = Text("".join(line.text for _, line in self._lines))

    def find(self, wanted: Wanted, page: int = 0) -> list[list[Box]]:
        """Every place of ``wanted``, each as the boxes it fills, one a line; only those on ``page`` if there are any."""
        found = [self._boxes(start, end) for start, end in self._text.find(wanted)]
        on_page = [boxes for boxes in found if boxes[0].page == page]
        return on_page or found

    def _boxes(self, start: int, end: int) -> list[Box]:
        boxes = []
        index = bisect_right(self._starts, start) - 1
        while index < len(self._lines) and self._starts[index] < end:
            number, line = self._lines[index]
            first = max(start - self._starts[index], 0)
            last = min(end - self._starts[index], len(line.text))
            if first < last:
                x0, x1 = sorted((line.edges[first], line.edges[last]))
                boxes.append(Box(number, x0, line.top, max(x1 - x0, 40), max(line.bottom - line.top, 40)))
            index += 1
        return boxes
