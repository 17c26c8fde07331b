"""The desk's pages for the record: proposals in one batch, answers, texts that run out, doubts, taking a text back."""

import re
from datetime import date, timedelta

import pytest

from gongkai.kernel import clock
from gongkai.law.effects import Effect, EffectKind
from gongkai.law.validity import DefaultPeriod, Flag, State, validity
from gongkai.orgs.models import Role
from gongkai.policies import actions, worklists
from gongkai.policies.models import Policy, Relation
from gongkai.policies.names import title_key
from tests import factories
from tests.policies.record_world import housing, html, measures, moment, own

pytestmark = pytest.mark.django_db
QUEUE, ANSWERS = "/desk/records/relations/", "/desk/records/answers/"


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    pass


@pytest.fixture
def desk(client):
    client.force_login(factories.publisher())
    return client


def proposed(source, target, kind="based_on", **values):
    given = {
        "target_title": target.title,
        "target_key": title_key(target.title),
        "words": "依据的原文",
    } | values
    return Relation.objects.create(source=source, target=target, kind=kind, **given)


def again(row):
    return Relation.objects.get(pk=row.pk)


def ticked(page):
    """The decisions that the browser would send without any change."""
    fields = re.findall(r'<input type="radio" name="(r\d+)" value="(\w+)" checked', page)
    kinds = re.findall(r'<select name="(kind\d+)".*?<option value="(\w+)" selected', page, re.S)
    days = re.findall(r'<input type="date" name="(begins\d+)" value="([\d-]*)"', page)
    return dict(fields) | dict(kinds) | dict(days)


# --- the queue ------------------------------------------------------------------------------------------------


def test_one_post_of_the_form_as_it_comes_confirms_what_is_ticked_and_leaves_the_rest(desk):
    old = measures(1)
    new = measures(
        2,
        opening=f"根据《中华人民共和国行政许可法》，参照《{measures(3).title}》，",
        closing=f"本办法自2026年1月1日起施行，《{old.title}》同时废止。",
    )
    page = html(desk.get(QUEUE))
    assert new.title in page and page.count("autofocus") == 1
    form = ticked(page)
    sure = [name for name, value in form.items() if value == "confirm"]
    assert sure and len(form) >= len(sure)
    answer = desk.post(QUEUE, form, follow=True)
    assert f"已处理 {len(sure)} 条关系" in html(answer)
    for row in new.says.all():
        expected = "confirmed" if form.get(f"r{row.pk}") == "confirm" else "proposed"
        assert row.state == expected and (row.decided_by is not None) is (expected == "confirmed")
    assert own(old).validity_on(date(2026, 1, 1)).state is State.REPEALED


def test_a_doubtful_proposal_is_not_ticked_beforehand(desk):
    unsure = proposed(measures(4), measures(5), confidence=0.6)
    assert ticked(html(desk.get(QUEUE)))[f"r{unsure.pk}"] == "later"


def test_several_documents_of_one_name_are_offered_and_none_is_ticked(desk):
    twins = [
        measures(n, title="示例区同名事项管理办法", closing=f"本办法由第{n}号{word}解释。")
        for n, word in ((6, "水务机关"), (7, "教育部门"))
    ]
    Policy.objects.filter(pk__in=[each.pk for each in twins]).update(written_on=None, published_on=None)
    row = Relation.objects.create(
        source=measures(8),
        kind="based_on",
        target_title="示例区同名事项管理办法",
        target_key=title_key("示例区同名事项管理办法"),
    )
    page = html(desk.get(QUEUE))
    assert ticked(page)[f"r{row.pk}"] == "later"
    assert all(each.get_absolute_url() in page for each in twins)


