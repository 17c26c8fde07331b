"""What the values of a service and its guide may be: every way in (file, desk) passes here and is told in words what is wrong."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gongkai.guides.models import CODE_PATTERN, HTTPS_ONLY, Audience, Guide, LimitUnit, MaterialForm, Service
from gongkai.orgs.models import Unit

SERVICE_FIELDS = ("code", "name", "unit", "audience", "category", "channel", "active", "is_sample")
GUIDE_FIELDS = (
    "basis", "conditions", "materials", "place", "hours", "phone", "steps", "statutory_value", "statutory_unit",
    "promised_value", "promised_unit", "fee", "result", "updated_on",
)  # fmt: skip
REQUIRED = ("code", "name", "unit", "audience")
MAX_ITEMS, MAX_TEXT = 100, 2000
_PHONE = re.compile(r"[0-9０-９][0-9\-－—（）()、，,；;/ 转至]*")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field, in a sentence."""

    field: str
    sentence: str

    @property
    def label(self) -> str:
        """The field's name as a person knows it."""
        return label(self.field)


class _Wrong(Exception):
    """A value that cannot be, with the sentence about it."""


def label(field: str) -> str:
    """The name of a field, of the service or of its guide."""
    table = Service if field in SERVICE_FIELDS else Guide
    return str(getattr(table._meta.get_field(field), "verbose_name", field))


