"""The links of header and footer: filled once by project/wiring.py, resolved for each request."""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import get_script_prefix
from django.utils.translation import gettext

from gongkai.kernel.routes import route


class Link(NamedTuple):
    """One link as a template reads it; `current` is "page" on that very page, "true" below it, else empty."""

    label: str
    url: str
    current: str = ""


class _Entries(NamedTuple):
    header: tuple[tuple[str, str], ...] = ()
    footer: tuple[tuple[str, str], ...] = ()
    home: str = ""


_entries = _Entries()


def fill(
    header: Sequence[tuple[str, str]], *, footer: Sequence[tuple[str, str]] = (), home: str = ""
) -> None:
    """Say what header and footer link to; a second call replaces the first.

    Each entry is (label as msgid, url name); labels are marked with `gettext_noop` where they are written, so
    that they reach the catalogue. `home` is the url name behind the brand; without it the brand leads to the root.
    """
    global _entries  # noqa: PLW0603 - one registry of one process, filled at start
    _entries = _Entries(tuple(header), tuple(footer), home)


def home_url() -> str:
    """Where the brand leads."""
    return route(_entries.home) if _entries.home else get_script_prefix()


def header_links(path: str) -> list[Link]:
    """The header's links for a request path; at most one, the nearest above the path, is current.

    Raises NoReverseMatch if wiring names a view that does not exist: that is a mistake to be seen at once.
    """
    home = home_url()
    links = [(gettext(label), route(name)) for label, name in _entries.header]
    # Everything lies below home, so home is current only on its own page.
    above = [url for _, url in links if url == path or (url != home and path.startswith(url))]
    nearest = max(above, key=len, default=None)
    return [
        Link(label, url, ("page" if url == path else "true") if url == nearest else "")
        for label, url in links
    ]


def footer_links() -> list[Link]:
    """The footer's links."""
    return [Link(gettext(label), route(name)) for label, name in _entries.footer]
