"""Editions: what readers saw stays at its address, a correction says so, and a text may be taken back in three ways."""

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.kernel import audit, clock, worker
from gongkai.kernel.models import Event
from gongkai.law.validity import State
from gongkai.orgs.models import Role
from gongkai.policies import actions, passages, queries
from gongkai.policies.actions.publish import settle_earlier
from gongkai.policies.models import Edition, Policy
from gongkai.subscriptions.models import Notice
from tests import factories
from tests.policies.record_world import changed, correct, draft, housing, html, inbox, measures, moment, own
from tests.subscriptions.conftest import reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("originals_folder")]


def kinds(policy):
    return [(each.number, each.kind, each.note) for each in policy.editions.order_by("number")]


# --- corrections ----------------------------------------------------------------------------------------------


def test_the_same_words_published_twice_are_one_edition(policy):
    clerk = factories.publisher()
    actions.publish(policy=policy, by=clerk)
    actions.publish(policy=policy, by=clerk)
    assert kinds(policy) == [(1, Edition.Kind.FIRST, "")]


@pytest.mark.parametrize("note", ["", "   "])
def test_other_words_without_a_note_are_refused_and_change_nothing(policy, client, note):
    clerk = factories.publisher()
    revision = draft(policy, clerk, body=changed(policy, "由街道办理", "由居委会办理"), correction_note=note)
    with pytest.raises(actions.Refused, match="勘误说明"):
        actions.publish(policy=policy, by=clerk, revision=revision)
    assert kinds(policy) == [(1, Edition.Kind.FIRST, "")]
    assert "由街道办理" in html(client.get(policy.get_absolute_url()))


def test_another_title_alone_is_a_correction_too(policy):
    clerk = factories.publisher()
    with pytest.raises(actions.Refused, match="勘误说明"):
        actions.publish(policy=policy, by=clerk, revision=draft(policy, clerk, title="另一个标题"))


def test_what_is_no_word_of_the_text_needs_no_note(policy):
    clerk = factories.publisher()
    actions.publish(policy=policy, by=clerk, revision=draft(policy, clerk, subject="民政"))
    assert own(policy).subject == "民政" and policy.editions.count() == 1


def test_a_correction_is_shown_at_the_same_address_with_its_note_and_the_old_text_is_kept(policy, client):
    correct(policy, "由街道办理", "由居委会办理", "第二条的办理单位有误")
    page = html(client.get(policy.get_absolute_url()))
    assert "由居委会办理" in page and "由街道办理" not in page
    assert "勘误：第二条的办理单位有误" in page and f"/policies/{policy.pk}/editions/" in page
    assert kinds(policy)[1] == (2, Edition.Kind.CORRECTION, "第二条的办理单位有误")
    assert Event.objects.filter(kind="policy.corrected").count() == 1
    listed = html(client.get(f"/policies/{policy.pk}/editions/"))
    assert "第二条的办理单位有误" in listed and listed.count("/editions/1/") == 1
    assert audit.verify().ok


def test_the_next_correction_needs_words_of_its_own(policy):
    clerk = factories.publisher()
    correct(policy, "由街道办理", "由居委会办理", "第一次", by=clerk)
    revision = draft(policy, clerk, body=changed(policy, "由居委会办理", "由镇办理"))
    with pytest.raises(actions.Refused, match="勘误说明"):
        actions.publish(policy=policy, by=clerk, revision=revision)


def test_the_old_text_stands_at_its_address_word_for_word_for_ever(policy, client):
    address = f"/policies/{policy.pk}/editions/1/"
    before = [clause.text for clause in policy.read_clauses]
    for n, (old, new) in enumerate([("由街道办理", "由居委会办理"), ("由居委会办理", "由镇办理")]):
        correct(policy, old, new, f"第{n}次更正")
        clerk = factories.publisher()
        draft(policy, clerk, title=f"还没有发布的标题{n}", body=changed(policy, "应当提交", "可以提交"))
        page = html(client.get(address))
        assert all(text in page for text in before)
        assert "由居委会办理" not in page and "由镇办理" not in page and "可以提交" not in page
        assert "还没有发布的标题" not in page
        assert "这是第 1 版" in page and "后来已有更正" in page and "noindex" in page
    assert "由居委会办理" in html(client.get(f"/policies/{policy.pk}/editions/2/"))
    assert client.get(f"/policies/{policy.pk}/editions/9/").status_code == 404


def test_the_newest_edition_says_that_its_address_is_fixed(policy, client):
    page = html(client.get(f"/policies/{policy.pk}/editions/1/"))
    assert "固定地址" in page and "后来已有更正" not in page


