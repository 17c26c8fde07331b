"""The first page of the desk and its lists: each role its own lines, every count leads to exactly that list, files as shown."""

import io
import re
from datetime import timedelta
from pathlib import Path

import polib
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from gongkai.kernel import clock
from gongkai.kernel.sheets import sheet
from gongkai.orgs import waiting as lines_module
from gongkai.orgs.models import Role
from gongkai.orgs.waiting import Group, Waiting, lines
from gongkai.policies import actions, desk_list
from gongkai.policies.models import HandIn, Policy, Schedule
from gongkai.project import wiring
from tests import factories
from tests.policies.desk_world import at_desk
from tests.policies.record_world import draft, housing, html, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(originals_folder, index_folder):
    """Two units' records in every state of the desk, and one person of each role."""
    unit, other = factories.unit(), housing()
    people = {
        role.value: factories.user(
            role, unit if role in {Role.CLERK, Role.REVIEWER, Role.PUBLISHER} else None
        )
        for role in Role
        if role != Role.NONE
    }
    people["stranger"] = factories.user(Role.CLERK, other)
    clerk, reviewer, publisher = (people[name] for name in ("clerk", "reviewer", "publisher"))

    def new(number, **values):
        data = factories.text_of(number, **values)
        made = actions.take_in(data=data, name=f"{number}.txt", actor="system:test", publish=False).policy
        Policy.objects.filter(pk=made.pk).update(unit=unit)
        draft(own(made), publisher, unit=unit)
        return own(made)

    made = {
        name: new(5000 + n) for n, name in enumerate(("draft", "handed", "passed", "sent_back", "scheduled"))
    }
    for name in ("handed", "passed", "sent_back"):
        actions.hand_in(policy=made[name], by=clerk)
    actions.pass_on(policy=made["passed"], by=reviewer)
    actions.send_back(policy=made["sent_back"], by=reviewer, reason="缺少附件")
    actions.schedule(policy=made["scheduled"], by=publisher, at=clock.now() + timedelta(days=1))
    made["missed"] = new(5010)
    row = actions.schedule(policy=made["missed"], by=publisher, at=clock.now() + timedelta(days=1))
    Schedule.objects.filter(pk=row.pk).update(state="failed", why="没有按时的原因", settled_at=clock.now())
    for name, number in (("published", 5020), ("changed", 5021), ("withdrawn", 5022), ("taken_down", 5023)):
        made[name] = actions.publish(policy=new(number), by=publisher)
    draft(made["changed"], clerk, title="改过还没有发布的标题")
    actions.withdraw(policy=made["withdrawn"], by=publisher, reason="重复")
    actions.take_down(policy=made["taken_down"], by=publisher, reason="误发")
    return {
        "people": people,
        "made": {name: own(each) for name, each in made.items()},
        "unit": unit,
        "other": other,
    }


def listed(client, query=""):
    """The numbers of the records that the list shows."""
    text = html(client.get(f"/desk/policies/{query}"))
    return {int(pk) for pk in re.findall(r'id="snippet_(\d+)_title"', text)}


def shown_lines(user):
    return {line.label: line.count for line in lines(user) if line.count}


def test_every_source_in_the_wiring_can_be_asked():
    assert lines_module.sources() == tuple(wiring.DESK_WAITING)


@pytest.mark.parametrize("role", [role.value for role in Role if role != Role.NONE])
def test_every_role_has_a_first_page_in_which_each_count_leads_to_that_many(world, role):
    user = world["people"][role]
    client = at_desk(user)
    answer = client.get(reverse("desk"))
    assert answer.status_code == 200
    text = html(answer)
    for line in lines(user):
        if not line.count:
            continue
        assert line.label in text
        assert client.get(line.url).status_code == 200
        if line.url.startswith("/desk/policies/?"):
            assert len(listed(client, line.url.removeprefix("/desk/policies/"))) == line.count, line


def test_each_role_is_shown_its_own_work(world):
    found = {name: shown_lines(user) for name, user in world["people"].items()}
    assert found["reviewer"]["待审核"] == 1 and "退回待修改" not in found["reviewer"]
    assert found["publisher"]["审核通过，待发布"] == 1
    assert found["clerk"]["退回待修改"] == 1 and "待审核" not in found["clerk"]
    assert found["clerk"]["已送审，等待审核"] == 1
    assert "没有按时发布" in found["clerk"] and "已定时发布" in found["auditor"]
    for name in ("system", "security"):
        assert not {"待审核", "退回待修改", "已定时发布", "有待核要素"} & set(found[name])
    assert not {"退回待修改", "已送审，等待审核", "没有按时发布"} & set(found["stranger"])


