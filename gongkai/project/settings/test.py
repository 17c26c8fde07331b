"""Settings of the tests: data in a temporary folder, quick passwords, no manifest for static files."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("GONGKAI_DATA", tempfile.mkdtemp(prefix="gongkai-test-"))
os.environ.setdefault("GONGKAI_SECRET_KEY", "only-for-tests-" + "x" * 50)

from gongkai.project.settings.base import *  # noqa: F403
from gongkai.project.settings.base import DATA_DIR, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
INDEX_DIR = Path(DATA_DIR) / "index"
SLOTS_RAISE = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
