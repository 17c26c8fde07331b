"""What the public and the desk see of topics, the sample, and the figures for oversight."""

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.actions import load_units
from gongkai.orgs.models import Role
from gongkai.policies import topic_indicators, topics
from gongkai.policies.actions import topics as actions
from gongkai.policies.models import Edition, Policy, Topic, TopicEntry
from tests import factories
from tests.policies.topic_world import DAY, NOON, inside, policy, topic

SAMPLE = Path(actions.__file__).parents[2] / "project" / "sample" / "topics.toml"


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


# --- public pages ----------------------------------------------------------------------------------------------


def html(answer):
    return answer.content.decode()


def section(page, anchor):
    """The part of a page from one heading to the end of its section."""
    return page.split(f'id="{anchor}"')[1].split("</section>")[0]


@pytest.mark.django_db
class TestPages:
    """What everyone sees of a topic."""

    @pytest.fixture(autouse=True)
    def _records(self):
        begun = date(2026, 1, 1)
        self.now = policy("助餐办法", effective_from=begun)
        self.unknown = policy("助餐函")
        self.coming = policy("助餐新办法", effective_from=date(2027, 1, 1))
        self.repealed = policy("助餐旧办法", effective_from=begun, repealed_on=date(2026, 10, 1))
        self.lapsed = policy("助餐试行办法", effective_from=begun, effective_until=date(2026, 10, 31))
        self.hand = policy("由人收录的办法", effective_from=begun)
        self.topic = topic(words=["助餐"], name="为老助餐", summary="长者食堂和助餐点。")
        actions.add_by_hand(topic=self.topic, policy=self.hand, by=factories.user(name="王经办"))

    def page(self, client, query=""):
        answer = client.get(f"/topics/housing/{query}")
        assert answer.status_code == 200
        return html(answer)

    def test_in_force_ended_and_open_are_apart(self, client):
        page = self.page(client)
        in_force, open_still, ended = (section(page, name) for name in ("in-force", "open", "ended"))
        assert "助餐办法" in in_force and "由人收录的办法" in in_force and in_force.count("row-title") == 2
        assert "助餐函" in open_still and "助餐新办法" in open_still and open_still.count("row-title") == 2
        assert "助餐旧办法" in ended and "助餐试行办法" in ended and "<details" in ended

    def test_who_added_what_is_told_without_a_name(self, client):
        page = self.page(client)
        assert "由规则收录：标题含有“助餐”" in page
        assert "人工收录，2026年11月23日" in page
        assert "王经办" not in page
        assert "收录规则：标题含有“助餐”；人工收录或者排除的，以人工为准。" in page

    def test_another_day_has_another_validity_and_the_links_stay_on_it(self, client):
        page = self.page(client, "?at=2026-09-30")
        assert "助餐旧办法" in section(page, "in-force") and 'id="ended"' not in page
        assert "按2026年9月30日的有效性显示" in page
        assert f"/policies/{self.now.pk}/?at=2026-09-30" in page
        before = self.page(client, "?at=2026-02-01")
        assert "row-title" not in before, "nothing was published by then"

    def test_a_day_that_is_none_is_told(self, client):
        page = self.page(client, "?at=2026-02-30")
        assert "kind-warning" in page and "助餐旧办法" in section(page, "ended")

    def test_what_changed_lately_is_told_with_its_day(self, client):
        Policy.objects.filter(pk=self.now.pk).update(published_on=DAY - timedelta(days=90))
        Policy.objects.filter(pk=self.hand.pk).update(published_on=DAY - timedelta(days=89))
        record = correction(self.unknown, "更正第二条的电话")
        found = [(each["on"], each["what"], each["title"]) for each in topics.changes(self.topic, DAY)]
        assert found == [
            (record.published_at.date(), "勘误", "助餐函"),
            (date(2026, 11, 1), "失效", "助餐试行办法"),
            (date(2026, 10, 1), "废止", "助餐旧办法"),
            (DAY - timedelta(days=89), "发布", "由人收录的办法"),
        ]
        told = section(self.page(client), "changes")
        assert "更正第二条的电话" in told and "2026年10月1日" in told and "废止" in told
        assert topics.changes(self.topic, date(2026, 8, 1)) == []

    def test_a_document_ended_by_another_is_told_with_that_day(self):
        Policy.objects.filter(pk=self.now.pk).update(ended_by_on=date(2026, 11, 20))
        assert (topics.changes(self.topic, DAY)[0]["on"], topics.changes(self.topic, DAY)[0]["what"]) == (
            date(2026, 11, 20),
            "废止",
        )

    def test_what_ended_before_is_no_news_when_another_repeals_it_once_more(self):
        Policy.objects.filter(pk=self.repealed.pk).update(
            repealed_on=date(2026, 5, 1), ended_by_on=date(2026, 11, 20)
        )
        assert "助餐旧办法" not in {each["title"] for each in topics.changes(self.topic, DAY)}

    def test_units_are_a_picture_with_the_same_table_behind_it(self, client):
        other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
        policy("助餐房屋办法", unit=other, effective_from=date(2026, 1, 1))
        Policy.objects.filter(unit=other).update(published_on=DAY - timedelta(days=10))
        actions.refresh(self.topic)
        told = topics.by_unit(self.topic, DAY)
        assert [(each["name"], each["total"], each["in_force"], each["days"]) for each in told] == [
            ("区民政局", 6, 2, 267),
            ("区房管局", 1, 1, 10),
        ]
        drawn = section(self.page(client), "units")
        assert drawn.count("<svg") == 2 and "style=" not in drawn
        assert 'width="100" height="8"' in drawn and "6份，现行有效2份" in drawn
        for cell in ("区房管局", "2026年11月13日", ">267<", ">10<"):
            assert cell in drawn.split("<table")[1]

    def test_a_long_list_has_pages_of_its_own(self, client):
        for n in range(25):
            policy(f"助餐第{n}号", effective_from=date(2026, 1, 1))
        actions.refresh(self.topic)
        first, second = self.page(client), self.page(client, "?page=2&at=2026-11-23")
        assert section(first, "in-force").count("row-title") == 20
        assert section(second, "in-force").count("row-title") == 7
        assert "at=2026-11-23" in section(second, "in-force").split('class="pager"')[1]

    def test_the_list_of_topics_counts_what_is_in_force(self, client):
        topic("empty", name="空的主题")
        topic("hidden", name="不公开的主题", words=["助餐"], active=False)
        page = html(client.get("/topics/"))
        assert "为老助餐" in page and "长者食堂和助餐点。" in page and "现行有效2份" in page
        assert "现行有效0份" in page and "不公开的主题" not in page
        assert client.get("/topics/hidden/").status_code == 404
        then = html(client.get("/topics/?at=2026-09-30"))
        assert "现行有效4份" in then and "/topics/housing/?at=2026-09-30" in then
        assert "现行有效0份" in html(client.get("/topics/?at=2026-02-01")), "nothing was published by then"
        assert "最近一份" not in html(client.get("/topics/?at=2026-02-01"))

    def test_what_is_withdrawn_or_excluded_is_not_shown(self, client):
        actions.exclude(topic=self.topic, policy=self.now, by="system:test")
        Policy.objects.filter(pk=self.hand.pk).update(live=False)
        page = self.page(client)
        assert ">助餐办法<" not in page and "由人收录的办法" not in page

    def test_the_pages_are_english_under_their_own_address(self, client):
        for address in ("/en/topics/", "/en/topics/housing/"):
            assert '<html lang="en">' in html(client.get(address))

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, client):
        def cost(path):
            with CaptureQueriesContext(connection) as seen:
                client.get(path)
            return len(seen)

        paths = ["/topics/", "/topics/housing/"]
        few = [cost(path) for path in paths]
        for n in range(12):
            policy(
                f"助餐第{n}号",
                effective_from=date(2026, 1, 1),
                unit=factories.unit(f"u{n}", f"单位{n}", f"单位{n}"),
            )
            topic(f"t{n}", words=["助餐"])
        actions.refresh(self.topic)
        assert [cost(path) for path in paths] == few

    def test_a_subscription_has_a_key_and_a_name(self):
        assert (self.topic.subscription_key, self.topic.subscription_name) == ("topic:housing", "为老助餐")


