"""How many wrong tries lock whom out, and for how long (OWASP ASVS 2.2.1), on top of django-axes.

A name from one address: 5 in a quarter of an hour. A name from everywhere: 20; an address under all names: 100. The last two do
not hold for an address from which that person signed in within 30 days: a stranger may lock a name everywhere else, but never
keep a clerk out of the own office. Nothing depends on whether the account exists.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.kernel import clock
from gongkai.orgs.models import SignIn

BY_NAME, BY_ADDRESS = 20, 100
KNOWN_DAYS = 30


class Handler(AxesDatabaseHandler):
    """Axes' own, which counts name and address together, with the two wider limits added."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Wrong tries that count; at least the limit once a wider one is reached."""
        own = super().get_failures(request, credentials)
        if own >= settings.AXES_FAILURE_LIMIT:
            return own
        username = get_client_username(request, credentials) or ""
        where = request.axes_ip_address  # type: ignore[attr-defined]
        lately = _lately()
        wide = _count(lately.filter(username=username)) >= BY_NAME
        wide = wide or _count(lately.filter(ip_address=where)) >= BY_ADDRESS
        return settings.AXES_FAILURE_LIMIT if wide and not _is_known(username, where) else own

    def remove_out_of_limit_failure_logs(self, *, username: str, limit: int | None = None) -> int:
        """Nothing is removed for being one of many: whoever floods the log must not be able to empty it. See retention.py."""
        return 0


class Locked(NamedTuple):
    """A name that is locked out now: tries that count, from how many addresses, the last one."""

    username: str
    failures: int
    addresses: int
    last_at: Any


def locked() -> list[Locked]:
    """Names that cannot sign in from at least one address, the last tried first."""
    tries: dict[str, list[AccessAttempt]] = {}
    for each in _lately().exclude(username=None).order_by("-attempt_time"):
        tries.setdefault(each.username or "", []).append(each)
    found = []
    for username, rows in tries.items():
        by_address: dict[str | None, int] = {}
        for row in rows:
            by_address[row.ip_address] = by_address.get(row.ip_address, 0) + row.failures_since_start
        total = sum(by_address.values())
        if total >= BY_NAME or max(by_address.values()) >= settings.AXES_FAILURE_LIMIT:
            found.append(Locked(username, total, len(by_address), rows[0].attempt_time))
    return found


class Shut(NamedTuple):
    """An address from which strange names cannot sign in now (None: not known): tries that count, names, the last one."""

    address: str | None
    failures: int
    names: int
    last_at: Any


def shut() -> list[Shut]:
    """Addresses at the limit under all names together, as of an office behind one; the last tried first."""
    found = (
        _lately()
        .values("ip_address")
        .annotate(
            n=Sum("failures_since_start"), names=Count("username", distinct=True), at=Max("attempt_time")
        )
        .filter(n__gte=BY_ADDRESS)
        .order_by("-at")
    )
    return [Shut(row["ip_address"], row["n"], row["names"], row["at"]) for row in found]


def lift(username: str) -> int:
    """Forget the wrong tries of a name; how many rows there were."""
    return AccessAttempt.objects.filter(username=username).delete()[0]


def lift_address(address: str) -> int:
    """Forget the wrong tries from an address at the limit ("": not known); how many rows there were."""
    # Looked up among those at the limit: a word that is no address is an error to PostgreSQL, and the names locked from
    # an address that is not shut are lifted one by one.
    where = address or None
    if where not in {row.address for row in shut()}:
        return 0
    return AccessAttempt.objects.filter(ip_address=where).delete()[0]


def answer(
    request: HttpRequest, _original: HttpResponse | None = None, _credentials: Any = None
) -> HttpResponse:
    """What a locked out visitor sees (429)."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    response = render(request, "orgs/sign_in/locked.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    response["Cache-Control"] = "no-store"
    return response


def _lately() -> Any:
    return AccessAttempt.objects.filter(attempt_time__gte=clock.now() - settings.AXES_COOLOFF_TIME)


def _count(attempts: Any) -> int:
    return attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0


def _is_known(username: str, where: str | None) -> bool:
    since = clock.now() - timedelta(days=KNOWN_DAYS)
    rows = SignIn.objects.filter(user__username=username, address=where, started_at__gte=since)
    return bool(where) and rows.exists()
