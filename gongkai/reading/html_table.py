"""HTML tables: telling tables of data from tables that only lay out a page, and reading the former."""

import re

from selectolax.lexbor import LexborNode

from gongkai.reading.document import Cell, Table
from gongkai.text.normalise import clean

_MAX_SPAN = 500  # colspan="65535" is a common way to crash a reader


def own_rows(table: LexborNode) -> list[LexborNode]:
    """The rows of this table, without those of tables inside its cells."""
    rows: list[LexborNode] = []
    for child in table.iter():
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in {"tbody", "thead", "tfoot"}:
            rows += [row for row in child.iter() if row.tag == "tr"]
    return rows


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in {"td", "th"}]


def is_data_table(table: LexborNode) -> bool:
    """True for rows and columns of data; false for a table that wraps paragraphs or other tables."""
    rows = [cells for row in own_rows(table) if (cells := _cells(row))]
    # css() would match this table itself as well: walk instead.
    if not rows or any(node.tag == "table" and node.mem_id != table.mem_id for node in table.traverse()):
        return False
    if max(len(cells) for cells in rows) < 2:
        return False
    texts = [(len(clean(cell.text())), cell) for cells in rows for cell in cells]
    total = sum(length for length, _ in texts)
    longest, cell = max(texts, key=lambda pair: pair[0])
    paragraphs = sum(1 for p in cell.css("p,div,br") if p.tag == "br" or clean(p.text()))
    # One cell that holds almost everything, in several paragraphs, is a page's column.
    return not (longest > 0.8 * total and longest > 300 and paragraphs >= 4 and len(rows) <= 6)


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return min(int(value), _MAX_SPAN) if value.isascii() and value.isdigit() and int(value) > 0 else 1


def _cell_text(cell: LexborNode) -> str:
    for br in cell.css("br"):
        br.replace_with("\n")
    parts = (
        [clean(line) for p in cell.css("p") for line in (p.text() or "").split("\n")]
        if cell.css_first("p")
        else []
    )
    direct = clean(cell.text())
    joined = "\n".join(part for part in parts if part)
    # Text outside the paragraphs of a cell must not be lost.
    return joined if joined and len("".join(joined.split())) >= len("".join(direct.split())) else direct


def read_table(table: LexborNode) -> Table:
    """The table's rows; a row of <th>, or the first row when <thead> says so, is marked as header."""
    caption = table.css_first("caption")
    rows: list[tuple[Cell, ...]] = []
    for row in own_rows(table):
        head = row.parent is not None and row.parent.tag == "thead"
        cells = tuple(
            Cell(_cell_text(cell), cell.tag == "th" or head, _span(cell, "colspan"), _span(cell, "rowspan"))
            for cell in _cells(row)
        )
        if cells and (not _is_flat(row) or any(cell.text for cell in cells)):
            rows.append(cells)
    return Table(_trim(rows), clean(caption.text()) if caption else "")


def _is_flat(row: LexborNode) -> bool:
    """True for a row of no height: Word ends a table of uneven columns with one, to measure them; nobody sees it."""
    style = (row.attributes.get("style") or "").lower()
    return (row.attributes.get("height") or "").strip() in {"0", "0px"} or bool(
        re.search(r"(?:^|[;\s])(?:height\s*:\s*0(?:px|pt)?|display\s*:\s*none)\s*(?:;|$)", style)
    )


def _trim(rows: list[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Without single empty cells that end a table; the blank rows of a form are rows. Nothing where nothing is written."""
    if not any(cell.text for row in rows for cell in row):
        return ()
    widest = max(len(row) for row in rows)
    while len(rows[-1]) == 1 < widest and not rows[-1][0].text and rows[-1][0].colspan == 1:
        rows.pop()
    return tuple(rows)