def test_kind_target_and_day_are_corrected_in_the_form(desk):
    wrong, right, source = measures(10), measures(11), measures(12)
    row = proposed(source, wrong)
    form = {
        f"r{row.pk}": "confirm",
        f"kind{row.pk}": "repeals",
        f"target{row.pk}": f" {right.pk} ",
        f"begins{row.pk}": "2026-05-01",
    }
    desk.post(QUEUE, form)
    found = again(row)
    assert (found.state, found.kind, found.target, found.begins) == (
        "confirmed",
        "repeals",
        right,
        date(2026, 5, 1),
    )
    assert own(right).validity_on(date(2026, 5, 1)).state is State.REPEALED
    assert own(wrong).validity_on(date(2026, 5, 1)).state is State.IN_FORCE


def test_a_target_is_found_by_its_document_number_too(desk):
    source, right = measures(13), measures(14)
    row = proposed(source, measures(15))
    desk.post(QUEUE, {f"r{row.pk}": "confirm", f"target{row.pk}": right.document_number})
    assert right.document_number and again(row).target == right


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("target", "没有这份", "没有找到"), ("target", "999999", "没有找到"), ("target", "9" * 60, "没有找到"),
        ("target", "٣", "没有找到"), ("begins", "2026-02-30", "看不懂"), ("begins", "gestern", "看不懂"),
    ],
)  # fmt: skip
def test_a_correction_that_means_nothing_is_told_and_the_others_are_decided(desk, field, value, words):
    source = measures(16)
    bad, good = proposed(source, measures(17)), proposed(source, measures(18))
    form = {f"r{bad.pk}": "confirm", f"{field}{bad.pk}": value, f"r{good.pk}": "confirm"}
    page = html(desk.post(QUEUE, form, follow=True))
    assert words in page and "已处理 1 条关系" in page
    assert (again(bad).state, again(good).state) == ("proposed", "confirmed")


def test_a_text_cannot_be_made_to_relate_to_itself(desk):
    source = measures(19)
    row = proposed(source, measures(20))
    page = html(desk.post(QUEUE, {f"r{row.pk}": "confirm", f"target{row.pk}": str(source.pk)}, follow=True))
    assert "不能与它自己有关系" in page and again(row).state == "proposed"


def test_a_draft_is_no_target(desk):
    source, hidden = measures(21), measures(22)
    Policy.objects.filter(pk=hidden.pk).update(live=False)
    row = proposed(source, measures(23))
    desk.post(QUEUE, {f"r{row.pk}": "confirm", f"target{row.pk}": str(hidden.pk)})
    assert again(row).state == "proposed"


def test_refusing_and_waiting_are_choices_and_anything_else_is_none(desk):
    source = measures(24)
    rows = [proposed(source, measures(25 + n)) for n in range(3)]
    desk.post(
        QUEUE,
        {f"r{row.pk}": value for row, value in zip(rows, ("refuse", "later", "drop table"), strict=True)},
    )
    assert [again(row).state for row in rows] == ["refused", "proposed", "proposed"]


def test_another_units_proposals_are_neither_shown_nor_touched(desk):
    source = measures(30, unit=housing())
    row = proposed(source, measures(31))
    assert source.title not in html(desk.get(QUEUE))
    assert source.title not in html(desk.get(f"{QUEUE}?policy={source.pk}"))
    page = html(desk.post(QUEUE, {f"r{row.pk}": "confirm"}, follow=True))
    assert again(row).state == "proposed" and "已处理 0 条关系" in page
    desk.force_login(factories.user(Role.OFFICE))
    desk.post(QUEUE, {f"r{row.pk}": "confirm"})
    assert again(row).state == "confirmed"


def test_what_is_decided_already_is_not_decided_again(desk):
    row = proposed(measures(32), measures(33))
    actions.refuse(relation=row, by="system:test")
    desk.post(QUEUE, {f"r{row.pk}": "confirm"})
    assert again(row).state == "refused"


