"""Addresses of the library and its policies."""

from django.urls import path

from gongkai.policies import views

app_name = "policies"
urlpatterns = [
    path("", views.library, name="library"),
    path("<int:pk>/", views.policy, name="policy"),
    path("<int:pk>/original/", views.original, name="original"),
    path("<int:pk>/files/<int:file>/", views.other_file, name="other_file"),
    path("offered/<int:file>/", views.offered_file, name="offered_file"),
    path("offered/<int:file>/settle/", views.settle_file, name="settle_file"),
    path("<int:pk>/original/desk/", views.desk_original, name="desk_original"),
]
