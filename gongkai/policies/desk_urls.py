"""Addresses of the desk's own pages for records."""

from django.urls import path

from gongkai.policies.views import desk_end, desk_relations, desk_services

app_name = "records"
urlpatterns = [
    path("relations/", desk_relations.proposals, name="proposals"),
    path("answers/", desk_relations.answers, name="answers"),
    path("answers/<int:pk>/", desk_relations.answer, name="answer"),
    path("expiring/", desk_relations.expiring, name="expiring"),
    path("doubts/", desk_relations.doubts, name="doubts"),
    path("services/", desk_services.services, name="services"),
    path("<int:pk>/end/", desk_end.end, name="end"),
]
