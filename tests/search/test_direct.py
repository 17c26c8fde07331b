"""A query that names a clause outright leads straight to it; a hit shows the clause it names and no other."""

from datetime import date

import pytest

from gongkai.kernel import worker
from gongkai.policies.at import Asked
from gongkai.policies.models import Policy
from gongkai.search.direct import direct
from gongkai.search.results import find, rows
from tests.policies.record_world import measures

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _folders(originals_folder, index_folder):
    pass


@pytest.mark.parametrize(
    "query",
    [
        "示例民发〔2026〕7号第二条",
        "示例民发〔2026〕7号 第2条",
        "示例民发[2026]7号，第二条",
        "《示例区第7号事项管理办法》第二条",
        "示例区第7号事项管理办法第二条",
        "示例区第7号事项管理办法 第二条",
    ],
)
def test_a_number_or_a_name_with_a_clause_leads_to_the_clause(client, query):
    made = measures(7)
    found = direct(query, Asked(TODAY))
    assert found and found.clause == "第二条" and found.title == made.title
    assert found.url == made.clause_url("tiao2") and found.state == "in_force"
    assert "第7号材料" in found.text
    page = client.get("/search/", {"q": query}).content.decode()
    assert "您找的条款" in page and f'href="{found.url}"' in page


@pytest.mark.parametrize(
    "query",
    ["", "第二条", "示例民发〔2026〕7号", "示例民发〔2026〕7号第九十九条", "示例民发〔2026〕8号第二条", "《没有的办法》第二条", "食堂第二条",
     "示例民发〔2026〕7号 食堂补贴", "《", "〔2026〕", "条" * 300],
)  # fmt: skip
def test_anything_else_is_searched_and_nothing_is_guessed(query):
    measures(7)
    assert direct(query, Asked(TODAY)) is None


def test_what_is_not_public_is_not_led_to():
    made = measures(7)
    Policy.objects.filter(pk=made.pk).update(live=False)
    assert direct("示例民发〔2026〕7号第二条", Asked(TODAY)) is None


def test_of_two_with_one_name_the_one_in_force_is_meant():
    old = measures(
        7, title="示例区食堂管理办法", closing="本办法自2020年1月1日起施行，有效期至2021年12月31日。"
    )
    new = measures(8, title="示例区食堂管理办法", closing="本办法自2022年1月1日起施行。")
    assert old.pk != new.pk and old.live and new.live
    found = direct("示例区食堂管理办法第二条", Asked(TODAY))
    assert found and found.url.startswith(new.get_absolute_url())


def test_two_short_articles_of_one_passage_are_not_shown_as_one():
    measures(7)
    worker.drain()
    (row,) = rows(find("第7号材料", on=TODAY).results, TODAY)
    (shown,) = [passage for passage in row["passages"] if passage["label"] == "第二条"]
    assert "第7号材料" in shown["text"].replace("<mark>", "").replace("</mark>", "")
    assert "施行" not in shown["text"] and "制定" not in shown["text"]


def test_a_place_in_the_text_is_told_in_words_as_people_cite_it():
    measures(
        7, closing="本办法自2025年1月1日起施行，下列各项除外：\n（一）申请书；\n（二）蓝色的健康证明原件。"
    )
    worker.drain()
    (row,) = rows(find("蓝色的健康证明原件", on=TODAY).results, TODAY)
    assert "第三条第（二）项" in {passage["label"] for passage in row["passages"]}
