"""Addresses of the topics."""

from django.urls import path

from gongkai.policies.views import topics

app_name = "topics"
urlpatterns = [
    path("", topics.topics, name="topics"),
    path("<slug:slug>/", topics.topic, name="topic"),
]
