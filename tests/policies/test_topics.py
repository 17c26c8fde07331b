"""Topics: what rules pick, that a person's word stands above them, and who may have one."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.kernel import audit, clock
from gongkai.kernel.models import AuditEntry, Event
from gongkai.orgs.models import Role
from gongkai.policies import handlers, topics
from gongkai.policies.actions import topics as actions
from gongkai.policies.actions.publish import Refused
from gongkai.policies.models import Policy, Relation, RelationKind, Topic, TopicEntry
from gongkai.policies.topic_rules import Facts, Rules, matched_words, matches, picked, rules_of, sentence
from tests import factories
from tests.policies.topic_world import NOON, inside, policy, relate, topic


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


# --- rules -----------------------------------------------------------------------------------------------------


def test_without_rules_nothing_is_picked():
    assert matches(Rules(), Facts("任何标题", 1, "通知")) == []
    assert matches(Rules(together=True), Facts("任何标题", 1, "通知")) == []


def test_any_entry_of_a_list_is_enough_and_every_rule_that_holds_is_told():
    rules = Rules(units=((1, "区民政局"), (2, "区财政局")), kinds=("通知",), words=("助餐", "食堂"))
    found = matches(rules, Facts("社区食堂助餐办法", 2, "办法"))
    assert found == [("unit", "区财政局"), ("title", "助餐"), ("title", "食堂")]
    assert matched_words(found) == "责任单位为区财政局，标题含有“助餐”“食堂”"
    assert matches(rules, Facts("别的", 3, "办法")) == []


def test_together_means_that_every_list_given_holds():
    rules = Rules(together=True, units=((1, "区民政局"),), words=("助餐",))
    assert matches(rules, Facts("助餐办法", 1, "办法"))
    assert not matches(rules, Facts("助餐办法", 2, "办法"))
    assert not matches(rules, Facts("别的办法", 1, "办法"))


def test_words_count_in_the_text_only_where_the_rule_says_so():
    facts = Facts("别的", None, "", words=frozenset({"助餐"}))
    assert not matches(Rules(words=("助餐",)), facts)
    assert matches(Rules(words=("助餐",), in_text=True), facts) == [("text", "助餐")]


def test_the_rules_are_told_in_one_sentence():
    rules = Rules(
        units=((1, "区民政局"),), kinds=("通知",), words=("助餐",), references=((7, "养老服务条例"),)
    )
    assert sentence(rules) == (
        "收录规则：责任单位为区民政局，或者文种为通知，或者标题含有“助餐”，或者依据、落实或者修改《养老服务条例》；"
        "人工收录或者排除的，以人工为准。"
    )
    both = Rules(together=True, kinds=("通知",), words=("助餐",), in_text=True)
    assert "文种为通知，并且标题或者正文含有“助餐”；" in sentence(both)
    assert sentence(Rules()) == "收录规则：没有设置规则，文件由人工收录。"


_few = st.lists(st.sampled_from("甲乙丙"), max_size=2, unique=True)


@pytest.mark.django_db
class TestBothWays:
    """One topic over all policies and one policy over all topics lead to the same, in any order."""

    def test_a_topic_collects_by_each_kind_of_rule(self):
        other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
        law = policy("示例区养老服务条例", kind="条例", unit=other)
        by_unit = policy("甲", kind="函")
        by_word, by_text = policy("社区助餐办法", unit=other), policy("乙", unit=other, text="为老年人助餐。")
        by_kind, resting = policy("丙", unit=other, kind="公告"), policy("丁", unit=other)
        proposed, repealing = policy("戊", unit=other), policy("己", unit=other)
        draft = policy("助餐草稿", live=False)
        relate(resting, law)
        relate(proposed, law, state=Relation.State.PROPOSED)
        relate(repealing, law, kind=RelationKind.REPEALS)
        made = topic(units=[factories.unit()], references=[law], kinds=["公告"], words=["助餐"], in_text=True)
        assert set(inside(made)) == {each.title for each in (by_unit, by_word, by_text, by_kind, resting)}
        assert draft.topic_entries.count() == 0
        reasons = {entry.policy.title: entry.matched for entry in made.entries.select_related("policy")}
        assert reasons["丁"] == [["reference", "示例区养老服务条例"]]
        assert reasons["乙"] == [["text", "助餐"]]

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.tuples(_few, _few, st.booleans(), st.booleans()), min_size=1, max_size=3),
        st.lists(st.tuples(_few, _few, st.booleans()), min_size=1, max_size=4),
        st.randoms(use_true_random=False),
    )
    def test_whatever_is_refreshed_first_the_entries_are_the_same(self, asked, written, random):
        TopicEntry.objects.all().delete()
        Topic.objects.all().delete()
        Policy.objects.all().delete()
        unit = factories.unit()
        made = [
            Topic.objects.create(
                slug=f"t{n}",
                name=f"t{n}",
                unit=unit,
                words=words,
                kinds=kinds,
                in_text=in_text,
                combine="all" if together else "any",
            )
            for n, (words, kinds, in_text, together) in enumerate(asked)
        ]
        records = [
            policy("".join(title) or "题", kind="".join(text[:1]), text="".join(text) or "文", live=live)
            for title, text, live in written
        ]
        expected = {(t.pk, pk) for t in made for pk in picked(rules_of(t))}
        steps: list[Any] = [lambda t=t: actions.refresh(t) for t in made]
        random.shuffle(steps)
        for step in steps:
            step()
        told = set(TopicEntry.objects.values_list("topic", "policy"))
        reasons = {(e.topic_id, e.policy_id): e.matched for e in TopicEntry.objects.all()}
        TopicEntry.objects.all().delete()
        steps = [lambda p=p: actions.refresh_policy(p) for p in records]
        random.shuffle(steps)
        for step in steps:
            step()
        assert set(TopicEntry.objects.values_list("topic", "policy")) == told == expected
        assert {(e.topic_id, e.policy_id): e.matched for e in TopicEntry.objects.all()} == reasons

    def test_refreshing_again_changes_nothing_and_records_nothing(self):
        record = policy("助餐办法")
        made = topic(words=["助餐"])
        before = list(TopicEntry.objects.values()), AuditEntry.objects.count(), Event.objects.count()
        assert not actions.refresh(made)
        assert actions.refresh_policy(record) == []
        assert (
            list(TopicEntry.objects.values()),
            AuditEntry.objects.count(),
            Event.objects.count(),
        ) == before

    def test_a_policy_follows_its_own_change_and_withdrawal(self):
        made, record = topic(words=["助餐"]), policy("助餐办法")
        assert actions.refresh_policy(record) == [made]
        assert inside(made) == {"助餐办法": "rule"}
        Policy.objects.filter(pk=record.pk).update(live=False)
        assert actions.refresh_policy(record) == [made]
        assert inside(made) == {}

    def test_one_policy_against_two_hundred_topics_costs_few_queries(self):
        record, law = policy("助餐办法", text="食堂"), policy("条例")
        relate(record, law)
        for n in range(200):
            made = Topic.objects.create(
                slug=f"t{n}",
                name=f"t{n}",
                unit=factories.unit(),
                words=["助餐" if n == 3 else f"词语{n}"],
                in_text=True,
            )
            made.units.set([factories.unit("x", "别的单位", "别的")])
            made.references.set([law] if n == 5 else [])
        with CaptureQueriesContext(connection) as first:
            assert {each.slug for each in actions.refresh_policy(record)} == {"t3", "t5"}
        with CaptureQueriesContext(connection) as second:
            assert actions.refresh_policy(record) == []
        assert len(second) <= 10, [query["sql"][:90] for query in second.captured_queries]
        assert len(first) <= len(second) + 2 * 14

    def test_an_inactive_topic_rests_until_it_is_public_again(self):
        made = topic(words=["助餐"], active=False)
        record = policy("助餐办法")
        assert actions.refresh_policy(record) == []
        made.active = True
        actions.change_topic(topic=made, units=[], references=[], by="system:test")
        assert inside(made) == {"助餐办法": "rule"}


# --- a person's word -------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestByHand:
    """What a person decided stands until a person takes it back."""

    @pytest.fixture(autouse=True)
    def _records(self):
        self.clerk = factories.user(name="王经办")
        self.ruled, self.other = policy("助餐办法"), policy("别的办法")
        self.topic = topic(words=["助餐"])

    def test_what_was_excluded_never_comes_back_by_rule(self):
        actions.exclude(topic=self.topic, policy=self.ruled, by=self.clerk)
        actions.refresh(self.topic)
        actions.refresh_policy(self.ruled)
        actions.change_topic(topic=self.topic, units=[factories.unit()], references=[], by=self.clerk)
        assert inside(self.topic) == {"别的办法": "rule"}

    def test_what_was_added_by_hand_stays_when_no_rule_picks_it(self):
        actions.add_by_hand(topic=self.topic, policy=self.other, by=self.clerk)
        actions.add_by_hand(topic=self.topic, policy=self.ruled, by=self.clerk)
        self.topic.words = ["没有的词"]
        actions.change_topic(topic=self.topic, units=[], references=[], by=self.clerk)
        actions.refresh_policy(self.ruled)
        assert inside(self.topic) == {"助餐办法": "hand", "别的办法": "hand"}
        assert set(self.topic.entries.values_list("added_by", flat=True)) == {self.clerk.pk}

    def test_left_to_the_rules_again_the_rules_say(self):
        actions.exclude(topic=self.topic, policy=self.ruled, by=self.clerk)
        actions.add_by_hand(topic=self.topic, policy=self.other, by=self.clerk)
        for each in (self.ruled, self.other):
            actions.leave_to_rules(topic=self.topic, policy=each, by=self.clerk)
        assert inside(self.topic) == {"助餐办法": "rule"}
        assert self.topic.entries.get().added_by is None

    def test_deciding_the_same_again_changes_nothing(self):
        actions.add_by_hand(topic=self.topic, policy=self.other, by=self.clerk)
        before = list(TopicEntry.objects.values()), AuditEntry.objects.count()
        actions.add_by_hand(topic=self.topic, policy=self.other, by=factories.user())
        assert (list(TopicEntry.objects.values()), AuditEntry.objects.count()) == before

    def test_a_draft_is_not_added(self):
        with pytest.raises(Refused, match="没有发布"):
            actions.add_by_hand(topic=self.topic, policy=policy("草稿", live=False), by=self.clerk)

    def test_events_say_what_came_and_went_and_the_chain_who_did_it(self):
        Event.objects.all().delete()
        actions.exclude(topic=self.topic, policy=self.ruled, by=self.clerk)
        event = Event.objects.get(kind="topic.changed")
        assert event.subject == f"policies.Topic:{self.topic.pk}"
        assert (event.payload["added"], event.payload["removed"]) == ([], [self.ruled.pk])
        assert event.payload["slug"] == "housing"
        entry = AuditEntry.objects.latest("seq")
        assert (entry.actor, entry.action) == (self.clerk.reference, "topic.excluded")
        assert audit.matches(entry, added=[], removed=[self.ruled.pk], policy=self.ruled.pk)


# --- who may ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestAllowed:
    """The unit that keeps a topic, and the district office."""

    def test_predicate_and_queryset_agree_for_every_role(self):
        other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
        every = [topic("one"), topic("two", unit=other)]
        people = [AnonymousUser(), *(factories.user(role, of=of) for role in Role for of in (None, other))]
        for person in people:
            assert set(topics.changeable_by(person)) == {t for t in every if topics.may_change(person, t)}
        assert len(topics.changeable_by(factories.user(Role.OFFICE))) == 2

    def test_another_units_clerk_is_refused_every_verb(self):
        made, record = topic(), policy("甲")
        stranger = factories.user(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局"))
        for verb in (actions.add_by_hand, actions.exclude, actions.leave_to_rules):
            with pytest.raises(PermissionDenied):
                verb(topic=made, policy=record, by=stranger)
        with pytest.raises(PermissionDenied):
            actions.change_topic(topic=made, units=[], references=[], by=stranger)
        made.unit = stranger.unit
        with pytest.raises(PermissionDenied):
            actions.change_topic(topic=made, units=[], references=[], by=stranger)
        assert Topic.objects.get().unit == factories.unit() and not TopicEntry.objects.exists()

    def test_a_clerk_sets_up_topics_of_the_own_unit_only(self):
        with pytest.raises(PermissionDenied):
            topic(by=factories.user(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局")))
        assert topic(by=factories.user()).pk

    def test_the_address_never_changes(self):
        made = topic()
        made.slug = "other"
        with pytest.raises(Refused, match="地址代号不能再改"):
            actions.change_topic(topic=made, units=[], references=[], by="system:test")

    def test_two_topics_of_one_name_are_refused_in_words(self):
        topic("one", name="住房")
        with pytest.raises(Refused, match="名称"):
            topic("two", name="住房")


# --- others' events --------------------------------------------------------------------------------------------


def _event(record):
    return Event(kind="policy.published", subject=record.reference, payload={"policy": record.pk})


@pytest.mark.django_db
def test_a_published_policy_finds_its_topics_by_its_event():
    made, record = topic(words=["助餐"]), policy("助餐办法")
    for _again in range(2):
        handlers.topics_follow(_event(record))
    assert inside(made) == {"助餐办法": "rule"}
    handlers.topics_follow(Event(kind="policy.published", payload={"policy": 987654321}))


@pytest.mark.django_db
def test_a_law_that_arrives_brings_those_that_rest_on_it():
    law, resting = policy("条例"), policy("办法")
    made = topic(references=[law])
    relate(resting, law)
    handlers.topics_follow(_event(law))
    assert inside(made) == {"办法": "rule"}
