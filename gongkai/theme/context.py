"""The context processor: what every page needs to know about the site it belongs to."""

from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from gongkai.theme.address import public_url
from gongkai.theme.big import is_big, switch_url
from gongkai.theme.navigation import Link, footer_links, header_links, home_url


class Language(NamedTuple):
    """A language that this page can be read in: its code, its own name, and the address of the page in it."""

    code: str
    label: str
    url: str


@dataclass(frozen=True)
class Site:
    """The site as base.html reads it; ``here`` is the permanent address of this page, ``big`` says 大字版."""

    name: str
    organiser: str
    sample: bool
    home: str
    navigation: list[Link]
    footer: list[Link]
    languages: list[Language]
    big: bool
    big_url: str
    here: str


def other_languages(request: HttpRequest) -> list[Language]:
    """The languages, other than the present one, in which this very page has an address of its own.

    With `i18n_patterns` the address differs by language. Where it does not, a link would lead back to the same
    text, so none is offered.
    """
    here = request.get_full_path()
    others = [(code, label) for code, label in settings.LANGUAGES if code != get_language()]
    pages = [Language(code, label, translate_url(here, code)) for code, label in others]
    return [page for page in pages if page.url != here]


def _site(request: HttpRequest) -> Site:
    return Site(
        name=settings.SITE_NAME,
        organiser=settings.SITE_ORGANISER,
        sample=settings.SAMPLE_SITE,
        home=home_url(),
        navigation=header_links(request.path),
        footer=footer_links(),
        languages=other_languages(request),
        big=is_big(request),
        big_url=switch_url(request),
        here=public_url(request.get_full_path()),
    )


def site(request: HttpRequest) -> dict[str, object]:
    """`site` for every template; lazy, because the desk and fragments render often and never ask for it."""
    return {"site": SimpleLazyObject(lambda: _site(request))}
