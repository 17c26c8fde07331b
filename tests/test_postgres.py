"""The data layer holds on a real PostgreSQL as on SQLite: the same tests, in a child with the other database."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.installation import Installation
from tests.kernel.world import scratch
from tests.killing import assert_killed_imports_change_nothing
from tests.postgres import start

ROOT = Path(__file__).resolve().parents[1]
DATA_LAYER = ["kernel", "orgs", "subscriptions", "guides", "policies", "search"]
pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server():
    """The URL of a PostgreSQL started for this module."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-pg-"))
    folder.chmod(0o755)
    return start(folder)


def hold(server, which):
    """Run the data layer's tests that `which` marks on the server."""
    assert connection.vendor == "sqlite", "these tests run their children on PostgreSQL, themselves on SQLite"
    folders = [f"tests/{name}" for name in DATA_LAYER if (ROOT / "tests" / name).is_dir()]
    marks = f"({which}) and not postgres and not browser"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", marks, *folders],
        cwd=ROOT,
        env={**os.environ, "GONGKAI_DATABASE_URL": server},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout[-8000:], done.stderr[-2000:])
    assert done.returncode == 0


def test_the_data_layer_holds_on_postgresql(server):
    hold(server, "not slow")


def test_a_worker_on_another_machine_is_woken_by_notify(server, tmp_path):
    with scratch(tmp_path, server) as world:
        world.worker(600)
        # Another data folder is another address: the datagrams of this recorder reach nobody.
        waits = world.run("latency", 10, GONGKAI_DATA=str(tmp_path / "elsewhere"))
    assert max(waits) < 1, waits


@pytest.mark.slow
def test_the_long_tests_of_the_data_layer_hold_on_postgresql(server):
    hold(server, "slow")


@pytest.mark.slow
def test_an_import_killed_at_random_points_gives_the_same_record_on_postgresql(server, tmp_path):
    made = []
    with psycopg.connect(server, autocommit=True) as database:
        for name in ("kept", "killed"):
            database.execute(f"CREATE DATABASE {name}")
            url = server.replace("/postgres?", f"/{name}?")
            made.append(Installation(tmp_path / name, GONGKAI_DATABASE_URL=url))
    assert_killed_imports_change_nothing(*made, tmp_path / "files")


def test_an_installation_on_postgresql_is_prepared_filled_and_searched(server, tmp_path):
    with psycopg.connect(server, autocommit=True) as database:
        database.execute("CREATE DATABASE whole")
    installation = Installation(tmp_path, GONGKAI_DATABASE_URL=server.replace("/postgres?", "/whole?"))
    installation.run("prepare", "--sample")
    installation.run("prepare", "--sample")
    assert installation.json("search", "食堂")["total"] >= 1
    assert installation.json("audit", "verify")["ok"]
    installation.run("doctor")