def test_each_administrator_is_shown_what_is_theirs(world):
    factories.user(Role.NONE)
    leaving = factories.user(Role.CLERK, world["unit"])
    leaving.ends_on = clock.today() + timedelta(days=3)
    leaving.save(update_fields=["ends_on"])
    found = {name: shown_lines(world["people"][name]) for name in ("system", "security", "auditor")}
    assert found["security"]["还没有定岗位的账号"] == 1
    assert found["system"] == {"三十天内到最后使用日的账号，请安排交接": 1}
    assert found["auditor"]["今天的审计记录"] > 0


def test_our_chinese_for_wagtails_words_is_whole_and_keeps_every_place():
    for name in ("django", "djangojs"):
        path = Path(wiring.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / f"{name}.po"
        entries = list(polib.pofile(str(path)))
        assert len(entries) > 10
        for entry in entries:
            said = entry.msgstr or entry.msgstr_plural.get(0, "")
            assert re.search("[\u4e00-\u9fff]|^[%<]", said), entry.msgid
            wanted = set(re.findall(r"%\(\w+\)s", entry.msgid_plural or entry.msgid))
            assert set(re.findall(r"%\(\w+\)s", said)) == wanted, entry.msgid


def test_why_something_was_sent_back_or_not_published_stands_on_the_first_page(world):
    text = html(at_desk(world["people"]["clerk"]).get("/desk/"))
    assert "缺少附件" in text and "没有按时的原因" in text


def test_what_is_late_stands_first_and_says_that_no_statute_says_so(world):
    HandIn.objects.filter(state="sent_back").update(decided_at=clock.now() - timedelta(days=30))
    text = html(at_desk(world["people"]["clerk"]).get("/desk/"))
    assert "项久候" in text and "不是法定期限" in text
    assert text.index("退回待修改") < text.index("还没有送审的草稿")


def test_the_menu_shows_the_same_counts(world):
    menu = at_desk(world["people"]["reviewer"]).get("/desk/policies/").content.decode()
    assert re.search(r"(待审核|\\u5f85\\u5ba1\\u6838) \(1\)", menu)


@pytest.mark.parametrize("state", list(desk_list.STATES))
def test_the_list_is_narrowed_by_every_state(world, state):
    found = listed(at_desk(world["people"]["publisher"]), f"?state={state}")
    made = world["made"]
    wanted = {made[state].pk}
    if state == "published":
        wanted |= {made["changed"].pk}
    if state == "draft":
        wanted |= {made["missed"].pk}
    assert found == wanted


def test_only_what_a_person_may_read_is_listed_and_exported(world):
    own_records = {each.pk for each in world["made"].values()}
    for name, mine in (
        ("clerk", own_records), ("reviewer", own_records), ("publisher", own_records), ("office", own_records),
        ("auditor", own_records), ("stranger", set()),
    ):  # fmt: skip
        client = at_desk(world["people"][name])
        assert listed(client) == mine, name
        rows = cells(client.get("/desk/policies/?export=xlsx"))[1:]
        assert {int(row[0]) for row in rows} == mine, name
    for name in ("system", "security"):
        assert at_desk(world["people"][name]).get("/desk/policies/").status_code in {302, 403}


def test_what_the_list_can_be_narrowed_by_tells_nothing_of_other_units(world):
    Policy.objects.filter(pk=world["made"]["draft"].pk).update(kind="函", written_on="2019-05-05")
    offered = {
        name: html(at_desk(world["people"][name]).get("/desk/policies/")) for name in ("clerk", "stranger")
    }
    for value in ('value="函"', 'value="2019"'):
        assert value in offered["clerk"] and value not in offered["stranger"]


def test_who_may_not_change_a_record_is_led_to_read_it(world):
    record = world["made"]["draft"]
    for name in ("reviewer", "auditor"):
        text = html(at_desk(world["people"][name]).get("/desk/policies/"))
        assert f"/desk/policies/edit/{record.pk}/" not in text
        assert f"/desk/records/{record.pk}/" in text
    assert f"/desk/policies/edit/{record.pk}/" in html(
        at_desk(world["people"]["clerk"]).get("/desk/policies/")
    )


def test_the_list_finds_chinese_in_titles_numbers_drafts_and_published_texts(world):
    client, made = at_desk(world["people"]["clerk"]), world["made"]
    assert listed(client, "?q=第5020号测试") == {made["published"].pk}
    assert listed(client, "?q=〔2026〕5003号") == {made["sent_back"].pk}
    assert listed(client, "?q=第5020号材料") == {made["published"].pk}, "words of a published text"
    assert listed(client, "?q=第5000号材料") == {made["draft"].pk}, "words of a draft"
    assert listed(client, "?q=改过还没有发布") == {made["changed"].pk}, "the title of the newest draft"
    assert listed(client, "?q=第5020号 街道") == {made["published"].pk}, "every word must stand there"
    assert listed(client, "?q=第5020号 没有的词") == set()
    assert listed(client, "?q=%25") == set() and listed(client, "?q=_____") == set(), "no wildcards"


def test_the_list_is_narrowed_by_unit_kind_year_validity_and_open_points(world):
    client, made = at_desk(world["people"]["office"]), world["made"]
    everything = listed(client)
    assert listed(client, f"?unit={world['unit'].pk}") == everything
    assert listed(client, f"?unit={world['other'].pk}") == set()
    assert listed(client, "?kind=通知") == everything
    assert listed(client, "?year=2026") | listed(client, f"?year={clock.today().year}") <= everything
    Policy.objects.filter(pk=made["draft"].pk).update(open_points={"title": {"value": "x", "evidence": []}})
    assert listed(client, "?open=true") == {made["draft"].pk}
    states = ("in_force", "not_yet_in_force", "lapsed", "repealed", "unknown")
    assert set().union(*(listed(client, f"?validity={state}") for state in states)) == everything


def test_the_list_is_sorted_by_a_column(world):
    client = at_desk(world["people"]["office"])

    def order(query):
        return re.findall(r'id="snippet_(\d+)_title"', html(client.get(f"/desk/policies/{query}")))

    assert order("?ordering=document_number") == order("?ordering=-document_number")[::-1]
    assert len(order("?ordering=title")) == len(world["made"])


# --- files -----------------------------------------------------------------------------------------------------------


def cells(answer):
    """The rows of a downloaded file."""
    assert answer["Content-Type"].endswith("spreadsheetml.sheet") and "no-store" in answer["Cache-Control"]
    book = load_workbook(io.BytesIO(answer.content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_what_is_filtered_is_what_the_file_holds(world):
    rows = cells(at_desk(world["people"]["office"]).get("/desk/policies/?export=xlsx&state=changed"))
    assert rows[0][:3] == ["编号", "标题", "发文字号"] and len(rows) == 2
    assert rows[1][1] == "改过还没有发布的标题" and "有未发布的修改" in rows[1][13]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "坏\x07字"]
)
def test_no_text_becomes_a_formula(text):
    book = load_workbook(io.BytesIO(sheet("表", ["标题"], [[text]]).content))
    cell = book.active["A2"]
    assert cell.data_type == "s" and cell.value.strip() == text.replace("\x07", "").strip()
    assert cell.quotePrefix or text.startswith("坏")


def test_topics_guides_and_proposed_relations_come_as_files_too(world):
    client = at_desk(world["people"]["office"])
    for address in (
        "/desk/topics/?export=xlsx",
        "/desk/guides/?export=xlsx",
        "/desk/records/relations/?export=xlsx",
    ):
        assert len(cells(client.get(address))) >= 1, address
    for address in ("/desk/topics/?export=csv", "/desk/policies/?export=csv"):
        assert "text/html" in client.get(address)["Content-Type"]


def test_a_line_without_anything_is_not_shown_but_stays_in_the_menu(db, monkeypatch):
    monkeypatch.setattr(lines_module, "_sources", ("tests.project.test_desk_home.nothing",))
    user = factories.user(Role.CLERK)
    text = html(at_desk(user).get("/desk/"))
    assert "现在没有等您办理的事项" in text and "an-empty-line" in text


def nothing(user, *, in_menu=False):
    """A source with one empty line."""
    return [Waiting("空的一行", 0, "/desk/", group=Group.NOW, menu="an-empty-line")]
