"""Letters alone, as the child processes of these tests send them: no desk, no library, a database of their own."""

import os

from gongkai.project.settings.test import *  # noqa: F403

INSTALLED_APPS = [
    "gongkai.kernel",
    "gongkai.orgs",
    "gongkai.subscriptions",
    "django.contrib.contenttypes",
    "django.contrib.auth",
]
ROOT_URLCONF = "tests.subscriptions.urls"
SMTP_URL = os.environ.get("TEST_SMTP_URL", "")
MAIL_FROM, MAIL_BOUNCE = "noreply@example.gov.cn", "bounce@example.gov.cn"