def test_a_day_asked_shows_the_words_of_that_day(policy, client):
    with clock.frozen(moment(10, 23, 59)):
        correct(policy, "由街道办理", "由居委会办理", "更正")
    address = policy.get_absolute_url()
    old = html(client.get(f"{address}?at=2026-11-09"))
    new = html(client.get(f"{address}?at=2026-11-10"))
    assert "由街道办理" in old and "勘误：更正" not in old
    assert "由居委会办理" in new and "由街道办理" not in new
    assert "由街道办理" in html(client.get(f"{address}?at=2020-01-01"))


# --- autosave -------------------------------------------------------------------------------------------------


def test_an_autosave_goes_on_with_its_draft_but_never_overwrites_what_readers_saw(policy):
    clerk = factories.publisher()
    seen = policy.editions.get().revision
    words = str(seen.content)
    made = own(policy).get_latest_revision_as_object()
    made.title = "第一次自动保存"
    first = actions.save_draft(policy=made, by=clerk, overwrite=seen)
    assert first.pk != seen.pk
    made.title = "第二次自动保存"
    second = actions.save_draft(policy=made, by=clerk, overwrite=first)
    assert second.pk == first.pk and second.as_object().title == "第二次自动保存"
    seen.refresh_from_db()
    assert str(seen.content) == words


def test_what_was_pulled_back_is_not_overwritten_either(policy):
    clerk = factories.publisher()
    with clock.frozen(moment(20, 10)):
        correct(policy, "由街道办理", "由居委会办理", "更正", by=clerk)
        actions.pull_back(policy=policy, by=clerk, reason="误发")
    pulled = policy.editions.get(number=2).revision
    made = own(policy).get_latest_revision_as_object()
    assert actions.save_draft(policy=made, by=clerk, overwrite=pulled).pk != pulled.pk


# --- pulling back ---------------------------------------------------------------------------------------------


def test_a_correction_pulled_back_in_time_leaves_the_text_before(policy, client):
    clerk = factories.publisher()
    with clock.frozen(moment(20, 10)):
        correct(policy, "由街道办理", "由居委会办理", "更正", by=clerk)
    with clock.frozen(moment(20, 10, 30)):
        actions.pull_back(policy=policy, by=clerk, reason="误发")
    page = html(client.get(policy.get_absolute_url()))
    assert "由街道办理" in page and "勘误：更正" not in page
    assert client.get(f"/policies/{policy.pk}/editions/2/").status_code == 404
    assert "由居委会办理" not in html(client.get(f"{policy.get_absolute_url()}?at=2026-11-20"))
    assert [clause.text for clause in policy.clauses.all()][1].startswith("第1号事项由街道办理")
    assert audit.verify().ok


def test_a_first_text_pulled_back_is_gone_as_if_it_had_never_been(policy, client):
    with clock.frozen(moment(1, 10, 29)):
        actions.pull_back(policy=policy, by=factories.publisher(), reason="误发")
    assert client.get(policy.get_absolute_url()).status_code == 404
    assert client.get(f"/policies/{policy.pk}/editions/1/").status_code == 404
    assert passages.of(own(policy)) == [] and not queries.public().exists()
    again = actions.publish(policy=policy, by=factories.publisher())
    assert again.live and again.record_number == policy.record_number
    assert kinds(policy) == [(1, "first", ""), (2, "first", "")]


def test_after_thirty_minutes_it_is_too_late(policy):
    clerk = factories.publisher()
    with clock.frozen(moment(1, 10, 31)), pytest.raises(actions.Refused, match="30分钟"):
        actions.pull_back(policy=policy, by=clerk, reason="误发")
    assert own(policy).live


@pytest.mark.parametrize("verb", [actions.withdraw, actions.take_down, actions.pull_back])
def test_every_way_back_needs_a_reason_something_public_and_the_right_unit(policy, verb):
    clerk, stranger = factories.publisher(), factories.publisher(of=housing())
    with clock.frozen(moment(1, 10, 5)):
        with pytest.raises(actions.Refused, match="原因"):
            verb(policy=policy, by=clerk, reason=" \n")
        with pytest.raises(PermissionDenied):
            verb(policy=policy, by=stranger, reason="不归他管")
        verb(policy=policy, by=factories.user(Role.OFFICE), reason="有误")
        with pytest.raises(actions.Refused, match="没有发布"):
            verb(policy=policy, by=clerk, reason="有误")


# --- withdrawing and taking down ------------------------------------------------------------------------------


