"""A delivery is done, put off, given up or taken back as promised; here in one process with the clock held still."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongkai.kernel import clock, events, outbox, processes, worker
from gongkai.kernel.models import Delivery, Series
from tests.kernel.handlers import MODULE, heaps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wired")]
MOMENT = clock.now()


def effects():
    return dict(Series.objects.filter(name__startswith="effect:").values_list("name", "last"))


def only():
    return Delivery.objects.get()


def lose(**change):
    """Change a row behind the worker's back."""
    Delivery.objects.update(**change)


def test_drain_delivers_everything_that_is_due_and_counts_it():
    first = events.record("paper.filed", subject="Paper:1")
    second = events.record("paper.read", subject="Paper:1")
    assert worker.drain() == 3
    assert effects() == {
        f"effect:{n}": 1 for n in (f"note:{first.pk}", f"copy:{first.pk}", f"note:{second.pk}")
    }
    assert worker.drain() == 0
    assert worker.status() == {"pending": 0, "running": 0, "dead": 0, "oldest": None}


def test_drain_stops_at_its_limit():
    for number in range(5):
        events.record("paper.read", subject=f"Paper:{number}")
    assert worker.drain(limit=2) == 2
    assert worker.status()["pending"] == 3


def test_a_failed_handler_leaves_no_write_and_says_why():
    events.record("paper.lost", subject="Paper:1")
    assert worker.drain() == 0
    delivery = only()
    assert (delivery.state, delivery.attempts, delivery.claimed_by) == ("pending", 1, "")
    assert delivery.last_error == "ValueError: 门没有开"
    assert effects() == {}


def test_waits_double_up_to_an_hour_and_then_it_is_given_up(caplog):
    with clock.frozen(MOMENT):
        events.record("paper.lost", subject="Paper:1")
    at, waits = MOMENT, []
    while only().state == "pending":
        with clock.frozen(at - timedelta(milliseconds=1)):
            assert outbox.claim() is None  # Not a moment too early.
        with clock.frozen(at):
            worker.drain()
            delivery = only()
            if delivery.state == "pending":
                waits.append((delivery.due_at - at).total_seconds())
                at = delivery.due_at
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]
    assert (delivery.state, delivery.attempts) == ("dead", outbox.ATTEMPTS)
    assert [d.pk for d in outbox.dead()] == [delivery.pk]
    assert worker.status() == {"pending": 0, "running": 0, "dead": 1, "oldest": None}
    assert any(line.levelname == "ERROR" and "已放弃" in line.getMessage() for line in caplog.records)
    assert effects() == {}


def test_a_dead_letter_put_back_is_tried_afresh():
    event = events.record("paper.lost", subject="Paper:1")
    lose(state="dead", attempts=outbox.ATTEMPTS)
    assert worker.drain() == 0
    Series.objects.create(name="door")
    assert worker.retry_dead([only().pk, 999_999]) == 1
    assert worker.drain() == 1
    assert (only().state, only().attempts, only().last_error) == ("done", 1, "")
    assert effects() == {f"effect:lost:{event.pk}": 1}


def test_only_dead_letters_are_put_back():
    events.record("paper.read", subject="Paper:1")
    worker.drain()
    assert worker.retry_dead([only().pk]) == 0
    assert only().state == "done"


def same_subject(monkeypatch):
    """Two events for one handler and subject, and one for another subject; the first of all fails."""
    monkeypatch.setitem(events._wiring, "paper.read", [f"{MODULE}.fail_after_writing"])
    return [events.record("paper.read", subject=subject) for subject in ("Paper:1", "Paper:1", "Paper:2")]


def states():
    return list(Delivery.objects.order_by("event").values_list("state", "attempts"))


def test_a_later_event_waits_behind_a_failed_one_of_its_subject_but_other_subjects_go_on(monkeypatch):
    same_subject(monkeypatch)
    worker.drain()
    assert states() == [("pending", 1), ("pending", 0), ("pending", 1)]


def test_a_later_event_waits_behind_one_that_is_being_run(monkeypatch):
    same_subject(monkeypatch)
    first = outbox.claim()
    other = outbox.claim()
    assert (first.subject, other.subject) == ("Paper:1", "Paper:2")
    assert outbox.claim() is None


def test_an_earlier_event_put_back_does_not_run_beside_a_later_one(monkeypatch):
    early, late, _ = same_subject(monkeypatch)
    Delivery.objects.filter(event=early).update(state="dead")
    assert outbox.claim().event == late
    worker.retry_dead([Delivery.objects.get(event=early).pk])
    assert outbox.claim().subject == "Paper:2"
    assert outbox.claim() is None


def test_a_dead_letter_does_not_hold_up_those_behind_it(monkeypatch):
    early, late, _ = same_subject(monkeypatch)
    Delivery.objects.filter(event=early).update(state="dead")
    assert outbox.claim().event == late


def test_different_handlers_of_one_event_do_not_wait_for_each_other():
    events.record("paper.filed", subject="Paper:1")
    assert {outbox.claim().handler, outbox.claim().handler} == {f"{MODULE}.note", f"{MODULE}.copy"}


