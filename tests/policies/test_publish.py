"""Publishing, drafts and withdrawing: who may, what stands, what is refused in words."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.kernel import audit
from gongkai.kernel.models import Event
from gongkai.orgs.models import Role
from gongkai.policies import actions, permissions, queries
from gongkai.policies.models import Disclosure, Policy
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    pass


@pytest.fixture
def policy():
    return factories.policy()


def draft_of(policy, by, **values):
    draft = policy.get_latest_revision_as_object()
    for name, value in values.items():
        setattr(draft, name, value)
    return actions.save_draft(policy=draft, by=by)


def test_a_draft_changes_nothing_that_citizens_see(policy):
    clerk = factories.publisher()
    title = policy.title
    draft_of(policy, clerk, title="改过的标题")
    policy.refresh_from_db()
    assert policy.title == title and policy.has_unpublished_changes
    assert policy.get_latest_revision_as_object().title == "改过的标题"


def test_publishing_a_draft_replaces_text_clauses_and_tells_by_event(policy):
    clerk = factories.publisher()
    body = [
        {"type": "paragraph", "value": "一、新的条款", "id": "1"},
        {"type": "paragraph", "value": "（一）新的一项。", "id": "2"},
    ]
    revision = draft_of(policy, clerk, body=body, correction_note="重新编排条款")
    published = actions.publish(policy=policy, by=clerk, revision=revision)
    assert [clause.path for clause in published.clauses.all()] == ["一", "一/（一）"]
    assert published.published_on is None  # the file said no day: correcting it does not make it new
    assert Event.objects.filter(kind="policy.published").count() == 2
    assert audit.verify().ok


def test_another_units_clerk_may_neither_change_nor_publish_nor_withdraw(policy):
    stranger = factories.publisher(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局"))
    with pytest.raises(PermissionDenied):
        draft_of(policy, stranger, title="不该改")
    with pytest.raises(PermissionDenied):
        actions.publish(policy=policy, by=stranger)
    with pytest.raises(PermissionDenied):
        actions.withdraw(policy=policy, by=stranger, reason="不该撤")
    assert not permissions.may_change(stranger, policy)


def test_the_district_office_works_across_units(policy):
    office = factories.user(Role.OFFICE)
    actions.publish(
        policy=policy,
        by=office,
        revision=draft_of(policy, office, title="区府办改过的标题", correction_note="更正标题"),
    )
    assert Policy.objects.get().title == "区府办改过的标题"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"body": []}, "正文"),
        ({"disclosure": Disclosure.WITHHELD}, "第十七条"),
        ({"title": " "}, "标题"),
        ({"effective_from": date(2026, 2, 1), "effective_until": date(2026, 1, 1)}, "施行日期"),
    ],
)
def test_what_may_not_be_published_is_refused_in_words_and_nothing_changes(policy, values, word):
    clerk = factories.publisher()
    revision = draft_of(policy, clerk, **values)
    before = Policy.objects.get().live_revision_id
    with pytest.raises(actions.Refused, match=word):
        actions.publish(policy=policy, by=clerk, revision=revision)
    assert Policy.objects.get().live_revision_id == before


def test_a_field_that_a_person_fills_in_is_no_longer_open(policy):
    clerk = factories.publisher()
    policy.open_points = {"index_number": {"value": "X", "evidence": [["label", "X"]]}}
    policy.save_revision(clean=False)
    policy.save()
    revision = draft_of(policy, clerk, index_number="SL-1")
    assert revision.as_object().open_points == {}


def test_a_withdrawn_policy_leaves_lists_and_clauses_and_keeps_its_address(policy, client):
    clerk = factories.publisher()
    actions.withdraw(policy=policy, by=clerk, reason="内容有误，正在更正。")
    assert not queries.public().exists() and not policy.clauses.exists()
    answer = client.get(policy.get_absolute_url())
    assert answer.status_code == 410 and "内容有误，正在更正。" in answer.content.decode()
    assert Event.objects.filter(kind="policy.withdrawn").count() == 1


def test_withdrawing_needs_a_reason_and_something_published(policy):
    clerk = factories.publisher()
    with pytest.raises(actions.Refused, match="原因"):
        actions.withdraw(policy=policy, by=clerk, reason=" ")
    actions.withdraw(policy=policy, by=clerk, reason="有误")
    with pytest.raises(actions.Refused, match="没有发布"):
        actions.withdraw(policy=policy, by=clerk, reason="有误")


def test_published_again_after_withdrawal_it_keeps_its_record_number(policy):
    clerk = factories.publisher()
    number = policy.record_number
    actions.withdraw(policy=policy, by=clerk, reason="有误")
    published = actions.publish(policy=policy, by=clerk)
    assert published.live and published.record_number == number and published.withdrawn_on is None
