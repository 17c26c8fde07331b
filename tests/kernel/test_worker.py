"""Real worker processes: killed at random points, several at once, woken by a commit, stopped politely."""

import random
import signal
import time

import pytest

from gongkai.kernel.outbox import ATTEMPTS


def expected(count, names=("note", "copy")):
    return {f"effect:{name}:{number}": 1 for name in names for number in range(1, count + 1)}


def wait_until(world, reached, seconds=60):
    """Look again and again until `reached(look)`; returns that look."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = world.run("look")
        if reached(found):
            return found
        time.sleep(0.2)
    raise AssertionError(found)


def is_empty(found):
    return found["status"]["pending"] == found["status"]["running"] == 0


def kill_again_and_again(world, count, kills):
    world.run("record", "paper.filed", count)
    for _ in range(kills):
        child = world.worker()
        time.sleep(random.random() * 0.5)
        child.send_signal(signal.SIGKILL)
        child.wait()
    middle = world.run("look")
    last = world.worker()
    found = wait_until(world, is_empty)
    last.terminate()
    assert last.wait(20) == 0
    assert found["effects"] == expected(count)
    assert found["done"] == 2 * count
    assert found["status"]["dead"] == 0
    assert "disorder" not in found["series"]
    return middle


def test_workers_killed_at_random_points_lose_nothing_and_do_nothing_twice(world):
    middle = kill_again_and_again(world, count=100, kills=4)
    assert 0 < middle["done"] < 200, "the kills must hit a worker in the midst of it"


@pytest.mark.slow
def test_a_long_row_of_kills_loses_nothing_and_does_nothing_twice(world):
    middle = kill_again_and_again(world, count=600, kills=30)
    assert middle["done"] > 0


def test_a_worker_killed_in_the_middle_of_a_handler_is_replaced_at_once(world):
    world.run("record", "paper.slow", 1)
    first = world.worker()
    time.sleep(0.5)
    first.kill()
    first.wait()
    found = world.run("look")
    assert (found["status"]["running"], found["effects"]) == (1, {})
    begun = time.monotonic()
    world.worker()
    found = wait_until(world, is_empty)
    assert time.monotonic() - begun < 8  # Not after the lease of ten minutes.
    assert found["effects"] == {"effect:slow:1": 1}
    assert found["series"]["begun:1"] == 1  # What the killed try had written was rolled back.
    assert found["retried"] == 1


def test_two_workers_at_once_share_the_work_without_doing_any_twice(world):
    workers = [world.worker(), world.worker()]
    world.run("record", "paper.filed", 150)
    found = wait_until(world, is_empty)
    for child in workers:
        child.terminate()
        assert child.wait(20) == 0
    assert found["effects"] == expected(150)
    assert "disorder" not in found["series"]
    assert found["retried"] == 0


def test_a_commit_is_delivered_well_within_a_second_without_waiting_for_a_sweep(world):
    world.worker(600)
    waits = world.run("latency", 20)
    assert max(waits) < 1, waits


def test_a_second_worker_on_the_machine_is_woken_as_well(world):
    first = world.worker(600)
    world.worker(600)
    first.kill()
    first.wait()
    waits = world.run("latency", 3)
    assert max(waits) < 1, waits


def test_what_was_recorded_while_nobody_worked_is_delivered_when_a_worker_comes(world):
    world.run("record", "paper.read", 5)
    world.worker(600)
    wait_until(world, is_empty, 10)


def test_a_failed_delivery_is_tried_again_by_the_sweep(world):
    world.run("record", "paper.lost", 1)
    child = world.worker(0.5)
    found = wait_until(world, lambda found: found["retried"] == 1, 20)
    assert found["errors"] == ["ValueError: 门没有开"]
    child.terminate()
    assert child.wait(20) == 0


def test_a_polite_stop_finishes_what_is_in_hand(world):
    world.run("record", "paper.slow", 3, 1)
    child = world.worker()
    time.sleep(0.4)
    child.terminate()
    assert child.wait(20) == 0
    found = world.run("look")
    assert found["status"]["running"] == 0
    assert found["done"] == 1
    assert found["effects"] == {"effect:slow:1": 1}


@pytest.mark.slow
def test_a_handler_that_kills_its_worker_ends_on_the_dead_letter_list(world):
    world.run("record", "paper.deadly", 1)
    for _ in range(ATTEMPTS):
        assert world.worker(0.1).wait(60) == -signal.SIGKILL
    world.worker(0.1)
    found = wait_until(world, is_empty, 30)
    assert found["status"]["dead"] == 1


def test_periodic_jobs_run_beside_deliveries(world):
    child = world.worker(600, 0.2)
    found = wait_until(world, lambda found: found["series"].get("ticks", 0) >= 3, 20)
    assert found["series"]["ticks"] >= 3
    child.terminate()
    assert child.wait(20) == 0
