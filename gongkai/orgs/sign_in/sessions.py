"""Sessions of a person: opened at the door, idle and absolute expiry, ended from elsewhere, and asking once more who it is."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from gongkai.kernel import clock
from gongkai.kernel.access import where_from
from gongkai.orgs.models import SignIn, User
from gongkai.orgs.sign_in import address, device
from gongkai.orgs.sign_in.permissions import needs_factor

_ROW, _CONFIRMED = "sign_in.row", "sign_in.confirmed_at"
_TOUCH = timedelta(minutes=1)
CONFIRMED_SECONDS = 10 * 60


def start(request: HttpRequest, user: User, *, factor: str = "") -> SignIn:
    """Note a session that was opened just now; ``factor`` says what was given besides the password."""
    moment = clock.now()
    row = SignIn.objects.create(
        user=user,
        started_at=moment,
        last_seen_at=moment,
        factor=factor,
        address=address.of(request),
        device=device.words(request.headers.get("User-Agent", "")),
    )
    request.session[_ROW] = row.pk
    request.session[_CONFIRMED] = moment.timestamp()
    request.sign_in = row  # type: ignore[attr-defined]
    return row


def row_of(request: HttpRequest) -> int:
    """The number of this session's row; 0 for one that has none."""
    return request.session.get(_ROW, 0)


def check(request: HttpRequest, user: User) -> tuple[SignIn | None, str]:
    """This session's row if it may go on; else None and why it ended (a value of SignIn.Why).

    A session without a row (opened by an earlier version) gets one, unless its owner needs a second factor.
    """
    pk = row_of(request)
    row = SignIn.objects.filter(pk=pk, user=user).first() if pk else None
    if row is None:
        refused = pk or needs_factor(user)
        return (None, SignIn.Why.FACTOR) if refused else (start(request, user), "")
    if row.ended_at:
        return None, row.why
    why = _why_over(row, user)
    if why:
        end([row.pk], why=why)
        return None, why
    return row, ""


def _why_over(row: SignIn, user: User) -> str:
    moment = clock.now()
    if moment - row.last_seen_at > timedelta(minutes=settings.SESSION_IDLE_MINUTES):
        return SignIn.Why.IDLE
    if moment - row.started_at > timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return SignIn.Why.EXPIRED
    return SignIn.Why.FACTOR if needs_factor(user) and not row.factor else ""


def touch(row: SignIn) -> None:
    """The person has done something; written once a minute at most."""
    moment = clock.now()
    if moment - row.last_seen_at >= _TOUCH:
        SignIn.objects.filter(pk=row.pk).update(last_seen_at=moment)


def end(pks: Iterable[int], *, why: str) -> int:
    """End sessions: each is signed out at its next request. How many were open."""
    return SignIn.objects.filter(pk__in=list(pks), ended_at=None).update(ended_at=clock.now(), why=why)


def end_all(user: User, *, why: str, but: int = 0) -> int:
    """End all sessions of a person, except the one of row ``but``; in the caller's transaction."""
    rows = SignIn.objects.filter(user=user, ended_at=None).exclude(pk=but)
    return rows.update(ended_at=clock.now(), why=why)


def open_of(user: Any) -> QuerySet[SignIn]:
    """A person's sessions that may still go on, the last used first."""
    moment = clock.now()
    return SignIn.objects.filter(
        user=user,
        ended_at=None,
        last_seen_at__gte=moment - timedelta(minutes=settings.SESSION_IDLE_MINUTES),
        started_at__gte=moment - timedelta(seconds=settings.SESSION_COOKIE_AGE),
    ).order_by("-last_seen_at", "-pk")


# --- asking once more ------------------------------------------------------------------------------------------------


def is_confirmed(request: HttpRequest) -> bool:
    """True for ten minutes after the person has given password or code."""
    return clock.now().timestamp() - request.session.get(_CONFIRMED, 0) < CONFIRMED_SECONDS


def note_confirmed(request: HttpRequest) -> None:
    """The person has given password or code once more."""
    request.session[_CONFIRMED] = clock.now().timestamp()


def confirmed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask for password or code before a view, unless that was done within ten minutes; goes below `rule`.

    On a page with a form, so that it is asked before the form is filled in and nothing typed is lost. An answer that
    came too late leads back to the page it was given on, not to an address that shows nothing.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        query = urlencode({"next": where_from(request)})
        return redirect(f"{reverse('sign_in:confirm')}?{query}")

    return asked
