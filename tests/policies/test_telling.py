"""What follows from events: who is told of what, once, however often a handler runs."""

from datetime import date

import pytest

from gongkai.guides import actions as guides
from gongkai.kernel import clock
from gongkai.kernel.models import Event
from gongkai.law.figures import figure
from gongkai.law.validity import State
from gongkai.orgs import actions as orgs_actions
from gongkai.orgs.models import Role
from gongkai.policies import actions, handlers
from gongkai.policies.models import Policy, ServiceLink
from gongkai.subscriptions.models import Notice
from tests import factories
from tests.guides.conftest import values as service_values
from tests.policies.record_world import correct, housing, inbox, measures, moment, own
from tests.subscriptions.conftest import reader

pytestmark = pytest.mark.django_db
REPEAL_DAY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    with clock.frozen(moment(23)):
        yield


def twice(handler, kind):
    """Run a handler over all events of a kind, all of it twice, as a crash would; how many notices each round wrote."""
    written = []
    for _round in range(2):
        before = Notice.objects.count()
        for event in Event.objects.filter(kind=kind).order_by("pk"):
            handler(event)
        written.append(Notice.objects.count() - before)
    return written


# --- published ------------------------------------------------------------------------------------------------


def test_a_new_text_is_told_once_to_subscribers_of_the_library_and_of_its_unit():
    both, other = reader("library", "unit:minzheng"), reader("unit:fangguan")
    policy = measures(1)
    assert twice(handlers.published, "policy.published") == [1, 0]
    notice = Notice.objects.get()
    assert notice.subscriber == both and notice.subscriber != other
    assert notice.title == f"新发布：{policy.title}" and notice.path == policy.get_absolute_url()


def test_a_text_published_again_or_brought_in_old_is_no_news():
    reader("library")
    policy = measures(2)
    handlers.published(Event.objects.get(kind="policy.published"))
    correct(policy, "由街道办理", "由居委会办理", "更正")
    old = measures(3)
    Policy.objects.filter(pk=old.pk).update(published_on=date(2026, 10, 1))
    twice(handlers.published, "policy.published")
    assert [notice.title for notice in Notice.objects.all()] == [f"新发布：{policy.title}"]


def test_what_is_no_longer_public_when_the_event_arrives_is_not_told():
    reader("library")
    actions.withdraw(policy=measures(4), by="system:test", reason="误发")
    assert twice(handlers.published, "policy.published") == [0, 0]


# --- corrected and withdrawn ------------------------------------------------------------------------------------


def test_a_correction_that_was_pulled_back_is_not_told():
    policy = measures(5)
    reader(policy.subscription_key)
    correct(policy, "由街道办理", "由居委会办理", "不该发的说明")
    actions.pull_back(policy=policy, by="system:test", reason="误发")
    assert twice(handlers.corrected, "policy.corrected") == [0, 0]


def test_every_correction_is_told_by_itself():
    policy = measures(6)
    subscriber, clerk = reader(policy.subscription_key), factories.publisher()
    correct(policy, "由街道办理", "由居委会办理", "第一次", by=clerk)
    correct(policy, "由居委会办理", "由镇办理", "第二次", by=clerk)
    assert twice(handlers.corrected, "policy.corrected") == [4, 0]
    told = [notice.text for notice in Notice.objects.filter(subscriber=subscriber).order_by("pk")]
    assert "第一次" in told[0] and "第二次" in told[1] and len(told) == 2


def test_a_withdrawal_is_told_with_its_reason_and_a_taking_down_is_not():
    kept, gone = measures(7), measures(8)
    reader(kept.subscription_key, gone.subscription_key)
    citing = measures(9, unit=housing())
    clerk = factories.publisher(of=housing())
    actions.relate(source=citing, kind="based_on", target=kept, by="system:test")
    actions.withdraw(policy=kept, by="system:test", reason="内容有误")
    actions.take_down(policy=gone, by="system:test", reason="涉及个人信息")
    assert twice(handlers.withdrawn, "policy.withdrawn") == [2, 0]
    assert inbox(clerk) == [f"撤回：{kept.title}"]
    assert all("内容有误" in notice.text for notice in Notice.objects.all())


