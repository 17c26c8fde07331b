"""What many tests of the record begin with."""

import pytest

from gongkai.kernel import clock
from tests.policies.record_world import measures, moment


@pytest.fixture
def policy():
    """A text in articles, published on the first of November."""
    with clock.frozen(moment(1)):
        return measures(1)
