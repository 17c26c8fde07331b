"""A workbook of tables as a finance office publishes them: title across the columns, numbers as numbers, merged cells."""

import re
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tools.samples.packing import SAVED, repacked
from tools.samples.source import Source, Span, cells, spans

_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SIZES = {"title": ("方正小标宋简体", 18), "mark": ("楷体_GB2312", 12)}


def xlsx_from(source: Source) -> bytes:
    """The bytes of a workbook: each `sheet:` line begins a sheet."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = book.properties.lastModifiedBy = "示例区"
    book.properties.title = source.first("title")
    book.properties.created = SAVED
    groups: list[list[tuple[str, str]]] = []
    for kind, text in source.lines:
        if kind == "sheet":
            groups.append([])
        groups[-1].append((kind, text))
    for group in groups:
        _fill(book.create_sheet(group[0][1]), group[1:])
    raw = BytesIO()
    book.save(raw)
    return repacked(raw.getvalue())


def _fill(sheet: Worksheet, lines: list[tuple[str, str]]) -> None:
    table = [cells(text) for kind, text in lines if kind == "row"]
    width, at, placed = len(table[0]), 1, False
    for kind, text in lines:
        if kind != "row":
            _line(sheet, at, width, kind, text)
            at += 1
        elif not placed:
            _table(sheet, at, table)
            at, placed = at + len(table), True
    for column in range(1, width + 1):
        widest = max(len(row[column - 1]) for row in table)
        sheet.column_dimensions[get_column_letter(column)].width = 4 + 2 * min(widest, 20)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage = 1, True


def _line(sheet: Worksheet, at: int, width: int, kind: str, text: str) -> None:
    """One paragraph over all columns."""
    sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=width)
    cell = sheet.cell(at, 1, text)
    name, size = _SIZES.get(kind, ("宋体", 11))
    cell.font = Font(name=name, size=size, bold=kind == "title")
    sheet.row_dimensions[at].height = 1.7 * size
    side = (
        "center" if kind in {"title", "mark", "number"} else "right" if kind in {"unit", "date"} else "left"
    )
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)


def _table(sheet: Worksheet, at: int, table: list[list[str]]) -> None:
    for y, row in enumerate(spans(table)):
        for x, span in enumerate(row):
            cell = sheet.cell(at + y, x + 1)
            cell.border = _BOX
            if span:
                _cell(sheet, at + y, x + 1, span, header=y == 0)


def _cell(sheet: Worksheet, y: int, x: int, span: Span, *, header: bool) -> None:
    cell = sheet.cell(y, x)
    cell.font = Font(name="黑体" if header else "宋体", size=11)
    cell.alignment = Alignment(horizontal="center" if header else None, vertical="center", wrap_text=True)
    value = span.text if header else _value(span.text)
    if value != "":
        cell.value = value
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, int) and abs(value) >= 1000:
        cell.number_format = "#,##0"
    if span.columns > 1 or span.rows > 1:
        sheet.merge_cells(
            start_row=y, start_column=x, end_row=y + span.rows - 1, end_column=x + span.columns - 1
        )


def _value(text: str) -> str | int | float | date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text
