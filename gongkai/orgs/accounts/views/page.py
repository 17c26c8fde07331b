"""What the pages of accounts share: for whom they are, and the parameters that a pager keeps."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access

from gongkai.kernel.access import rule


def desk_page(who: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """A page of the desk for whom it is meant, never kept, in the language that they have chosen there."""
    return lambda view: rule(who)(never_cache(require_admin_access(view)))


def without(request: HttpRequest, *names: str) -> str:
    """The parameters of this page but these, encoded, for the links of a pager."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
