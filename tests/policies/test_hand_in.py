"""Handing in: who may, what it is bound to, who is told, and what the pages of the desk show of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role
from gongkai.policies import actions
from gongkai.policies.models import HandIn, Policy
from tests import factories
from tests.policies.desk_world import at_desk
from tests.policies.record_world import draft, housing, html, inbox, moment, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(originals_folder, index_folder):
    """A unit with one of each, and another unit's clerk."""
    unit = factories.unit()
    return {
        "clerk": factories.user(Role.CLERK, unit),
        "reviewer": factories.user(Role.REVIEWER, unit),
        "publisher": factories.user(Role.PUBLISHER, unit),
        "office": factories.user(Role.OFFICE),
        "auditor": factories.user(Role.AUDITOR),
        "stranger": factories.user(Role.CLERK, housing()),
        "strange_reviewer": factories.user(Role.REVIEWER, housing()),
        "system": factories.user(Role.SYSTEM),
    }


@pytest.fixture
def waiting(people):
    """A draft that nobody has published."""
    data = factories.text_of(4001)
    return actions.take_in(data=data, name="4001.txt", actor="system:test", publish=False).policy


def page(user, policy):
    return html(at_desk(user).get(reverse("records:hand_in", args=[policy.pk])))


def press(user, policy, do, **values):
    handed = HandIn.objects.filter(policy=policy).first()
    values = {"do": do, "seen": own(policy).draft_version, "handed": handed.pk if handed else "", **values}
    return at_desk(user).post(reverse("records:hand_in", args=[policy.pk]), values, follow=True)


def state(policy):
    last = HandIn.objects.filter(policy=policy).first()
    return last and last.state


def test_a_draft_goes_from_clerk_to_reviewer_to_publisher_to_the_public(people, waiting):
    press(people["clerk"], waiting, "hand_in", note="请先看第二条")
    assert state(waiting) == HandIn.State.WAITING
    assert any("请审核" in title for title in inbox(people["reviewer"]))
    assert "请先看第二条" in page(people["reviewer"], waiting)
    press(people["reviewer"], waiting, "pass_on", note="可以")
    assert state(waiting) == HandIn.State.PASSED
    assert any("待发布" in title for title in inbox(people["publisher"]))
    press(people["publisher"], waiting, "publish")
    assert own(waiting).live and state(waiting) == HandIn.State.PUBLISHED
    chain = list(AuditEntry.objects.filter(subject=waiting.reference).values_list("action", flat=True))
    assert [each for each in chain if "hand_in" in each or each == "policy.published"] == [
        "policy.hand_in_waiting",
        "policy.hand_in_passed",
        "policy.published",
        "policy.hand_in_published",
    ]


def test_who_sends_back_says_why_and_the_clerk_reads_it_at_home_and_at_the_record(people, waiting):
    actions.hand_in(policy=waiting, by=people["clerk"])
    answer = press(people["reviewer"], waiting, "send_back", note="  ")
    assert "请写明退回的原因" in html(answer) and state(waiting) == HandIn.State.WAITING
    press(people["reviewer"], waiting, "send_back", note="第二条的期限与上位文件不一致")
    assert state(waiting) == HandIn.State.SENT_BACK
    clerk = at_desk(people["clerk"])
    for address in (reverse("desk"), reverse("wagtailsnippets_policies_policy:edit", args=[waiting.pk])):
        assert "第二条的期限与上位文件不一致" in html(clerk.get(address))
    listed = html(clerk.get("/desk/policies/?state=sent_back"))
    assert waiting.title in listed and "已退回" in listed


def test_an_edit_takes_back_what_was_handed_in_and_says_so(people, waiting):
    actions.hand_in(policy=waiting, by=people["clerk"])
    draft(waiting, people["clerk"], title="改过的标题")
    assert state(waiting) == HandIn.State.OVERTAKEN
    assert "送审已自动收回" in page(people["clerk"], waiting)
    with pytest.raises(actions.Refused, match="没有送审"):
        actions.pass_on(policy=waiting, by=people["reviewer"])


def test_an_autosave_never_writes_over_the_revision_that_was_handed_in(people, waiting):
    first = draft(waiting, people["clerk"], title="送审的标题")
    row = actions.hand_in(policy=waiting, by=people["clerk"])
    made = own(waiting).get_latest_revision_as_object()
    made.title = "后来自动保存的标题"
    later = actions.save_draft(policy=made, by=people["clerk"], overwrite=first)
    assert later.pk != first.pk == row.revision_id
    first.refresh_from_db()
    assert first.content["title"] == "送审的标题"


def test_nobody_takes_a_step_that_is_not_theirs(people, waiting):
    for name in ("reviewer", "auditor", "stranger", "system"):
        with pytest.raises(PermissionDenied):
            actions.hand_in(policy=waiting, by=people[name])
    actions.hand_in(policy=waiting, by=people["clerk"])
    for name in ("clerk", "auditor", "stranger", "strange_reviewer", "system"):
        with pytest.raises(PermissionDenied):
            actions.pass_on(policy=waiting, by=people[name])
        with pytest.raises(PermissionDenied):
            actions.send_back(policy=waiting, by=people[name], reason="不行")
    for name in ("reviewer", "auditor", "stranger"):
        with pytest.raises(PermissionDenied):
            actions.take_back(policy=waiting, by=people[name])
    assert state(waiting) == HandIn.State.WAITING


