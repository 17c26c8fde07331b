"""Sheets in, the lines and tables of a page out: the order of the work."""

from collections.abc import Iterable

from gongkai.reading.layout.captions import above_of, is_continuation, name_table, repeats_head
from gongkai.reading.layout.cover import cover_title
from gongkai.reading.layout.furniture import without_furniture
from gongkai.reading.layout.joining import goes_on, headed_alike, join, table_of
from gongkai.reading.layout.leaves import Leaf, leaf_of
from gongkai.reading.layout.measure import Measure, measure
from gongkai.reading.layout.paragraphs import Writer
from gongkai.reading.layout.pieces import Piece
from gongkai.reading.layout.rows import Row
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.page import SHEET_EDGE, Label, Line, Page


def read_sheets(sheets: Iterable[Sheet], page: Page) -> None:
    """Fills ``page.lines`` with the paragraphs and tables of ``sheets``, in reading order.

    ``Line.sheet`` is the page a line begins on, ``Line.origin`` the same in words (第3页). Entries of a table of contents
    with dot leaders are ``linked``: they lead to the text and are not it. ``page.headline`` is the title on the cover where
    there is one. Glyphs are let go of sheet by sheet.
    """
    leaves = [leaf_of(sheet) for sheet in sheets]
    page.labels += [Label(SHEET_EDGE, text) for text in without_furniture(leaves)]
    page.headline = cover_title(leaves)
    known = measure(leaves)
    writer = Writer(known)
    for item in _joined(leaves, known):
        if isinstance(item, Piece):
            writer.table(Line(table=table_of(item), origin=f"第{item.begins}页", sheet=item.begins))
        elif isinstance(item, Leaf):
            writer.notes(item.notes)
        else:
            writer.row(item)
    writer.end()
    page.lines += writer.lines


def _joined(leaves: list[Leaf], known: Measure) -> list[Row | Piece | Leaf]:
    """The flow of all sheets with broken tables whole and named; a leaf stands where its footnotes are due."""
    out: list[Row | Piece | Leaf] = []
    open_piece: Piece | None = None
    for leaf in leaves:
        above: list[Row] = []
        pieces = [item for item in leaf.flow if isinstance(item, Piece)]
        for item in leaf.flow:
            if isinstance(item, Row):
                item.frame = item.frame or known.frame(leaf, item)
                above.append(item)
                continue
            item.first = item is pieces[0] and _nothing_before(leaf, item)
            item.last = leaf.flow[-1] is item
            said = bool(above) and is_continuation(above[-1].text)
            again = open_piece is not None and item is pieces[0] and repeats_head(open_piece, above)
            if open_piece and (item.first or said or again):
                if again and headed_alike(open_piece, item):
                    item.first, above = True, []
                elif said:
                    item.first, above = True, above[:-1]
                if not above and goes_on(open_piece, item):
                    whole = join(open_piece, item)
                    out[_index(out, open_piece)] = whole
                    open_piece = whole
                    continue
            item.above = above_of(above)
            out += name_table(item, above)
            above = []
            out.append(item)
            open_piece = item
        out += above
        if above:
            open_piece = None
        if leaf.notes:
            for row in leaf.notes:
                row.frame = row.frame or known.frame(leaf, row)
            out.append(leaf)
    return out


def _nothing_before(leaf: Leaf, piece: Piece) -> bool:
    return leaf.flow[0] is piece


def _index(items: list[Row | Piece | Leaf], wanted: Piece) -> int:
    return next(i for i in range(len(items) - 1, -1, -1) if items[i] is wanted)
