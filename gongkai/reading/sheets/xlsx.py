"""Excel workbooks since 2007 (.xlsx, .xlsm, many .et): values with their formats, read as a stream within bounds.

openpyxl is not used: it keeps a cell for each place of a merged range, so that one range of a whole worksheet takes
all memory, it rejects the style sheets of some domestic office suites, and it cannot tell a formula without a result.
"""

import math
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from gongkai.reading.document import Unreadable
from gongkai.reading.page import Align, Page
from gongkai.reading.sheets.formats import BUILT_IN, show
from gongkai.reading.sheets.grid import Budget, Entry, Range, Worksheet
from gongkai.reading.sheets.stream import Broken, Cells, RawCell, SharedStrings, place_of
from gongkai.reading.sheets.workbook import COMMENTS, MACROS, Workbook, cell_text, page_of
from gongkai.reading.zipped import DAMAGED, local, open_zip, xml_root

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_R_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_ALIGN = {
    "center": Align.CENTRE,
    "centerContinuous": Align.CENTRE,
    "distributed": Align.CENTRE,
    "right": Align.END,
}
_BROKEN = "文件已损坏，电子表格结构不完整，请重新取得原件。"
_TOLD = (
    (r"xl/(?:threaded)?comments", COMMENTS),
    (r"xl/vbaProject|xl/macrosheets/", MACROS),
    (r"xl/media/", "文件含有图片，图片里的文字未读入；请核对原件。"),
    (r"xl/(?:charts/chart|chartsheets/)", "文件含有图表，图表未读入；表中的数据已读入。"),
    (r"xl/embeddings/", "文件嵌入了其他文件，未读入；请把它们另存后一并提供。"),
    (r"xl/externalLinks/", "文件引用了其他工作簿的数据，读入的是上次保存时的数值；请核对。"),
)


@dataclass(frozen=True)
class _Style:
    code: str = "General"
    bold: bool = False
    align: Align = Align.START
    ruled: bool = False


@dataclass
class _Shared:
    """What the worksheets of one workbook share."""

    texts: list[str]
    styles: list[_Style]
    from_1904: bool
    budget: Budget = field(default_factory=Budget)

    def style(self, index: str | None) -> _Style:
        try:
            return self.styles[int(index or 0)]
        except (ValueError, IndexError):
            return _Style()


def read_xlsx(data: bytes) -> Page:
    """The visible worksheets of a workbook. Raises Unreadable when it is damaged, locked, empty or too large."""
    with open_zip(data) as archive:
        names = archive.namelist()
        if "xl/workbook.bin" in names:
            raise Unreadable("这是二进制格式的电子表格（.xlsb），请用表格软件另存为 xlsx 后再导入。")
        book = Workbook()
        try:
            _read(archive, book)
        except (*DAMAGED, Broken):
            raise Unreadable(_BROKEN) from None
        book.notices += [sentence for mark, sentence in _TOLD if any(re.match(mark, name) for name in names)]
        if _has_text_boxes(archive, names):
            book.notices.append("文件含有文本框，文本框里的文字未读入；请核对原件。")
    return page_of(book)


def _read(archive: zipfile.ZipFile, book: Workbook) -> None:
    root = xml_root(archive, "xl/workbook.xml")
    if root is None:
        raise Unreadable(_BROKEN)
    targets = _targets(archive)
    properties = next((each for each in root if local(each) == "workbookPr"), None)
    from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    shared = _Shared(_texts(archive), _styles(archive), from_1904)
    for each in root.iter("{*}sheet"):
        path = targets.get(each.get(_R) or each.get(_R_STRICT) or "", "")
        if "/worksheets/" not in f"/{path}":
            continue  # chart sheets are told of, dialogue sheets show nothing
        if each.get("state", "visible") != "visible":
            book.hidden.append(each.get("name", ""))
        else:
            book.sheets.append(_worksheet(archive, path, each.get("name", ""), shared))


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    root = xml_root(archive, "xl/_rels/workbook.xml.rels")
    if root is None:
        raise Unreadable(_BROKEN)
    found = {}
    for each in root:
        target = each.get("Target", "")
        found[each.get("Id", "")] = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        )
    return found


