"""The only place that reads the clock, so that a test can hold it still and the law can be asked about any day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("gongkai_clock", default=None)


def now() -> datetime:
    """This instant, aware."""
    return _frozen.get() or timezone.now()


def today() -> date:
    """The office's calendar day: in settings.TIME_ZONE, whatever time zone a visitor or server has."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The office's calendar day of an aware instant."""
    return local(moment).date()


def local(moment: datetime) -> datetime:
    """An aware instant on the office's clock."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def start_of(day: date) -> datetime:
    """The first instant of an office's calendar day, aware."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def within(rows: QuerySet[Any], since: date | None, until: date | None) -> QuerySet[Any]:
    """Rows whose ``at`` lies on the office's calendar days from ``since`` to ``until``, both included; None is no bound.

    A day at the edge of the calendar has no instant on every clock: it bounds nothing.
    """
    if since and since.year > 1:
        rows = rows.filter(at__gte=start_of(since))
    if until and until.year < MAXYEAR:
        rows = rows.filter(at__lt=start_of(until + timedelta(days=1)))
    return rows


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock at an aware instant for the code inside, in this context only; for tests.

    Raises ValueError for an instant without a time zone, which would mean another moment on another machine.
    """
    if timezone.is_naive(at):
        raise ValueError("clock.frozen 只接受带时区的时刻。")
    token = _frozen.set(at)
    try:
        yield at
    finally:
        _frozen.reset(token)
