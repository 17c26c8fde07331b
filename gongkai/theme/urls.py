"""Addresses of the component gallery and of the switch to large text."""

from django.urls import path

from gongkai.theme import views

app_name = "theme"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("big/", views.big, name="big"),
    path("qr.svg", views.qr, name="qr"),
    path("<slug:layout>/", views.layout, name="layout"),
]
