"""Counting on the calendar: add working days, days, months, years; count between two days."""

from __future__ import annotations

import calendar as months_of_year
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from gongkai.law.calendar.days import (
    DayKind,
    DayReason,
    Override,
    announced_table,
    announced_years,
    statutory_table,
)
from gongkai.law.calendar.derivation import Deadline, Period, Step, Unit, WorkingDayCount, full

# The notice for a year has reached back into 29 to 31 December of the year before (2007 and 2018), never further:
# with New Year on a Tuesday, Monday is off and the Saturday before is worked.
_REACH_BACK = (12, 29)
_ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later (earlier where negative), the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, months_of_year.monthrange(year, month + 1)[1]))


class Calendar:
    """Working days of mainland China, with the days that an office has entered itself.

    `overrides` wins over the packages for its days. `announced` names years whose holiday notice the office has
    entered in full through `overrides`, before chinesecalendar holds it: such a year is not provisional.
    """

    def __init__(
        self, overrides: Mapping[date, Override] | None = None, *, announced: Iterable[int] = ()
    ) -> None:
        self._overrides = dict(overrides or {})
        self._entered = frozenset(announced)
        self._known = announced_years() | self._entered

    def explain(self, day: date) -> DayReason:
        """Why a day is worked or not."""
        override = self._overrides.get(day)
        if override is not None:
            kind = DayKind.OVERRIDE_WORK if override.works else DayKind.OVERRIDE_OFF
            return DayReason(day, override.works, kind, override.name)
        if day.year in announced_years():
            reason = announced_table(day.year)[day]
        else:
            reason = statutory_table(day.year, day.year not in self._entered)[day]
        missing = self._missing_notice(day)
        if missing is None:
            return reason
        return DayReason(day, reason.works, reason.kind, reason.name, missing, reason.disputed)

    def _missing_notice(self, day: date) -> int | None:
        """The year whose notice is not loaded and could still change this day."""
        if day.year not in self._known:
            return day.year
        if (day.month, day.day) >= _REACH_BACK and day.year + 1 not in self._known:
            return day.year + 1
        return None

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked."""
        return self.explain(day).works

    def add_working_days(
        self, start: date, n: int, *, suspended: Sequence[Period] = (), article: str = ""
    ) -> Deadline:
        """The last of `n` working days, the first being the working day after `start` (次日起算).

        Days in a suspension are not counted. `article` is the rule that sets the period and only appears in the
        derivation. Raises ValueError where n is below 1.
        """
        steps = self._steps(start, n, Unit.WORKING_DAYS, suspended)
        return Deadline(start, n, Unit.WORKING_DAYS, steps[-1].day, tuple(steps), article)

    def add_days(
        self,
        start: date,
        n: int,
        *,
        suspended: Sequence[Period] = (),
        roll_over: str = "",
        article: str = "",
    ) -> Deadline:
        """The last of `n` calendar days, the first being the day after `start`.

        A last day that falls on a holiday stands, unless `roll_over` names the rule that puts it off to the first
        day after the holiday. Raises ValueError where n is below 1.
        """
        steps = self._steps(start, n, Unit.DAYS, suspended)
        if roll_over:
            steps = self._roll(steps)
        return Deadline(start, n, Unit.DAYS, steps[-1].day, tuple(steps), article, roll_over)

    def add_months(self, start: date, n: int, *, roll_over: str = "", article: str = "") -> Deadline:
        """The corresponding day `n` months after `start`, or the last day of that month where it has none."""
        return self._add_months(start, n, Unit.MONTHS, roll_over, article)

    def add_years(self, start: date, n: int, *, roll_over: str = "", article: str = "") -> Deadline:
        """The corresponding day `n` years after `start`; 29 February becomes the 28th."""
        return self._add_months(start, n, Unit.YEARS, roll_over, article)

    def _add_months(self, start: date, n: int, unit: Unit, roll_over: str, article: str) -> Deadline:
        _require_positive(n, unit)
        due = add_months(start, n * (12 if unit is Unit.YEARS else 1))
        steps = [Step(self.explain(due), n)]
        if roll_over:
            steps = self._roll(steps)
        return Deadline(start, n, unit, steps[-1].day, tuple(steps), article, roll_over)

    def count_working_days(
        self, after: date, until: date, *, suspended: Sequence[Period] = ()
    ) -> WorkingDayCount:
        """How many working days lie after `after`, up to and including `until`.

        Raises ValueError where `until` is before `after`.
        """
        if until < after:
            raise ValueError(
                f"截止日（{full(until)}）早于起算日（{full(after)}），无法数工作日；请核对两个日期。"
            )
        steps: list[Step] = []
        counted = 0
        for offset in range(1, (until - after).days + 1):
            reason = self.explain(after + timedelta(days=offset))
            period = _covering(reason.day, suspended)
            counts = reason.works and period is None
            counted += counts
            steps.append(Step(reason, counted if counts else None, period))
        return WorkingDayCount(after, until, counted, tuple(steps))

    def _steps(self, start: date, n: int, unit: Unit, suspended: Sequence[Period]) -> list[Step]:
        _require_positive(n, unit)
        steps: list[Step] = []
        counted, day = 0, start
        while counted < n:
            day += _ONE_DAY
            reason = self.explain(day)
            period = _covering(day, suspended)
            counts = period is None and (unit is Unit.DAYS or reason.works)
            counted += counts
            steps.append(Step(reason, counted if counts else None, period))
        return steps

    def _roll(self, steps: list[Step]) -> list[Step]:
        """Put a last day that is not worked off to the next one that is."""
        last = steps[-1]
        if last.reason.works:
            return steps
        rolled = [*steps[:-1], Step(last.reason, None, rolled=True)]
        day = last.day
        while not rolled[-1].reason.works:
            day += _ONE_DAY
            reason = self.explain(day)
            rolled.append(Step(reason, last.number if reason.works else None, rolled=not reason.works))
        return rolled


def _covering(day: date, suspended: Sequence[Period]) -> Period | None:
    for period in suspended:
        if day in period:
            return period
    return None


def _require_positive(n: int, unit: Unit) -> None:
    if n < 1:
        raise ValueError(f"期限“{n}{unit.label}”不成立，期限至少为1{unit.label}；请核对规则中的数值。")
