"""The result of a count: its day, every step that led there, and the same in Chinese words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongkai.law.calendar.days import DayKind, DayReason

_WORKED_AGAINST_THE_WEEK = (DayKind.MAKEUP, DayKind.OVERRIDE_WORK)


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"

    @property
    def label(self) -> str:
        """The unit as it stands after a number: 个工作日, 日, 个月, 年."""
        return {"working_days": "个工作日", "days": "日", "months": "个月", "years": "年"}[self.value]


@dataclass(frozen=True, slots=True)
class Period:
    """Days, first and last included, that a rule takes out of a count, with the reason and its article."""

    first: date
    last: date
    reason: str
    article: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(
                f"停算期间的最后一天（{full(self.last)}）早于第一天（{full(self.first)}），"
                "请核对征求意见的起止日期。"
            )

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a derivation: the number it was counted as, or None and why it was skipped."""

    reason: DayReason
    number: int | None
    suspended: Period | None = None
    rolled: bool = False

    @property
    def day(self) -> date:
        """The day itself."""
        return self.reason.day

    @property
    def label(self) -> str:
        """Why the day was counted or skipped, in Chinese."""
        return self.suspended.reason if self.suspended else self.reason.label


@dataclass(frozen=True, slots=True)
class Run:
    """Adjoining days that were counted, or skipped for one and the same reason, with what to say of them.

    `plain` marks ordinary counted days and ordinary weekends, which a short text leaves out.
    """

    first: date
    last: date
    counted: bool
    words: str
    plain: bool


@dataclass(frozen=True, slots=True)
class WorkingDayCount:
    """How many working days lie after `after` up to and including `until`."""

    after: date
    until: date
    count: int
    steps: tuple[Step, ...]

    @property
    def provisional(self) -> bool:
        """True where a day of the count may still be changed by a notice that is not loaded."""
        return any(step.reason.provisional for step in self.steps)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences a reader must see beside the count."""
        return notes(self.steps)

    @property
    def text(self) -> str:
        """The count in Chinese words."""
        head = f"自{full(self.after)}次日起至{full(self.until)}止，共{self.count}个工作日"
        return _body(head, self.steps, self.after, Unit.WORKING_DAYS) + "".join(self.notes)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period, with every day that was counted or skipped on the way.

    `steps` of a period in months or years holds its corresponding day and the days it was put off, not each day.
    `article` is the rule that sets the period, `roll_over` the rule that puts off a last day that is a holiday.
    """

    start: date
    amount: int
    unit: Unit
    due: date
    steps: tuple[Step, ...]
    article: str = ""
    roll_over: str = ""

    @property
    def provisional(self) -> bool:
        """True where the day rests on a year whose holiday notice is not loaded."""
        return any(step.reason.provisional for step in self._looked_up)

    @property
    def _looked_up(self) -> tuple[Step, ...]:
        """The steps whose day was asked of the holiday calendar: a calendar day that is merely counted was not."""
        if self.unit is Unit.WORKING_DAYS:
            return self.steps
        if not self.roll_over:
            return ()
        return tuple(step for step in self.steps if step.rolled or step.day == self.due)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences a reader must see beside the date: provisional years, packages that disagree."""
        return notes(self._looked_up)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The steps with adjoining days merged."""
        return merge(self.steps, self.unit)

    @property
    def text(self) -> str:
        """The derivation in Chinese words, short enough to stand under the date."""
        rule = f"（{self.article}）" if self.article else ""
        head = f"自{full(self.start)}次日起算{self.amount}{self.unit.label}{rule}，至{full(self.due)}届满"
        return "".join((_body(head, self.steps, self.start, self.unit), self._roll_words, *self.notes))

    @property
    def _roll_words(self) -> str:
        """Why the last day was put off, and by which rule; empty where it was not."""
        rolled = [step for step in self.steps if step.rolled]
        if not rolled:
            return ""
        off = dict.fromkeys(step.reason.name or step.reason.kind.label for step in rolled)
        span = short_span(rolled[0].day, rolled[-1].day, self.start)
        return (
            f"原届满日{short_span(rolled[0].day, rolled[0].day, self.start)}适逢休假（{span}{'、'.join(off)}），"
            f"依{self.roll_over}顺延至{full(self.due)}。"
        )


