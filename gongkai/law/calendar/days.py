"""Why a single day is worked or not: weekends, holidays, 调休, and where the two calendar packages disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
import holidays
from chinese_calendar import constants as notices

WEEKDAYS = "一二三四五六日"
_STATUTORY_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节", "农历除夕": "春节"}


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUBSTITUTE = "substitute"
    IN_LIEU = "in_lieu"
    MAKEUP = "makeup"
    OVERRIDE_OFF = "override_off"
    OVERRIDE_WORK = "override_work"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    DayKind.WEEKDAY: "工作日",
    DayKind.WEEKEND: "周末",
    DayKind.HOLIDAY: "法定节假日",
    DayKind.SUBSTITUTE: "节日补假",
    DayKind.IN_LIEU: "调休放假",
    DayKind.MAKEUP: "调休上班",
    DayKind.OVERRIDE_OFF: "机关录入的放假",
    DayKind.OVERRIDE_WORK: "机关录入的上班",
}


@dataclass(frozen=True, slots=True)
class Override:
    """A day that the office itself has entered, above what the packages say."""

    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class DayReason:
    """One day, whether it is worked, and why.

    `name` is the holiday it belongs to (or the office's own words); `missing_notice` is the year whose holiday
    notice could still change this day; `disputed` says in words that the two packages disagree.
    """

    day: date
    works: bool
    kind: DayKind
    name: str = ""
    missing_notice: int | None = None
    disputed: str = ""

    @property
    def provisional(self) -> bool:
        """True where a notice that is not loaded could still change this day."""
        return self.missing_notice is not None

    @property
    def weekday(self) -> str:
        """周一 … 周日."""
        return f"周{WEEKDAYS[self.day.weekday()]}"

    @property
    def label(self) -> str:
        """The reason in a few Chinese words, such as “国庆节调休上班（周六）”."""
        if self.kind is DayKind.WEEKDAY or (self.kind is DayKind.WEEKEND and not self.name):
            return f"{self.kind.label}（{self.weekday}）"
        if self.kind is DayKind.WEEKEND:
            return f"{self.name}假期内的周末（{self.weekday}）"
        if self.kind in (DayKind.OVERRIDE_OFF, DayKind.OVERRIDE_WORK):
            return f"{self.name}（{self.kind.label}，{self.weekday}）"
        words = {DayKind.SUBSTITUTE: "补假", DayKind.IN_LIEU: "调休放假", DayKind.MAKEUP: "调休上班"}
        return f"{self.name}{words.get(self.kind, '')}（{self.weekday}）"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A day in an announced year on which the two packages differ; chinesecalendar is followed."""

    day: date
    chinesecalendar_works: bool
    holidays_works: bool

    @property
    def words(self) -> str:
        """The disagreement in one Chinese sentence."""
        ours, theirs = ("上班" if w else "放假" for w in (self.chinesecalendar_works, self.holidays_works))
        return (
            f"{self.day.year}年{self.day.month}月{self.day.day}日两个日历包不一致：chinesecalendar 为{ours}，"
            f"holidays 为{theirs}；现按 chinesecalendar 计算，请对照当年放假通知核对，必要时由机关录入这一天。"
        )


@lru_cache(maxsize=1)
def announced_years() -> frozenset[int]:
    """Years whose holiday notice is in chinesecalendar."""
    return frozenset(day.year for day in notices.holidays)


def _statutory_name(words: str) -> str:
    """The statute's name of a day, from the words of the `holidays` package (“中秋节; 国庆节” keeps the first)."""
    name = words.split("; ", maxsplit=1)[0].removesuffix("（补假）")
    return _STATUTORY_NAMES.get(name, name)


@lru_cache(maxsize=64)
def _package_days(year: int, observed: bool) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year, language="zh_CN", observed=observed)


@lru_cache(maxsize=64)
def _holidays_works(year: int) -> dict[date, bool]:
    """What the `holidays` package says of every day of a year."""
    package = _package_days(year, True)
    return {day: package.is_working_day(day) for day in _year(year)}


def _year(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]


def cross_check(year: int) -> list[Disagreement]:
    """Every day of an announced year on which chinesecalendar and holidays differ.

    Raises ValueError for a year that chinesecalendar does not hold: there is nothing to compare.
    """
    if year not in announced_years():
        raise ValueError(
            f"{year}年的放假安排尚未收入日历包，无从比对；请在国务院办公厅通知公布并载入后再核对。"
        )
    theirs = _holidays_works(year)
    return [
        Disagreement(day, works, theirs[day])
        for day in _year(year)
        if (works := chinese_calendar.is_workday(day)) != theirs[day]
    ]


@lru_cache(maxsize=64)
def announced_table(year: int) -> dict[date, DayReason]:
    """Every day of an announced year with its reason, chinesecalendar followed and disagreements flagged."""
    disputed = {found.day: found.words for found in cross_check(year)}
    statutory = {day for day, words in _package_days(year, False).items() if "调休" not in words}
    return {day: _announced_day(day, day in statutory, disputed.get(day, "")) for day in _year(year)}


def _announced_day(day: date, statutory: bool, disputed: str) -> DayReason:
    works = chinese_calendar.is_workday(day)
    listed = notices.holidays.get(day) or notices.workdays.get(day)
    name = ""
    if listed:
        chinese = chinese_calendar.Holiday(listed).chinese
        name = _STATUTORY_NAMES.get(chinese, chinese)
    weekend = day.weekday() >= 5
    if works:
        kind = DayKind.MAKEUP if weekend else DayKind.WEEKDAY
    elif statutory:
        kind = DayKind.HOLIDAY
    elif weekend:
        kind = DayKind.WEEKEND
    elif chinese_calendar.is_in_lieu(day):
        kind = DayKind.IN_LIEU
    else:
        kind = DayKind.SUBSTITUTE
    return DayReason(day, works, kind, "" if kind is DayKind.WEEKDAY else name, disputed=disputed)


@lru_cache(maxsize=64)
def statutory_table(year: int, guess_substitutes: bool) -> dict[date, DayReason]:
    """Every day of a year from weekends and statutory holidays alone (放假办法 arts 2 and 6), 调休 unknown.

    `guess_substitutes` takes over where the package expects a holiday on a weekend to be made up; a year whose
    notice the office entered itself does without, for the notice says when.
    """
    observed = _package_days(year, guess_substitutes)
    table = {}
    for day in _year(year):
        words = observed.get(day) or ""
        if words and "调休" not in words:
            kind = DayKind.SUBSTITUTE if words.endswith("（补假）") else DayKind.HOLIDAY
            table[day] = DayReason(day, False, kind, _statutory_name(words))
        elif day.weekday() >= 5:
            table[day] = DayReason(day, False, DayKind.WEEKEND)
        else:
            table[day] = DayReason(day, True, DayKind.WEEKDAY)
    return table