def _texts(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells share; phonetic guides (拼音) beside them are left out."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    strings = SharedStrings()
    with archive.open("xl/sharedStrings.xml") as stream:
        strings.feed(stream)
    return strings.texts


# --- styles ------------------------------------------------------------------------------------------------


def _styles(archive: zipfile.ZipFile) -> list[_Style]:
    root = xml_root(archive, "xl/styles.xml")
    if root is None:
        return []
    groups = {local(group): group for group in root}
    codes = dict(BUILT_IN)
    for each in groups.get("numFmts", ()):
        if (number := each.get("numFmtId", "")).isdigit():
            codes[int(number)] = each.get("formatCode", "General")
    bold = [
        any(local(p) == "b" and p.get("val") not in {"0", "false"} for p in font)
        for font in groups.get("fonts", ())
    ]
    ruled = [
        any(side.get("style", "none") != "none" for side in border) for border in groups.get("borders", ())
    ]
    return [_style(each, codes, bold, ruled) for each in groups.get("cellXfs", ())]


def _style(xf: etree._Element, codes: dict[int, str], bold: list[bool], ruled: list[bool]) -> _Style:
    def number(name: str) -> int:
        value = xf.get(name, "0")
        return int(value) if value.isdigit() else 0

    alignment = next((each for each in xf if local(each) == "alignment"), None)
    align = _ALIGN.get(alignment.get("horizontal", ""), Align.START) if alignment is not None else Align.START
    return _Style(
        codes.get(number("numFmtId"), "General"),
        bold[number("fontId")] if number("fontId") < len(bold) else False,
        align,
        ruled[number("borderId")] if number("borderId") < len(ruled) else False,
    )


# --- worksheets --------------------------------------------------------------------------------------------


def _worksheet(archive: zipfile.ZipFile, path: str, name: str, shared: _Shared) -> Worksheet:
    sheet = Worksheet(name)
    cells = Cells(lambda cell: _take(sheet, cell, shared), shared.budget)
    with archive.open(path) as stream:
        cells.feed(stream)
    sheet.hidden_rows = cells.hidden_rows
    sheet.hidden_columns = cells.hidden_columns
    sheet.merges = [merge for each in cells.merges if (merge := _merge(each))]
    return sheet


def _merge(reference: str) -> Range | None:
    first, _, last = reference.partition(":")
    start, end = place_of(first), place_of(last)
    if start and end and start[0] <= end[0] and start[1] <= end[1]:
        return (*start, *end)
    return None


def _take(sheet: Worksheet, cell: RawCell, shared: _Shared) -> None:
    style = shared.style(cell.style)
    text, number = (
        _value(cell.kind, cell.value, style, shared)
        if cell.inline is None
        else (cell_text(cell.inline), False)
    )
    if cell.formula and not cell.value and not text and cell.kind not in {"str", "inlineStr"}:
        sheet.uncalculated += 1
    if text:
        shared.budget.take(text)
        sheet.cells[cell.row, cell.column] = Entry(text, number, style.bold, style.align)
        return
    sheet.veiled += number and float(cell.value) != 0
    if style.ruled:
        sheet.ruled.add((cell.row, cell.column))


def _value(kind: str, raw: str, style: _Style, shared: _Shared) -> tuple[str, bool]:
    """What a cell of type ``kind`` shows, and whether it is a figure."""
    if kind == "s":
        return (shared.texts[int(raw)] if raw.isdigit() and int(raw) < len(shared.texts) else ""), False
    if kind in {"str", "e", "inlineStr"}:
        return cell_text(raw), False
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(raw, ""), False
    if kind == "d":
        return _iso(raw), False
    return _figure(raw, style.code, shared.from_1904) if raw else ("", False)


def _figure(raw: str, code: str, from_1904: bool) -> tuple[str, bool]:
    try:
        value = float(raw)
    except ValueError:
        return cell_text(raw), False
    if not math.isfinite(value):
        return cell_text(raw), False
    return cell_text(show(value, code, from_1904)), True


def _iso(raw: str) -> str:
    try:
        when = datetime.fromisoformat(raw.rstrip("Z"))
    except ValueError:
        return cell_text(raw)
    return f"{when.year}/{when.month}/{when.day}" + (f" {when:%H:%M}" if when.hour or when.minute else "")


def _has_text_boxes(archive: zipfile.ZipFile, names: list[str]) -> bool:
    drawings = [name for name in names if re.match(r"xl/drawings/drawing\d+\.xml$", name)]
    for name in drawings[:50]:
        root = xml_root(archive, name)
        if root is not None and any((t.text or "").strip() for t in root.iter("{*}t")):
            return True
    return False
