"""Addresses of the site's own pages."""

from django.urls import path

from gongkai.portal import views, views_site

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views_site.about, name="about"),
    path("help/", views_site.how_to, name="help"),
    path("accessibility/", views_site.accessibility, name="accessibility"),
    path("site-map/", views_site.site_map, name="site_map"),
    path("contact/", views_site.contact, name="contact"),
    path("privacy/", views_site.privacy, name="privacy"),
    path("data/", views_site.data, name="data"),
    path("copyright/", views_site.reuse, name="copyright"),
]