def cleaned(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The values of the known fields as they are stored, and every fault found; a field not given stays not given.

    ``unit`` may be a Unit, its code or one of its names, and comes back as a Unit; dates may be ISO text.
    """
    clean: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in (*SERVICE_FIELDS, *GUIDE_FIELDS):
        if field not in values:
            continue
        try:
            clean[field] = _CHECKS[field](values[field], field)
        except _Wrong as wrong:
            faults.append(Fault(field, str(wrong)))
    empty = [field for field in SERVICE_FIELDS if field in REQUIRED and clean.get(field, field) in ("", None)]
    return clean, faults + unfilled(empty) + _limit_faults(clean)


def unfilled(fields: Iterable[str]) -> list[Fault]:
    """The fault of each field that must be filled in and is not."""
    return [Fault(field, _("没有填写，请补上。")) for field in fields]


def _limit_faults(clean: Mapping[str, Any]) -> list[Fault]:
    found = []
    for field in ("statutory", "promised"):
        value, unit = clean.get(f"{field}_value"), clean.get(f"{field}_unit")
        if (value is None) != (not unit):
            found.append(
                Fault(f"{field}_value", _("数字和单位要一起填写，如“20个工作日”，请补全或者都清空。"))
            )
    longest, promised = clean.get("statutory_value"), clean.get("promised_value")
    same = clean.get("statutory_unit") == clean.get("promised_unit")
    if longest is not None and promised is not None and same and promised > longest:
        found.append(Fault("promised_value", _("承诺时限长于法定时限，请核对两个时限。")))
    return found


# --- single values -----------------------------------------------------------------------------------------


def _text(value: Any, field: str) -> str:
    """Text in one line, not longer than its column."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(_("应当是文字，请更正。"))
    text = one_line(value)
    table = Service if field in SERVICE_FIELDS else Guide
    limit = getattr(table._meta.get_field(field), "max_length", None) or MAX_TEXT
    if len(text) > limit:
        raise _Wrong(_("超过 %d 个字，请缩短。") % limit)
    return text


def one_line(text: str) -> str:
    """Text without line breaks, and without what no database holds (JSON can name halves of characters)."""
    return " ".join(text.replace("\0", "").encode("utf-8", "ignore").decode().split())


def _code(value: Any, field: str) -> str:
    text = _text(value, field)
    if text and not re.match(CODE_PATTERN, text):
        raise _Wrong(_("事项编码只能用字母、数字、连字符和下划线，请更正；长编码在表格里请设为文本格式。"))
    return text


def _unit(value: Any, field: str) -> Unit | None:
    if isinstance(value, Unit) or value in (None, ""):
        return value or None
    name = one_line(value) if isinstance(value, str) else ""
    found = name and (
        Unit.objects.filter(code=name) | Unit.objects.filter(name=name) | Unit.objects.filter(short_name=name)
    )
    units = list(found[:2]) if found else []
    if len(units) != 1:
        raise _Wrong(
            _("没有叫“%s”的单位，请写单位代码、全称或者简称，或者先用 gongkai units 载入单位。") % name[:40]
        )
    return units[0]


def _choice(choices: Any) -> Callable[[Any, str], str]:
    """A check for one of the values of a set of choices; "" for none."""

    def check(value: Any, _field: str) -> str:
        if value in (None, ""):
            return ""
        if value not in set(choices.values):
            words = "、".join(str(each) for each in choices.labels)
            raise _Wrong(
                _("不认识“%(value)s”，可以写：%(words)s。") % {"value": str(value)[:40], "words": words}
            )
        return str(value)

    return check


def address(value: Any, _field: str = "") -> str:
    """An https address, or ""; a link of any other kind could run as ours or show a page that someone changed on its way."""
    text = "" if value is None else one_line(str(value))
    if text:
        try:
            HTTPS_ONLY(text)
        except ValidationError:
            raise _Wrong(_("“%s”不是完整的 https 网址，请更正。") % text[:80]) from None
        if len(text) > 500:
            raise _Wrong(_("超过 %d 个字，请缩短。") % 500)
    return text


def _phone(value: Any, field: str) -> str:
    text = _text(value, field)
    if text and not _PHONE.search(text):
        raise _Wrong(_("里面没有电话号码，请写号码，如 021-12345678。"))
    return text


def _flag(value: Any, _field: str) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(_("只能写是或者否，请更正。"))
    return value


def _number(value: Any, _field: str) -> int | None:
    if value in (None, ""):
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 3650:
        raise _Wrong(_("时限应当是 0 到 3650 的整数，当场办结的写 0，请更正。"))
    return value


def _day(value: Any, _field: str) -> date | None:
    if value in (None, "") or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _Wrong(_("“%s”不是日期，请写成 2026-11-20 的样子。") % str(value)[:40]) from None


# --- lists -------------------------------------------------------------------------------------------------


def _lines(value: Any, field: str) -> list[str]:
    """A list of sentences; empty ones are left out."""
    items = _items(value)
    if not all(isinstance(each, str) for each in items):
        raise _Wrong(_("应当是一条一条的文字，请更正。"))
    lines = [line for each in items if (line := one_line(each))]
    if any(len(line) > MAX_TEXT for line in lines):
        raise _Wrong(_("有一条超过 %d 个字，请缩短。") % MAX_TEXT)
    return lines


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _Wrong(_("应当是一个列表，请对照模板更正。"))
    if len(value) > MAX_ITEMS:
        raise _Wrong(_("超过 %d 条，请合并。") % MAX_ITEMS)
    return value


def _rows(
    value: Any, head: str, check: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> list[dict[str, Any]]:
    """A list of small records, each checked; those that say nothing at all are left out."""
    rows = []
    for number, item in enumerate(_items(value), start=1):
        if not isinstance(item, Mapping):
            raise _Wrong(_("第 %d 条的写法不对，请对照模板更正。") % number)
        if not any(item.get(key) for key in item):
            continue
        try:
            row = check(item)
        except _Wrong as wrong:
            raise _Wrong(_("第 %(n)d 条：%(why)s") % {"n": number, "why": wrong}) from None
        if not row[head]:
            raise _Wrong(_("第 %d 条没有名称，请补上。") % number)
        rows.append(row)
    return rows


def _basis(value: Any, _field: str) -> list[dict[str, Any]]:
    """[{title, number, clause}]: the document as it is named, its number and the article, as far as stated."""

    def check(item: Mapping[str, Any]) -> dict[str, Any]:
        row = {key: _short(item.get(key)) for key in ("title", "number", "clause")}
        title = row["title"]
        return row | {"title": title[1:-1] if title and closing(title) == len(title) - 1 else title}

    return _rows(value, "title", check)


def closing(line: str) -> int | None:
    """Where the 《title》 that opens the line is closed, None where none opens it: titles may hold titles."""
    depth = 0
    for place, mark in enumerate(line):
        depth += (mark == "《") - (mark == "》")
        if depth <= 0:
            return place if mark == "》" and place else None
    return None


def _materials(value: Any, _field: str) -> list[dict[str, Any]]:
    """[{name, forms, copies, note, template}]: ``forms`` of ``MaterialForm``, ``copies`` None where not stated."""

    def check(item: Mapping[str, Any]) -> dict[str, Any]:
        forms = item.get("forms") or []
        if not isinstance(forms, list) or not set(map(str, forms)) <= set(MaterialForm.values):
            words = "、".join(str(each) for each in MaterialForm.labels)
            raise _Wrong(_("材料形式只能写：%s。") % words)
        copies = item.get("copies")
        if copies is not None and (
            not isinstance(copies, int) or isinstance(copies, bool) or not 1 <= copies <= 99
        ):
            raise _Wrong(_("份数应当是 1 到 99 的整数，没有要求的不填。"))
        return {
            "name": _short(item.get("name")),
            "forms": [form for form in MaterialForm.values if form in forms],
            "copies": copies,
            "note": _short(item.get("note")),
            "template": address(item.get("template")),
        }

    return _rows(value, "name", check)


def _short(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise _Wrong(_("应当是文字，请更正。"))
    text = one_line(value or "")
    if len(text) > 300:
        raise _Wrong(_("超过 %d 个字，请缩短。") % 300)
    return text


_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "code": _code,
    "name": _text,
    "unit": _unit,
    "audience": _choice(Audience),
    "category": _text,
    "channel": address,
    "active": _flag,
    "is_sample": _flag,
    "basis": _basis,
    "conditions": _lines,
    "materials": _materials,
    "place": _text,
    "hours": _text,
    "phone": _phone,
    "steps": _lines,
    "statutory_value": _number,
    "statutory_unit": _choice(LimitUnit),
    "promised_value": _number,
    "promised_unit": _choice(LimitUnit),
    "fee": _text,
    "result": _text,
    "updated_on": _day,
}
