"""Units' pages and guides: nine fields, what is missing is said, who may write, every wording kept."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from lxml import html as markup

from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry, Event
from gongkai.orgs.actions import load_units
from gongkai.orgs.models import Role, Unit, UnitGuide
from gongkai.orgs.units.actions import STATED, state_guide, take_in_guide
from gongkai.orgs.units.guides import FIELDS, guide_of, missing
from tests import factories
from tests.policies.topic_world import policy, topic

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
WORDS = {name: f"示例{n}" for n, name in enumerate(FIELDS)} | {"telephone": "021-00000001", "online": "https://x.shili.example/"}  # fmt: skip
LABELS = ["信息分类", "编排体系", "获取方式", "公开工作机构名称", "办公地址", "办公时间", "联系电话", "传真号码", "互联网联系方式"]  # fmt: skip
TOML = """
[[units]]
code = "minzheng"
name = "示例区民政局"
short_name = "区民政局"
kind = "department"
[units.guide]
address = "示例路1号"
telephone = "021-00000001"
confirmed_on = 2026-10-08
"""


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


def publisher():
    return factories.user(Role.PUBLISHER, of=factories.unit())


def page_of(client, path="/units/minzheng/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return markup.fromstring(answer.content)


def fields_of(page):
    """Field → words of the guide on a page."""
    rows = page.xpath("//section[@aria-labelledby='guide']//dl/div")
    return {row.xpath("string(dt)"): row.xpath("string(dd)") for row in rows}


# --- public ----------------------------------------------------------------------------------------------------------


def test_the_nine_fields_of_the_article_stand_in_its_order_with_the_day_they_were_confirmed(client):
    state_guide(unit=factories.unit(), values=WORDS, by=publisher())
    page = page_of(client)
    assert fields_of(page) == dict(zip(LABELS, (WORDS[name] for name in FIELDS), strict=True))
    assert list(fields_of(page)) == LABELS
    assert "最近一次核对：2026年11月23日" in page.text_content()
    assert page.xpath("//a[.='021-00000001']/@href") == ["tel:021-00000001"]
    assert page.xpath("//a[.='https://x.shili.example/']/@href") == ["https://x.shili.example/"]
    assert "未提供" not in page.xpath("string(//dl)")


def test_what_a_unit_does_not_provide_is_said_and_never_filled_in(client):
    factories.unit()
    page = page_of(client)
    assert fields_of(page) == dict.fromkeys(LABELS, "未提供")
    assert "最近一次核对" not in page.text_content()
    assert page_of(client, "/en/units/minzheng/").get("lang") == "en"


def test_a_guide_is_text_and_never_a_dangerous_link(client):
    values = {"online": "javascript:alert(1)", "telephone": "<b>1</b>", "ways": "<script>alert(1)</script>"}
    state_guide(unit=factories.unit(), values=values, by=publisher())
    page = page_of(client)
    assert not page.xpath("//section[@aria-labelledby='guide']//a | //dl//script | //dl//b")
    assert fields_of(page)["获取方式"] == "<script>alert(1)</script>"


def test_a_unit_shows_its_newest_documents_its_kinds_topics_and_nothing_of_others(client):
    other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    for n in range(10):
        policy(f"示例食堂第{n}号", kind="办法" if n else "通知")
    policy("别的单位的文件", unit=other)
    policy("草稿", live=False)
    topic("canteens", words=["食堂"])
    page = page_of(client)
    shown = [
        a.text_content() for a in page.xpath("//section[@aria-labelledby='documents']//a[@class='row-title']")
    ]
    assert shown == [f"示例食堂第{n}号" for n in range(9, 1, -1)]
    assert "本单位全部政策文件（10）" in page.text_content()
    links = page.xpath("//a/@href")
    assert "/policies/?unit=minzheng" in links and "/policies/?unit=minzheng&kind=%E5%8A%9E%E6%B3%95" in links
    assert "/topics/canteens/" in links
    assert "别的单位的文件" not in page.text_content() and "草稿" not in page.text_content()


def test_every_unit_is_listed_with_its_number_of_documents_by_one_question(client, django_assert_num_queries):
    policy("甲")
    for n in range(8):
        factories.unit(f"u{n}", f"单位{n}", f"单位{n}")
    gone = factories.unit("gone", "撤销的单位", "撤销")
    Unit.objects.filter(pk=gone.pk).update(active=False)
    page = page_of(client, "/units/")
    rows = {li.xpath("string(a)"): li.xpath("string(p)") for li in page.xpath("//li[@class='row']")}
    assert rows["示例区民政局"] == "政策文件 1 份" and rows["单位3"] == "政策文件 0 份"
    assert "撤销的单位" not in rows and client.get("/units/gone/").status_code == 404
    assert client.get("/units/none/").status_code == 404
    with django_assert_num_queries(2):
        client.get("/units/")


# --- the words and who may write them ----------------------------------------------------------------------------------


def test_every_wording_is_kept_and_the_same_words_again_are_confirmed_anew():
    unit, by = factories.unit(), publisher()
    first = state_guide(unit=unit, values=WORDS, by=by)
    with clock.frozen(datetime(2026, 12, 1, 4, tzinfo=UTC)):
        second = state_guide(unit=unit, values=WORDS, by=by)
        third = state_guide(unit=unit, values={**WORDS, "address": "  新址  "}, by=by)
    assert [each.pk for each in unit.guides.order_by("pk")] == [first.pk, second.pk, third.pk]
    assert first.confirmed_on == date(2026, 11, 23) and second.confirmed_on == date(2026, 12, 1)
    assert guide_of(unit) == third and third.address == "新址"
    assert UnitGuide.objects.get(pk=first.pk).address == WORDS["address"]


def test_the_action_is_in_the_audit_chain_and_an_event_without_the_words():
    made = state_guide(unit=factories.unit(), values=WORDS, by=publisher())
    entry = AuditEntry.objects.get(action=STATED)
    assert entry.subject == f"orgs.Unit:{made.unit_id}" and entry.actor == made.by.reference
    event = Event.objects.get(kind=STATED)
    assert "021" not in str(event.payload)


@pytest.mark.parametrize(
    "role", [Role.CLERK, Role.REVIEWER, Role.SYSTEM, Role.SECURITY, Role.AUDITOR, Role.NONE]
)
def test_only_who_publishes_for_the_unit_may_write(client, role):
    in_unit = role in {Role.CLERK, Role.REVIEWER}
    by = factories.user(role, of=factories.unit() if in_unit else None)
    with pytest.raises(PermissionDenied):
        state_guide(unit=factories.unit(), values=WORDS, by=by)
    client.force_login(by, backend="gongkai.orgs.sign_in.backends.PasswordBackend")
    assert client.post("/desk/units/minzheng/", WORDS).status_code in {302, 403}
    assert not UnitGuide.objects.exists()


def test_a_publisher_of_another_unit_may_not_write_and_the_office_may():
    other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    with pytest.raises(PermissionDenied):
        state_guide(unit=other, values=WORDS, by=publisher())
    assert state_guide(unit=other, values=WORDS, by=factories.user(Role.OFFICE)).unit == other


def test_the_profile_fills_in_once_and_never_over_what_people_wrote(tmp_path: Path):
    profile = tmp_path / "units.toml"
    profile.write_text(TOML, encoding="utf-8")
    load_units(path=profile, actor="system:test")
    unit = Unit.objects.get(code="minzheng")
    assert guide_of(unit).confirmed_on == date(2026, 10, 8) and guide_of(unit).by is None
    assert missing(guide_of(unit)) == [label for label in LABELS if label not in {"办公地址", "联系电话"}]
    load_units(path=profile, actor="system:test")
    assert unit.guides.count() == 1, "the same words change nothing"
    profile.write_text(TOML.replace("1号", "2号"), encoding="utf-8")
    load_units(path=profile, actor="system:test")
    assert guide_of(unit).address == "示例路2号"
    state_guide(unit=unit, values={"address": "示例路9号"}, by=publisher())
    load_units(path=profile, actor="system:test")
    assert guide_of(unit).address == "示例路9号"
    assert take_in_guide(unit=unit, row={"address": "x"}, actor="system:test") is None


# --- at the desk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_desk(client, settings):
    """A client signed in as somebody; the second factor has tests of its own."""
    settings.TOTP = False

    def sign_in(user):
        client.force_login(user, backend="gongkai.orgs.sign_in.backends.PasswordBackend")
        return client

    return sign_in


def test_a_publisher_writes_the_guide_and_sees_what_it_said_before(at_desk):
    client = at_desk(publisher())
    assert client.post("/desk/units/minzheng/", WORDS).status_code == 302
    assert client.post("/desk/units/minzheng/", {**WORDS, "fax": ""}).status_code == 302
    page = client.get("/desk/units/minzheng/").content.decode()
    assert page.count("<details>") == 2 and "缺少：传真号码" in page and WORDS["address"] in page
    rows = client.get("/desk/units/").content.decode()
    assert "传真号码" in rows and "2026年11月23日" in rows


def test_the_office_sees_which_units_lack_what_and_a_unit_its_own(at_desk):
    factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    client = at_desk(factories.user(Role.OFFICE))
    page = client.get("/desk/units/").content.decode()
    assert "示例区房屋管理局" in page and page.count("、".join(LABELS)) == Unit.objects.count()
    client = at_desk(publisher())
    page = client.get("/desk/units/").content.decode()
    assert "示例区民政局" in page and "示例区房屋管理局" not in page
    assert client.get("/desk/units/fangguan/").status_code == 404


def test_a_clerk_and_the_auditor_read_and_find_no_form(at_desk):
    for role in (Role.CLERK, Role.AUDITOR):
        page = at_desk(factories.user(role)).get("/desk/units/minzheng/")
        if role == Role.CLERK:
            assert page.status_code == 200 and 'name="address"' not in page.content.decode()
