"""A worker killed while it reads what was handed in: nothing is lost, and nothing is taken in twice."""

import json
import os
import secrets
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.installation import ROOT, Installation

FILES = 20
KILLS = 3


@pytest.fixture
def installation(tmp_path):
    """One of its own; on PostgreSQL where these tests are run on it."""
    server = os.environ.get("GONGKAI_DATABASE_URL", "")
    if not server:
        yield Installation(tmp_path / "data")
        return
    name = f"uploads_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as database:
        database.execute(f"CREATE DATABASE {name}")
        yield Installation(
            tmp_path / "data", GONGKAI_DATABASE_URL=urlsplit(server)._replace(path=f"/{name}").geturl()
        )
        database.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_worker_killed_while_it_reads_loses_nothing_and_does_nothing_twice(installation):
    installation.run("prepare")
    done = subprocess.run(
        [sys.executable, "-m", "tests.policies.upload_child", str(FILES), str(KILLS)],
        cwd=ROOT,
        env={**installation.env, "DJANGO_SETTINGS_MODULE": "gongkai.project.settings.base"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *caught, found = json.loads(done.stdout.splitlines()[-1])
    assert any("reading" in each["states"] for each in caught), "no kill hit a reading"
    assert caught[-1]["policies"] < (whole := 2 * FILES), "the last kill came too late to say anything"
    assert found["tried_again"] >= 1
    assert (found["rows"], found["outcomes"]) == (whole + 1, ["draft", "unpacked"])
    assert [found[each] for each in ("policies", "titles", "originals", "taken", "taken_once")] == [whole] * 5
    assert found["live"] == found["held"] == found["left"] == found["code"] == 0
    assert installation.json("audit", "verify")["ok"]
