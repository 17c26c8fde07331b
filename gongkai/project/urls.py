"""Every address of the installation."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog
from wagtail.admin import urls as desk_urls

from gongkai.kernel.access import rule

urlpatterns = [
    path(
        "desk/",
        rule("staff")(RedirectView.as_view(pattern_name="wagtailsnippets_policies_policy:list")),
        name="desk",
    ),
    # Wagtail's catalogue for its scripts, with what it leaves in English filled in.
    path(
        "desk/jsi18n/",
        rule("public")(JavaScriptCatalog.as_view(packages=["wagtail.admin", "gongkai.project"])),
        name="wagtailadmin_javascript_catalog",
    ),
    path("desk/figures/", include("gongkai.orgs.desk_urls")),
    path("desk/records/", include("gongkai.policies.desk_urls")),
    path("desk/topics/", include("gongkai.policies.topic_desk_urls")),
    path("desk/inbox/", include("gongkai.subscriptions.desk_urls")),
    path("desk/", include(desk_urls)),
    path("theme/", include("gongkai.theme.urls")),
    path("api/", include("gongkai.policies.api_urls")),
    *i18n_patterns(
        path("", include("gongkai.portal.urls")),
        path("policies/", include("gongkai.policies.urls")),
        path("topics/", include("gongkai.policies.topic_urls")),
        path("guides/", include("gongkai.guides.urls")),
        path("subscriptions/", include("gongkai.subscriptions.urls")),
        path("search/", include("gongkai.search.urls")),
        prefix_default_language=False,
    ),
]
