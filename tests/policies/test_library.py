"""The library: filters that count each other, orders, words, short addresses, a feed of just these, any day."""

import itertools
import random
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from lxml import html as markup

from gongkai.kernel import clock, generation
from gongkai.law.validity import State
from gongkai.orgs.models import Role
from gongkai.policies import actions, facets, library, queries
from gongkai.policies.actions import topics as topic_actions
from gongkai.policies.models import Policy
from tests import factories
from tests.policies.record_world import housing
from tests.policies.topic_world import DAY, NOON, policy, topic

KINDS, SUBJECTS, AUDIENCES = ("通知", "办法", ""), ("民政", ""), ("", ",resident,", ",company,trader,")


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


def page_of(client, query=""):
    answer = client.get(f"/policies/{query}")
    assert answer.status_code == 200
    return markup.fromstring(answer.content)


def titles(page):
    return [each.text_content() for each in page.xpath("//a[@class='row-title']")]


def group(page, label):
    """Value → count of one filter, as the page tells it."""
    (options,) = page.xpath(f"//nav[@class='filters']//h2[.='{label}']/following-sibling::ul[1]")
    return {li.xpath("string(.//span)"): int(li.xpath("string(.//small)")) for li in options.xpath("li")}


def many(n=40):
    """Policies of every sort, always the same ones."""
    dice = random.Random(7)
    units = [factories.unit(), housing(), None]
    for i in range(n):
        begins = dice.choice([None, date(2020, 1, 1), date(2027, 1, 1)])
        Policy.objects.create(
            title=f"示例{dice.choice(['食堂', '停车', 'ABC'])}第{i}号",
            document_number=dice.choice(["", f"示例民发〔{2020 + i % 3}〕{i}号"]),
            unit=dice.choice(units),
            kind=dice.choice(KINDS),
            subject=dice.choice(SUBJECTS),
            live=dice.random() > 0.1,
            published_on=dice.choice([None, date(2024, 5, 1), date(2025, 6, 1)]),
            written_on=dice.choice([None, date(2023, 5, 1)]),
            effective_from=begins,
            effective_until=dice.choice([None, date(2030, 1, 1)]),
            repealed_on=dice.choice([None, None, date(2025, 1, 1)]),
            audiences=dice.choice(AUDIENCES),
            disclosure=dice.choice(["", "active"]),
        )
    topic("canteens", words=["食堂"])
    topic("hidden", words=["停车"], active=False)


CHOICES = {
    "q": ("", "食堂", "abc 第1", "民发〔2021〕", "%"),
    "topic": ("", "canteens", "hidden", "none"),
    "unit": ("", "minzheng", "none"),
    "kind": ("", "通知", "x"),
    "subject": ("", "民政"),
    "year": ("", "2024", "2023", "1999", "abcd"),
    "state": ("", *State, "x"),
    "audience": ("", "resident", "trader", "none", "x"),
    "disclosure": ("", "active", "x"),
}


@pytest.mark.django_db
def test_the_kept_list_and_the_query_pick_the_same_under_any_filters():
    many()
    dice = random.Random(3)
    every = [{name: value} for name, values in CHOICES.items() for value in values]
    mixed = [{name: dice.choice(values) for name, values in CHOICES.items()} for _ in range(60)]
    pairs = [
        {a: dice.choice(CHOICES[a]), b: dice.choice(CHOICES[b])}
        for a, b in itertools.combinations(CHOICES, 2)
    ]
    for until in (None, date(2024, 6, 1)):
        on = until or DAY
        listed = facets.listed(on, until)
        found = 0
        for chosen in [*every, *pairs, *mixed]:
            asked = {name: chosen.get(name, "") for name in library.FILTERS}
            expected = list(queries.library(on=on, until=until, **asked).values_list("pk", flat=True))
            assert [listed.pks[place] for place in listed.under(asked)] == expected, asked
            found += len(expected)
        assert found > 200


@pytest.mark.django_db
def test_each_value_has_its_count_under_the_other_filters(client):
    many()
    for query in ("", "?kind=通知", "?unit=minzheng&state=in_force", "?topic=canteens&audience=company"):
        chosen = library.chosen_in(QueryDict(query.lstrip("?")))
        page = page_of(client, query)
        for name, label in (("kind", "文种"), ("unit", "责任单位"), ("state", "有效性"), ("topic", "主题"), ("audience", "面向"), ("year", "年份")):  # fmt: skip
            listed = facets.listed(DAY, None)
            counted = listed.counts(chosen)[name]
            shown = group(page, label) if counted else {}
            assert sorted(shown.values()) == sorted(counted.values()), (query, name)
            for value, n in counted.items():
                assert queries.library(on=DAY, **(chosen | {name: value})).count() == n


