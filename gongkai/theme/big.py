"""大字（适老）版: larger type and one column, chosen by a link, kept in a cookie, drawn by the server without script."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from gongkai.kernel.routes import route
from gongkai.theme.navigation import home_url

COOKIE = "big"
_A_YEAR = 365 * 24 * 3600


def is_big(request: HttpRequest) -> bool:
    """True if this visitor reads in large text."""
    return request.COOKIES.get(COOKIE) == "1"


def switch_url(request: HttpRequest) -> str:
    """The address that turns large text on, or off where it is on, and comes back to this very page."""
    choice = {} if is_big(request) else {"on": "1"}
    return f"{route('theme:big')}?{urlencode(choice | {'next': request.get_full_path()})}"


def switched(request: HttpRequest) -> HttpResponseRedirect:
    """Back to the page in ``?next=``, home where that leads to another site; the cookie set with ``?on=1``, else gone."""
    to = request.GET.get("next", "")
    # No host is allowed at all: only paths of this site.
    safe = to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    answer = HttpResponseRedirect(to if safe else home_url())
    if request.GET.get("on") == "1":
        answer.set_cookie(
            COOKIE, "1", max_age=_A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    answer.headers["Cache-Control"] = "no-store"
    return answer


class VaryByBig:
    """Middleware: every page differs by the cookie, so that no cache gives one reader's large text to another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Cookie",))
        return response
