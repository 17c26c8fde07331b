"""Every figure of the statutes: loaded from statutes/*.toml, checked, and given as it stands on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

STATUTES = Path(__file__).parent / "statutes"


class FigureUnit(StrEnum):
    """What a figure is measured in; `date_in_year` is written MM-DD, `share` runs from 0 to 1."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    YUAN = "yuan"
    SHARE = "share"
    COUNT = "count"
    DATE_IN_YEAR = "date_in_year"

    @property
    def label(self) -> str:
        """The unit as it stands after a number."""
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    FigureUnit.WORKING_DAYS: "个工作日",
    FigureUnit.DAYS: "日",
    FigureUnit.MONTHS: "个月",
    FigureUnit.YEARS: "年",
    FigureUnit.HOURS: "小时",
    FigureUnit.YUAN: "元",
    FigureUnit.SHARE: "",
    FigureUnit.COUNT: "",
    FigureUnit.DATE_IN_YEAR: "",
}


class FigureError(ValueError):
    """A statute file says something that cannot be."""


class UnknownFigure(LookupError):
    """No figure has this key."""


class NotInForce(LookupError):
    """The figure exists, but no value of it is in force on the day."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one rule, from `valid_from` to `valid_until` (both included).

    `checked` is true only where number and article were read in the full text of the statute; `source` says where,
    or what must still be confirmed.
    """

    key: str
    id: str
    value: int | float | str
    unit: FigureUnit
    valid_from: date
    valid_until: date | None
    statute: str
    document_number: str
    article: str
    says: str
    checked: bool
    source: str

    @property
    def number(self) -> int:
        """The value as a whole number; raises TypeError where it is a share or a date in the year."""
        if isinstance(self.value, int):
            return self.value
        raise TypeError(f"「{self.key}」的值{self.value!r}不是整数，请按其单位（{self.unit}）读取 value。")

    @property
    def share(self) -> float:
        """The value as a share between 0 and 1; raises TypeError for other units."""
        if self.unit is FigureUnit.SHARE and isinstance(self.value, (int, float)):
            return float(self.value)
        raise TypeError(f"「{self.key}」不是比例，请按其单位（{self.unit}）读取 value。")

    @property
    def citation(self) -> str:
        """《中华人民共和国政府信息公开条例》（国务院令第711号）第二十六条."""
        number = f"（{self.document_number}）" if self.document_number else ""
        return f"《{self.statute}》{number}{self.article}"

    def in_year(self, year: int) -> date:
        """The day of a `date_in_year` figure in a given year; raises TypeError for other units."""
        if self.unit is not FigureUnit.DATE_IN_YEAR or not isinstance(self.value, str):
            raise TypeError(f"「{self.key}」不是年内日期，请按其单位（{self.unit}）读取 value。")
        return date.fromisoformat(f"{year}-{self.value}")

    def holds_on(self, on: date) -> bool:
        """Whether this value is in force on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def figure(key: str, on: date) -> Figure:
    """The value of `key` that is in force on the day `on`.

    Raises UnknownFigure where no such key exists, NotInForce where none of its values covers that day.
    """
    table = _table()
    if key not in table:
        near = get_close_matches(key, table, n=1)
        hint = f"最接近的是「{near[0]}」，" if near else ""
        raise UnknownFigure(f"法定数值表中没有「{key}」，{hint}请在 gongkai/law/statutes 中查对键名。")
    for found in table[key]:
        if found.holds_on(on):
            return found
    spans = "、".join(
        f"{f.valid_from:%Y-%m-%d}至{f.valid_until.isoformat() if f.valid_until else '今'}" for f in table[key]
    )
    raise NotInForce(
        f"「{key}」在{on:%Y-%m-%d}没有有效的数值，已收录的有效期间为{spans}；"
        "请核对日期，或在 gongkai/law/statutes 中补录当时的规定。"
    )


def all_figures() -> tuple[Figure, ...]:
    """Every figure, superseded values too, by key and then by date."""
    return tuple(found for versions in _table().values() for found in versions)


def unchecked() -> tuple[Figure, ...]:
    """The figures that were not read in the full text: the office must confirm them before it relies on them."""
    return tuple(found for found in all_figures() if not found.checked)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, tuple[Figure, ...]]:
    return MappingProxyType(load_figures(STATUTES))


def load_figures(folder: Path) -> dict[str, tuple[Figure, ...]]:
    """Read every statute file of a folder into key → values by date.

    Raises FigureError, naming file and key, where a field is missing, unknown or of the wrong kind, or where two
    values of one key overlap in time.
    """
    found: dict[str, list[Figure]] = {}
    for path in sorted(folder.glob("*.toml")):
        for one in _read(path):
            found.setdefault(one.key, []).append(one)
    return {key: _in_order(key, found[key]) for key in sorted(found)}


def _read(path: Path) -> Iterable[Figure]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise FigureError(f"{path.name} 不是合法的 TOML（{error}），请改正后重新启动。") from error
    statute = content.get("statute", {})
    for row in content.get("figure", []):
        yield _figure(path.name, {**statute, **row})


_FIELDS: dict[str, type | tuple[type, ...]] = {
    "key": str,
    "id": str,
    "value": (int, float, str),
    "unit": str,
    "valid_from": date,
    "valid_until": date,
    "title": str,
    "document_number": str,
    "article": str,
    "says": str,
    "checked": bool,
    "source": str,
}


def _figure(file: str, row: Mapping[str, Any]) -> Figure:
    where = f"{file} 的「{row.get('key', '（无键名）')}」"
    if unknown := sorted(set(row) - set(_FIELDS)):
        raise FigureError(f"{where}有不认识的字段：{'、'.join(unknown)}；请对照其他条目改正。")
    for field, kind in _FIELDS.items():
        if field not in row:
            if field == "valid_until":
                continue
            raise FigureError(f"{where}缺少字段 {field}；请对照其他条目补上。")
        if not isinstance(row[field], kind):
            raise FigureError(f"{where}的字段 {field} 类型不对：{row[field]!r}；请对照其他条目改正。")
        if field != "document_number" and row[field] == "":
            raise FigureError(f"{where}的字段 {field} 是空的；请写明内容。")
    try:
        unit = FigureUnit(row["unit"])
    except ValueError as error:
        raise FigureError(f"{where}的单位 {row['unit']} 不认识，可用：{'、'.join(FigureUnit)}。") from error
    made = Figure(
        key=row["key"],
        id=row["id"],
        value=row["value"],
        unit=unit,
        valid_from=row["valid_from"],
        valid_until=row.get("valid_until"),
        statute=row["title"],
        document_number=row["document_number"],
        article=row["article"],
        says=row["says"],
        checked=row["checked"],
        source=row["source"],
    )
    _require_value_fits(where, made)
    return made


def _require_value_fits(where: str, made: Figure) -> None:
    """A value that its unit cannot hold is a slip of the pen."""
    if made.valid_until is not None and made.valid_until < made.valid_from:
        raise FigureError(f"{where}的 valid_until 早于 valid_from；请核对两个日期。")
    if made.unit is FigureUnit.DATE_IN_YEAR:
        try:
            made.in_year(2001)
        except (TypeError, ValueError) as error:
            raise FigureError(f"{where}的值 {made.value!r} 不是年内日期，请写成 MM-DD。") from error
    elif made.unit is FigureUnit.SHARE:
        if not isinstance(made.value, float) or not 0 <= made.value <= 1:
            raise FigureError(f"{where}的值 {made.value!r} 不是 0 到 1 之间的比例；请写成小数。")
    elif not isinstance(made.value, int) or isinstance(made.value, bool) or made.value < 0:
        raise FigureError(f"{where}的值 {made.value!r} 不是非负整数；请核对数值和单位。")


def _in_order(key: str, versions: list[Figure]) -> tuple[Figure, ...]:
    ordered = sorted(versions, key=lambda one: one.valid_from)
    for earlier, later in pairwise(ordered):
        if earlier.valid_until is None or earlier.valid_until >= later.valid_from:
            raise FigureError(
                f"「{key}」有两个数值在时间上重叠（自{earlier.valid_from}和自{later.valid_from}）；"
                "请给旧值写上 valid_until。"
            )
    return tuple(ordered)
