"""The addresses that letters of the child processes name."""

from django.urls import include, path

urlpatterns = [path("subscriptions/", include("gongkai.subscriptions.urls"))]
