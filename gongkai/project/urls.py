"""Every address of the installation."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail.admin import urls as desk_urls

urlpatterns = [
    path("desk/", include(desk_urls)),
    path("theme/", include("gongkai.theme.urls")),
    *i18n_patterns(
        path("", include("gongkai.portal.urls")),
        path("policies/", include("gongkai.policies.urls")),
        path("search/", include("gongkai.search.urls")),
        prefix_default_language=False,
    ),
]
