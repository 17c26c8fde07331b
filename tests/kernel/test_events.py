"""An event is recorded with its deliveries or not at all, and only if its kind is known."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from gongkai.kernel import events
from gongkai.kernel.models import Delivery, Event
from tests.kernel.handlers import MODULE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wired")]


def test_an_event_gets_one_delivery_for_each_handler():
    event = events.record("paper.filed", subject="Paper:1", number=7)
    assert event.payload == {"number": 7}
    found = Delivery.objects.values_list("event", "handler", "subject", "state", "attempts")
    assert sorted(found) == [
        (event.pk, f"{MODULE}.copy", "Paper:1", "pending", 0),
        (event.pk, f"{MODULE}.note", "Paper:1", "pending", 0),
    ]


def test_an_event_that_nobody_handles_is_still_recorded():
    events.record("paper.ignored", subject="Paper:1")
    assert (Event.objects.count(), Delivery.objects.count()) == (1, 0)


def test_a_misspelt_kind_is_noticed():
    with pytest.raises(events.UnknownEventError, match=r"paper\.field.*接线表"):
        events.record("paper.field", subject="Paper:1")
    assert not Event.objects.exists()


def test_a_rollback_takes_the_event_and_its_deliveries_with_it():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.record("paper.filed", subject="Paper:1")
        _ = 1 / 0
    assert (Event.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", [f"{MODULE}.gone", "tests.kernel.gone.note", "nowhere"])
def test_a_handler_that_cannot_be_imported_is_refused_and_the_old_wiring_stays(path):
    before = events.wiring()
    with pytest.raises(ImproperlyConfigured, match=r"接线|wiring"):
        events.wire({"paper.filed": [path]})
    assert events.wiring() == before


def test_the_worker_is_woken_on_commit_and_not_before(django_capture_on_commit_callbacks, monkeypatch):
    from gongkai.kernel import wake

    sent = []
    monkeypatch.setattr(wake, "_send", lambda: sent.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        events.record("paper.read", subject="Paper:1")
        assert sent == []
    assert sent == [1]
