"""Numbers have no gap, whoever takes them at the same time and whoever gives them back."""

import pytest
from django.db import transaction

from gongkai.kernel.numbering import next_number

pytestmark = pytest.mark.django_db


def test_each_series_counts_from_one():
    assert [next_number("收文"), next_number("收文"), next_number("发文")] == [1, 2, 1]


def test_a_rollback_gives_the_number_back():
    assert next_number("收文") == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert next_number("收文") == 2
        _ = 1 / 0
    assert next_number("收文") == 2


def test_threads_and_processes_at_once_with_rollbacks_leave_no_gap(world):
    children = [world.start("number", 3, 12) for _ in range(3)]
    for child in children:
        world.finish(child)
    series = world.run("look")["series"]
    kept = 3 * 3 * 8
    assert series["录"] == kept
    got = {name: count for name, count in series.items() if name.startswith("got:")}
    assert got == {f"got:{number}": 1 for number in range(1, kept + 1)}


def test_what_needs_a_transaction_says_so_and_leaves_nothing_behind(world):
    found = world.run("outside")
    assert [name for name, _ in found["raised"]] == ["OutsideTransactionError"] * 3
    assert all("事务" in words for _, words in found["raised"])
    assert found["left"] == [0, 0, 0]
