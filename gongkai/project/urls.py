"""Every address of the installation."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog
from wagtail.admin import urls as desk_urls

from gongkai.kernel.access import rule
from gongkai.orgs.permissions import may_use_desk
from gongkai.orgs.sign_in import urls as sign_in_urls
from gongkai.project import desk_account, desk_home

urlpatterns = [
    path("desk/", desk_home.home, name="desk"),
    # Wagtail's catalogue for its scripts, with what it leaves in English filled in.
    path(
        "desk/jsi18n/",
        rule("public")(JavaScriptCatalog.as_view(packages=["wagtail.admin", "gongkai.project"])),
        name="wagtailadmin_javascript_catalog",
    ),
    # Wagtail's page with what is ours to keep left out.
    path(
        "desk/account/", rule(may_use_desk)(desk_account.OwnSettings.as_view()), name="wagtailadmin_account"
    ),
    path("desk/figures/", include("gongkai.orgs.desk_urls")),
    path("desk/records/", include("gongkai.policies.desk_urls")),
    path("desk/topics/", include("gongkai.policies.topic_desk_urls")),
    path("desk/units/", include("gongkai.orgs.units.desk_urls")),
    path("desk/inbox/", include("gongkai.subscriptions.desk_urls")),
    path("desk/accounts/", include("gongkai.orgs.accounts.urls")),
    path("desk/login/", include(sign_in_urls.login)),
    path("desk/sign-in/", include("gongkai.orgs.sign_in.urls")),
    path("desk/looks/", include("gongkai.orgs.sign_in.looks_urls")),
    path("desk/", include(desk_urls)),
    path("api/", include("gongkai.policies.api.urls")),
    path("", include("gongkai.portal.machine_urls")),
    *i18n_patterns(
        path("", include("gongkai.portal.urls")),
        path("policies/", include("gongkai.policies.urls")),
        path("topics/", include("gongkai.policies.topic_urls")),
        path("guides/", include("gongkai.guides.urls")),
        path("units/", include("gongkai.orgs.units.urls")),
        path("subscriptions/", include("gongkai.subscriptions.urls")),
        path("search/", include("gongkai.search.urls")),
        path("theme/", include("gongkai.theme.urls")),
        prefix_default_language=False,
    ),
]

# Error pages that must stand when nothing else does.
handler400 = "gongkai.theme.errors.bad_request"
handler500 = "gongkai.theme.errors.server_error"
