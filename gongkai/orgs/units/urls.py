"""Addresses of the units' public pages."""

from django.urls import path

from gongkai.orgs.units import views

app_name = "units"
urlpatterns = [
    path("", views.units, name="units"),
    path("<slug:unit>/", views.unit, name="unit"),
]
