"""The sample district as a first start brings it in: every file through the real import, chains told, the rest waiting."""

import json
import tomllib
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongkai.guides.models import Service
from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Unit, UnitGroup
from gongkai.orgs.units import guides as unit_guides
from gongkai.policies.models import Original, Policy, Relation, Topic, TopicEntry
from gongkai.project.cli import district, profile
from gongkai.reading import scan
from gongkai.reading.document import Unreadable
from gongkai.reading.read import read, read_here
from tests.installation import ROOT

RECORDS = {
    record["document_number"]: record
    for record in map(
        json.loads, (district.SAMPLE / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    )
}
DAY = date(2026, 11, 23)
SCAN = "31_lift_works_scan.pdf"
DRAFTS = {"示例司〔2025〕30号", "示例卫〔2026〕63号", "示例文旅规〔2026〕3号"}


def _without_recogniser(data, name="", progress=None):
    """The reader of an installation without the ocr extra; only the scan would notice."""
    if name != SCAN:
        return read(data, name, progress)
    available = scan.available
    scan.available = lambda: False
    try:
        return read_here(data, "pdf", name, progress)
    finally:
        scan.available = available


@pytest.fixture
def noon():
    with clock.frozen(datetime(2026, 11, 23, 4, tzinfo=UTC)):
        yield


@pytest.mark.django_db(transaction=True)
def test_the_whole_district_comes_in_and_is_what_its_metadata_say(
    index_folder, originals_folder, monkeypatch, capsys, noon
):
    # The package shows the verb under the name of its module.
    monkeypatch.setattr(import_module("gongkai.policies.actions.take_in"), "read", _without_recogniser)
    district.load()
    told = capsys.readouterr().err
    assert SCAN in told and "gongkai[ocr]" in told, "what is missing is said, and the rest comes in"
    policies = {policy.document_number: policy for policy in Policy.objects.all()}
    assert set(policies) == set(RECORDS) - {"示例一街通〔2026〕3号"}
    assert {number for number, policy in policies.items() if not policy.live} == DRAFTS
    assert all(policy.is_sample and policy.original_id for policy in policies.values())
    assert Original.objects.count() == 39
    _records_are_true(policies)
    _units_and_topics()
    _some_relations_hold_and_some_wait(policies)
    _a_second_start_changes_nothing()


def _records_are_true(policies):
    for number, policy in policies.items():
        record = RECORDS[number]
        for field in ("title", "written_on", "published_on", "effective_from", "effective_until"):
            if field in record.get("open", []):
                assert field in policy.open_points, (number, field)
            else:
                value = getattr(policy, field)
                assert (value.isoformat() if hasattr(value, "isoformat") else value) == record[field], (
                    number,
                    field,
                )
        assert (policy.kind, policy.disclosure) == (record["kind"], record["disclosure"]), number
        assert policy.validity_on(DAY).state.value == record["state"], number


def _units_and_topics():
    assert Unit.objects.count() == 18 and UnitGroup.objects.count() == 2
    owners = set(Policy.objects.exclude(unit=None).values_list("unit__code", flat=True))
    assert len(owners) >= 12
    partly = Unit.objects.get(code="shuju")
    assert "编排体系" in unit_guides.missing(unit_guides.guide_of(partly))
    assert unit_guides.missing(unit_guides.guide_of(Unit.objects.get(code="fuban"))) == []
    assert Service.objects.count() == 12
    members = {
        topic.slug: set(
            topic.entries.exclude(how="excluded").values_list("policy__document_number", flat=True)
        )
        for topic in Topic.objects.all()
    }
    assert len(members) == 8 and all(len(numbers) >= 2 for numbers in members.values())
    assert "示例司〔2026〕12号" in members["business"] and "示例商规〔2026〕3号" in members["public-money"]
    assert "示例房规〔2020〕2号" not in members["housing"]


def _some_relations_hold_and_some_wait(policies):
    states = {
        (row.source.document_number, row.kind, row.target_number): row.state
        for row in Relation.objects.select_related("source")
    }
    told = {
        (number, kind, target)
        for number in policies
        for kind, _title, target, _clauses in RECORDS[number]["relations"]
        if policies[number].live
    }
    assert set(states) == told
    assert states["示例府办规〔2022〕3号", "amends", "示例商规〔2019〕4号"] == "confirmed"
    assert states["示例城管规〔2025〕2号", "repeals", "示例商规〔2019〕4号"] == "confirmed"
    assert states["示例发改规〔2025〕1号", "repeals", "示例房规〔2020〕2号"] == "confirmed"
    assert states["示例府办规〔2023〕6号", "amends", "示例房规〔2020〕2号"] == "proposed"
    assert states["示例人社规〔2024〕3号", "amends", "示例财规〔2021〕5号"] == "proposed"
    assert states["示例财规〔2026〕4号", "repeals", "示例财规〔2021〕5号"] == "proposed"
    amended = policies["示例商规〔2019〕4号"]
    assert amended.validity_on(date(2023, 1, 1)).state.value == "in_force"
    assert "partly_amended" in {flag.value for flag in amended.validity_on(date(2023, 1, 1)).flags}


def _a_second_start_changes_nothing():
    topic = Topic.objects.get(slug="housing")
    TopicEntry.objects.filter(topic=topic, how="rule").delete()
    before = AuditEntry.objects.count(), Relation.objects.count(), TopicEntry.objects.count()
    district.load()
    assert (AuditEntry.objects.count(), Relation.objects.count(), TopicEntry.objects.count()) == before


@pytest.mark.skipif(not scan.available(), reason="the recogniser is not installed")
def test_with_the_recogniser_the_scan_is_read_to_the_letter():
    document = read((district.SAMPLE / SCAN).read_bytes(), SCAN)
    assert document.title.value == RECORDS["示例一街通〔2026〕3号"]["title"]
    assert "0000-12347031" in document.text and "凭居住证明每月收费150元" in document.text


def test_without_it_the_scan_says_what_is_missing():
    with pytest.raises(Unreadable, match=r"gongkai\[ocr\]"):
        _without_recogniser((district.SAMPLE / SCAN).read_bytes(), SCAN)


# --- 普陀 --------------------------------------------------------------------------------------------------------

# Names only, as the plan of 2025 writes them after 责任单位.
NAMED = [
    "区府办",
    "区发改委",
    "沿沪宁专项机制办",
    "区商务委",
    "区科委",
    "区民政局",
    "区人社局",
    "区规划资源局",
    "区生态环境局",
    "区建管委",
    "区文旅局",
    "区数据局",
    "区司法局",
    "区融媒体中心",
    "区教育局",
    "区市场监管局",
    "区房管局",
    "区城运中心",
    "区卫生健康委",
    "区委编办",
    "区财政局",
    "区投促办",
    "区新闻办",
]
GROUPS = {"各部门", "各街镇", "各行政执法部门", "相关部门"}
PUTUO = ROOT / "profiles" / "putuo.toml"


@pytest.mark.django_db
def test_putuo_is_loaded_as_the_plan_names_it_and_again_without_effect():
    for _ in range(2):
        done = CliRunner().invoke(profile.load, [str(PUTUO)])
        assert done.exit_code == 0, done.output
        assert "23 个单位" in done.output and "SiteIDCode" in done.output
        assert sorted(Unit.objects.values_list("short_name", flat=True)) == sorted(NAMED)
        assert dict(UnitGroup.objects.values_list("name", "complete")) == dict.fromkeys(GROUPS, False)
    assert not Policy.objects.exists()
    full = {unit.name for unit in Unit.objects.all() if unit.name != unit.short_name}
    assert full == {"上海市普陀区人民政府办公室"}, "no full name is guessed"


@pytest.mark.data
def test_the_truth_list_is_the_plans(data: Path):
    plan = (data / "plan" / "putuo_2025_open_government_plan.txt").read_text(encoding="utf-8")
    named = [part.split(",")[0] for part in plan.split("责任单位:")[1:]]
    words = {name.replace("等相关部门", "") for names in named for name in names.split("、")}
    assert words == set(NAMED) | GROUPS - {"相关部门"} and "等相关部门" in plan
    assert "上海市普陀区人民政府办公室" in plan


def test_putuos_columns_are_those_of_the_shanghai_platform_and_its_site_is_to_be_filled_in():
    found = tomllib.loads(PUTUO.read_text(encoding="utf-8"))
    assert [column["name"] for column in found["columns"]] == [
        "政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开", "政府公报",
    ]  # fmt: skip
    assert set(found["site"].values()) == {""}
    assert profile.faults_of(found) == []


@pytest.mark.django_db
def test_a_profile_with_faults_is_not_loaded_and_each_is_told(tmp_path: Path):
    path = tmp_path / "区.toml"
    path.write_text(
        '[[units]]\ncode = "a"\nname = "某局"\nshort_name = "局"\nkind = "bureau"\n[[units]]\ncode = "a"\n'
        '[[groups]]\ncode = "g"\nname = "各部门"\nunits = ["b"]\n[[columns]]\ncode = "c"\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(profile.load, [str(path)])
    assert done.exit_code == 1 and not Unit.objects.exists()
    for words in ("bureau", "short_name", "同一个代码", "b 不是列出的单位", "complete", "专栏“c”"):
        assert words in done.output.replace("\n", ""), words
    path.write_text("units = ", encoding="utf-8")
    done = CliRunner().invoke(profile.load, [str(path)])
    assert done.exit_code == 1 and "TOML" in done.output


@pytest.mark.django_db
def test_no_profile_is_loaded_over_the_sample_district(tmp_path: Path):
    Policy.objects.create(title="示例", is_sample=True)
    done = CliRunner().invoke(profile.load, [str(PUTUO)])
    assert done.exit_code == 1 and "示例区" in done.output and not Unit.objects.exists()


UNIT = {"code": "fuban", "name": "甲区人民政府办公室", "short_name": "区府办", "kind": "office"}

GROUP = {"code": "g", "name": "各部门", "complete": True, "units": ["fuban"]}


def test_a_profile_without_faults_has_none_told():
    assert profile.faults_of({"units": [UNIT | {"guide": {}}], "groups": [GROUP], "site": {}}) == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"units": ["x"]}, "[[units]]"),
        ({"units": {"code": "a"}}, "[[units]]"),
        ({"units": [UNIT], "groups": ["各部门"]}, "[[groups]]"),
        ({"units": [UNIT], "columns": "指南"}, "[[columns]]"),
        ({"units": [UNIT], "groups": [{"code": "g", "complete": False}]}, "name"),
        ({"units": [UNIT, UNIT]}, "同一个代码"),
        ({"units": []}, "没有列出单位"),
        ({"units": [UNIT | {"code": "区府办"}]}, "代码“区府办”要用字母"),
        ({"units": [UNIT | {"code": "a/b"}]}, "要用字母"),
        ({"units": [UNIT | {"code": "a" * 41}]}, "不超过 40 个"),
        ({"units": [UNIT | {"code": ["fuban"]}]}, "缺少 code"),
        ({"units": [UNIT | {"kind": ["office"]}]}, "缺少 kind"),
        ({"units": [UNIT | {"short_name": "办" * 41}]}, "short_name 最多 40 个字"),
        ({"units": [UNIT, UNIT | {"code": "other"}]}, "同一个名称“甲区人民政府办公室”"),
        ({"units": [UNIT | {"guide": "见网站"}]}, "[units.guide]"),
        ({"units": [UNIT], "site": "甲区"}, "[site]"),
        ({"units": [UNIT], "groups": [GROUP | {"code": "各部门"}]}, "要用字母"),
        ({"units": [UNIT], "groups": [GROUP, GROUP | {"code": "h"}]}, "同一个名称“各部门”"),
        ({"units": [UNIT], "groups": [{"code": "g", "name": "各部门", "complete": True}]}, "units"),
        ({"units": [UNIT], "groups": [GROUP | {"units": [["fuban"]]}]}, "不是列出的单位"),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_in_words(found, words):
    assert any(words in fault for fault in profile.faults_of(found))
