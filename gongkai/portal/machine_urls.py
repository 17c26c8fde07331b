"""Addresses for search engines, the same in every language."""

from django.contrib.sitemaps import views
from django.urls import path
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.portal.sitemaps import SITEMAPS, robots, security

app_name = "machines"
_index, _section = (rule("public")(require_safe(view)) for view in (views.index, views.sitemap))
urlpatterns = [
    path(
        "sitemap.xml",
        _index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "machines:sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", _section, {"sitemaps": SITEMAPS}, name="sitemap_section"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security, name="security"),
]