def test_the_page_of_a_record_offers_each_person_their_own_steps(people, waiting):
    def offered(name):
        text = page(people[name], waiting)
        steps = ("hand_in", "pass_on", "send_back", "take_back", "publish", "schedule")
        return {step for step in steps if f'value="{step}"' in text}

    assert offered("clerk") == {"hand_in"}
    assert offered("reviewer") == offered("auditor") == set()
    assert offered("publisher") == offered("office") == {"hand_in", "publish", "schedule"}
    actions.hand_in(policy=waiting, by=people["clerk"])
    assert offered("clerk") == {"take_back"}
    assert offered("reviewer") == {"pass_on", "send_back"}
    assert offered("publisher") == {"pass_on", "send_back", "take_back", "publish", "schedule"}
    assert offered("auditor") == set()
    for name in ("stranger", "system"):
        answer = at_desk(people[name]).get(reverse("records:hand_in", args=[waiting.pk]))
        assert answer.status_code in {403, 404}


def test_what_stands_against_publishing_stands_against_handing_in(people, waiting):
    draft(waiting, people["clerk"], disclosure="withheld")
    with pytest.raises(actions.Refused, match="不予公开"):
        actions.hand_in(policy=waiting, by=people["clerk"])
    text = page(people["clerk"], waiting)
    assert "现在还不能送审或者发布" in text and 'value="hand_in"' not in text


def test_nothing_new_and_what_waits_already_is_not_handed_in(people, waiting):
    actions.hand_in(policy=waiting, by=people["clerk"])
    with pytest.raises(actions.Refused, match="已经送审"):
        actions.hand_in(policy=waiting, by=people["clerk"])
    published = actions.publish(policy=waiting, by=people["publisher"])
    with pytest.raises(actions.Refused, match="没有未发布的修改"):
        actions.hand_in(policy=published, by=people["clerk"])


def test_what_changed_since_the_page_was_opened_is_not_published_blindly(people, waiting):
    seen = own(waiting).draft_version
    draft(waiting, people["clerk"], title="刚刚改的标题")
    answer = press(people["publisher"], waiting, "publish", seen=seen)
    assert "刚才又有人修改" in html(answer) and not own(waiting).live


def test_what_an_autosave_wrote_over_since_is_not_published_blindly(people, waiting):
    revision = draft(waiting, people["clerk"], title="看到的标题")
    seen = own(waiting).draft_version
    changed = own(waiting).get_latest_revision_as_object()
    changed.title = "没有人看过的标题"
    again = actions.save_draft(policy=changed, by=people["clerk"], overwrite=own(waiting).latest_revision)
    assert again.pk == own(waiting).latest_revision_id and (revision is None or revision)
    for do in ("publish", "schedule", "hand_in"):
        answer = press(people["publisher"], waiting, do, seen=seen, at="2036-11-03T08:00")
        assert "刚才又有人修改" in html(answer), do
    assert not own(waiting).live


def test_a_reviewer_passes_only_what_the_page_showed(people, waiting):
    first = actions.hand_in(policy=waiting, by=people["clerk"])
    draft(waiting, people["clerk"], title="改过的标题")
    second = actions.hand_in(policy=waiting, by=people["clerk"])
    for do in ("pass_on", "send_back"):
        answer = press(people["reviewer"], waiting, do, handed=first.pk, note="可以")
        assert "又修改并重新送审" in html(answer)
    assert state(waiting) == HandIn.State.WAITING
    press(people["reviewer"], waiting, "pass_on", handed=second.pk)
    assert state(waiting) == HandIn.State.PASSED


def test_a_unit_without_reviewers_asks_its_publishers_and_without_both_the_office(people, waiting):
    people["reviewer"].delete()
    actions.hand_in(policy=waiting, by=people["clerk"])
    assert any("请审核" in title for title in inbox(people["publisher"]))
    assert inbox(people["office"]) == []


def test_whoever_may_read_the_draft_sees_it_as_a_citizen_will_and_nobody_else(people, waiting):
    draft(waiting, people["clerk"], title="还没有公开的标题")
    address = reverse("records:preview", args=[waiting.pk])
    for name in ("clerk", "reviewer", "publisher", "office", "auditor"):
        answer = at_desk(people[name]).get(address)
        assert "还没有公开的标题" in html(answer) and "no-store" in answer["Cache-Control"]
    assert at_desk(people["stranger"]).get(address).status_code == 404
    assert at_desk(people["system"]).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_the_title_of_a_new_draft_is_found_in_the_list_as_it_was_typed_last(people, waiting):
    draft(waiting, people["clerk"], title="关于夜间经济的若干措施")
    clerk = at_desk(people["clerk"])
    assert "关于夜间经济的若干措施" in html(clerk.get("/desk/policies/?q=夜间经济"))
    assert Policy.objects.get(pk=waiting.pk).title == "关于夜间经济的若干措施"


def test_how_long_something_waits_is_counted_in_working_days(people, waiting):
    with clock.frozen(moment(2, 9)):  # a Monday in November 2026
        actions.hand_in(policy=waiting, by=people["clerk"])
    with clock.frozen(moment(11, 9)):
        text = html(at_desk(people["reviewer"]).get(reverse("desk")))
    assert "已等候 7 个工作日" in text and "1 项久候" in text
    with clock.frozen(moment(3, 9)):
        text = html(at_desk(people["reviewer"]).get(reverse("desk")))
    assert "已等候 1 个工作日" in text and "久候" not in text
