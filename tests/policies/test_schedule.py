"""Publishing at a set time: what is fixed, what is asked again, what is told, and that it happens once only."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import Revision

from gongkai.kernel import clock
from gongkai.kernel.models import Event
from gongkai.orgs.models import Role, User
from gongkai.policies import actions
from gongkai.policies.actions.schedule import publish_due
from gongkai.policies.models import Schedule
from tests import factories
from tests.policies.desk_world import at_desk, form_of
from tests.policies.record_world import correct, draft, html, inbox, measures, moment, own

ROOT = Path(__file__).resolve().parents[2]
MONDAY, DUE, AFTER = moment(2, 9), moment(3, 8), moment(3, 8, 1)


@pytest.fixture
def publisher(db, originals_folder, index_folder):
    return factories.user(Role.PUBLISHER, factories.unit())


@pytest.fixture
def new(publisher):
    """A draft that nobody has published."""
    data = factories.text_of(4200)
    return actions.take_in(data=data, name="4200.txt", actor="system:test", publish=False).policy


def set_for(policy, by, at=DUE, now=MONDAY):
    with clock.frozen(now):
        return actions.schedule(policy=policy, by=by, at=at)


def run(at=AFTER):
    with clock.frozen(at):
        return publish_due()


def states(policy):
    return list(Schedule.objects.filter(policy=policy).order_by("pk").values_list("state", flat=True))


def test_a_draft_is_published_when_its_hour_has_come_and_not_before(new, publisher):
    set_for(new, publisher)
    assert run(at=moment(3, 7, 59)) == 0 and not own(new).live
    assert run() == 1
    published = own(new)
    assert published.live and published.editions.get().by == publisher
    assert published.published_on.isoformat() == "2026-11-03"
    assert states(new) == ["done"]


def test_the_hour_is_shown_in_the_offices_time(new, publisher):
    client = at_desk(publisher)
    values = {"do": "schedule", "at": "2026-11-03T08:00", "seen": own(new).draft_version}
    with clock.frozen(MONDAY):
        answer = client.post(reverse("records:hand_in", args=[new.pk]), values, follow=True)
        assert "定于 2026-11-03 08:00（北京时间） 发布" in html(answer)
        assert "定于 2026-11-03 08:00（北京时间） 发布" in html(client.get("/desk/policies/?state=scheduled"))
    assert Schedule.objects.get().due_at == DUE


def test_what_is_edited_afterwards_does_not_slip_in_and_is_not_lost(new, publisher):
    draft(new, publisher, title="定时的标题")
    set_for(new, publisher)
    with clock.frozen(moment(2, 10)):
        later = draft(new, publisher, title="后来的标题")
    client = at_desk(publisher)
    assert "不在定时发布的那一版里" in html(client.get(reverse("records:hand_in", args=[new.pk])))
    assert run() == 1
    published = own(new)
    assert published.title == "定时的标题" and published.live and published.has_unpublished_changes
    assert published.latest_revision_id == later.pk, "the clerk goes on with the newest draft"
    newest = published.get_latest_revision_as_object()
    assert newest.title == "后来的标题"
    assert newest.published_on.isoformat() == "2026-11-03", "publishing it later does not move the day"


def test_an_autosave_never_writes_over_the_scheduled_revision(new, publisher):
    fixed = draft(new, publisher, title="定时的标题")
    set_for(new, publisher)
    made = own(new).get_latest_revision_as_object()
    made.title = "自动保存的标题"
    with clock.frozen(moment(2, 10)):
        actions.save_draft(policy=made, by=publisher, overwrite=fixed)
    assert run() == 1 and own(new).title == "定时的标题"


def test_saving_says_that_the_change_is_not_in_what_is_scheduled(new, publisher):
    set_for(new, publisher)
    client = at_desk(publisher)
    answer = client.post(
        f"/desk/policies/edit/{new.pk}/", form_of(client, new) | {"title": "又改了一次"}, follow=True
    )
    assert "定时发布的仍是设定时的那一版" in html(answer)


def test_a_leavers_hour_passes_without_publication_and_the_unit_is_told(new, publisher):
    colleague = factories.user(Role.PUBLISHER, factories.unit())
    set_for(new, publisher)
    User.objects.filter(pk=publisher.pk).update(is_active=False)
    assert run() == 0 and not own(new).live
    assert states(new) == ["failed"]
    assert any("没有按时发布" in title for title in inbox(colleague))
    home = html(at_desk(colleague).get(reverse("desk")))
    assert "没有按时发布" in home and new.title in home
    assert run() == 0, "it is not tried again by itself"


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.NONE])
def test_who_publishes_no_longer_publishes_nothing_at_the_hour_either(new, publisher, role):
    set_for(new, publisher)
    User.objects.filter(pk=publisher.pk).update(role=role)
    assert run() == 0 and not own(new).live and states(new) == ["failed"]


def test_a_later_draft_that_may_not_be_public_stops_the_hour(new, publisher):
    set_for(new, publisher)
    with clock.frozen(moment(2, 10)):
        draft(new, publisher, disclosure="withheld")
    assert run() == 0 and not own(new).live
    row = Schedule.objects.get()
    assert row.state == "failed" and "不予公开" in row.why


def test_nobody_but_a_publisher_sets_or_cancels_an_hour(new, publisher):
    others = [factories.user(role, factories.unit()) for role in (Role.CLERK, Role.REVIEWER)]
    others.append(factories.user(Role.AUDITOR))
    for person in others:
        with pytest.raises(PermissionDenied):
            set_for(new, person)
    set_for(new, publisher)
    for person in others:
        with pytest.raises(PermissionDenied):
            actions.unschedule(policy=new, by=person)


@pytest.mark.parametrize(("at", "why"), [(moment(1), "已经过去"), (MONDAY + timedelta(days=400), "核对年份")])
def test_an_hour_that_cannot_be_meant_is_refused(new, publisher, at, why):
    with pytest.raises(actions.Refused, match=why):
        set_for(new, publisher, at=at)


@pytest.mark.parametrize("typed", ["明天上午", "", "2026-11-03T08:00+08:00", "2026-13-40 08:00"])
def test_what_is_no_time_is_refused_in_words(new, publisher, typed):
    values = {"do": "schedule", "at": typed, "seen": own(new).draft_version}
    answer = at_desk(publisher).post(reverse("records:hand_in", args=[new.pk]), values, follow=True)
    assert "发布时间" in html(answer) and not Schedule.objects.exists()


def test_setting_another_hour_replaces_the_first_and_cancelling_ends_it(new, publisher):
    set_for(new, publisher)
    set_for(new, publisher, at=moment(4, 8))
    assert states(new) == ["cancelled", "set"]
    assert run() == 0
    actions.unschedule(policy=new, by=publisher)
    assert run(at=moment(5, 9)) == 0 and states(new) == ["cancelled", "cancelled"] and not own(new).live


def test_publishing_by_hand_or_taking_back_takes_the_document_off_the_clock(publisher):
    policy = measures(4300)
    draft(policy, publisher, title="定时的标题", correction_note="更名")
    set_for(policy, publisher)
    correct(policy, "第4300号事项由街道办理", "第4300号事项由区局办理", "改了承办单位", by=publisher)
    assert states(policy) == ["cancelled"]
    assert run() == 0 and "区局办理" in str(own(policy).body.raw_data)

    draft(policy, publisher, title="又一个标题", correction_note="更名")
    set_for(policy, publisher)
    actions.withdraw(policy=policy, by=publisher, reason="有误")
    assert states(policy) == ["cancelled", "cancelled"]
    assert run() == 0 and not own(policy).live


def test_two_runs_at_once_publish_once(new, publisher):
    set_for(new, publisher)
    assert [run(), run()] == [1, 0]
    assert own(new).editions.count() == 1
    assert Event.objects.filter(kind="policy.published").count() == 1


def test_one_that_fails_does_not_hold_up_the_others(new, publisher, monkeypatch):
    other = actions.take_in(
        data=factories.text_of(4201), name="4201.txt", actor="system:test", publish=False
    ).policy
    set_for(new, publisher)
    set_for(other, publisher, at=moment(3, 8, 0))
    broken = own(new).latest_revision
    Revision.objects.filter(pk=broken.pk).update(content={"pk": new.pk})
    assert run() == 1
    assert own(other).live and not own(new).live


def test_wagtails_own_job_for_publishing_finds_nothing_to_do(new, publisher):
    set_for(new, publisher)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert own(new).go_live_at is None


def test_killed_in_the_midst_of_publishing_it_is_published_once_by_the_next_run(tmp_path):
    cleared = {
        name: value for name, value in os.environ.items() if not name.startswith(("GONGKAI_", "DJANGO_"))
    }
    env = cleared | {"GONGKAI_DATA": str(tmp_path)}

    def start(what):
        command = [sys.executable, "-m", "tests.policies.schedule_child", what]
        return subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def told(what):
        child = start(what)
        out, err = child.communicate(timeout=240)
        assert child.returncode == 0, err
        return json.loads(out.splitlines()[-1])

    told("prepare")
    child = start("stand")
    assert child.stdout.readline() == "standing\n", child.communicate()[1]
    child.send_signal(signal.SIGKILL)
    child.communicate()
    nothing = {"live": False, "editions": 0, "events": 0, "audited": 0, "states": ["set"]}
    once = {"live": True, "editions": 1, "events": 1, "audited": 1, "states": ["done"]}
    assert told("report") == nothing
    assert told("run") == once | {"published": 1}
    assert told("run") == once | {"published": 0}