@pytest.mark.parametrize(
    "form",
    [
        {"r": "confirm"}, {"rx": "confirm"}, {"r" + "9" * 30: "confirm"}, {"r" + "9" * 5000: "confirm"}, {"r-1": "confirm"},
        {"r１": "confirm"}, {"r²": "confirm"}, {f"r{n}": "confirm" for n in range(1, 900)},
    ],
)  # fmt: skip
def test_hostile_names_of_fields_do_no_harm(desk, form):
    proposed(measures(34), measures(35))
    assert desk.post(QUEUE, form).status_code in {302, 400}


@pytest.mark.parametrize("field", ["kind", "target", "begins"])
@pytest.mark.parametrize("value", ["\0", "<script>", "😀" * 400, "'; --", "9" * 5000])
def test_hostile_values_are_refused_in_words_or_passed_over(desk, field, value):
    row = proposed(measures(36), measures(37))
    answer = desk.post(QUEUE, {f"r{row.pk}": "confirm", f"{field}{row.pk}": value}, follow=True)
    assert answer.status_code == 200 and "“<script>" not in html(answer)
    assert again(row).state == ("confirmed" if field == "kind" else "proposed")


@pytest.mark.parametrize("query", ["?policy=x", "?policy=" + "9" * 40, "?policy=²", "?page=-3", "?page=zz"])
def test_odd_addresses_of_the_queue_are_answered(desk, query):
    proposed(measures(38), measures(39))
    assert desk.get(QUEUE + query).status_code == 200


@pytest.mark.parametrize("page", ["relations", "answers", "expiring", "doubts", "services"])
def test_the_desks_pages_are_for_staff(client, page):
    assert client.get(f"/desk/records/{page}/").status_code == 302
    client.force_login(factories.user(Role.NONE))
    assert client.get(f"/desk/records/{page}/").status_code == 403


# --- answers --------------------------------------------------------------------------------------------------


@pytest.fixture
def question():
    old = measures(40)
    new = measures(41, unit=housing(), closing="本办法自2026年1月1日起施行。")
    return actions.relate(source=new, kind="repeals", target=old, by=factories.publisher(of=housing()))


@pytest.mark.parametrize(("word", "state"), [("accept", State.REPEALED), ("reject", State.IN_FORCE)])
def test_an_owner_answers_on_the_page_and_the_question_is_gone(desk, question, word, state):
    assert question.source.title in html(desk.get(ANSWERS))
    assert question.target.validity_on(date(2026, 2, 1)).state is State.IN_FORCE  # as it was read before
    assert own(question.target).validity_on(date(2026, 2, 1)).state is State.UNKNOWN
    desk.post(f"{ANSWERS}{question.pk}/", {"answer": word})
    assert own(question.target).validity_on(date(2026, 2, 1)).state is state
    assert question.source.title not in html(desk.get(ANSWERS))
    assert desk.post(f"{ANSWERS}{question.pk}/", {"answer": "accept"}).status_code == 404


def test_who_asks_cannot_answer_for_the_owner(client, question):
    client.force_login(factories.publisher(of=housing()))
    assert question.target.title not in html(client.get(ANSWERS))
    assert client.post(f"{ANSWERS}{question.pk}/", {"answer": "accept"}).status_code == 404
    assert client.get(f"{ANSWERS}{question.pk}/").status_code == 405


def test_a_source_that_is_taken_back_asks_nothing(desk, question):
    actions.withdraw(policy=question.source, by="system:test", reason="有误")
    assert question.source.title not in html(desk.get(ANSWERS))


def test_another_target_chosen_later_has_an_owner_who_must_be_asked_anew(question):
    actions.answer(relation=question, by=factories.publisher(), accepted=True)
    third = measures(42, unit=factories.unit("jiaoyu", "示例区教育局", "区教育局"))
    changed = actions.confirm(relation=question, by=factories.publisher(of=housing()), target=third)
    assert changed.answer == Relation.Answer.ASKED
    assert own(third).validity_on(date(2026, 2, 1)).state is State.UNKNOWN