def correction(record, note):
    """A correction of ``record``, two days ago."""
    revision = record.save_revision()
    return Edition.objects.create(
        policy=record,
        number=2,
        revision=revision,
        kind=Edition.Kind.CORRECTION,
        note=note,
        digest="0" * 64,
        published_at=NOON - timedelta(days=2),
    )


# --- the desk --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestDesk:
    """Topics are kept at the desk by those who may."""

    @pytest.fixture(autouse=True)
    def _records(self, client):
        self.client = client
        self.clerk = factories.user(name="王经办")
        self.record, self.other = (
            policy("助餐办法", document_number="示民发〔2026〕1号", number_key="示民发:2026:1"),
            policy("别的办法"),
        )
        self.topic = topic(words=["助餐"])
        client.force_login(self.clerk)

    def form(self, **values):
        return {
            "name": "为老助餐", "slug": "meals", "summary": "", "unit": factories.unit().pk, "active": "on",
            "combine": "any", "words_lines": "助餐\n食堂", "references_lines": "", "step": "save", **values,
        }  # fmt: skip

    def test_pages_open_for_the_unit_and_the_office_and_for_nobody_else(self):
        paths = ["/desk/topics/housing/", "/desk/topics/housing/edit/"]
        stranger = factories.user(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局"))
        for person, code in ((self.clerk, 200), (factories.user(Role.OFFICE), 200), (stranger, 404)):
            self.client.force_login(person)
            assert [self.client.get(path).status_code for path in paths] == [code, code]
            listed = html(self.client.get("/desk/topics/"))
            assert ("主题 housing" in listed) == (code == 200)
        self.client.force_login(factories.user(Role.NONE))
        assert {
            self.client.get(path).status_code for path in (*paths, "/desk/topics/", "/desk/topics/new/")
        } == {403}
        self.client.logout()
        assert self.client.get(paths[0]).status_code == 302

    def test_a_look_at_the_rules_saves_nothing(self):
        before = TopicEntry.objects.count()
        answer = self.client.post("/desk/topics/new/", self.form(step="preview", words_lines="办法"))
        page = html(answer)
        assert answer.status_code == 200 and "按规则收录2份" in page and "还没有保存" in page
        assert "助餐办法" in page and "标题含有“办法”" in page
        assert not Topic.objects.filter(slug="meals").exists() and TopicEntry.objects.count() == before

    def test_saving_collects_at_once(self):
        answer = self.client.post("/desk/topics/new/", self.form(references_lines="示民发〔2026〕1号"))
        assert answer.status_code == 302 and answer["Location"] == "/desk/topics/meals/"
        made = Topic.objects.get(slug="meals")
        assert made.words == ["助餐", "食堂"] and list(made.references.all()) == [self.record]
        assert inside(made) == {"助餐办法": "rule"}

    def test_changing_keeps_the_address_and_shows_the_rules_as_they_are(self):
        page = html(self.client.get("/desk/topics/housing/edit/"))
        assert "助餐</textarea>" in page
        self.client.post("/desk/topics/housing/edit/", self.form(words_lines="别的"))
        made = Topic.objects.get()
        assert (made.slug, made.name, inside(made)) == ("housing", "为老助餐", {"别的办法": "rule"})

    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"words_lines": "餐"}, "只有一个字"),
            ({"references_lines": "没有的文件"}, "没有已发布的文件叫"),
            ({"name": ""}, "name"),
            ({"slug": "housing"}, "地址代号"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_is_saved(self, values, told):
        answer = self.client.post("/desk/topics/new/", self.form(**values))
        assert answer.status_code == 200 and told in html(answer)
        assert Topic.objects.count() == 1

    def test_a_clerk_cannot_set_up_a_topic_for_another_unit(self):
        other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
        assert self.client.post("/desk/topics/new/", self.form(unit=other.pk)).status_code == 200
        assert Topic.objects.count() == 1

    def test_a_document_is_found_by_title_or_number_and_added_or_excluded(self):
        for asked in ("别的", "示民发〔2026〕1号"):
            assert "row" in html(self.client.get("/desk/topics/housing/", {"q": asked}))
        page = html(self.client.get("/desk/topics/housing/", {"q": "别的"}))
        assert "没有收录" in page and f'value="{self.other.pk}"' in page
        decide = "/desk/topics/housing/decide/"
        self.client.post(decide, {"policy": self.other.pk, "decision": "hand"})
        self.client.post(decide, {"policy": self.record.pk, "decision": "exclude"})
        assert inside(self.topic) == {"别的办法": "hand"}
        page = html(self.client.get("/desk/topics/housing/"))
        assert "王经办" in page, "at the desk the name is told"
        self.client.post(decide, {"policy": self.record.pk, "decision": "rules"})
        assert inside(self.topic) == {"别的办法": "hand", "助餐办法": "rule"}

    @pytest.mark.parametrize(
        "sent",
        [{}, {"policy": "1"}, {"policy": "x", "decision": "hand"}, {"policy": "9" * 30, "decision": "hand"}, {"policy": "²", "decision": "hand"}, {"policy": "987654321", "decision": "hand"}],
    )  # fmt: skip
    def test_a_form_sent_blindly_changes_nothing(self, sent):
        before = list(TopicEntry.objects.values())
        assert self.client.post("/desk/topics/housing/decide/", sent).status_code == 404
        assert self.client.get("/desk/topics/housing/decide/").status_code == 405
        assert list(TopicEntry.objects.values()) == before

    def test_another_units_clerk_decides_nothing(self):
        self.client.force_login(factories.user(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局")))
        sent = {"policy": self.other.pk, "decision": "hand"}
        assert self.client.post("/desk/topics/housing/decide/", sent).status_code == 404
        assert inside(self.topic) == {"助餐办法": "rule"}


# --- the sample and the figures --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_sample_is_loaded_once_and_leaves_what_people_changed():
    load_units(path=SAMPLE.with_name("units.toml"), actor="system:test")
    policy("示例区社区助餐服务点管理办法")
    assert actions.load_topics(path=SAMPLE, actor="system:test") == 8
    made = Topic.objects.get(slug="eldercare")
    assert inside(made) == {"示例区社区助餐服务点管理办法": "rule"}
    Topic.objects.filter(pk=made.pk).update(summary="改过的简介")
    before = list(TopicEntry.objects.values()), AuditEntry.objects.count()
    actions.load_topics(path=SAMPLE, actor="system:test")
    assert (list(TopicEntry.objects.values()), AuditEntry.objects.count()) == before
    assert Topic.objects.get(slug="eldercare").summary == "改过的简介"


@pytest.mark.django_db
def test_every_unit_has_its_share_in_topics_and_what_lacks_one_is_named():
    other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    fresh, stale, alone = policy("助餐办法"), policy("助餐规定", unit=other), policy("别的", unit=other)
    policy("助餐草稿", live=False)
    Policy.objects.filter(pk=stale.pk).update(published_on=date(2024, 1, 1))
    made = topic(words=["助餐"])
    topic("hidden", words=["别的"], active=False)
    by_name = {each.name: each for each in topic_indicators.coverage()}
    assert set(by_name) == {"主题收录率：区民政局", "主题收录率：区房管局"}
    assert by_name["主题收录率：区民政局"].share == 1
    half = by_name["主题收录率：区房管局"]
    assert (half.numerator, half.denominator, [row.label for row in half.rows]) == (1, 2, [alone.title])
    freshness = {each.name: each for each in topic_indicators.freshness()}
    assert freshness["主题更新率：区民政局"].share == 1
    old = freshness["主题更新率：区房管局"]
    assert old.share == 0 and (old.rows[0].label, old.rows[0].url) == (made.name, "/topics/housing/")
    assert fresh.topic_entries.exists()


def test_the_figures_of_a_bar_are_never_too_small_to_be_seen():
    rows = [{"total": total, "in_force": 1, "newest": None, "days": None} for total in (1000, 1)]
    drawn = topics.bars(rows)
    assert [each["total_bar"] for each in drawn] == [100, 1]
    assert [each["days_bar"] for each in drawn] == [0, 0]
    assert all(
        isinstance(each[name], int) for each, name in itertools.product(drawn, ("total_bar", "days_bar"))
    )
