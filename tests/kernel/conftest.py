"""Fixtures of the kernel's tests: a scratch database with processes of its own, and the tests' wiring."""

import os

import pytest

from gongkai.kernel import events
from tests.kernel.handlers import WIRING
from tests.kernel.world import scratch


@pytest.fixture
def world(tmp_path):
    """A fresh World, on the kind of database that the tests run on."""
    with scratch(tmp_path, os.environ.get("GONGKAI_DATABASE_URL", "")) as made:
        yield made


@pytest.fixture
def wired():
    """The tests' own wiring."""
    with events.wired(WIRING):
        yield
