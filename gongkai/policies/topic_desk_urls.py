"""Addresses of the topics at the desk."""

from django.urls import path

from gongkai.policies.views import desk_topics

app_name = "topics_desk"
urlpatterns = [
    path("", desk_topics.topics, name="topics"),
    path("new/", desk_topics.new, name="new"),
    path("<slug:slug>/", desk_topics.topic, name="topic"),
    path("<slug:slug>/edit/", desk_topics.edit, name="edit"),
    path("<slug:slug>/decide/", desk_topics.decide, name="decide"),
]
