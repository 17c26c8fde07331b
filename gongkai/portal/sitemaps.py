"""The map of the site for search engines: every page that is worth finding, in both languages."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from gongkai.guides import queries as guides
from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.orgs.units.guides import listed
from gongkai.policies import queries, topics

_PAGES = (
    "portal:home", "policies:library", "topics:topics", "guides:listing", "units:units", "portal:about",
    "portal:help", "portal:accessibility", "portal:privacy", "portal:copyright", "portal:contact", "portal:site_map", "portal:data",
)  # fmt: skip


class _Both(Sitemap):
    """In Chinese and in English, each naming the other."""

    i18n = alternates = x_default = True
    limit = 5000


class Policies(_Both):
    """Every public policy, as (key, moment of its last publication): there are ten thousand."""

    def items(self) -> Any:
        return queries.public().order_by("pk").values_list("pk", "last_published_at")

    def location(self, item: Any) -> str:
        # One address of each language is looked up and the others made like it: a section has twenty thousand.
        return _policy_like(get_language()).replace("/0/", f"/{item[0]}/")

    def lastmod(self, item: Any) -> datetime | None:
        return item[1]

    def get_latest_lastmod(self) -> datetime | None:
        # Django reads every policy for it, each time the index is asked for.
        return queries.public().aggregate(last=Max("last_published_at"))["last"]


@cache
def _policy_like(_language: str) -> str:
    return reverse("policies:policy", args=[0])


class Services(_Both):
    """Every service that is offered."""

    def items(self) -> Any:
        return guides.public().order_by("pk")


class Topics(_Both):
    """Every topic."""

    def items(self) -> Any:
        return list(topics.public())


class Units(_Both):
    """Every unit with a page."""

    def items(self) -> Any:
        return list(listed())

    def location(self, item: Any) -> str:
        return reverse("units:unit", args=[item.code])


class Pages(_Both):
    """The pages that are always there."""

    def items(self) -> Any:
        return list(_PAGES)

    def location(self, item: Any) -> str:
        return reverse(item)


SITEMAPS = {"pages": Pages, "policies": Policies, "services": Services, "topics": Topics, "units": Units}


@rule("public")
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116): the page of the office; never older than half a year."""
    until = clock.now() + timedelta(days=180)
    lines = [
        f"Contact: {request.build_absolute_uri(reverse('portal:contact'))}",
        f"Expires: {until:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: zh, en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@rule("public")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read; search pages and the desk need not be."""
    lines = ["User-agent: *"]
    for path in ("/desk/", "/search/", "/en/search/", "/subscriptions/", "/en/subscriptions/", "/theme/"):
        lines.append(f"Disallow: {path}")
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('machines:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