def addresses(policy):
    base = policy.get_absolute_url()
    return [
        base, f"{base}?at=2026-11-02", f"{base}editions/1/", f"{base}editions/", f"{base}compare/", f"{base}cited/",
        f"{base}impact/", f"{base}original/", f"/api/policies/{policy.pk}/", "/policies/", "/api/policies/",
        "/api/policies.atom",
    ]  # fmt: skip


def test_a_withdrawn_text_keeps_its_address_and_says_why(policy, client):
    actions.withdraw(policy=policy, by=factories.publisher(), reason="内容有误，正在更正。")
    for address in addresses(policy)[:3]:
        answer = client.get(address)
        assert answer.status_code == 410 and "内容有误，正在更正。" in html(answer)
        assert "由街道办理" not in html(answer)
    assert "第1号事项" not in html(client.get("/policies/"))


def test_a_text_taken_down_shows_nothing_of_itself_anywhere(policy, client):
    other = measures(2, opening=f"根据《{policy.title}》，")
    actions.confirm(relation=other.says.get(), by="system:test")
    Policy.objects.filter(pk=other.pk).update(title="另一件事的办法")
    actions.take_down(policy=policy, by=factories.publisher(), reason="涉及个人信息")
    for address in addresses(policy):
        answer = client.get(address)
        assert answer.status_code in {200, 404, 410}
        assert "第1号事项" not in html(answer) and "涉及个人信息" not in html(answer)
    assert client.get(policy.get_absolute_url()).status_code == 410
    related = html(client.get(other.get_absolute_url())).partition("与其他文件的关系")[2]
    assert policy.title not in related
    assert passages.of(own(policy)) == []


def test_published_again_after_being_taken_down_it_is_there_and_its_history_too(policy, client):
    clerk = factories.publisher()
    actions.take_down(policy=policy, by=clerk, reason="核对")
    actions.publish(policy=policy, by=clerk)
    assert client.get(policy.get_absolute_url()).status_code == 200
    assert own(policy).taken_down is False and own(policy).withdrawn_reason == ""
    assert kinds(policy) == [(1, "first", "")]


def test_what_a_text_that_is_taken_down_repealed_holds_again(policy):
    old = measures(3)
    actions.relate(source=policy, kind="repeals", target=old, by="system:test", begins=moment(2).date())
    assert own(old).validity_on(moment(3).date()).state is State.REPEALED
    actions.take_down(policy=policy, by=factories.publisher(), reason="核对")
    assert own(old).validity_on(moment(3).date()).state is State.IN_FORCE


# --- telling --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_correction_tells_who_cites_it_and_who_subscribed_exactly_once(index_folder, settings):
    base = measures(1)
    measures(2, opening=f"根据《{base.title}》第二条，", unit=housing())
    mine, citing = factories.publisher(), factories.publisher(of=housing())
    stranger = factories.publisher(of=factories.unit("jiaoyu", "示例区教育局", "区教育局"))
    subscriber, other = reader(base.subscription_key), reader("policy:999999")
    correct(base, "由街道办理", "由居委会办理", "第二条有误。", by=mine)
    worker.drain()
    told = [title for title in inbox(citing) if title.startswith("勘误")]
    assert told == [f"勘误：{base.title}"]
    assert [title for title in inbox(mine) if title.startswith("勘误")] == told
    assert not inbox(stranger)
    notice = Notice.objects.get(subscriber=subscriber, category="corrected")
    assert "第二条有误。原来的文字" in notice.text and notice.path == base.get_absolute_url()
    assert not Notice.objects.filter(subscriber=other).exists()
    actions.publish(policy=base, by=mine)  # the same words again are no correction
    worker.drain()
    assert Notice.objects.filter(category="corrected").count() == 3


def test_texts_published_before_there_were_editions_get_theirs_once():
    policy = factories.policy()
    policy.editions.all().delete()
    policy.names.all().delete()
    assert settle_earlier() == 1
    assert [each.number for each in policy.editions.all()] == [1]
    assert policy.names.exists()
    assert settle_earlier() == 0


def test_what_is_taken_down_is_told_to_nobody_any_more_and_may_have_been_withdrawn_before():
    policy = measures(90)
    person = reader(policy.subscription_key)
    correct(policy, "由街道办理", "由居委会办理", "办理单位有误")
    worker.drain()
    assert Notice.objects.filter(subscriber=person, path=policy.get_absolute_url()).exists()
    actions.withdraw(policy=policy, by="system:test", reason="有误")
    actions.take_down(policy=own(policy), by="system:test", reason="涉及个人信息")
    assert not Notice.objects.filter(path=policy.get_absolute_url(), message=None).exists()
    assert own(policy).taken_down
    with pytest.raises(actions.Refused):
        actions.take_down(policy=own(policy), by="system:test", reason="再次")
