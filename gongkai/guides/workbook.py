"""The visible cells of a workbook by the row and column that a person sees there: what an import names when it refuses.

The reader of documents (``reading.sheets``) lays worksheets out as text and closes gaps up; its parts serve here as well.
"""

import posixpath
import zipfile
from dataclasses import dataclass, field

from gongkai.reading.document import Unreadable
from gongkai.reading.sheets.formats import show
from gongkai.reading.sheets.grid import Budget
from gongkai.reading.sheets.stream import Broken, Cells, RawCell, SharedStrings
from gongkai.reading.sheets.workbook import cell_text
from gongkai.reading.zipped import DAMAGED, local, open_zip, xml_root

_BROKEN = "文件已损坏，电子表格结构不完整，请重新取得原件。"
_RELATION = ("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
             "{http://purl.oclc.org/ooxml/officeDocument/relationships}id")  # fmt: skip


@dataclass
class Grid:
    """A worksheet: row number, counted from 1 as it is shown, → column, from 0 → text. Hidden rows are left out."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: int = 0


def grids(data: bytes) -> list[Grid]:
    """The visible worksheets of an .xlsx file. Raises Unreadable when it is damaged, locked or too large."""
    with open_zip(data) as archive:
        try:
            return _grids(archive)
        except (*DAMAGED, Broken):
            raise Unreadable(_BROKEN) from None


def _grids(archive: zipfile.ZipFile) -> list[Grid]:
    book, relations = xml_root(archive, "xl/workbook.xml"), xml_root(archive, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        raise Unreadable(_BROKEN)
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    texts = SharedStrings()
    if "xl/sharedStrings.xml" in archive.namelist():
        with archive.open("xl/sharedStrings.xml") as stream:
            texts.feed(stream)
    found, budget = [], Budget()
    for sheet in (each for each in book.iter("{*}sheet") if local(each) == "sheet"):
        target = next((targets[key] for name in _RELATION if (key := sheet.get(name)) in targets), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if sheet.get("state", "visible") == "visible" and "/worksheets/" in f"/{path}":
            found.append(_grid(archive, path, sheet.get("name", ""), texts.texts, budget))
    return found


def _grid(archive: zipfile.ZipFile, path: str, name: str, texts: list[str], budget: Budget) -> Grid:
    grid = Grid(name)

    def take(cell: RawCell) -> None:
        if text := _shown(cell, texts):
            budget.take(text)
            grid.rows.setdefault(cell.row + 1, {})[cell.column] = text

    cells = Cells(take, budget)
    with archive.open(path) as stream:
        cells.feed(stream)
    hidden = {row + 1 for row in cells.hidden_rows} & set(grid.rows)
    grid.rows = {row: grid.rows[row] for row in sorted(grid.rows) if row not in hidden}
    grid.hidden = len(hidden)
    return grid


def _shown(cell: RawCell, texts: list[str]) -> str:
    """Text as it stands; a figure in plain digits, whatever its format: formats matter for dates alone (see ``cells``)."""
    if cell.inline is not None:
        return cell_text(cell.inline)
    if cell.kind == "s":
        return texts[int(cell.value)] if cell.value.isdigit() and int(cell.value) < len(texts) else ""
    if cell.kind != "n":
        return cell_text(cell.value)
    try:
        return show(float(cell.value), "General") if cell.value else ""
    except (ValueError, OverflowError):
        return cell_text(cell.value)
