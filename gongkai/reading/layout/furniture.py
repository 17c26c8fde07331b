"""Running heads and feet and page numbers: what every sheet repeats and no text contains."""

import re
from collections import defaultdict
from statistics import median

from gongkai.reading.layout.leaves import Leaf
from gongkai.reading.layout.pieces import Piece
from gongkai.reading.layout.rows import Row

_EDGE = 0.14  # share of the sheet's height at head and foot where furniture stands
_DEEP = 2  # rows from the edge
_NEAR = 8.0
_SAME = 2.0  # points
_SMALLER = 0.75  # times the type of the text
_ABOVE = 4  # rows between a title and its table, and the table
_LARGER = 1.25  # times the type of the table
_LABEL = re.compile(
    r"(?:单\s*位|部\s*门)\s*[:：]|公开\s*\d+\s*表$|表\s*[\d.-]+$"
)  # with it: unit, office, number of the form
_PAGE_NUMBER = re.compile(
    r"^[-—–－―~·.•\s]*(?:第\s*)?(?:\d{1,4}|[IVXLCivxlc\u2160-\u217b]{1,7}|[〇零一二三四五六七八九十百]{1,4}(?=\s*页))(?:\s*页)?"
    r"(?:\s*[,，/／]?\s*共?\s*\d{1,4}\s*页?)?[-—–－―~·.•\s]*$"
)


def without_furniture(leaves: list[Leaf]) -> list[str]:
    """Takes running heads, feet and page numbers out of the flow; gives the words taken, each once.

    They are no text, but one of them may be a mark of secrecy.
    """
    taken: dict[str, None] = {}
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    loose: set[str] = set()  # what stands above text somewhere
    for index, leaf in enumerate(leaves):
        for row in _edge_rows(leaf):
            seen[_words(row.text)].append((index, row.top))
            if not _names_table(row, leaf):
                loose.add(_words(row.text))
    for index, leaf in enumerate(leaves):
        for row in _edge_rows(leaf):
            words = _words(row.text)
            repeats = words in loose and (
                _repeats(seen[words], index, row.top, len(leaves))
                or _on_both(seen[words], row, leaf, len(leaves))
            )
            if repeats or _is_page_number(row, leaf):
                leaf.flow.remove(row)
                taken[row.text] = None
    return list(taken)


def _names_table(row: Row, leaf: Leaf) -> bool:
    """The title of a table that a printer was told to print on each page, or its unit: close above it, larger or labelled."""
    below = sorted((item for item in leaf.flow if item.top > row.top), key=lambda item: item.top)[:_ABOVE]
    piece = next((item for item in below if isinstance(item, Piece)), None)
    return piece is not None and (row.size >= _LARGER * piece.size or bool(_LABEL.search(row.text)))


def _words(text: str) -> str:
    return re.sub(r"[\d\u2160-\u217b]+|\s", "#", text)


def _edge_rows(leaf: Leaf) -> list[Row]:
    """The outermost rows at head and foot of the sheet, if no table stands further out."""
    order = sorted(leaf.flow, key=lambda item: item.top)
    out: list[Row] = []
    for items, is_edge in (
        (order, lambda item: item.bottom <= _EDGE * leaf.height),
        (order[::-1], lambda item: item.top >= (1 - _EDGE) * leaf.height),
    ):
        for item in items[:_DEEP]:
            if isinstance(item, Piece) or not is_edge(item):
                break
            if not any(item is each for each in out):
                out.append(item)
    return out


def _is_page_number(row: Row, leaf: Leaf) -> bool:
    """A number alone, apart from the text; 第二章 or 3. with words behind it is none."""
    if not _PAGE_NUMBER.match(row.text):
        return False
    others = [item for item in leaf.flow if item is not row]
    apart = min((max(item.top - row.bottom, row.top - item.bottom) for item in others), default=99.0)
    return apart > 0.4 * row.size


def _on_both(places: list[tuple[int, float]], row: Row, leaf: Leaf, count: int) -> bool:
    """Two sheets are few to tell by: the same words at the very same height, and in clearly smaller type than the text."""
    if count != 2 or len({at for at, height in places if abs(height - row.top) <= _SAME}) < 2:
        return False
    sizes = [item.size for item in leaf.flow if isinstance(item, Row)]
    return row.size <= _SMALLER * median(sizes)


def _repeats(places: list[tuple[int, float]], index: int, top: float, count: int) -> bool:
    """At the same height on most pages, or on every other page, or on many pages in a row (heads of chapters)."""
    near = {at for at, height in places if abs(height - top) <= _NEAR}
    if len(near) >= max(3, 0.5 * count):
        return True
    same_side = sum(at % 2 == index % 2 for at in near)
    if same_side >= max(3, 0.4 * count):
        return True
    run = sum(at in near for at in range(index - 6, index + 7))
    return run >= 6