@pytest.mark.django_db
def test_chosen_filters_are_chips_that_lead_to_the_list_without_them(client):
    policy("食堂办法", kind="办法", audiences=",elder,")
    page = page_of(client, "?kind=办法&audience=elder&q=食堂&size=50&sort=title")
    chips = {a.text_content().rstrip("×"): a.get("href") for a in page.xpath("//ul[@class='chosen']//a")}
    assert set(chips) == {"标题或文号含“食堂”", "办法", "老年人", "全部去掉"}
    assert dict(parse_qsl(urlsplit(chips["老年人"]).query)) == {
        "q": "食堂",
        "kind": "办法",
        "sort": "title",
        "size": "50",
    }
    assert dict(parse_qsl(urlsplit(chips["全部去掉"]).query)) == {"sort": "title", "size": "50"}


@pytest.mark.django_db
def test_one_page_has_one_short_address(client):
    many(3)
    page = page_of(client, "?size=20&sort=newest&page=1&kind=&q=&year=2024&unit=minzheng&utm=x")
    assert page.xpath("//link[@rel='canonical']/@href") == ["/policies/?unit=minzheng&year=2024"]
    for href in page.xpath("//nav[@class='filters']//a/@href"):
        assert not any(value == "" for _, value in parse_qsl(urlsplit(href).query, keep_blank_values=True))
        assert "size=" not in href and "utm" not in href


@pytest.mark.django_db
def test_the_feed_is_of_just_these_filters(client):
    policy("食堂办法", kind="办法")
    page = page_of(client, "?kind=办法&sort=title&size=50&at=2026-11-01")
    (feed,) = page.xpath("//link[@rel='alternate' and @type='application/atom+xml']/@href")
    assert urlsplit(feed).path == "/api/policies.atom"
    assert dict(parse_qsl(urlsplit(feed).query)) == {"kind": "办法", "at": "2026-11-01"}
    assert feed in page.xpath("//main//a/@href")
    assert client.get(feed).status_code == 200


@pytest.mark.django_db
def test_orders_are_by_day_title_and_number_as_people_count(client):
    for n, begins, title in ((2, date(2026, 3, 1), "乙"), (12, None, "甲"), (7, date(2026, 5, 1), "丙")):
        policy(
            title,
            effective_from=begins,
            document_number=f"示例民发〔2026〕{n}号",
            number_key=f"示例民发:2026:{n}",
        )
    policy("丁", document_number="示例民发〔2025〕1号", number_key="示例民发:2025:1")
    assert titles(page_of(client)) == ["丁", "丙", "甲", "乙"], (
        "published on one day: the last taken in first"
    )
    assert titles(page_of(client, "?sort=effective"))[:2] == ["丙", "乙"]
    assert titles(page_of(client, "?sort=number")) == ["甲", "丙", "乙", "丁"]
    assert titles(page_of(client, "?sort=title")) == sorted("甲乙丙丁")


@pytest.mark.django_db
def test_a_page_may_hold_more_and_its_links_keep_that(client):
    for n in range(60):
        policy(f"示例第{n}号")
    page = page_of(client, "?size=50&page=2")
    assert len(titles(page)) == 10
    assert "/policies/?size=100" in page.xpath("//a/@href")
    assert page.xpath("//nav[@class='pager']//a[@rel='prev']/@href") == ["?size=50"]
    assert len(titles(page_of(client, "?size=7"))) == 20


