"""Addresses of the units' guides at the desk."""

from django.urls import path

from gongkai.orgs.units import views

app_name = "units_desk"
urlpatterns = [
    path("", views.guides, name="guides"),
    path("<slug:unit>/", views.guide, name="guide"),
]
