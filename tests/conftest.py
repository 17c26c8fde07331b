"""What every test may use: the folder of real data, and the rule that CI never skips for want of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.browsing import chromium
from tests.installation import copy_sample

DATA = Path(os.environ.get("GONGKAI_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def pytest_configure(config: pytest.Config) -> None:
    """The English interface is tested too: a fresh clone has its catalogues uncompiled."""
    if not hasattr(config, "workerinput"):
        from gongkai.project.cli.messages import compile_stale

        compile_stale()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `data` need the folder beside the project: skipped with a plain message, in CI a failure."""
    if DATA.is_dir():
        return
    missing = pytest.mark.usefixtures("_data_is_missing")
    skip = pytest.mark.skip(reason="the folder shared/data is not beside the project")
    for item in items:
        if item.get_closest_marker("data"):
            item.add_marker(missing if os.environ.get("CI") == "true" else skip)


@pytest.fixture
def _data_is_missing() -> None:
    pytest.fail(f"{DATA} is missing, and CI may not skip what needs it")


@pytest.fixture(scope="session")
def fill_with_sample(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[Path], None]:
    """Puts the sample's data into the folder of an installation that has not started yet: twenty seconds less each."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    return lambda folder: copy_sample(folder, shared)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real documents."""
    return DATA


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tests' flush between transactional tests must empty the audit table, which refuses that by trigger.

    The kernel's own tests put the triggers back to check them.
    """
    from django.db import connection

    from gongkai.kernel import append_only

    with django_db_blocker.unblock():
        append_only.remove(connection)


@pytest.fixture
def index_folder(settings: Any, tmp_path: Path) -> Path:
    """An empty index of this test alone."""
    from gongkai.search import index

    settings.INDEX_DIR = tmp_path / "index"
    index.rebuild()
    return settings.INDEX_DIR


@pytest.fixture
def originals_folder(settings: Any, tmp_path: Path) -> Path:
    """A storage for originals of this test alone."""
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "originals"},
    }
    settings.STORAGES = {**settings.STORAGES, "originals": storage}
    return tmp_path / "originals"


@pytest.fixture(autouse=True)
def _in_chinese() -> None:
    """A request in another language must not leave that language to the next test."""
    translation.activate("zh-hans")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all browser tests of a worker: two of them in one process do not get along."""
    with chromium() as started:
        yield started
