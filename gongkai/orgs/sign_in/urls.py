"""Addresses of signing in: the door in Wagtail's place, the steps, one's own pages, the security administrator's."""

from django.urls import path

from gongkai.orgs.sign_in.views import administrators, door, own

app_name = "sign_in"
urlpatterns = [
    path("code/", door.code, name="code"),
    path("recovery/", door.recovery, name="recovery"),
    path("first-password/", door.first_password, name="first_password"),
    path("enrol/", door.enrol, name="enrol"),
    path("devices/", own.devices, name="devices"),
    path("devices/end/", own.end, name="end"),
    path("password/", own.password, name="password"),
    path("confirm/", own.confirm, name="confirm"),
    path("codes/", own.codes, name="codes"),
    path("drop/", own.drop, name="drop"),
    path("reset/<int:pk>/", administrators.reset, name="reset"),
    path("locked/", administrators.locked, name="locked"),
]

#: The name under which Wagtail sends people to the login.
login = [path("", door.login, name="wagtailadmin_login")]