# --- asked and answered -----------------------------------------------------------------------------------------


@pytest.fixture
def question():
    old = measures(10)
    new = measures(11, unit=housing(), closing="本办法自2026年1月1日起施行。")
    return actions.relate(source=new, kind="repeals", target=old, by=factories.publisher(of=housing()))


def test_the_owner_is_asked_once_and_sent_to_the_page_where_to_answer(question):
    owner, asking = factories.publisher(), factories.publisher(of=housing())
    assert twice(handlers.asked, "policy.relation_asked") == [1, 0]
    notice = Notice.objects.get()
    assert notice.subscriber.user == owner and asking != owner
    assert notice.path == "/desk/records/answers/" and question.source.title in notice.text


def test_an_owner_is_asked_again_where_another_of_its_texts_turns_out_to_be_meant(question):
    owner = factories.publisher()
    handlers.asked(Event.objects.get(kind="policy.relation_asked"))
    other = measures(14)
    actions.confirm(relation=question, by=factories.publisher(of=housing()), target=other)
    assert twice(handlers.asked, "policy.relation_asked") == [1, 0]
    assert inbox(owner) == [f"请答复：{question.target.title}", f"请答复：{other.title}"]


def test_what_was_answered_before_the_event_arrived_asks_nobody(question):
    factories.publisher()
    actions.answer(relation=question, by=factories.publisher(), accepted=True)
    assert twice(handlers.asked, "policy.relation_asked") == [0, 0]


def test_a_text_without_an_owner_is_asked_of_the_district_office(question):
    office = factories.user(Role.OFFICE)
    Policy.objects.filter(pk=question.target_id).update(unit=None)
    twice(handlers.asked, "policy.relation_asked")
    assert [notice.subscriber.user for notice in Notice.objects.all()] == [office]


def test_a_document_that_comes_after_its_repeal_was_confirmed_is_asked_of_its_owner():
    new = measures(
        12, unit=housing(), closing="本办法自2026年1月1日起施行，《示例区第13号事项管理办法》同时废止。"
    )
    actions.confirm(relation=new.says.get(kind="repeals"), by=factories.publisher(of=housing()))
    assert not Event.objects.filter(kind="policy.relation_asked").exists()
    old = measures(13)
    owner = factories.publisher()
    assert own(old).validity_on(REPEAL_DAY).state is State.UNKNOWN
    assert twice(handlers.asked, "policy.relation_asked") == [1, 0] and inbox(owner) == [
        f"请答复：{old.title}"
    ]


def test_an_answer_is_an_event_that_names_relation_and_word(question):
    actions.answer(relation=question, by=factories.publisher(), accepted=False)
    event = Event.objects.get(kind="policy.relation_answered")
    assert event.payload == {
        "relation": question.pk,
        "policy": question.source_id,
        "accepted": False,
    }


# --- validity changed -------------------------------------------------------------------------------------------


def test_owners_of_all_that_rests_on_a_repealed_text_hear_once_a_unit():
    base = measures(20)
    resting = [measures(21 + n, unit=housing()) for n in range(2)]
    third = measures(23, unit=factories.unit("jiaoyu", "示例区教育局", "区教育局"))
    for each, below in ((resting[0], base), (resting[1], base), (third, resting[0])):
        actions.relate(source=each, kind="based_on", target=below, by="system:test")
    direct, indirect, owner = (
        factories.publisher(of=unit) for unit in (housing(), third.unit, factories.unit())
    )
    subscriber = reader(base.subscription_key)
    actions.relate(source=measures(24), kind="repeals", target=base, by="system:test", begins=REPEAL_DAY)
    assert twice(handlers.validity_changed, "policy.validity_changed") == [3, 0]
    assert inbox(direct) == inbox(indirect) == [f"依据变化：{base.title}"] and inbox(owner) == []
    told = Notice.objects.get(subscriber__user=direct).text
    assert "2 份文件" in told and all(each.title in told for each in resting)
    assert "已废止" in Notice.objects.get(subscriber=subscriber).text


