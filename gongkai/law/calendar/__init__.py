"""Chinese working days: which day is worked and why, and deadlines that carry their derivation."""

from gongkai.law.calendar.counting import Calendar, add_months
from gongkai.law.calendar.days import (
    DayKind,
    DayReason,
    Disagreement,
    Override,
    announced_years,
    cross_check,
)
from gongkai.law.calendar.derivation import Deadline, Period, Run, Step, Unit, WorkingDayCount

__all__ = [
    "Calendar",
    "DayKind",
    "DayReason",
    "Deadline",
    "Disagreement",
    "Override",
    "Period",
    "Run",
    "Step",
    "Unit",
    "WorkingDayCount",
    "add_months",
    "announced_years",
    "cross_check",
]
