"""Excel workbooks before 2007 (.xls, most .et): xlrd reads them, a look at the records first keeps it within bounds."""

import io
import struct
from collections import Counter

import xlrd
from xlrd.book import Book
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as ExcelSheet

from gongkai.reading.document import Unreadable
from gongkai.reading.ole import locked_sentence, ole_kind, stream
from gongkai.reading.page import Align, Page
from gongkai.reading.sheets.formats import BUILT_IN, show
from gongkai.reading.sheets.grid import MAX_SEEN, TOO_MANY_EMPTY, Budget, Entry, Worksheet
from gongkai.reading.sheets.workbook import COMMENTS, MACROS, Workbook, cell_text, page_of

_ALIGN = {2: Align.CENTRE, 6: Align.CENTRE, 7: Align.CENTRE, 3: Align.END}
_FORMULA, _MULRK, _MULBLANK, _NOTE, _DRAWINGS, _SUPBOOK, _FILEPASS = 0x06, 0xBD, 0xBE, 0x1C, 0xEB, 0x1AE, 0x2F
_SINGLE = (
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    _FORMULA,
    0xD6,
    0xFD,
    0x27E,
    0x201,
    0x203,
    0x204,
    0x205,
    0x206,
    0x406,
)
_BROKEN = "文件已损坏，电子表格结构不完整，请重新取得原件。"


def read_xls(data: bytes) -> Page:
    """The visible worksheets of a workbook. Raises Unreadable when it is damaged, locked, empty or too large."""
    book = Workbook()
    records = _look(data, book)
    if records[_FILEPASS]:
        raise Unreadable(locked_sentence())
    try:
        # xlrd answers broken files with errors of every kind, and writes its doubts to a log that nobody reads.
        with xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True
        ) as opened:
            _collect(opened, book)
    except (Unreadable, MemoryError):
        raise
    except xlrd.XLRDError as error:
        raise Unreadable(locked_sentence() if "encrypt" in str(error).lower() else _BROKEN) from None
    except Exception:
        raise Unreadable(_BROKEN) from None
    return page_of(book)


def _look(data: bytes, book: Workbook) -> Counter[int]:
    """Counts the records of the workbook before anything is built from them, and tells what xlrd does not read."""
    content = data
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if ole_kind(data) == "encrypted":
            raise Unreadable(locked_sentence())
        content = stream(data, "Workbook") or stream(data, "Book") or b""
        if stream(data, "_VBA_PROJECT") is not None or stream(data, "dir") is not None:
            book.notices.append(MACROS)
    found: Counter[int] = Counter()
    cells, at = 0, 0
    pictures = False
    while at + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        found[kind] += 1
        cells += kind in _SINGLE
        if kind in {_MULRK, _MULBLANK}:
            cells += max(size - 6, 0) // (6 if kind == _MULRK else 2)
        if kind == _DRAWINGS:
            pictures = pictures or any(
                mark in content[at : at + size] for mark in (b"\x1a\xf0", b"\x1d\xf0", b"\x1e\xf0")
            )
        at += 4 + size
        if cells > MAX_SEEN:
            raise Unreadable(TOO_MANY_EMPTY)
    if found[_NOTE]:
        book.notices.append(COMMENTS)
    if pictures:
        book.notices.append("文件含有图片，图片里的文字未读入；请核对原件。")
    if found[_SUPBOOK] and _has_external(content):
        book.notices.append("文件引用了其他工作簿的数据，读入的是上次保存时的数值；请核对。")
    return found


def _has_external(content: bytes) -> bool:
    """A SUPBOOK record names this workbook (0x0401) or add-ins (0x3A01); any other names a file."""
    at = 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<HH", content, at)
        if kind == _SUPBOOK and size >= 4 and content[at + 6 : at + 8] not in {b"\x01\x04", b"\x01\x3a"}:
            return True
        at += 4 + size
    return False


def _collect(opened: Book, book: Workbook) -> None:
    budget = Budget()
    for sheet in opened.sheets():
        if sheet.visibility:
            book.hidden.append(sheet.name)
        else:
            book.sheets.append(_worksheet(opened, sheet, budget))


def _worksheet(opened: Book, sheet: ExcelSheet, budget: Budget) -> Worksheet:
    found = Worksheet(sheet.name)
    # xlrd's ends are exclusive.
    found.merges = [(r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells]
    found.hidden_rows = {r for r, info in sheet.rowinfo_map.items() if info.hidden}
    found.hidden_columns = [(c, c) for c, info in sheet.colinfo_map.items() if info.hidden]
    for r in range(sheet.nrows):
        for c, cell in enumerate(sheet.row(r)):
            if cell.ctype == xlrd.XL_CELL_EMPTY:
                continue
            budget.see()
            xf = opened.xf_list[cell.xf_index]
            text, number = _shown(opened, cell, xf.format_key)
            if text:
                budget.take(text)
                bold = bool(opened.font_list[xf.font_index].bold)
                align = _ALIGN.get(xf.alignment.hor_align, Align.START)
                found.cells[r, c] = Entry(text, number, bold, align)
                continue
            found.veiled += number and cell.value != 0
            if _is_ruled(xf.border):
                found.ruled.add((r, c))
    return found


def _is_ruled(border: xlrd.formatting.XFBorder) -> bool:
    sides = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
    return any(sides)


def _shown(opened: Book, cell: Cell, format_key: int) -> tuple[str, bool]:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return cell_text(cell.value), False
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return ("TRUE" if cell.value else "FALSE"), False
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, ""), False
    if cell.ctype not in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        return "", False
    code = opened.format_map[format_key].format_str if format_key in opened.format_map else "General"
    if format_key in BUILT_IN and format_key not in {0, 49} and format_key < 60:
        code = BUILT_IN[format_key]
    return cell_text(show(cell.value, code, bool(opened.datemode))), True
