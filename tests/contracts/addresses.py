"""Every address of the installation, read from the URL resolver, with arguments filled in."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

DESK = "desk/"
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One route: its pattern as written from the root, its view, its full name, and whether it is plainly written."""

    route: str
    view: Callable[..., Any]
    simple: bool
    name: str = ""

    @property
    def at_desk(self) -> bool:
        """Wagtail guards what is below the desk; everything else is a view of ours with a rule of ours."""
        return self.route.startswith(DESK)

    def filled(self, values: dict[str, list[object]]) -> Iterator[str]:
        """Paths with every combination of values, looked up by argument name, else by kind (int, str, slug, …)."""
        arguments = _ARGUMENT.findall(self.route)
        choices = [values.get(name) or values[kind or "str"] for kind, name in arguments]
        for chosen in itertools.product(*choices):
            path = self.route
            for value in chosen:
                path = _ARGUMENT.sub(str(value), path, count=1)
            yield "/" + path


def addresses(
    resolver: URLResolver | None = None, prefix: str = "", simple: bool = True, space: str = ""
) -> Iterator[Address]:
    """All routes. Those written as a regular expression are marked: their paths must be given by hand."""
    for pattern in (resolver or get_resolver()).url_patterns:
        piece = "" if isinstance(pattern.pattern, LocalePrefixPattern) else str(pattern.pattern)
        plain = simple and (
            isinstance(pattern.pattern, RoutePattern | LocalePrefixPattern) or piece in {"", "^"}
        )
        if isinstance(pattern, URLPattern):
            yield Address(prefix + piece, pattern.callback, plain, space + (pattern.name or ""))
        else:
            below = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, prefix + piece, plain, below)
