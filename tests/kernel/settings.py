"""The kernel alone, as its tests' child processes run it: a database file instead of one in memory, and no other app."""

from gongkai.project.settings.test import *  # noqa: F403

INSTALLED_APPS = ["gongkai.kernel", "django.contrib.contenttypes", "django.contrib.auth"]
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "tests.kernel.settings"
urlpatterns = []
