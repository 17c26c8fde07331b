"""The address of the log of looks at personal data."""

from django.urls import path

from gongkai.orgs.sign_in.views import administrators

app_name = "looks"
urlpatterns = [path("", administrators.looks_page, name="list")]
