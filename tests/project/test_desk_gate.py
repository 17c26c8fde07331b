"""What nobody sends by the desk's own pages is refused, and breaks nothing: words for keys, forms with fields left out."""

import pytest

from gongkai.orgs.models import Role
from tests import factories
from tests.policies.desk_world import at_desk, form_of
from tests.policies.record_world import own

pytestmark = pytest.mark.django_db
WORDS = ["abc", "1x", "²", "9" * 30]


@pytest.fixture
def record(originals_folder, index_folder):
    return factories.policy()


@pytest.fixture
def desk(record):
    return at_desk(factories.user(Role.OFFICE))


@pytest.mark.parametrize("word", WORDS)
def test_a_word_in_place_of_a_records_key_is_no_page(desk, word):
    for path in (
        f"/desk/policies/history/{word}/revisions/compare/1...2/",
        f"/desk/policies/history/{word}/revisions/compare/earliest...latest/",
        f"/desk/policies/edit/{word}/",
    ):
        assert desk.get(path).status_code == 404, path
    assert desk.post(f"/desk/editing-sessions/ping/policies/policy/{word}/1/").status_code == 404


def test_a_record_that_is_there_is_still_compared_and_its_tab_still_tells(desk, record):
    compare = f"/desk/policies/history/{record.pk}/revisions/compare/live...live/"
    assert desk.get(compare).status_code == 200
    assert desk.post(f"/desk/editing-sessions/ping/policies/policy/{record.pk}/1/").status_code == 200


def test_a_form_that_lacks_a_field_is_refused_and_changes_nothing(desk, record):
    values = form_of(desk, record)
    values = {name: value for name, value in values.items() if not name.startswith("body-")}
    before = own(record).get_latest_revision_as_object().body.raw_data
    answer = desk.post(f"/desk/policies/edit/{record.pk}/", values | {"body-count": "1"})
    assert answer.status_code == 400 and "请求有误" in answer.content.decode()
    assert list(own(record).get_latest_revision_as_object().body.raw_data) == list(before)


BROKEN = {
    "how many": {"body-count": "abc"},
    "which place": {"body-0-order": "²"},
    "no table": {"body-0-type": "table", "body-0-value": "{"},
    "a number for a table": {"body-0-type": "table", "body-0-value": "5"},
    "a list for a table": {"body-0-type": "table", "body-0-value": "[]"},
    "a table without cells": {"body-0-type": "table", "body-0-value": "{}"},
    "a table of a number": {"body-0-type": "table", "body-0-value": '{"data": 5}'},
    "a merge of nothing": {"body-0-type": "table", "body-0-value": '{"data": [["a"]], "mergeCells": [{}]}'},
    "a table of numbers": {"body-0-type": "table", "body-0-value": '{"data": [5]}'},
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_form_that_cannot_be_read_is_no_error_of_ours_and_changes_nothing(desk, what):
    record = factories.policy(number=8)
    values = form_of(desk, record) | BROKEN[what]
    before = own(record).get_latest_revision_as_object().body.raw_data
    answer = desk.post(f"/desk/policies/edit/{record.pk}/", values)
    assert answer.status_code == 400 and "请求有误" in answer.content.decode()
    assert list(own(record).get_latest_revision_as_object().body.raw_data) == list(before)


def test_another_fault_is_still_one(desk, monkeypatch):
    from gongkai.orgs.sign_in.views import own as pages

    monkeypatch.setattr(pages.sessions, "open_of", lambda _user: {}["missing"])
    with pytest.raises(KeyError):
        desk.get("/desk/sign-in/devices/")
