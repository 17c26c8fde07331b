"""What the theme's tests share: the gallery's pages rendered without a server, and its addresses."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

from gongkai.theme import navigation, samples, slots
from gongkai.theme.big import COOKIE

THEME = Path(navigation.__file__).parent
STANDALONE = ("400", "429", "500")


@pytest.fixture(scope="session")
def wired_slots() -> dict[str, tuple]:
    """What project/wiring.py has filled in, read before any test empties it."""
    return slots.filled()


@pytest.fixture(autouse=True)
def site_of_the_theme_alone(settings, monkeypatch):
    """A site with the gallery and two more addresses, empty slots and navigation, whatever wiring has filled in."""
    urls = ModuleType("theme_test_urls")
    urls.urlpatterns = [
        path("", _nothing, name="home"),
        path("policies/", _nothing, name="policies"),
        path("policies/topics/", _nothing, name="topics"),
        path("theme/", include("gongkai.theme.urls")),
    ]
    monkeypatch.setitem(sys.modules, urls.__name__, urls)
    settings.ROOT_URLCONF = urls.__name__
    monkeypatch.setattr(slots, "_filled", {})
    monkeypatch.setattr(navigation, "_entries", navigation._Entries())


def _nothing(request):
    raise AssertionError("only its address is used")


@pytest.fixture
def show() -> Callable[..., str]:
    """Render a template as a page at an address would."""

    def show(
        template: str,
        at: str = "/policies/1/",
        big: bool = False,
        language: str = "zh-hans",
        **context: object,
    ) -> str:
        request = RequestFactory().get(at)
        if big:
            request.COOKIES[COOKIE] = "1"
        with translation.override(language):
            return render_to_string(template, context, request)

    return show


@pytest.fixture
def gallery(pages_of) -> dict[str, str]:
    """Every page of the gallery, and the pages shown when something is wrong, by name."""
    return pages_of()


@pytest.fixture
def pages_of(show) -> Callable[..., dict[str, str]]:
    """The same in large text or in another language."""
    navigation.fill(
        [("首页", "home"), ("政策文件", "policies"), ("主题", "topics")],
        footer=[("全部主题", "topics")],
        home="home",
    )

    def pages_of(**look: object) -> dict[str, str]:
        pages = {
            name: show(f"theme/gallery/{name}.html", **samples.parts(), **look)
            for name in ("parts", *samples.LAYOUTS)
        }
        # The standalone pages know no request: errors.py and project/edge/gate.py hand them what they need.
        alone = {name: show(f"{name}.html", **look) for name in STANDALONE}
        return pages | alone | {name: show(f"{name}.html", **look) for name in ("403", "403_csrf", "404")}

    return pages_of
