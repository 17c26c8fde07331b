"""Every request's session is looked at once more: ended from elsewhere, idle, too old, or without its second factor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gongkai.orgs.models import SignIn
from gongkai.orgs.sign_in import sessions

Responder = Callable[[HttpRequest], HttpResponse]


class SignInGate:
    """Makes `request.user` nobody unless the session may go on; on every address and method, page or not.

    Looked at when somebody asks who the user is: a page for everybody costs no query and does not vary by cookie.
    """

    def __init__(self, get_response: Responder) -> None:
        self._respond = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            claimed = request.user
            request.user = SimpleLazyObject(lambda: _admitted(request, claimed))  # type: ignore[assignment]
        response = self._respond(request)
        row: SignIn | None = getattr(request, "sign_in", None)
        if row is not None:
            if sessions.row_of(request) != row.pk:
                sessions.end([row.pk], why=SignIn.Why.LOGOUT)
            elif not _is_background(request):
                sessions.touch(row)
        return response


def _admitted(request: HttpRequest, claimed: Any) -> Any:
    # Before asking who it is: Django empties a session by itself when the password has changed since.
    pk = sessions.row_of(request)
    if claimed.is_authenticated:
        row, why = sessions.check(request, claimed)
        if row is not None:
            request.sign_in = row  # type: ignore[attr-defined]
            return claimed
    else:
        if not pk:
            return claimed
        # The account was switched off, or the password changed, since this session began; what did it may have said why.
        sessions.end([pk], why=SignIn.Why.ACCOUNT)
        why = SignIn.objects.filter(pk=pk).values_list("why", flat=True).first() or SignIn.Why.ACCOUNT
    request.session.flush()
    _say(request, why)
    return AnonymousUser()


def _say(request: HttpRequest, why: str) -> None:
    words: dict[str, str] = {
        SignIn.Why.IDLE: _("您有一段时间没有操作，已自动退出，请重新登录。"),
        SignIn.Why.EXPIRED: _("本次登录已到最长时间，请重新登录。"),
        SignIn.Why.FACTOR: _("您的岗位须用动态口令登录，请重新登录。"),
    }
    said = words.get(why, "") or _("您的登录已经结束（%s），请重新登录。") % SignIn.Why(why).label
    messages.warning(request, said)


def _is_background(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.view_name in settings.SESSION_BACKGROUND_ROUTES)
