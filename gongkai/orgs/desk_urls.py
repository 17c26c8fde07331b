"""Addresses of the desk's pages for the office."""

from django.urls import path

from gongkai.orgs import views

app_name = "orgs_desk"
urlpatterns = [path("", views.figures, name="figures")]
