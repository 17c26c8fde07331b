"""Relations: proposed from the text, decided by people, and what they do to validity at the same moment everywhere."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from gongkai.kernel import audit, clock
from gongkai.kernel.models import Event
from gongkai.law.validity import State
from gongkai.orgs.models import Role
from gongkai.policies import actions, passages
from gongkai.policies.models import Policy, Relation
from gongkai.policies.names import known_by, meant, names_of, title_key
from gongkai.policies.relations import bases_ended, citing_by_path, neighbours, resting_on
from tests import factories

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    pass


def measures(number: int, opening: str = "", closing: str = "", title: str = "") -> Policy:
    """A text in articles, based on what ``opening`` names; ``closing`` is its last article."""
    body = (
        f"第一条　为了规范第{number}号事项，{opening}制定本办法。\n"
        f"第二条　第{number}号事项由街道办理，应当提交第{number}号材料。\n"
        f"第三条　{closing or '本办法自2025年1月1日起施行。'}"
    )
    made = factories.policy(number=number, body=body, title=title or f"示例区第{number}号事项管理办法")
    Policy.objects.filter(pk=made.pk).update(unit=factories.unit())
    return own(made)


def own(policy: Policy) -> Policy:
    return Policy.objects.get(pk=policy.pk)


def relation(source: Policy, target: Policy, kind: str = "repeals", **values) -> Relation:
    return actions.relate(source=source, kind=kind, target=target, by="system:test", **values)


def test_what_a_text_says_of_others_is_proposed_with_its_words_and_asserted_by_nobody():
    old = measures(1)
    new = measures(
        2,
        opening="根据《中华人民共和国行政许可法》，",
        closing=f"本办法自2026年1月1日起施行，《{old.title}》同时废止。",
    )
    said = {row.kind: row for row in new.says.all()}

    assert set(said) == {"based_on", "repeals"}
    assert said["repeals"].target == old and "废止" in said["repeals"].words
    assert said["repeals"].begins == date(2026, 1, 1)
    assert said["based_on"].target is None and said["based_on"].target_title == "中华人民共和国行政许可法"
    assert all(row.state == "proposed" for row in said.values())
    assert own(old).validity_on(DAY).state is State.IN_FORCE


def test_a_document_that_comes_later_is_linked_by_its_name_and_by_its_number():
    citing = measures(40, opening="根据《示例区第4号事项管理办法》第二条，")  # written after what it cites
    assert citing.says.get().target is None
    cited = measures(4)
    assert citing.says.get().target == cited
    assert citing.cites.get(target_clause="第二条").target == cited
    assert citing_by_path(own(cited))[1] == {"第二条": 1}


def test_who_may_change_both_texts_ends_the_old_one_with_one_word():
    old, new = measures(5), measures(6)
    clerk = factories.publisher()
    proposal = relation_proposed(new, old)
    actions.confirm(relation=proposal, by=clerk)

    found = own(old).validity_on(DAY)
    assert found.state is State.REPEALED
    assert new.title in found.reason
    assert own(old).validity_on(date(2025, 12, 31)).state is State.IN_FORCE
    assert passages.of(own(old))[0].repealed_on == date(2026, 1, 1)
    assert audit.verify().ok


def relation_proposed(source: Policy, target: Policy, kind: str = "repeals") -> Relation:
    return Relation.objects.create(
        source=source, target=target, kind=kind, target_title=target.title, target_key=title_key(target.title),
        begins=date(2026, 1, 1),
    )  # fmt: skip


def test_another_units_text_waits_for_its_owner_and_is_unknown_until_then():
    other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    old, new = measures(7), measures(8)
    Policy.objects.filter(pk=old.pk).update(unit=other)
    clerk, owner = factories.publisher(), factories.publisher(of=other)
    proposal = actions.confirm(relation=relation_proposed(new, own(old)), by=clerk)

    assert proposal.answer == Relation.Answer.ASKED
    assert Event.objects.filter(kind="policy.relation_asked").count() == 1
    assert own(old).validity_on(DAY).state is State.UNKNOWN
    with pytest.raises(PermissionDenied):
        actions.answer(relation=proposal, by=clerk, accepted=True)
    actions.answer(relation=proposal, by=owner, accepted=True)
    assert own(old).validity_on(DAY).state is State.REPEALED
    with pytest.raises(actions.Refused):
        actions.answer(relation=proposal, by=owner, accepted=False)


def test_an_owner_who_says_no_leaves_the_text_in_force():
    other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    old, new = measures(9), measures(10)
    Policy.objects.filter(pk=old.pk).update(unit=other)
    proposal = actions.confirm(relation=relation_proposed(new, own(old)), by=factories.publisher())
    actions.answer(relation=proposal, by=factories.publisher(of=other), accepted=False)
    assert own(old).validity_on(DAY).state is State.IN_FORCE


def test_a_source_that_is_withdrawn_repeals_nothing_and_again_when_it_is_published():
    old, new = measures(11), measures(12)
    relation(new, old, begins=date(2026, 1, 1))
    assert own(old).validity_on(DAY).state is State.REPEALED
    actions.withdraw(policy=new, by="system:test", reason="有误")
    assert own(old).validity_on(DAY).state is State.IN_FORCE
    actions.publish(policy=new, by="system:test")
    assert own(old).validity_on(DAY).state is State.REPEALED


def test_a_refused_proposal_is_not_proposed_again():
    old = measures(13)
    new = measures(14, closing=f"本办法自2026年1月1日起施行，《{old.title}》同时废止。")
    proposal = new.says.get()
    actions.refuse(relation=proposal, by=factories.publisher())
    actions.publish(policy=new, by="system:test")
    assert [row.state for row in new.says.all()] == ["refused"]


def test_a_stranger_decides_nothing():
    old, new = measures(15), measures(16)
    stranger = factories.publisher(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局"))
    proposal = relation_proposed(new, old)
    for act in (actions.confirm, actions.refuse):
        with pytest.raises(PermissionDenied):
            act(relation=proposal, by=stranger)
    with pytest.raises(PermissionDenied):
        actions.relate(source=new, kind="based_on", target=old, by=stranger)


def test_what_is_corrected_by_a_person_counts_and_frees_what_was_meant_before():
    wrong, right, new = measures(17), measures(18), measures(19)
    proposal = relation_proposed(new, wrong)
    actions.confirm(relation=proposal, by="system:test")
    actions.confirm(relation=proposal, by="system:test", target=right)
    assert own(wrong).validity_on(DAY).state is State.IN_FORCE
    assert own(right).validity_on(DAY).state is State.REPEALED


def test_the_repealed_leaves_every_basis_at_the_same_moment(client: Client):
    base = measures(20)
    first = measures(21, opening=f"根据《{base.title}》，")
    second = measures(22, opening=f"根据《{first.title}》，")
    for each in (first, second):
        actions.confirm(relation=each.says.get(), by="system:test")
    assert resting_on(base) == [(1, first.pk), (2, second.pk)]
    assert bases_ended(neighbours(own(first), DAY)) == []

    relation(measures(23), base, begins=date(2026, 1, 1))
    with clock.frozen(clock.now()):
        assert bases_ended(neighbours(own(first), DAY)) == [base]
    page = client.get(first.get_absolute_url()).content.decode()
    assert "依据已有变化" in page
    assert "已废止" in client.get(base.get_absolute_url()).content.decode()
    assert second.title in client.get(f"/policies/{base.pk}/impact/").content.decode()


def test_an_amended_clause_says_so_and_the_others_do_not(client: Client):
    old, new = measures(24), measures(25)
    relation(new, old, "amends", begins=date(2026, 1, 1), clauses=["第二条"])
    page = client.get(old.get_absolute_url()).content.decode()
    assert page.count("起已被") == 1 and "部分条款已修改" in page
    before = client.get(f"{old.get_absolute_url()}?at=2025-12-31").content.decode()
    assert "起已被" not in before and "部分条款已修改" not in before


def test_a_circle_of_bases_ends():
    one, two = measures(26), measures(27)
    relation(one, two, "based_on")
    relation(two, one, "based_on")
    assert resting_on(one) == [(1, two.pk)]


def test_a_text_has_no_relation_to_itself():
    one = measures(28)
    with pytest.raises(actions.Refused):
        relation(one, one)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("示例区人民政府关于印发《示例区某某办法》的通知", "示例区某某办法"),
        ("国务院办公厅关于促进某某发展的意见", "关于促进某某发展的意见"),
        ("中华人民共和国行政许可法", "行政许可法"),
    ],
)
def test_a_document_goes_by_the_names_that_others_cite_it_by(title: str, name: str):
    assert title_key(name) in names_of(Policy(title=title, body=[]))


def test_a_decision_that_amends_does_not_go_by_the_name_of_what_it_amends():
    names = names_of(Policy(title="示例区人民政府关于修改《示例区某某办法》的决定", body=[]))
    assert title_key("示例区某某办法") not in names


def test_of_several_versions_the_newest_before_the_citing_text_is_meant():
    versions = [
        Policy.objects.create(title="示例法", live=True, written_on=date(year, 1, 1))
        for year in (2010, 2018, 2024)
    ]
    for each in versions:
        each.names.create(key=title_key("示例法"))
    known = known_by([title_key("示例法")])[title_key("示例法")]
    by = Policy(title="甲", written_on=date(2020, 1, 1))
    assert meant(known, by=by) == versions[1].pk
    assert meant(known, by=Policy(title="甲")) is None


def test_everyone_sees_the_chain_as_picture_and_list(client: Client):
    base, new = measures(30), measures(31)
    relation(new, base, "based_on")
    page = client.get(new.get_absolute_url()).content.decode()
    assert "<svg" in page and "制定依据" in page and base.title in page
    assert "以本文件为依据" in client.get(base.get_absolute_url()).content.decode()


def test_the_office_decides_for_every_unit():
    old, new = measures(32), measures(33)
    office = factories.user(Role.OFFICE)
    proposal = actions.confirm(relation=relation_proposed(new, old), by=office)
    assert proposal.answer == Relation.Answer.ACCEPTED


def test_a_text_older_than_the_wording_it_is_linked_to_does_not_count_at_its_clauses():
    citing = measures(3, opening="根据《示例区第4号事项管理办法》第二条，")
    cited = measures(4)
    assert citing.cites.get(target_clause="第二条").target == cited
    assert citing_by_path(own(cited))[1] == {}


def test_a_decision_that_was_wrong_is_put_right_at_the_desk(client: Client):
    old, new = measures(34), measures(35)
    made = relation(new, old, begins=date(2026, 1, 1))
    client.force_login(factories.publisher())
    page = f"/desk/records/relations/?policy={new.pk}"
    assert old.title in client.get(page).content.decode()
    client.post(page, {f"r{made.pk}": "refuse", f"s{made.pk}": "confirmed"})
    assert own(old).validity_on(DAY).state is State.IN_FORCE
    client.post(page, {"add": "1", "kind": "replaces", "target": str(old.pk), "begins": "2026-02-01"})
    assert own(old).validity_on(date(2026, 2, 1)).state is State.REPEALED
    assert own(old).validity_on(date(2026, 1, 31)).state is State.IN_FORCE


def test_what_a_colleague_decided_meanwhile_is_not_overruled_by_a_form_that_is_old():
    old, new = measures(36), measures(37)
    proposal = relation_proposed(new, old)
    actions.refuse(relation=proposal, by=factories.publisher())
    with pytest.raises(actions.Refused, match="别人"):
        actions.confirm(relation=proposal, by=factories.publisher(), seen="proposed")
    Relation.objects.all().delete()
    with pytest.raises(actions.Refused, match="刷新"):
        actions.confirm(relation=proposal, by=factories.publisher())


def test_of_two_hundred_that_rest_on_a_text_none_hides_what_replaced_it(client: Client):
    base, new = measures(38), measures(39)
    relation(new, base, "replaces", begins=date(2026, 1, 1))
    others = [Policy.objects.create(title=f"丙{n}", live=True) for n in range(230)]
    Relation.objects.bulk_create(
        Relation(source=each, target=base, kind="based_on", target_key="t", state="confirmed")
        for each in others
    )
    assert "取代了本文件" in client.get(base.get_absolute_url()).content.decode()


def test_a_list_asks_once_for_what_others_did_to_its_rows(client: Client, django_assert_max_num_queries):
    new = measures(60)
    for n in range(61, 67):
        relation(new, measures(n), begins=date(2026, 1, 1))
    client.get("/policies/")
    with django_assert_max_num_queries(14):
        assert client.get("/policies/").content.decode().count("已废止") >= 6


def test_a_corrected_date_is_told_like_a_corrected_word(client: Client):
    policy = measures(41)
    draft = policy.get_latest_revision_as_object()
    draft.effective_until, draft.correction_note = date(2029, 12, 31), "有效期至漏登"
    revision = actions.save_draft(policy=draft, by=factories.publisher())
    actions.publish(policy=policy, by="system:test", revision=revision)
    assert "有效期至漏登" in client.get(policy.get_absolute_url()).content.decode()
    assert Event.objects.filter(kind="policy.corrected").count() == 1
