"""Lists as xlsx files: rows are written as they come, and no text of theirs is ever taken for a formula."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet program takes for the beginning of a formula, or of a command when saved as text and read again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 32_000  # a cell holds 32,767 characters


def sheet(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download called ``name``.xlsx with one worksheet; values are texts, numbers, dates, or None for an empty cell."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title=name[:31])
    page.freeze_panes = "A2"
    page.append([_cell(page, heading) for heading in headings])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    disposition = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(file.getvalue(), content_type=_TYPE, headers=headers)


def _cell(page: Any, value: Any) -> WriteOnlyCell:
    if value is None or isinstance(value, bool | int | float):
        return WriteOnlyCell(page, value)
    text = ILLEGAL_CHARACTERS_RE.sub("", _text(value))[:_LONGEST]
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    return cell


def _text(value: Any) -> str:
    """Days and moments as the desk writes them: they sort as text and mean the same in every program."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value, timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
