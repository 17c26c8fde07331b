"""The way from password to desk: who stands at the door, what is still asked of them, and opening the session.

Until the last step Django's own session knows nobody: `request.user` is anonymous, so there is nothing that whoever has the
password alone could do anywhere.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.orgs.models import User
from gongkai.orgs.permissions import may_use_desk
from gongkai.orgs.sign_in import factor, sessions
from gongkai.orgs.sign_in.permissions import needs_factor

KEY = "sign_in.pending"
LASTS_SECONDS = 15 * 60
BACKEND = "gongkai.orgs.sign_in.backends.PasswordBackend"


def begin(request: HttpRequest, user: User, *, to: str) -> None:
    """The password was right: remember who it is, in a session with a new key."""
    request.session.flush()
    request.session[KEY] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": clock.now().timestamp(),
        "to": to,
        "factor": "",
    }


def person(request: HttpRequest) -> User | None:
    """Who gave the password in this session; None after a quarter of an hour, or when password or account changed since."""
    from gongkai.orgs.sign_in.backends import PasswordBackend

    kept = _kept(request)
    if not kept or clock.now().timestamp() - kept["at"] > LASTS_SECONDS:
        return None
    user: Any = PasswordBackend().get_user(kept["user"])
    return user if user and constant_time_compare(user.get_session_auth_hash(), kept["hash"]) else None


def step(request: HttpRequest, user: User) -> str | None:
    """The name of the page that comes next; None when everything has been given.

    Whoever has a second factor gives a code before a one-time password may be changed: it may have been read on its way.
    """
    given = _kept(request).get("factor")
    if not given and factor.active(user):
        return "sign_in:code"
    if user.must_change_password:
        return "sign_in:first_password"
    if not given and needs_factor(user):
        return "sign_in:enrol"
    return None


def passed(request: HttpRequest, how: str) -> None:
    """The second factor was given: "totp" or "recovery"."""
    request.session[KEY] = {**_kept(request), "factor": how}


def password_changed(request: HttpRequest, user: User) -> None:
    """The person at the door has a new password: go on with it."""
    request.session[KEY] = {**_kept(request), "hash": user.get_session_auth_hash()}


def advance(request: HttpRequest) -> HttpResponse:
    """To the next step, or through the door."""
    user = person(request)
    if user is None:
        return lost(request)
    ahead = step(request, user)
    return redirect(ahead) if ahead else redirect(enter(request, user))


def enter(request: HttpRequest, user: User) -> str:
    """Open the session, with a new key; gives the address that the person wanted."""
    kept = request.session.pop(KEY)
    login(request, user, backend=BACKEND)
    sessions.start(request, user, factor=kept["factor"])
    return kept["to"]


def lost(request: HttpRequest) -> HttpResponse:
    """Back to the beginning, and why; whoever is in already (by the browser's way back) stays in."""
    if may_use_desk(request.user):
        return redirect("wagtailadmin_home")
    request.session.flush()
    messages.warning(request, _("登录没有在一刻钟内完成，请重新输入用户名和密码。"))
    return redirect("wagtailadmin_login")


def _kept(request: HttpRequest) -> dict[str, Any]:
    return request.session.get(KEY) or {}
