"""When a letter may go out: a person's hour, a person's quiet time. Plain reckoning over moments, no table and no clock."""

from datetime import datetime, timedelta

from django.utils import timezone

from gongkai.subscriptions.models import Frequency

_MONDAY = 0


def is_quiet(moment: datetime, quiet_from: int, quiet_until: int) -> bool:
    """True if the hour of ``moment`` in the office's time zone lies in the quiet time; equal hours: never."""
    hour = _local(moment).hour
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def after_quiet(moment: datetime, quiet_from: int, quiet_until: int) -> datetime:
    """``moment`` itself, or the end of the quiet time that it lies in."""
    if not is_quiet(moment, quiet_from, quiet_until):
        return moment
    end = _local(moment).replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    return end if end > moment else end + timedelta(days=1)


def due(moment: datetime, frequency: str, *, hour: int, quiet_from: int, quiet_until: int) -> datetime | None:
    """When something that happened at ``moment`` is told by letter; None for never.

    A digest goes out at ``hour``, every day or on Mondays; one that would fall into the quiet time waits for its end.
    """
    if frequency == Frequency.NEVER:
        return None
    chosen = moment
    if frequency != Frequency.AT_ONCE:
        local = _local(moment)
        chosen = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        while chosen <= moment or (frequency == Frequency.WEEKLY and chosen.weekday() != _MONDAY):
            chosen += timedelta(days=1)
    return after_quiet(chosen, quiet_from, quiet_until)


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())
