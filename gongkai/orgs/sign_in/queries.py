"""Named querysets: the log of looks as the auditor asks for it."""

from datetime import date

from django.db.models import Q, QuerySet

from gongkai.kernel import clock
from gongkai.orgs.models import Look


def looks_by(
    *, by: str = "", subject: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Look]:
    """Looks of a person (name or user name), at a reference, on days of the office's calendar; the last first."""
    found = Look.objects.select_related("by")
    if by:
        found = found.filter(Q(by__username=by) | Q(by__name__contains=by))
    if subject:
        found = found.filter(subject__contains=subject)
    return clock.within(found, since, until)
