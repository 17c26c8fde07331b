"""An installation by environment: what production demands, what it refuses, and where it keeps things."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from tests.contracts.tree import ROOT

KEY = "for-tests-only-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2
SQLITE, POSTGRES = "sqlite:///{folder}/db.sqlite3", "postgres://gongkai:secret@db.example:5432/gongkai"
_SHOW = (
    "import json; from django.conf import settings as s;"
    "print(json.dumps({n: getattr(s, n) for n in %r.split()}, default=str))"
)


@pytest.fixture
def run(tmp_path):
    """Run Python with these GONGKAI_ variables alone: run('-m', 'django', 'check', ENV='production')."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "gongkai.project.settings.base",
            "GONGKAI_DATA": str(tmp_path / "var"),
            **{f"GONGKAI_{name}": value.format(folder=tmp_path) for name, value in variables.items()},
        }
        return subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def show(run):
    """Settings by name as an installation with these variables has them."""

    def show(names: str, **variables: str) -> dict:
        done = run("-c", _SHOW % names, **variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return show


PRODUCTION = {"ENV": "production", "SECRET_KEY": KEY, "HOSTS": "gov.example", "PROXIES": "1"}
CHECK = ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")


@pytest.mark.parametrize("database", [SQLITE, POSTGRES], ids=["sqlite", "postgres"])
def test_production_passes_djangos_check_for_deployment(run, database):
    done = run(*CHECK, **PRODUCTION, DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr
    assert "(0 silenced)" in done.stdout + done.stderr


def test_a_setting_that_is_not_safe_fails_the_check(run):
    done = run(*CHECK, **PRODUCTION | {"SSL_REDIRECT": "0"})
    assert done.returncode == 1
    assert "security.W008" in done.stderr


def test_production_asks_how_many_proxies_stand_before_it(run):
    done = run(
        "-m", "django", "check", **{name: PRODUCTION[name] for name in PRODUCTION if name != "PROXIES"}
    )
    assert done.returncode != 0
    assert "GONGKAI_PROXIES" in done.stderr.strip().splitlines()[-1]


def test_the_word_of_a_proxy_about_https_counts_only_where_there_is_one(show):
    assert show("SECURE_PROXY_SSL_HEADER", **PRODUCTION) != {"SECURE_PROXY_SSL_HEADER": None}
    assert show("SECURE_PROXY_SSL_HEADER", **PRODUCTION | {"PROXIES": "0"}) == {
        "SECURE_PROXY_SSL_HEADER": None
    }


@pytest.mark.parametrize("key", ["", "short", KEY[:49]])
def test_production_does_not_start_without_a_secret_key_that_is_long_enough(run, key):
    done = run("-m", "django", "check", ENV="production", SECRET_KEY=key)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "GONGKAI_SECRET_KEY" in last
    assert "GONGKAI_SECRET_KEY_FILE" in last


def test_production_makes_no_key_of_its_own(run, tmp_path):
    run("-m", "django", "check", ENV="production")
    assert not (tmp_path / "var" / "secret_key").exists()


def test_secrets_may_come_from_a_file(show, tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    (tmp_path / "url").write_text(POSTGRES, encoding="utf-8")
    found = show(
        "SECRET_KEY DATABASES",
        ENV="production",
        PROXIES="0",
        SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_URL_FILE=str(tmp_path / "url"),
    )
    assert found["SECRET_KEY"] == KEY
    assert found["DATABASES"]["default"]["PASSWORD"] == "secret"


def test_production_is_never_a_debugging_or_a_sample_site(show):
    found = show(
        "DEBUG SAMPLE_SITE ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS SESSION_COOKIE_SECURE", **PRODUCTION, DEBUG="1"
    )
    assert found == {
        "DEBUG": False,
        "SAMPLE_SITE": False,
        "ALLOWED_HOSTS": ["gov.example"],
        "CSRF_TRUSTED_ORIGINS": ["https://gov.example"],
        "SESSION_COOKIE_SECURE": True,
    }


def test_the_database_comes_by_url_and_is_an_embedded_one_without(show, tmp_path):
    embedded = show("DATABASES")["DATABASES"]["default"]
    assert embedded["ENGINE"] == "django.db.backends.sqlite3"
    assert embedded["NAME"] == str(tmp_path / "var" / "gongkai.sqlite3")
    assert "journal_mode=WAL" in embedded["OPTIONS"]["init_command"]
    given = show("DATABASES", DATABASE_URL=POSTGRES)["DATABASES"]["default"]
    assert (given["ENGINE"], given["HOST"], given["NAME"]) == (
        "django.db.backends.postgresql",
        "db.example",
        "gongkai",
    )


def test_an_embedded_site_keeps_one_key_that_others_cannot_read(show, tmp_path):
    first, second = show("SECRET_KEY"), show("SECRET_KEY")
    assert first == second
    assert len(first["SECRET_KEY"]) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_originals_go_to_object_storage_by_url(run):
    code = (
        "from django.core.files.storage import storages\n"
        "kept = storages['originals']\n"
        "print(type(kept).__module__, kept.bucket_name, kept.location, kept.endpoint_url, kept.access_key,"
        " kept.secret_key, kept.region_name, kept.default_acl)"
    )
    url = "s3+http://name:p%2Fss@store.example:9000/papers/originals?region=cn-1"
    done = run("-c", code, **PRODUCTION, STORAGE_URL=url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "storages.backends.s3", "papers", "originals", "http://store.example:9000", "name", "p/ss", "cn-1", "private",
    ]  # fmt: skip


def test_originals_stay_in_a_folder_without_one_and_a_wrong_url_is_refused(run, show, tmp_path):
    kept = show("STORAGES")["STORAGES"]["originals"]
    assert kept["OPTIONS"]["location"] == str(tmp_path / "var" / "originals")
    done = run("-m", "django", "check", STORAGE_URL="ftp://x/y")
    assert done.returncode != 0
    assert "GONGKAI_STORAGE_URL" in done.stderr.strip().splitlines()[-1]


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", "--check", "--dry-run")
    assert "No changes" in capsys.readouterr().out
