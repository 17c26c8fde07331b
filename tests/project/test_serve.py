"""`make run` in earnest: started, stopped and killed at any point, and started again."""

import random
import signal
import time

import pytest

from tests.installation import Installation
from tests.killing import assert_killed_imports_change_nothing


def test_it_serves_stops_and_starts_again_and_frees_its_port(tmp_path):
    site = Installation(tmp_path)
    site.serve()
    second = Installation(tmp_path)
    second.port = site.port
    second.run("serve", "--port", str(site.port), code=1)
    assert "已被占用" in second.said or "已经启动" in second.said
    site.stop(signal.SIGINT)
    assert site.parent.returncode == 0 and not site.answers()
    site.serve()
    site.stop()


def test_a_dead_worker_is_started_again(tmp_path):
    import json
    import os

    site = Installation(tmp_path)
    site.serve()
    try:
        groups = json.loads((tmp_path / "serve.json").read_text())["groups"]
        os.kill(groups[1], signal.SIGKILL)
        give_up = time.monotonic() + 20
        while json.loads((tmp_path / "serve.json").read_text())["groups"] == groups:
            assert time.monotonic() < give_up
            time.sleep(0.1)
        assert site.answers()
    finally:
        site.stop()


@pytest.mark.slow
def test_killed_at_any_point_it_starts_again_whole(tmp_path):
    site = Installation(tmp_path)
    chance = random.Random(20261123)
    for _ in range(12):
        site.parent = site.start("serve", "--sample", "--port", str(site.port))
        time.sleep(chance.uniform(0.1, 9))
        site.stop(signal.SIGKILL)
    site.serve()
    try:
        assert site.json("search", "食堂")["total"] >= 1
        site.run("doctor")
        assert site.json("audit", "verify")["ok"]
        from urllib.request import urlopen

        page = urlopen(f"{site.url}/policies/").read().decode()
        assert "共 36 份" in page
    finally:
        site.stop()


@pytest.mark.slow
def test_an_import_killed_at_random_points_gives_the_same_record_in_the_end(tmp_path):
    assert_killed_imports_change_nothing(
        Installation(tmp_path / "whole"), Installation(tmp_path / "broken"), tmp_path / "files"
    )
