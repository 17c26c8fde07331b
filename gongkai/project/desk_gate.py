"""Which of Wagtail's routes the desk opens, and under which content security policy.

Wagtail brings some two hundred routes; many write to the database without an action of ours. Only those named here are
open; the rest do not exist (404), for everybody. A test walks all of them.
"""

import re
import traceback
from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _

from gongkai.theme.errors import bad_request

PREFIX = "/desk/"
_KEY = re.compile("[0-9]{1,18}")
OPEN_NAMES = frozenset(
    {
        "desk",
        "wagtailadmin_home",
        "wagtailadmin_login",
        "wagtailadmin_logout",
        "wagtailadmin_account",  # one's own name, language and password
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_keyboard_shortcuts_dialog",
        "wagtailadmin_dismissibles",  # which hints a person has closed
        "wagtailadmin_block_preview:preview",
        "wagtailadmin_editing_sessions:ping",  # who else has this record open
        "wagtailadmin_editing_sessions:release",
    }
)
# Our own records: the views that read, and those whose writes are our actions (desk.py of the app).
_RECORD_VIEWS = (
    "list", "list_results", "edit", "history", "history_results", "usage", "preview_on_edit", "revisions_view",
    "revisions_compare",
)  # fmt: skip
OPEN_NAMES |= {f"wagtailsnippets_policies_policy:{view}" for view in _RECORD_VIEWS}
_GUIDE_VIEWS = ("list", "list_results", "edit", "history", "history_results", "usage")
OPEN_NAMES |= {f"wagtailsnippets_guides_service:{view}" for view in _GUIDE_VIEWS}
# Pages of ours beside Wagtail's: each view says by its rule who may open it, and writes by actions only.
OPEN_NAMESPACES = frozenset(
    {"records", "topics_desk", "inbox", "orgs_desk", "accounts", "units_desk", "sign_in", "looks"}
)

# Shown in a frame of the edit form.
_FRAMED = {
    "wagtailsnippets_policies_policy:preview_on_edit",
    "wagtailadmin_block_preview:preview",
    "records:preview",
}

# Wagtail's date fields and filters start by an inline script on these, and nowhere else.
_INLINE = {
    f"wagtailsnippets_{model}:{view}"
    for model in ("policies_policy", "guides_service")
    for view in ("list", "edit", "history", "usage")
}

Responder = Callable[[HttpRequest], HttpResponse]


def is_open(view_name: str) -> bool:
    """True for a desk route that exists here."""
    return view_name in OPEN_NAMES or view_name.partition(":")[0] in OPEN_NAMESPACES


class DeskGate:
    """Shuts what is not open and sets the desk's own content security policy."""

    def __init__(self, get_response: Responder) -> None:
        self._respond = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._respond(request)
        if request.path_info.startswith(PREFIX):
            # A preview is rendered through the portal's own middleware: its headers are the portal's, not the frame's.
            response.headers.pop("Content-Security-Policy", None)
            # django-csp reads this attribute in place of the site's policy.
            match = request.resolver_match
            name = match.view_name if match else ""
            response._csp_config = _policy(name)  # type: ignore[attr-defined]
            if name in _FRAMED:
                response.headers["X-Frame-Options"] = "SAMEORIGIN"
            if name == "wagtailadmin_logout":
                # What a page kept in the browser for its person is not for whoever sits down there next.
                response.headers["Clear-Site-Data"] = '"storage"'
        return response

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        """Runs when the route is known and before its view."""
        match = request.resolver_match
        if not (match and request.path_info.startswith(PREFIX)):
            return
        # Wagtail takes any word for a record's key and asks the database for it: a word that is no number breaks there.
        keyed = all(_KEY.fullmatch(str(kwargs[name])) for name in ("pk", "object_id") if name in kwargs)
        if not (keyed and is_open(match.view_name)):
            raise Http404(_("工作台没有这个页面，请从菜单重新进入。"))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Runs when a view broke: a form that cannot be read is no form of ours (Wagtail reads each without asking)."""
        if request.path_info.startswith(PREFIX) and _misread(exception):
            return bad_request(request, exception)
        return None


def _misread(exception: Exception) -> bool:
    """True for a field that is not there, and for a value of which no number or table can be read off the form."""
    steps = traceback.walk_tb(exception.__traceback__)
    return isinstance(exception, MultiValueDictKeyError) or (
        isinstance(exception, ValueError)
        and any(frame.f_code.co_name == "value_from_datadict" for frame, _line in steps)
    )


def _policy(view_name: str) -> dict[str, Any]:
    """The directives for one page of the desk."""
    directives: dict[str, Any] = settings.DESK_CONTENT_SECURITY_POLICY["DIRECTIVES"]
    if view_name not in _FRAMED:
        directives = directives | {"frame-ancestors": [NONE]}
    if view_name in _INLINE:
        directives = directives | {"script-src": [SELF, UNSAFE_INLINE]}
    return directives
