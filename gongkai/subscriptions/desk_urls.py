"""Addresses of the inbox at the desk."""

from django.urls import path

from gongkai.subscriptions import inbox

app_name = "inbox"
urlpatterns = [
    path("", inbox.show, name="list"),
    path("read/", inbox.read, name="read"),
    path("preferences/", inbox.preferences, name="preferences"),
    path("delivery/", inbox.delivery, name="delivery"),
    path("delivery/<int:pk>/", inbox.settle, name="settle"),
]
