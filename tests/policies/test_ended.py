"""A text that was withdrawn or taken down stays ended when its record is published again, and so do its files."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.kernel import clock
from gongkai.orgs.models import Role
from gongkai.policies import actions
from gongkai.policies.actions.take_in import record_of
from gongkai.policies.desk_list import in_desk_state
from gongkai.policies.models import HandIn, Policy
from gongkai.reading.read import read
from gongkai.subscriptions.models import Category, Notice
from tests import factories
from tests.policies.record_world import changed, draft, housing, html, measures, moment, own
from tests.subscriptions.conftest import reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("originals_folder")]


def cleaned(policy, verb, by):
    """Ended for its words, cleaned of them, and published again."""
    with clock.frozen(moment(2)):
        verb(policy=policy, by=by, reason="含有个人信息")
    with clock.frozen(moment(3)):
        revision = draft(policy, by, body=changed(policy, "由街道办理", "由居委会办理"))
        return actions.publish(policy=policy, by=by, revision=revision)


@pytest.mark.parametrize("verb", [actions.withdraw, actions.take_down])
def test_what_was_ended_is_nowhere_when_the_record_is_public_again(policy, client, verb):
    cleaned(policy, verb, factories.publisher())
    base = policy.get_absolute_url()
    for path in (
        base,
        f"{base}editions/",
        f"{base}compare/",
        f"{base}?at=2026-11-01",
        f"/api{base}",
        f"/api{base}?at=2026-11-01",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "由街道办理" not in html(answer), path
    assert "由居委会办理" in html(client.get(f"{base}?at=2026-11-01"))
    old = client.get(f"{base}editions/1/")
    assert old.status_code == 410 and "停止公开" in html(old) and "由街道办理" not in html(old)
    assert "由居委会办理" in html(client.get(f"{base}editions/2/"))


def test_the_same_words_published_again_are_at_their_address_again(policy, client):
    publisher = factories.publisher()
    actions.withdraw(policy=policy, by=publisher, reason="核对")
    assert client.get(f"/policies/{policy.pk}/editions/1/").status_code == 410
    actions.publish(policy=policy, by=publisher)
    assert "由街道办理" in html(client.get(f"/policies/{policy.pk}/editions/1/"))


@pytest.mark.parametrize("verb", [actions.withdraw, actions.take_down])
def test_its_files_stay_shut_until_a_publisher_opens_them(policy, client, verb):
    publisher = factories.publisher()
    base = policy.get_absolute_url()
    assert client.get(f"{base}original/").status_code == 200
    cleaned(policy, verb, publisher)
    assert client.get(f"{base}original/").status_code == 404
    assert f"{base}original/" not in html(client.get(base))
    with pytest.raises(PermissionDenied):
        actions.open_files(policy=policy, by=factories.publisher(of=housing()), reason="核对过")
    with pytest.raises(actions.Refused, match="理由"):
        actions.open_files(policy=policy, by=publisher, reason=" ")
    actions.open_files(policy=policy, by=publisher, reason="核对过，没有不应公开的内容")
    assert client.get(f"{base}original/").status_code == 200
    with pytest.raises(actions.Refused, match="不需要"):
        actions.open_files(policy=policy, by=publisher, reason="再来一次")


@pytest.mark.parametrize(("verb", "title_is_told"), [(actions.withdraw, True), (actions.take_down, False)])
def test_a_release_after_the_end_that_is_pulled_back_leads_to_the_end_again(
    policy, client, verb, title_is_told
):
    publisher = factories.publisher()
    cleaned(policy, verb, publisher)
    with clock.frozen(moment(3, 10, 10)):
        actions.pull_back(policy=policy, by=publisher, reason="还没有改完")
    answer = client.get(policy.get_absolute_url())
    assert answer.status_code == 410 and (policy.title in html(answer)) is title_is_told
    assert "由街道办理" not in html(answer) and "由居委会办理" not in html(answer)
    row = own(policy)
    assert not row.live and row.withdrawn_on and row.taken_down is not title_is_told


@pytest.mark.parametrize("verb", [actions.withdraw, actions.pull_back])
def test_letters_that_have_not_gone_are_called_back(verb):
    subscriber = reader()
    with clock.frozen(moment(1)):
        made = measures(1)
        tomorrow = clock.now() + timedelta(hours=20)
        Notice.objects.create(
            subscriber=subscriber,
            key="k",
            category=Category.PUBLISHED,
            title="新发布",
            path=made.get_absolute_url(),
            made_at=clock.now(),
            mail_due_at=tomorrow,
        )
    with clock.frozen(moment(1, 10, 5)):
        verb(policy=made, by=factories.publisher(), reason="误发")
    assert not Notice.objects.filter(key="k").exists()


def test_the_day_of_the_first_publication_is_not_lost_by_a_draft_that_does_not_know_it(policy):
    publisher = factories.publisher()
    day = own(policy).published_on
    Policy.objects.filter(pk=policy.pk).update(published_on=day or date(2026, 11, 1))
    revision = draft(
        policy,
        publisher,
        published_on=None,
        body=changed(policy, "由街道办理", "由居委会办理"),
        correction_note="更正",
    )
    again = actions.publish(policy=policy, by=publisher, revision=revision)
    assert again.published_on == (day or date(2026, 11, 1))
    assert own(policy).get_latest_revision_as_object().published_on == again.published_on


def test_a_note_is_not_told_twice(policy):
    publisher = factories.publisher()
    newer = draft(policy, publisher, body=changed(policy, "由街道办理", "由居委会办理"), correction_note="甲")
    actions.publish(policy=policy, by=publisher, revision=newer)
    # A form that was open at the time brings the old words once more, first without and then with another text.
    actions.publish(policy=policy, by=publisher, revision=draft(policy, publisher, correction_note="甲"))
    assert list(policy.editions.values_list("number", "note")) == [(1, ""), (2, "甲")]
    body = changed(policy, "由居委会办理", "由村委会办理")
    stale = draft(policy, publisher, body=body, correction_note="甲")
    with pytest.raises(actions.Refused, match="与上一次的相同"):
        actions.publish(policy=policy, by=publisher, revision=stale)


def test_the_note_of_a_text_published_at_its_hour_leaves_the_newer_draft(policy):
    publisher = factories.publisher()
    older = draft(policy, publisher, body=changed(policy, "由街道办理", "由居委会办理"), correction_note="甲")
    draft(policy, publisher, correction_note="甲", body=changed(policy, "由街道办理", "由村委会办理"))
    actions.publish(policy=policy, by=publisher, revision=older)
    assert own(policy).get_latest_revision_as_object().correction_note == ""


def test_what_was_sent_back_and_then_published_waits_for_nobody(policy):
    publisher = factories.publisher()
    newer = draft(
        policy, publisher, body=changed(policy, "由街道办理", "由居委会办理"), correction_note="更正"
    )
    with clock.frozen(moment(4)):
        row = HandIn.objects.create(
            policy=policy,
            revision=newer,
            by=publisher,
            at=clock.now(),
            state=HandIn.State.SENT_BACK,
            decided_at=clock.now(),
            decided_by=publisher,
            remark="改",
        )
    assert Policy.objects.filter(in_desk_state("sent_back")).exists()
    with clock.frozen(moment(5)):
        actions.publish(policy=policy, by=publisher, revision=newer)
    assert row.state == HandIn.State.SENT_BACK
    assert not Policy.objects.filter(in_desk_state("sent_back")).exists()


def test_the_office_gives_a_draft_to_another_unit_and_nobody_else_does():
    draft_of = record_of(read(factories.text_of(7), "a.txt"))
    draft_of.unit = factories.unit()
    draft_of.save()
    draft_of.save_revision(clean=False)
    other = housing()
    draft(draft_of, factories.publisher(), unit=other)
    assert own(draft_of).unit == factories.unit()
    draft(draft_of, factories.user(Role.OFFICE), unit=other)
    assert own(draft_of).unit == other


def test_an_organ_list_longer_than_the_table_has_room_for_is_asked_about():
    names = "、".join(f"示例区第{n}号联合发文单位管理委员会" for n in range(30))
    text = factories.text_of(8).decode()
    document = read(text.encode(), "a.txt")
    object.__setattr__(document.issuers, "value", tuple(names.split("、")))
    object.__setattr__(document.issuers, "sure", True)
    made = record_of(document)
    assert made.issuers == "" and made.open_points["issuers"]["value"] == names
