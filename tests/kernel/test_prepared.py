"""Questions that are built once a process: they answer for the keys of each time, and read what they were asked to."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.kernel.prepared import Prepared, by_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return [Group.objects.create(name=name) for name in ("甲", "乙")]


def test_one_build_answers_for_every_key(two):
    built = []

    def build(key, other):
        built.append(key)
        return Group.objects.filter(pk=key).exclude(pk=other).values_list("name")

    asked = Prepared(build, keys=2)
    assert [asked(one.pk, 0) for one in two] == [[("甲",)], [("乙",)]]
    assert asked(two[0].pk, two[0].pk) == []
    assert len(built) == 1


def test_records_by_key_are_those_of_the_manager_and_read_the_rest_later(two):
    keys = [one.pk for one in two]
    assert by_key(Group, [*keys, *keys, 10**6]) == Group.objects.in_bulk(keys)
    assert by_key(Group, []) == {}
    found = by_key(Group, keys, ["id"])
    with CaptureQueriesContext(connection) as asked:
        assert sorted(found) == sorted(keys)
        assert len(asked) == 0
        assert [found[key].name for key in keys] == ["甲", "乙"]
        assert len(asked) == 2


@pytest.mark.parametrize("key", [2**63, -(2**63) - 1, 10**40])
def test_a_key_that_no_database_can_hold_finds_nothing(two, key):
    assert by_key(Group, [key, two[0].pk]) == {two[0].pk: two[0]}


def test_values_are_those_of_the_model_not_of_the_database():
    user = get_user_model().objects.create(
        username="丙", last_login=datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    )
    found = by_key(get_user_model(), [user.pk])[user.pk]
    assert found.last_login == user.last_login
    assert (found.is_active, found.is_superuser) == (True, False)
    assert not found._state.adding