@pytest.mark.django_db
def test_words_are_looked_for_in_title_and_number_and_the_form_keeps_the_rest(client):
    policy("示例食堂办法", document_number="示例民发〔2026〕9号")
    policy("示例停车办法", document_number="示例建发〔2026〕8号")
    assert titles(page_of(client, "?q=食堂")) == ["示例食堂办法"]
    page = page_of(client, "?q=建发 8号&kind=通知&at=2026-11-01")
    assert titles(page) == ["示例停车办法"]
    (form,) = page.xpath("//form[@role='search' and .//input[@id='library-q']]")
    kept = {each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")}
    assert kept == {"kind": "通知", "at": "2026-11-01"} and form.get("method") == "get"


@pytest.mark.django_db
def test_another_day_shows_what_there_was_with_its_validity_and_links_stay_on_it(client):
    old = policy("旧办法", effective_from=date(2026, 3, 1), repealed_on=date(2026, 9, 1))
    Policy.objects.create(title="后来的办法", live=True, published_on=date(2026, 10, 1))
    assert group(page_of(client), "有效性") == {"已废止": 1, "有效性待确认": 1}
    page = page_of(client, "?at=2026-06-01")
    assert titles(page) == ["旧办法"] and group(page, "有效性") == {"现行有效": 1}
    assert f"/policies/{old.pk}/?at=2026-06-01" in page.xpath("//a/@href")
    assert "2026年6月1日" in page.text_content()


@pytest.mark.django_db
def test_nothing_found_says_so_and_names_people_to_ask(client):
    page = page_of(client, "?q=没有的词")
    assert "没有符合条件的文件" in page.text_content()
    assert "tel:12345" in page.xpath("//main//a/@href")


@pytest.mark.django_db
def test_what_is_for_nobody_in_particular_can_be_asked_for(client):
    policy("甲", audiences="")
    policy("乙", audiences=",company,")
    assert titles(page_of(client, "?audience=none")) == ["甲"]
    assert group(page_of(client), "面向") == {"企业": 1, "面向未标注": 1}
    Policy.objects.update(audiences="")
    assert not page_of(client).xpath("//h2[.='面向']"), "a filter that narrows nothing is not offered"


@pytest.mark.django_db
def test_the_page_is_the_same_for_everybody_and_leaves_nothing(client):
    many(5)
    answer = client.get("/policies/?kind=通知")
    assert not answer.cookies and b"csrf" not in answer.content


@pytest.mark.django_db
def test_the_number_of_questions_does_not_grow_with_records_or_filters(client):
    def cost(query):
        with CaptureQueriesContext(connection) as seen:
            page_of(client, query)
        return len(seen)

    many(10)
    few = cost("")
    many_filters = cost("?kind=通知&unit=minzheng&year=2024&state=in_force&topic=canteens&audience=resident")
    for n in range(30):
        policy(f"又一份第{n}号", unit=factories.unit(f"u{n}", f"单位{n}", f"单位{n}"))
    assert cost("") == few and many_filters <= few + 1
    assert few <= 8


@pytest.mark.django_db
def test_the_english_page_is_english(client):
    policy("食堂办法")
    answer = client.get("/en/policies/").content.decode()
    assert '<html lang="en"' in answer and "1 document<" in answer and "1 documents" not in answer


@pytest.mark.django_db(transaction=True)
def test_the_kept_list_follows_every_change_at_once(client, originals_folder, index_folder):
    generation.install(connection)
    made = factories.policy(title="示例区民政局关于食堂的通知")
    assert titles(page_of(client)) == [made.title]
    first = facets.listed(DAY, None)
    assert facets.listed(DAY, None) is first, "nothing changed: nothing is read again"
    other = factories.policy(title="示例区民政局关于停车的通知")
    assert set(titles(page_of(client))) == {made.title, other.title}
    Policy.objects.filter(pk=other.pk).update(audiences=",resident,")
    assert titles(page_of(client, "?audience=resident")) == [other.title]
    actions.withdraw(policy=made, by=factories.user(Role.PUBLISHER, of=factories.unit()), reason="有误")
    assert titles(page_of(client)) == [other.title]
    shown = topic("parking", words=["停车"])
    assert group(page_of(client), "主题") == {shown.name: 1}
    topic_actions.exclude(topic=shown, policy=other, by="system:test")
    assert not page_of(client).xpath("//nav[@class='filters']//h2[.='主题']/following-sibling::ul[1]/li")


@pytest.mark.django_db(transaction=True)
def test_a_day_later_validity_is_that_of_the_new_day(client):
    generation.install(connection)
    policy("到期的办法", effective_from=date(2026, 1, 1), effective_until=date(2026, 11, 23))
    assert group(page_of(client), "有效性") == {"现行有效": 1}
    with clock.frozen(datetime(2026, 11, 24, 4, tzinfo=UTC)):
        assert group(page_of(client), "有效性") == {"已失效": 1}