# --- running out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("today", ["2026-02-28", "2026-03-01", "2026-08-31", "2026-12-31", "2028-02-29"])
def test_the_list_of_what_runs_out_is_the_rule_for_every_last_day(today):
    on = date.fromisoformat(today)
    policy = measures(50)
    for shift in (-1, 0, 1, 178, 179, 180, 181, 182, 183, 184, 185, 186):
        for field in ("effective_until", "repealed_on", "ended_by_on", "default_until"):
            blank = dict.fromkeys(("effective_until", "repealed_on", "ended_by_on", "default_until"))
            Policy.objects.filter(pk=policy.pk).update(**blank | {field: on + timedelta(days=shift)})
            listed = worklists.expiring(Policy.objects.all(), on).exists()
            assert listed is expected(on, field, on + timedelta(days=shift)), (field, shift)


def expected(on, field, day):
    """By the law's own function, the day given as the kind of end that the column keeps."""
    ends = {
        "effective_until": {"effective_until": day},
        "repealed_on": {"repealed_on": day},
        "ended_by_on": {"effects": [Effect(EffectKind.REPEALS, "《甲》", begins=day)]},
        "default_until": {"default": DefaultPeriod(day, "某条")},
    }[field]
    base = {"effective_from": date(2025, 1, 1), "effective_until": None, "repealed_on": None}
    return Flag.EXPIRING in validity(on, **base | ends).flags


def test_the_page_lists_a_units_own_texts_the_soonest_first(desk):
    made = [measures(51 + n, closing=f"本办法自2026年1月1日起施行，有效期至{day}。")
            for n, day in enumerate(["2027年3月1日", "2026年12月31日", "2028年1月1日"])]  # fmt: skip
    other = measures(55, unit=housing(), closing="本办法自2026年1月1日起施行，有效期至2026年12月1日。")
    with clock.frozen(moment(23)):
        page = html(desk.get("/desk/records/expiring/"))
    assert page.index(made[1].title) < page.index(made[0].title)
    assert made[2].title not in page and other.title not in page and "2026-12-31" in page


# --- doubts ---------------------------------------------------------------------------------------------------


def test_doubts_are_listed_for_the_unit_that_has_them(client):
    row = actions.relate(
        source=measures(60),
        kind="replaces",
        target=measures(61),
        by="system:test",
        doubt="新版本自何日起施行没有记载",
    )
    client.force_login(factories.publisher())
    page = html(client.get("/desk/records/doubts/"))
    assert "没有记载" in page and row.source.title in page
    client.force_login(factories.publisher(of=housing()))
    assert "没有记载" not in html(client.get("/desk/records/doubts/"))


# --- taking back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "status"), [("withdraw", 410), ("take_down", 410), ("pull_back", 404)])
def test_the_page_takes_a_text_back_in_each_way(desk, client, way, status):
    with clock.frozen(moment(1)):
        policy = measures(70)
    address = f"/desk/records/{policy.pk}/end/"
    with clock.frozen(moment(1, 10, 10)):
        assert policy.title in html(desk.get(address))
        refused = desk.post(address, {"way": way, "reason": ""}, follow=True)
        assert "原因" in html(refused) and own(policy).live
        assert desk.post(address, {"way": way, "reason": "有误"}).status_code == 302
    client.logout()
    assert client.get(policy.get_absolute_url()).status_code == status


@pytest.mark.parametrize("way", ["", "delete", "publish", "__class__"])
def test_no_other_way_exists(desk, way):
    policy = measures(71)
    desk.post(f"/desk/records/{policy.pk}/end/", {"way": way, "reason": "有误"})
    assert own(policy).live


def test_another_units_text_has_no_such_page(desk):
    policy = measures(72, unit=housing())
    assert desk.get(f"/desk/records/{policy.pk}/end/").status_code == 404
    assert (
        desk.post(f"/desk/records/{policy.pk}/end/", {"way": "withdraw", "reason": "有误"}).status_code == 404
    )