def test_a_text_that_ends_is_brought_back_and_ends_again_is_told_each_time():
    old, new = measures(25), measures(26)
    reader(old.subscription_key)
    actions.relate(source=new, kind="repeals", target=old, by="system:test", begins=REPEAL_DAY)
    actions.withdraw(policy=new, by="system:test", reason="有误")
    actions.publish(policy=new, by="system:test")
    assert Event.objects.filter(kind="policy.validity_changed").count() == 3
    assert twice(handlers.validity_changed, "policy.validity_changed") == [3, 0]


def test_what_changes_nothing_is_no_event():
    old, new = measures(27), measures(28)
    relation = actions.relate(source=new, kind="repeals", target=old, by="system:test", begins=REPEAL_DAY)
    actions.confirm(relation=relation, by="system:test")
    actions.publish(policy=new, by="system:test")
    actions.relate(source=new, kind="based_on", target=measures(29), by="system:test")
    assert Event.objects.filter(kind="policy.validity_changed").count() == 1


# --- running out ------------------------------------------------------------------------------------------------


def test_an_owner_hears_once_of_a_text_that_runs_out_and_again_when_its_end_moves():
    owner = factories.publisher()
    policy = measures(30, closing="本办法自2026年1月1日起施行，有效期至2026年12月31日。")
    measures(31, closing="本办法自2026年1月1日起施行，有效期至2030年12月31日。")
    for day in (23, 24, 30):
        with clock.frozen(moment(day)):
            handlers.expiring()
    assert inbox(owner) == [f"即将到期：{policy.title}"]
    assert "2026-12-31" in Notice.objects.get().text
    Policy.objects.filter(pk=policy.pk).update(effective_until=date(2027, 1, 31))
    handlers.expiring()
    assert len(inbox(owner)) == 2


def test_a_text_that_is_not_public_does_not_run_out():
    factories.publisher()
    policy = measures(32, closing="本办法自2026年1月1日起施行，有效期至2026年12月31日。")
    actions.withdraw(policy=policy, by="system:test", reason="有误")
    handlers.expiring()
    assert not Notice.objects.exists()


# --- services and figures ---------------------------------------------------------------------------------------


def test_services_are_proposed_when_a_text_comes_and_when_a_service_comes():
    text = "申请人可以办理首店开办补贴申请。"
    early = measures(40, closing=text)
    service = guides.keep(values=service_values(), by="system:test")[0]
    changed = Event.objects.filter(kind="guide.changed").latest("pk")
    for _round in range(2):
        handlers.service_changed(changed)
    late = measures(41, closing=text)
    published = Event.objects.filter(kind="policy.published").latest("pk")
    for _round in range(2):
        handlers.services(published)
    links = ServiceLink.objects.filter(service=service)
    assert sorted(links.values_list("policy", flat=True)) == [early.pk, late.pk]
    assert set(links.values_list("state", flat=True)) == {"proposed"}


def test_a_confirmed_figure_reaches_texts_that_are_here_already():
    policy = measures(42, closing="本办法自2020年1月1日起施行。")
    Policy.objects.filter(pk=policy.pk).update(is_normative=True, written_on=date(2019, 12, 1))
    rule = figure("normative.validity_max", date(2019, 12, 1))
    orgs_actions.confirm_figure(figure=rule, note="对照原文", by=factories.user(Role.OFFICE))
    event = Event.objects.get(kind="figure.confirmed")
    assert own(policy).validity_on(date(2026, 11, 23)).state is State.IN_FORCE
    for _round in range(2):
        handlers.figure_confirmed(event)
    assert own(policy).default_until == date(2024, 12, 31)
    assert own(policy).validity_on(date(2025, 1, 1)).state is State.LAPSED
    assert Event.objects.filter(kind="policy.validity_changed").count() == 1


def test_events_about_what_is_gone_do_no_harm():
    policy = measures(43)
    event = Event.objects.filter(kind="policy.published").latest("pk")
    event.payload = {"policy": 10**9, "edition": 1, "relation": 10**9, "service": 10**9, "key": "nothing"}
    for handle in (
        handlers.published, handlers.services, handlers.corrected, handlers.withdrawn, handlers.validity_changed,
        handlers.asked, handlers.service_changed, handlers.figure_confirmed,
    ):  # fmt: skip
        handle(event)
    assert not Notice.objects.exists() and own(policy).live
