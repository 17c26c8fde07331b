"""Addresses of the component gallery."""

from django.urls import path

from gongkai.theme import views

app_name = "theme"
urlpatterns = [
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/<slug:layout>/", views.layout, name="layout"),
]
