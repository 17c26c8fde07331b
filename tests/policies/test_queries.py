"""Predicates and querysets agree; lists do not cost more queries for more rows; passages show what is public."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gongkai.law.validity import State, validity
from gongkai.orgs.models import Role
from gongkai.policies import passages, permissions, queries
from gongkai.policies.actions.effects import settle_effects
from gongkai.policies.models import Policy, Relation
from tests import factories

DAY = date(2026, 11, 23)
near = st.one_of(st.none(), st.integers(-3, 3).map(lambda n: DAY + timedelta(days=n)))
EFFECTS = st.lists(
    st.tuples(st.sampled_from(["repeals", "replaces", "amends"]), near, near, st.booleans()), max_size=2
)


class Validity(TestCase):
    """The queryset of each state picks exactly the rows that the law puts into it."""

    @settings(max_examples=300, deadline=None)
    @given(
        near,
        near,
        near,
        near,
        EFFECTS,
        st.sets(st.sampled_from(["effective_from", "effective_until", "title"])),
    )
    def test_the_query_for_a_state_and_the_rule_pick_the_same(
        self, begins, until, repealed, found, effects, doubtful
    ):
        if begins and until and until < begins:
            begins, until = until, begins
        policy = Policy.objects.create(
            title="测试",
            effective_from=begins,
            effective_until=until,
            repealed_on=repealed,
            found_ended_on=found,
            open_points={name: {"value": "", "evidence": []} for name in doubtful},
            live=True,
        )
        for number, (kind, first_day, published, asked) in enumerate(effects):
            source = Policy.objects.create(title=f"甲{number}", published_on=published, live=True)
            answer = Relation.Answer.ASKED if asked else Relation.Answer.ACCEPTED
            policy.said_of.create(
                source=source, kind=kind, begins=first_day, target_key="t", state="confirmed", answer=answer
            )
        with transaction.atomic():
            settle_effects(policy, actor="system:test")
        policy = Policy.objects.get(pk=policy.pk)
        told = policy.validity_on(DAY).state
        mine = Policy.objects.filter(pk=policy.pk)
        picked = [state for state in State if mine.filter(queries.in_state(state, DAY)).exists()]
        assert picked == [told]
        assert queries.state_counts(mine, DAY) == [(told, 1)]


def test_every_argument_of_the_rule_is_a_field():
    assert validity(DAY, effective_from=DAY, effective_until=None, repealed_on=None).state is State.IN_FORCE


@pytest.mark.django_db
class TestVisible:
    """Who sees what."""

    @pytest.fixture(autouse=True)
    def _records(self, originals_folder):
        self.public = factories.policy()
        self.draft = factories.policy()
        Policy.objects.filter(pk=self.draft.pk).update(live=False)
        self.draft.refresh_from_db()

    @pytest.mark.parametrize("role", [None, *Role])
    def test_predicate_and_queryset_agree_for_every_role(self, role):
        from django.contrib.auth.models import AnonymousUser

        other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
        people = [AnonymousUser()] if role is None else [factories.user(role), factories.user(role, of=other)]
        for person in people:
            mine = set(queries.changeable_by(person))
            assert mine == {p for p in Policy.objects.all() if permissions.may_change(person, p)}

    def test_passages_are_offered_of_what_is_public_and_of_nothing_else(self):
        offered = {document for document, made in passages.all_documents() if list(made)}
        assert offered == {passages.document_id(policy.pk) for policy in queries.public()}
        assert passages.of(self.draft) == []

    def test_every_word_of_the_clauses_is_in_the_passages(self):
        found = "".join(passage.text for passage in passages.of(self.public))
        for clause in self.public.clauses.all():
            assert clause.text in found


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/policies/", "/policies/?kind=通知", "/search/?q=材料"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client, url, django_assert_num_queries, originals_folder, index_folder
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from gongkai.kernel import worker

    def count():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    for _ in range(3):
        factories.policy()
    worker.drain()
    few = count()
    for _ in range(12):
        factories.policy()
    worker.drain()
    assert count() <= few
