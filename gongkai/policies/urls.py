"""Addresses of the library and its policies."""

from django.urls import path

from gongkai.policies.views import around, desk_files, differences, pages

app_name = "policies"
urlpatterns = [
    path("", pages.library, name="library"),
    path("<int:pk>/", pages.policy, name="policy"),
    path("<int:pk>/editions/", around.editions, name="editions"),
    path("<int:pk>/editions/<int:number>/", pages.edition, name="edition"),
    path("<int:pk>/compare/", differences.editions, name="compare"),
    path("<int:pk>/compare/<int:other>/", differences.records, name="compare_records"),
    path("<int:pk>/cited/", around.cited, name="cited"),
    path("<int:pk>/impact/", around.impact, name="impact"),
    path("<int:pk>/original/", pages.original, name="original"),
    path("<int:pk>/files/<int:file>/", pages.other_file, name="other_file"),
    path("offered/<int:file>/", desk_files.offered_file, name="offered_file"),
    path("offered/<int:file>/settle/", desk_files.settle_file, name="settle_file"),
    path("<int:pk>/original/desk/", desk_files.desk_original, name="desk_original"),
]