def full(day: date) -> str:
    """2026年9月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


def short_span(first: date, last: date, beside: date) -> str:
    """10月1日至7日, with the year where it is not that of `beside`."""
    words = f"{first.month}月{first.day}日" if first.year == beside.year else full(first)
    if last == first:
        return words
    if (last.year, last.month) == (first.year, first.month):
        return f"{words}至{last.day}日"
    return f"{words}至{f'{last.month}月{last.day}日' if last.year == first.year else full(last)}"


def notes(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """What must be said beside a result: notices that are not loaded, days on which the packages disagree."""
    years = sorted({y for step in steps if (y := step.reason.missing_notice) is not None})
    found = [
        f"国务院办公厅关于{year}年部分节假日安排的通知尚未载入，本结果按周末和法定节假日暂行推算，通知载入后将重新计算。"
        for year in years
    ]
    found += [step.reason.disputed for step in steps if step.reason.disputed]
    return tuple(found)


def merge(steps: tuple[Step, ...], unit: Unit = Unit.WORKING_DAYS) -> tuple[Run, ...]:
    """Adjoining steps of one reason as one run, a holiday with the weekend inside it."""
    groups: list[list[Step]] = []
    for step in steps:
        if groups and _group(groups[-1][-1], unit) == _group(step, unit):
            groups[-1].append(step)
        else:
            groups.append([step])
    return tuple(
        Run(
            group[0].day,
            group[-1].day,
            group[0].number is not None,
            _run_words(group, unit),
            _plain(group, unit),
        )
        for group in groups
    )


def _group(step: Step, unit: Unit) -> tuple[object, ...]:
    """What must be equal for two adjoining steps to be told in one breath."""
    if step.suspended:
        return ("suspended", step.suspended)
    if step.rolled:
        return ("rolled",)
    if step.number is not None:
        special = unit is Unit.WORKING_DAYS and step.reason.kind in _WORKED_AGAINST_THE_WEEK
        return ("counted", step.reason.label if special else "")
    if step.reason.kind is DayKind.OVERRIDE_OFF:
        return ("override", step.reason.name)
    return ("holiday",) if step.reason.name else ("weekend",)


def _plain(group: list[Step], unit: Unit) -> bool:
    """Ordinary counted days and ordinary weekends, which the text need not tell one by one."""
    return _group(group[0], unit) in (("counted", ""), ("weekend",), ("rolled",))


def _run_words(group: list[Step], unit: Unit) -> str:
    """What became of the days of a run, and why."""
    first = group[0]
    if first.suspended:
        article = f"（{first.suspended.article}）" if first.suspended.article else ""
        return f"{first.suspended.reason}{article}不计"
    if first.number is not None:
        return _counted_words(group, unit)
    names = "、".join(dict.fromkeys(step.reason.name for step in group if step.reason.name))
    if first.rolled:
        return f"{names or '周末'}，届满日顺延"
    if first.reason.kind is DayKind.OVERRIDE_OFF:
        return f"{names}（{first.reason.kind.label}）不计"
    return f"{names}放假不计" if names else "周末不计"


def _counted_words(group: list[Step], unit: Unit) -> str:
    first, last = group[0], group[-1]
    if not _plain(group, unit):
        return f"{first.reason.label}计入"
    if unit not in (Unit.WORKING_DAYS, Unit.DAYS):
        return "到期月的对应日"
    return f"第{first.number}天" if first is last else f"第{first.number}至{last.number}天"


def _body(head: str, steps: tuple[Step, ...], start: date, unit: Unit) -> str:
    """The head, then each run that needs saying, then the plain weekends as a number."""
    told = [
        f"{short_span(run.first, run.last, start)}{run.words}" for run in merge(steps, unit) if not run.plain
    ]
    weekends = sum(_group(step, unit) == ("weekend",) for step in steps) if unit is Unit.WORKING_DAYS else 0
    if weekends:
        told.append(f"{'其余' if told else ''}周末{weekends}天不计")
    return f"{head}：{'；'.join(told)}。" if told else f"{head}。"
