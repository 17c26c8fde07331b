"""Addresses of services and their guides."""

from django.urls import path

from gongkai.guides import views

app_name = "guides"
urlpatterns = [
    path("", views.listing, name="listing"),
    path("<slug:code>/", views.service, name="service"),
]
