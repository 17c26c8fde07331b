"""The clock can be held still, and a day is the office's day."""

import threading
from datetime import UTC, date, datetime

import pytest

from gongkai.kernel import clock

EVENING = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)


def test_a_frozen_clock_stands_still_and_then_goes_on():
    with clock.frozen(EVENING) as at:
        assert clock.now() == at == EVENING
        with clock.frozen(EVENING.replace(year=2025)):
            assert clock.now().year == 2025
        assert clock.now() == EVENING
    assert clock.now() > EVENING
    assert clock.now().tzinfo is not None


def test_the_day_is_that_of_shanghai_even_if_the_machine_or_visitor_is_elsewhere():
    from django.utils import timezone

    with clock.frozen(EVENING), timezone.override("America/New_York"):
        assert clock.today() == date(2026, 2, 1)


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="时区"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_freezing_does_not_reach_into_other_threads():
    seen = []
    with clock.frozen(EVENING):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] > EVENING
