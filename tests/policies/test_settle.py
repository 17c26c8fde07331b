"""Settling doubtful places: each answer is a revision of its own, nothing of anybody's is lost, and nobody else may."""

import io

import docx
import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import Revision

from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role
from gongkai.policies import actions
from gongkai.policies.actions.settle_points import settle_point, take_back_answer
from gongkai.policies.beside import answers, store
from gongkai.policies.beside.places import all_points
from gongkai.policies.beside.screen import next_waiting
from gongkai.policies.models import Policy
from tests import factories
from tests.policies.record_world import owned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("originals_folder", "_pictures")]


@pytest.fixture
def _pictures(settings, tmp_path):
    settings.DATA_DIR = tmp_path


PAGE = """<!doctype html><html><head><title>关于试点工作的通知</title></head><body>
<table><tr><td>发文字号</td><td>示例民发〔2025〕7号</td></tr><tr><td>成文日期</td><td>2025-03-01</td></tr></table>
<h1>示例区民政局关于试点工作的通知</h1>
<p>示例民发〔2025〕7号</p><p>各街道办事处：</p>
<p>第一条　为做好试点工作，制定本通知。</p>
<p>第二条　按照本通知第九条办理。</p>
<p>第四条　本通知自2024年1月1日起施行。</p>
<p>示例区民政局</p><p>2025年3月8日</p></body></html>"""


def taken_in(data=PAGE, name="试点.html", **options):
    """A draft of 区民政局 made of a file."""
    made = data.encode() if isinstance(data, str) else data
    policy = actions.take_in(data=made, name=name, actor="system:test", publish=False, **options).policy
    return owned_draft(policy)


def owned_draft(policy):
    unit = factories.unit()
    Policy.objects.filter(pk=policy.pk).update(unit=unit)
    revision = policy.latest_revision
    revision.content["unit"] = unit.pk
    revision.save(update_fields=["content"])
    return own(policy)


def own(policy):
    return Policy.objects.get(pk=policy.pk)


def draft(policy):
    return own(policy).get_latest_revision_as_object()


def seen(policy):
    return answers.version_of(own(policy))


def say(policy, by, name, how="accepted", value=None, point="", at=None):
    return settle_point(
        policy=policy, by=by, name=name, how=how, value=value, point=point, seen=at or seen(policy)
    )


def points(policy):
    return {point.key: point for point in all_points(draft(policy))}


def labels(policy):
    return [point.label for point in all_points(draft(policy))]


# --- what is doubtful -------------------------------------------------------------------------------------------


def test_what_the_reader_left_open_and_what_contradicts_itself_are_points():
    policy = taken_in()
    found = points(policy)
    assert found["written_on"].value == "2025-03-01"
    assert "网页标注为“2025-03-01”" in found["written_on"].why
    assert "落款为“2025-03-08”" in found["written_on"].why
    said = [point.label for point in found.values()]
    assert "引用没有着落" in said
    assert "序号不连续" in said
    gap = next(point for point in found.values() if point.label == "序号不连续")
    assert "第三条" in gap.why
    assert gap.fields[0].value.startswith("第四条")


def test_dates_and_the_year_of_the_number_are_compared_once_they_are_known():
    policy, clerk = taken_in(), factories.user()
    assert "日期互相矛盾" not in labels(policy)
    say(policy, clerk, "written_on", "corrected", "2026-03-08")
    if "effective_from" in draft(policy).open_points:
        say(policy, clerk, "effective_from")
    assert "日期互相矛盾" in labels(policy)
    assert "文号与成文日期的年份不同" in labels(policy)
    say(policy, clerk, "written_on", "corrected", "2025-03-08")
    assert "文号与成文日期的年份不同" not in labels(policy)


def test_a_text_without_contradictions_has_none():
    policy = owned(factories.policy(), factories.unit())
    assert [p for p in all_points(draft(policy)) if p.key.startswith("check")] == []


# --- answering ---------------------------------------------------------------------------------------------------


def test_accepting_keeps_the_value_in_a_new_revision_and_in_the_audit_chain():
    policy, clerk = taken_in(), factories.user()
    before = policy.latest_revision_id
    revision = say(policy, clerk, "written_on")
    assert revision.pk != before
    assert str(draft(policy).written_on) == "2025-03-01"
    assert "written_on" not in draft(policy).open_points
    assert "written_on" not in own(policy).open_points  # the desk's lists count from the row
    entry = AuditEntry.objects.filter(action="policy.point_settled").get()
    assert entry.subject == policy.reference


def test_correcting_and_not_stated_close_the_point():
    policy, clerk = taken_in(), factories.user()
    say(policy, clerk, "written_on", "corrected", "2025-03-08")
    assert str(draft(policy).written_on) == "2025-03-08"
    say(policy, clerk, "written_on", "not_stated")
    assert draft(policy).written_on is None
    assert "written_on" not in draft(policy).open_points


