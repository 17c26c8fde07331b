"""Addresses for readers who subscribe."""

from django.urls import path

from gongkai.subscriptions import views

app_name = "subscriptions"
urlpatterns = [
    path("", views.subscribe, name="subscribe"),
    path("asked/", views.asked, name="asked"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("manage/<str:token>/", views.manage, name="manage"),
    path("stop/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
