"""The screen keeps nobody waiting: what takes long is done elsewhere or kept, and what is not shown is not looked for."""

import io
import threading
import time
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.policies import actions
from gongkai.policies.beside import again, original, pages, screen, store
from gongkai.policies.models import Likeness
from tests import factories
from tests.policies.test_likeness import BODY, page_of
from tests.policies.test_settle import PAGE, taken_in
from tests.policies.test_settle_pages import address, left, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("originals_folder", "_pictures")]


@pytest.fixture
def _pictures(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(again, "_failed", {})


@pytest.fixture
def clerk(client):
    user = factories.user()
    client.force_login(user)
    return user


def forgotten(policy):
    """The record as if what its reader told had been cleared away."""
    (store._folder(policy.original.sha256) / store.READ).unlink()
    return policy


def idle():
    give_up = time.monotonic() + 20
    while again._in_hand:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_picture_does_not_keep_a_request_for_longer_than_a_second(client, clerk):
    policy = taken_in(pdf(), "甲.pdf")
    pages.leaves_of(policy.original, None)
    with pages._my_turn():
        begun = time.monotonic()
        assert client.get(address(policy, "pages/1/")).status_code == 503
    assert time.monotonic() - begun < 5


def test_reading_again_is_done_by_a_thread_of_its_own_that_holds_nobody_up(client, clerk, monkeypatch):
    policy = forgotten(taken_in(pdf(), "甲.pdf"))
    other = forgotten(taken_in(PAGE.replace("7号", "8号").replace("试点", "另一"), "乙.html"))
    may_go_on, reading, readers = threading.Event(), again.read, []

    def slowly(*file):
        readers.append(threading.current_thread())
        assert may_go_on.wait(20)
        return reading(*file)

    monkeypatch.setattr(again, "read", slowly)
    for asked in (policy, policy, other):
        answer = client.post(address(asked, "settle/locate/"))
        assert (answer.status_code, answer.json()) == (202, {"state": "pending"})
    assert client.get(address(policy, "pages/1/")).status_code == 200  # pages are drawn meanwhile
    may_go_on.set()
    idle()
    assert client.post(address(policy, "settle/locate/")).json() == {"state": "found"}
    assert client.post(address(other, "settle/locate/")).status_code == 202  # its turn has come
    idle()
    assert client.post(address(other, "settle/locate/")).json() == {"state": "found"}
    assert len(readers) == 2
    assert threading.current_thread() not in readers


def test_a_file_that_cannot_be_read_again_is_not_tried_at_every_look(client, clerk, originals_folder):
    policy = forgotten(taken_in())
    for path in originals_folder.rglob("*"):
        path.unlink() if path.is_file() else None
    assert client.post(address(policy, "settle/locate/")).status_code == 202
    idle()
    for _look in range(2):
        answer = client.post(address(policy, "settle/locate/"))
        assert (answer.status_code, answer.json()) == (200, {"state": "failed"})
    again._failed[policy.original.sha256] -= again._REST_SECONDS + 1
    assert client.post(address(policy, "settle/locate/")).status_code == 202
    idle()


def test_the_next_document_is_looked_for_only_where_none_of_its_places_is_left(client, clerk, monkeypatch):
    policy = taken_in()
    asked = []
    looking = screen.next_waiting
    monkeypatch.setattr(screen, "next_waiting", lambda *who: asked.append(who) or looking(*who))
    assert client.get(address(policy)).status_code == 200
    assert asked == []
    monkeypatch.setattr(screen, "all_points", lambda *_draft: [])
    assert client.get(address(policy)).status_code == 200
    assert len(asked) == 1


def test_the_search_for_the_next_document_asks_for_one_row_in_the_order_of_the_keys(clerk):
    one = taken_in()
    taken_in(PAGE.replace("试点", "另一").replace("7号", "8号"), "另一.html")
    with CaptureQueriesContext(connection) as asked:
        assert screen.next_waiting(clerk, one)
    assert len(asked) == 1
    assert asked[0]["sql"].endswith("LIMIT 1")
    if connection.vendor == "sqlite":  # sorted first, every draft would have to be read
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
            assert not [row for row in cursor.fetchall() if "TEMP B-TREE" in row[3]]


def test_what_an_archive_holds_is_read_once_and_kept(monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("通知.html", PAGE)
    policy = taken_in(packed.getvalue(), "甲.zip")
    asked = []
    lines = pages.plain_lines_in
    monkeypatch.setattr(original.pages, "plain_lines_in", lambda data: asked.append(data) or lines(data))
    first, second = left(policy), left(policy)
    assert "试点工作" in first.markup
    assert first.markup == second.markup
    assert len(asked) == 1


def test_a_lost_file_that_was_offered_is_told_in_a_sentence(client, originals_folder):
    factories.unit()
    for data, name in (
        (factories.text_of(3, body=BODY), "a.txt"),
        (page_of(factories.text_of(3, body=BODY)), "b.html"),
    ):
        actions.take_in(data=data, name=name, actor="system:test")
    offer = Likeness.objects.get()
    client.force_login(factories.user(of=offer.policy.unit))
    for path in originals_folder.rglob("*"):
        path.unlink() if path.is_file() else None
    answer = client.post(reverse("policies:settle_file", args=[offer.pk]), {"decision": "apart"})
    assert answer.status_code == 302
    assert "原件不在存储中" in "".join(str(each) for each in answer.wsgi_request._messages)
    offer.refresh_from_db()
    assert offer.state == "offered"
