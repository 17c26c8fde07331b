"""Who may open a view: one decorator that both enforces the rule and leaves it readable for a test of all URLs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]
Rule = Literal["public", "signed_in", "staff"] | Callable[[Any], bool]


def rule(who: Rule) -> Callable[[View], View]:
    """Open a view to everyone ("public"), to whoever is "signed_in", to "staff", or to users whom a predicate admits.

    Goes on function views, on the result of `as_view()`, and on `dispatch` by method_decorator. An anonymous visitor
    who is not admitted is sent to settings.LOGIN_URL, a user who is not admitted gets PermissionDenied. The rule stands
    on the view as `access_rule`. A rule about one record belongs to the action. Raises ValueError for an unknown word.
    """
    if not callable(who) and who not in {"public", "signed_in", "staff"}:
        raise ValueError(_("不认识的访问规则“%s”；可用 public、signed_in、staff 或判断函数。") % who)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if who == "public" or _admits(who, request.user):
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(where_from(request), settings.LOGIN_URL)
            if who == "staff":
                raise PermissionDenied(_("此页仅供本单位工作人员使用；如需办理，请用工作账号登录。"))
            raise PermissionDenied(_("您的账号没有使用此页的权限；如工作需要，请向本单位管理员申请。"))

        guarded.access_rule = who  # type: ignore[attr-defined]
        return guarded

    return decorate


def where_from(request: HttpRequest) -> str:
    """The address to lead back to after who it is has been asked; always one that can be looked at.

    A form's own address may only take what is sent to it, and the form is gone by then: so it is the page it was filled
    in on, if that is of this host, else where people start (settings.LOGIN_REDIRECT_URL).
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    ours = page.netloc == request.get_host()
    return page.path if ours and page.path else resolve_url(settings.LOGIN_REDIRECT_URL)


def _admits(who: Rule, user: Any) -> bool:
    if callable(who):
        return who(user)
    signed_in = user.is_authenticated and user.is_active
    return signed_in and (who == "signed_in" or user.is_staff)
