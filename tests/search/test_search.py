"""Publish → findable, withdraw → gone, and a broken index that never takes the portal down."""

import shutil
import threading
import time
from datetime import date

import pytest
from django.db import connection

from gongkai.kernel import worker
from gongkai.policies import actions
from gongkai.search import handlers, index
from gongkai.search.results import find, rows
from tests import factories

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _folders(originals_folder, index_folder):
    pass


def titles(text, **values):
    return [row["title"] for row in rows(find(text, on=TODAY, **values).results, TODAY)]


@pytest.mark.django_db
def test_a_published_document_is_found_by_number_title_and_phrase():
    policy = factories.policy(number=41, title="示例区民政局关于长者食堂补贴的通知")
    worker.drain()
    for words in ("示例民发〔2026〕41号", "示例民发2026 41", "长者食堂", "“提交第41号材料”"):
        found = find(words, on=TODAY).results
        assert [group.facts.title for group in found.groups] == [policy.title], words


@pytest.mark.django_db
def test_a_withdrawn_document_is_gone():
    policy = factories.policy(title="示例区民政局关于长者食堂补贴的通知")
    worker.drain()
    actions.withdraw(policy=policy, by=factories.publisher(), reason="有误")
    # Before the index has followed, the record already decides what is shown.
    assert titles("长者食堂") == []
    worker.drain()
    assert find("长者食堂", on=TODAY).results.total == 0


@pytest.mark.django_db
def test_lapsed_documents_are_left_out_told_and_shown_on_wish_or_when_nothing_else_is():
    factories.policy(title="示例区民政局关于食堂的通知")
    factories.policy(
        number=42,
        title="示例区民政局关于老食堂的通知",
        effect="本通知自2020年1月1日起施行，有效期至2021年12月31日。",
    )
    worker.drain()
    found = find("食堂", on=TODAY)
    assert found.results.total == 1 and found.results.hidden_ended == 1 and not found.with_ended
    assert find("食堂", on=TODAY, with_ended=True).results.total == 2
    by_number = find("示例民发〔2026〕42号", on=TODAY)
    assert (
        by_number.with_ended and by_number.results.groups[0].facts.document_number == "示例民发〔2026〕42号"
    )


@pytest.mark.django_db
def test_a_lost_index_gives_a_clear_page_and_is_rebuilt(client, index_folder):
    factories.policy(title="示例区民政局关于长者食堂补贴的通知")
    worker.drain()
    shutil.rmtree(index_folder)
    answer = client.get("/search/?q=食堂")
    assert answer.status_code == 503 and "检索正在恢复" in answer.content.decode()
    assert client.get("/policies/").status_code == 200
    handlers.mend()
    assert client.get("/search/?q=食堂").status_code == 200
    assert titles("食堂")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "？！",
        "a" * 5000,
        "+title:x -(y",
        '"',
        "“”",
        "\x00",
        "😀",
        "<script>",
        "AND OR NOT",
        "第十二条",
        "*:*",
        "一",
        "%27%20OR",
    ],
)
def test_anything_typed_gets_an_answer(client, query):
    factories.policy()
    worker.drain()
    answer = client.get("/search/", {"q": query})
    assert answer.status_code == 200 and "<script>alert" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["page=0", "page=99999999999", "page=-1", "year=abcd", "kind=x&unit=y", "sort=z", "ended=2"]
)
def test_odd_parameters_get_an_answer(client, query):
    factories.policy()
    worker.drain()
    assert client.get(f"/search/?q=材料&{query}").status_code == 200


@pytest.mark.django_db
def test_what_matched_is_marked_and_the_link_leads_to_the_clause(client):
    policy = factories.policy()
    worker.drain()
    page = client.get("/search/?q=申请人应当提交").content.decode()
    assert "<mark>" in page and f"{policy.get_absolute_url()}#s2-d2" in page


@pytest.mark.django_db(transaction=True)
def test_a_change_is_on_page_list_and_search_within_a_second_of_being_published(client):
    stop, ready = threading.Event(), threading.Event()

    def work():
        try:
            worker.run(stop, ready=ready.set)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert ready.wait(10)
        policy = factories.policy(title="示例区民政局关于刚刚发布的通知")
        published = time.monotonic()
        assert policy.title in client.get(policy.get_absolute_url()).content.decode()
        assert policy.title in client.get("/policies/").content.decode()
        while not find("刚刚发布", on=TODAY).results.total:
            assert time.monotonic() - published < 10, "not found within ten seconds"
            time.sleep(0.02)
        waited = time.monotonic() - published
    finally:
        stop.set()
        thread.join()
    print(f"findable after {waited * 1000:.0f} ms")
    # The bar of one second is measured by the bench; here a busy machine gets some grace.
    assert waited < 3


@pytest.mark.django_db
def test_rebuilding_gives_the_same_as_following_events():
    made = [factories.policy() for _ in range(5)]
    worker.drain()
    before = sorted(titles("材料"))
    assert index.rebuild() == len(made)
    assert sorted(titles("材料")) == before