@pytest.mark.parametrize(
    ("name", "how", "value", "said"),
    [
        ("written_on", "corrected", "三月八日", "不是日期"),
        ("written_on", "corrected", "", "请填写"),
        ("title", "not_stated", None, "标题不能空着"),
        ("title", "corrected", "长" * 301, "标题："),
        ("document_number", "accepted", None, "已经核对过"),
        ("written_on", "perhaps", None, "请选择"),
        ("slug", "corrected", "x", "不能这样处理"),
        ("check-000000000000", "accepted", None, "不再需要核对"),
        ("body-000000000000", "accepted", None, "不再需要核对"),
        ("block", "corrected", "x", "没有找到这段文字"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence_and_changes_nothing(name, how, value, said):
    policy, clerk = taken_in(), factories.user()
    count = Revision.objects.for_instance(policy).count()
    with pytest.raises(actions.Refused, match=said):
        say(policy, clerk, name, how, value)
    assert Revision.objects.for_instance(policy).count() == count
    assert not AuditEntry.objects.filter(action="policy.point_settled").exists()


def test_text_is_corrected_in_its_own_block_alone():
    policy, clerk = taken_in(), factories.user()
    gap = next(point for point in all_points(draft(policy)) if point.label == "序号不连续")
    before = [item for item in draft(policy).body.raw_data if item["id"] != gap.places[0].block]
    say(policy, clerk, "block", "corrected", "第三条　本通知自2024年1月1日起施行。", point=gap.key)
    after = draft(policy)
    assert [item for item in after.body.raw_data if item["id"] != gap.places[0].block] == before
    assert "第三条" in {clause.label for clause in after.read_clauses}
    assert "序号不连续" not in labels(policy)


def test_what_was_looked_at_and_left_as_it_is_is_not_asked_again_until_it_changes():
    policy, clerk = taken_in(), factories.user()
    gap = next(point for point in all_points(draft(policy)) if point.label == "序号不连续")
    assert say(policy, clerk, gap.key) is None  # nothing of the draft changed
    assert "序号不连续" not in labels(policy)
    take_back_answer(policy=policy, by=clerk, seen=seen(policy))
    assert "序号不连续" in labels(policy)


def test_the_last_answer_can_be_taken_back_by_the_same_person_until_something_else_is_saved():
    policy, clerk, office = taken_in(), factories.user(), factories.user(Role.OFFICE)
    say(policy, clerk, "written_on", "corrected", "2025-03-08")
    with pytest.raises(actions.Refused, match="没有可以撤销"):
        take_back_answer(policy=policy, by=office, seen=seen(policy))
    take_back_answer(policy=policy, by=clerk, seen=seen(policy))
    assert draft(policy).written_on is None
    assert draft(policy).open_points["written_on"]["value"] == "2025-03-01"
    with pytest.raises(actions.Refused, match="没有可以撤销"):
        take_back_answer(policy=policy, by=clerk, seen=seen(policy))


def test_a_title_corrected_changes_the_kind_that_followed_from_it():
    policy, clerk = taken_in(), factories.user()
    assert draft(policy).kind == "通知"
    say(policy, clerk, "title", "corrected", "示例区民政局关于试点工作的意见")
    assert draft(policy).kind == "意见"


# --- two people ---------------------------------------------------------------------------------------------------


def test_the_second_of_two_people_is_told_what_the_first_changed():
    policy, first, second = taken_in(), factories.user(), factories.user(Role.OFFICE)
    at = seen(policy)
    say(policy, first, "written_on", "corrected", "2025-03-08", at=at)
    with pytest.raises(actions.Refused) as refused:
        say(policy, second, "title", "corrected", "另一个标题", at=at)
    assert str(first) in str(refused.value)
    assert "成文日期改为“2025-03-08”" in str(refused.value)
    assert draft(policy).title != "另一个标题"


def test_an_autosave_that_writes_over_a_revision_is_noticed_too():
    policy, first, second = taken_in(), factories.user(), factories.user(Role.OFFICE)
    made = draft(policy)
    revision = actions.save_draft(policy=made, by=first)
    at = seen(policy)
    made.index_number = "A1"
    actions.save_draft(policy=made, by=first, overwrite=revision)
    assert own(policy).latest_revision_id == revision.pk
    with pytest.raises(actions.Refused, match="改过这份文件"):
        say(policy, second, "title", at=at)


def test_nothing_is_written_over_that_others_were_handed():
    policy, clerk = taken_in(), factories.user()
    handed = say(policy, clerk, "written_on")
    say(policy, clerk, "title", "corrected", "新的标题")
    assert handed.content["title"] == Revision.objects.get(pk=handed.pk).content["title"]


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR, Role.SYSTEM, Role.SECURITY, Role.NONE])
def test_others_settle_nothing(role):
    policy = taken_in()
    with pytest.raises(PermissionDenied):
        say(policy, factories.user(role), "written_on")
    with pytest.raises(PermissionDenied):
        take_back_answer(policy=policy, by=factories.user(role), seen=seen(policy))


def test_a_clerk_of_another_unit_settles_nothing():
    policy = taken_in()
    other = factories.user(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局"))
    with pytest.raises(PermissionDenied):
        say(policy, other, "written_on")


# --- a published text -----------------------------------------------------------------------------------------------


def test_of_a_published_text_only_the_draft_changes():
    clerk = factories.user()
    policy = taken_in()
    policy = actions.publish(policy=policy, by="system:test")
    say(policy, clerk, "written_on", "corrected", "2025-03-08")
    assert own(policy).written_on is None
    assert "written_on" in own(policy).open_points  # citizens still read that it is being checked
    assert own(policy).has_unpublished_changes
    looked = next(point for point in all_points(draft(policy)) if point.key.startswith("check"))
    revision = own(policy).latest_revision_id
    say(policy, clerk, looked.key)
    assert own(policy).latest_revision_id == revision


def test_the_next_document_that_waits_is_found_by_its_newest_draft():
    clerk, one = factories.user(), taken_in()
    other = taken_in(PAGE.replace("试点", "另一").replace("7号", "8号"), "另一.html")
    assert next_waiting(clerk, one) == other
    for name in list(draft(other).open_points):
        say(other, clerk, name)
    assert next_waiting(clerk, one) is None
    assert next_waiting(clerk, other) == one


# --- words on pictures -----------------------------------------------------------------------------------------------


def test_doubtful_lines_are_settled_one_by_one_and_the_rest_is_counted():
    policy, clerk = taken_in(), factories.user()
    made = draft(policy)
    made.open_points = {
        "body": {
            "value": "第1页：第一条　为做【好】试点工作，制定本通知。；第1页：各【街】道办事处：；第2页：不在正文里的【字】",
            "evidence": [["ocr", "5"]],
        }
    }
    made.save_revision(clean=False)
    lines = [point for point in all_points(draft(policy)) if point.key.startswith("body")]
    assert [point.page for point in lines] == [1, 1, 2, 0]
    assert lines[0].places[0].doubtful == (6,)
    assert "“好”" in lines[0].why
    assert lines[2].fields == ()  # its words are not found: the edit form is where it is mended
    assert "另有 2 处" in lines[3].value

    say(policy, clerk, "block", "corrected", "第一条　为做好试验工作，制定本通知。", point=lines[0].key)
    assert "试验工作" in "".join(clause.text for clause in draft(policy).read_clauses)
    say(policy, clerk, lines[1].key)
    say(policy, clerk, lines[2].key)
    assert draft(policy).open_points["body"] == {"value": "", "evidence": [["ocr", "2"]]}
    say(policy, clerk, "body-rest")
    assert draft(policy).open_points == {}


def test_a_cell_of_a_table_is_corrected_by_itself():
    book = docx.Document()
    book.add_paragraph("示例区民政局关于补贴标准的通知")
    table = book.add_table(2, 2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["项目", "金额", "助餐", "38O"], strict=True
    ):
        cell.text = text
    book.add_paragraph("示例区民政局")
    out = io.BytesIO()
    book.save(out)
    policy, clerk = taken_in(out.getvalue(), "表.docx"), factories.user()
    made = draft(policy)
    made.open_points = {"body": {"value": "第1页：38O", "evidence": [["ocr", "1"]]}}
    made.save_revision(clean=False)
    (line,) = [point for point in all_points(draft(policy)) if point.key.startswith("body")]
    assert line.places[0].cell == (1, 1)
    say(policy, clerk, "block", "corrected", "380", point=line.key)
    (grid,) = [item["value"]["data"] for item in draft(policy).body.raw_data if item["type"] == "table"]
    assert grid == [["项目", "金额"], ["助餐", "380"]]


def test_what_the_reader_told_of_a_file_is_asked_once():
    policy, clerk = taken_in(), factories.user()
    told = {"warnings": ["第2页有1枚红色印章，印章中的文字没有读入。"], "concealed": [], "leaves": []}
    store.put_json(policy.original.sha256, store.READ, told)
    (told,) = [point for point in all_points(draft(policy)) if point.key.startswith("told")]
    assert told.page == 2
    say(policy, clerk, told.key)
    assert not [point for point in all_points(draft(policy)) if point.key.startswith("told")]
