"""Settings of the tests: data in a temporary folder, quick passwords, no manifest for static files."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "GONGKAI_DATA" not in os.environ:
    os.environ["GONGKAI_DATA"] = tempfile.mkdtemp(prefix="gongkai-test-")
    atexit.register(shutil.rmtree, os.environ["GONGKAI_DATA"], ignore_errors=True)
os.environ.setdefault("GONGKAI_SECRET_KEY", "only-for-tests-" + "x" * 50)

from gongkai.project.settings.base import *  # noqa: F403
from gongkai.project.settings.base import DATA_DIR, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
INDEX_DIR = Path(DATA_DIR) / "index"
SLOTS_RAISE = True
# Tests sign in by force_login; those of the second factor switch it on.
TOTP = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
