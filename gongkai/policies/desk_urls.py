"""Addresses of the desk's own pages for records."""

from django.urls import path

from gongkai.policies.views import (
    desk_end,
    desk_hand_in,
    desk_read,
    desk_relations,
    desk_services,
    desk_settle,
    desk_upload,
)

app_name = "records"
urlpatterns = [
    path("relations/", desk_relations.proposals, name="proposals"),
    path("answers/", desk_relations.answers, name="answers"),
    path("answers/<int:pk>/", desk_relations.answer, name="answer"),
    path("expiring/", desk_relations.expiring, name="expiring"),
    path("doubts/", desk_relations.doubts, name="doubts"),
    path("services/", desk_services.services, name="services"),
    path("upload/", desk_upload.upload, name="upload"),
    path("uploads/", desk_upload.uploads, name="uploads"),
    path("uploads/<int:batch>/", desk_upload.batch, name="batch"),
    path("uploads/<int:batch>/state/", desk_upload.batch_state, name="batch_state"),
    path("<int:pk>/hand-in/", desk_hand_in.hand_in, name="hand_in"),
    path("<int:pk>/read/", desk_read.read, name="read"),
    path("<int:pk>/preview/", desk_settle.preview, name="preview"),
    path("<int:pk>/settle/", desk_settle.settle, name="settle"),
    path("<int:pk>/settle/locate/", desk_settle.locate, name="locate"),
    path("<int:pk>/pages/<int:number>/", desk_settle.picture, name="page_picture"),
    path("<int:pk>/end/", desk_end.end, name="end"),
]
