"""What every test may use: the folder of real data, and the rule that CI never skips for want of it."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("GONGKAI_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


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
def data() -> Path:
    """The folder of real documents."""
    return DATA
