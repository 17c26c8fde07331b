"""A file of services in, its rows out: an .xlsx list with a header of Chinese names, or JSON as ``api.as_dict`` writes it.

Which of the two it is, the content says, never the name.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gongkai.guides import cells, schema
from gongkai.guides.actions import Given
from gongkai.guides.workbook import Grid, grids
from gongkai.reading.document import Unreadable
from gongkai.reading.formats import detect

MAX_ROWS = 20_000
_HEADER_WITHIN = 20  # rows from the top among which the header stands: titles and notes may come before
_LIMITS = ("statutory", "promised")
# What as_dict tells besides, and the record knows itself.
_TOLD = {"url", "missing"}


@dataclass(frozen=True)
class Read:
    """What a file holds: its rows, and sentences about what of it was not read."""

    rows: tuple[Given, ...]
    notes: tuple[str, ...] = ()


def read(data: bytes) -> Read:
    """The rows of a file. Raises Unreadable with a sentence when it is neither form, or has no row at all."""
    form = detect(data)
    if form == "xlsx":
        found = _from_workbook(grids(data))
    elif form in {"txt", "html"}:  # JSON with markup in it looks like a page
        found = Read(tuple(_from_json(data)))
    else:
        raise Unreadable(_("事项清单要用 xlsx 或者 JSON 文件，请另存后再导入。"))
    if not found.rows:
        raise Unreadable(_("文件里没有事项，请检查是否选对了文件。"))
    if len(found.rows) > MAX_ROWS:
        raise Unreadable(_("文件里的事项超过 %d 个，请拆分成几个文件。") % MAX_ROWS)
    return found


# --- xlsx --------------------------------------------------------------------------------------------------


def _from_workbook(sheets: list[Grid]) -> Read:
    rows: list[Given] = []
    notes: list[str] = []
    used = [(sheet, header) for sheet in sheets if (header := _header(sheet))]
    if not used:
        wanted = "、".join(names[0] for names in cells.COLUMNS.values())
        raise Unreadable(_("没有找到表头：要有一行写着“事项编码”和“事项名称”。可以用的列名：%s。") % wanted)
    for sheet, (at, columns) in used:
        where = f"“{sheet.name}”" if len(used) > 1 else ""
        unknown = [text for column, text in sheet.rows[at].items() if column not in columns]
        if unknown:
            notes.append(_("没有读入的列：%s。") % "、".join(unknown))
        if sheet.hidden:
            notes.append(_("有 %d 行是隐藏的，没有读入。") % sheet.hidden)
        below = {number: row for number, row in sheet.rows.items() if number > at and set(row) & set(columns)}
        rows += [
            _given(_("%(sheet)s第 %(row)d 行") % {"sheet": where, "row": n}, columns, row)
            for n, row in below.items()
        ]
    return Read(tuple(rows), tuple(notes))


def _header(sheet: Grid) -> tuple[int, dict[int, str]] | None:
    """The row of the header and the field of each of its columns; a field named twice is taken from the first column."""
    for number, row in list(sheet.rows.items())[:_HEADER_WITHIN]:
        columns: dict[int, str] = {}
        for column in sorted(row):
            field = cells.field_of(row[column])
            if field and field not in columns.values():
                columns[column] = field
        if {"code", "name"} <= set(columns.values()):
            return number, columns
    return None


def _given(place: str, columns: dict[int, str], row: dict[int, str]) -> Given:
    values: dict[str, Any] = {}
    faults = []
    for column, field in columns.items():
        try:
            values |= cells.parsed(field, row.get(column, ""))
        except ValueError as problem:
            faults.append(schema.Fault(f"{field}_value" if field in _LIMITS else field, str(problem)))
    return Given(place, values, tuple(faults))


# --- JSON --------------------------------------------------------------------------------------------------


def _from_json(data: bytes) -> Iterable[Given]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable(_("这不是 xlsx，也不是 UTF-8 编码的 JSON，请对照模板检查。")) from None
    items = content.get("services") if isinstance(content, dict) else content
    if not isinstance(items, list):
        raise Unreadable(_("JSON 里应当是事项的列表，或者在 services 下面写列表，请对照模板更正。"))
    for number, item in enumerate(items, start=1):
        place = _("第 %d 项") % number
        if isinstance(item, dict):
            yield _from_item(place, item)
        else:
            yield Given(place, {}, (schema.Fault("name", _("写法不对，应当是一个对象，请对照模板更正。")),))


def _from_item(place: str, item: dict[str, Any]) -> Given:
    guide = item.get("guide") or {}
    if not isinstance(guide, dict):
        return Given(place, item, (schema.Fault("name", _("guide 下面应当是一个对象，请对照模板更正。")),))
    values = {
        key: value for key, value in {**item, **guide}.items() if key not in {*_TOLD, "guide", *_LIMITS}
    }
    unknown = sorted(set(values) - set(schema.SERVICE_FIELDS) - set(schema.GUIDE_FIELDS))
    faults = (
        [schema.Fault("name", _("不认识的键：%s，请对照模板更正。") % "、".join(unknown)[:200])]
        if unknown
        else []
    )
    if isinstance(values.get("unit"), dict):
        values["unit"] = values["unit"].get("code") or values["unit"].get("name")
    for name in _LIMITS:
        limit = guide.get(name, item.get(name, values))
        if limit is values:
            continue
        if limit is not None and not isinstance(limit, dict):
            faults.append(
                schema.Fault(f"{name}_value", _('时限要写成 {"value": 20, "unit": "working_days"}，请更正。'))
            )
            continue
        values |= {f"{name}_value": (limit or {}).get("value"), f"{name}_unit": (limit or {}).get("unit", "")}
    return Given(place, values, tuple(faults))
