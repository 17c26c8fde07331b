"""A line of the desk's menu that is shown to those whom a predicate admits."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail.admin.menu import MenuItem


class Way(MenuItem):
    """The way to a page of ours: ``who`` may see it, ``route`` is the page's name, ``icon`` one of Wagtail's."""

    def __init__(self, who: Callable[[Any], bool], label: Any, route: str, *, icon: str, order: int) -> None:
        super().__init__(
            label, reverse_lazy(route), name=route.replace(":", "-"), icon_name=icon, order=order
        )
        self._who = who

    def is_shown(self, request: HttpRequest) -> bool:
        """Asked for each request."""
        return self._who(request.user)