def test_a_handler_that_gathers_has_many_at_once_and_each_subject_once():
    heaps.clear()
    for subject in ("Paper:1", "Paper:2", "Paper:1", "Paper:3", "Paper:4"):
        events.record("paper.heaped", subject=subject)
    assert worker.drain() == 5
    assert [sorted(set(heap)) == sorted(heap) for heap in heaps] == [True] * len(heaps)
    assert max(map(len, heaps)) == 3 and len(heaps) == 2
    assert worker.status()["pending"] == 0


def test_a_limit_holds_for_gathered_deliveries_too():
    heaps.clear()
    for n in range(3):
        events.record("paper.heaped", subject=f"Paper:{n}")
    assert worker.drain(limit=2) == 2
    assert worker.status()["pending"] == 1


def test_one_that_cannot_be_delivered_does_not_hold_up_those_gathered_with_it():
    heaps.clear()
    for subject in ("Paper:1", "Paper:bad", "Paper:2"):
        events.record("paper.heaped", subject=subject)
    assert worker.drain() == 2
    left = Delivery.objects.exclude(state="done").get()
    assert (left.subject, left.state, left.last_error) == ("Paper:bad", "pending", "ValueError: 这份不行")


def test_a_gathered_delivery_that_another_worker_took_over_is_not_called_done():
    events.record("paper.heaped", subject="Paper:1")
    delivery = outbox.claim()
    lose(attempts=2)
    assert outbox.attempt_together([delivery]) == 0
    assert only().state == "running"


def test_a_try_whose_claim_was_taken_over_is_rolled_back():
    events.record("paper.read", subject="Paper:1")
    delivery = outbox.claim()
    lose(attempts=2)  # Another worker reclaimed it and began its own try.
    assert outbox.attempt(delivery) is False
    assert effects() == {}
    assert (only().state, only().attempts) == ("running", 2)


def test_a_failure_of_a_try_that_lost_its_claim_changes_nothing():
    events.record("paper.lost", subject="Paper:1")
    delivery = outbox.claim()
    lose(state="done")
    assert outbox.attempt(delivery) is False
    assert only().state == "done"


def claimed_by(process):
    events.record("paper.read", subject="Paper:1")
    delivery = outbox.claim()
    lose(claimed_by=process(delivery.claimed_by) if callable(process) else process)
    return delivery


def test_a_killed_process_is_found_out_at_once_even_while_it_is_a_zombie():
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"], stdout=-1
    )
    child.stdout.readline()
    place = processes.me().rsplit(":", 2)[0]
    claimed_by(f"{place}:{child.pid}:{processes._started(child.pid)}")
    assert outbox.reclaim() == 0  # It lives.
    child.kill()
    # Wait without reaping, so that it stays in the process table.
    import os

    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert outbox.reclaim() == 1
    child.communicate()
    assert (only().state, only().attempts, only().claimed_by) == ("pending", 1, "")
    assert "中止" in only().last_error
    assert worker.drain() == 1


def test_a_later_process_with_the_same_number_is_not_mistaken_for_the_claimer():
    claimed_by(lambda me: me.rsplit(":", 1)[0] + ":1")
    assert outbox.reclaim() == 1


def test_a_process_elsewhere_keeps_its_claim_until_the_lease_ends():
    claimed_by("otherhost/abc/1:999999:5")
    assert outbox.reclaim() == 0
    with clock.frozen(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert outbox.reclaim() == 1


def test_what_this_process_runs_stays_and_what_it_dropped_comes_back():
    delivery = claimed_by(lambda me: me)
    assert outbox.reclaim() == 0
    outbox._in_hand.discard(delivery.pk)
    assert outbox.reclaim() == 1


def test_a_handler_that_kills_every_worker_is_given_up_too():
    claimed_by("otherhost/abc/1:999999:5")
    lose(attempts=outbox.ATTEMPTS)
    with clock.frozen(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        outbox.reclaim()
    assert only().state == "dead"


def test_a_row_cannot_name_a_callable_that_is_not_wired():
    events.record("paper.read", subject="Paper:1")
    lose(handler="os.abort")
    assert worker.drain() == 0
    assert "接线表" in only().last_error


def test_the_age_of_the_oldest_open_delivery_is_told():
    with clock.frozen(MOMENT):
        events.record("paper.read", subject="Paper:1")
    with clock.frozen(MOMENT + timedelta(seconds=30)):
        events.record("paper.read", subject="Paper:2")
        assert worker.status() == {"pending": 2, "running": 0, "dead": 0, "oldest": 30.0}


def test_a_claim_costs_the_same_however_many_wait(django_assert_num_queries):
    for number in range(20):
        events.record("paper.read", subject=f"Paper:{number % 3}")
    with django_assert_num_queries(5):  # look, savepoint, choose, claim, release
        outbox.claim()


@pytest.mark.parametrize("rule", [{}, {"seconds": 5, "cron": "0 3 * * mon"}, {"cron": "soon"}])
def test_a_periodic_job_without_one_clear_rule_is_refused(rule):
    with pytest.raises((ImproperlyConfigured, ValueError)):
        worker.schedule([worker.Periodic("tick", f"{MODULE}.tick", **rule)])


def test_a_periodic_job_that_cannot_be_imported_is_refused():
    with pytest.raises(ImportError):
        worker.schedule([worker.Periodic("tick", f"{MODULE}.gone", seconds=5)])
