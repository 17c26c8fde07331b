"""Lists of services: xlsx and JSON, by content; every fault by row and column; twice is once; one bad row stops nothing."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from gongkai.guides import actions, importing
from gongkai.guides.api import as_dict
from gongkai.guides.elements import missing_elements
from gongkai.guides.models import Guide, Service
from gongkai.kernel.models import AuditEntry, Event
from gongkai.orgs.actions import load_units
from gongkai.project.cli.guides import import_guides
from gongkai.reading.document import Unreadable
from tests import factories

SAMPLE = Path(__file__).parents[2] / "gongkai" / "project" / "sample"
HEADER = [
    "事项名称",
    "事项编码",
    "实施单位",
    "服务对象",
    "申请材料",
    "法定时限",
    "承诺时限",
    "办理依据",
    "办理流程",
    "网址",
    "更新日期",
    "备注",
]
GOOD = [
    "首店开办补贴申请", "SL-1", "区民政局", "企业", "1.申请表｜原件、复印件｜2份｜加盖公章\n营业执照|电子件", "30日", "20个工作日",
    "《若干措施》（示例商规〔2026〕3号）二、（一）\n《关于<A>的《通知》》", "1、申请\n（2）审核\n③拨付", "https://zwdt.shili.example/1",
    "2026年11月1日", "不读",
]  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unit():
    factories.unit()


def xlsx(*rows, header=HEADER, above=(), hide=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (*above, header, *rows):
        sheet.append(row)
    for row in hide:
        sheet.row_dimensions[row].hidden = True
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def take(data, **more):
    return actions.take_in(rows=importing.read(data).rows, by="system:test", **more)


def changed(**cells):
    row = dict(zip(HEADER, GOOD, strict=True))
    return list((row | cells).values())


def test_a_row_of_a_sheet_becomes_a_service_with_its_guide():
    (outcome,) = take(xlsx(GOOD))
    assert outcome.result is actions.Result.CREATED and outcome.faults == ()
    service = Service.objects.get(code="SL-1")
    assert (service.name, service.unit.code, service.audience) == ("首店开办补贴申请", "minzheng", "company")
    guide = service.guide
    assert guide.materials == [
        {"name": "申请表", "forms": ["original", "copy"], "copies": 2, "note": "加盖公章", "template": ""},
        {"name": "营业执照", "forms": ["electronic"], "copies": None, "note": "", "template": ""},
    ]
    assert guide.basis == [
        {"title": "若干措施", "number": "示例商规〔2026〕3号", "clause": "二、（一）"},
        {"title": "关于<A>的《通知》", "number": "", "clause": ""},
    ]
    assert guide.steps == ["申请", "审核", "拨付"]
    assert (guide.statutory_value, guide.statutory_unit) == (30, "days")
    assert (guide.promised_value, guide.promised_unit) == (20, "working_days")
    assert guide.updated_on == date(2026, 11, 1)
    assert outcome.missing == ("条件", "地点", "时间", "电话")


def test_columns_come_in_any_order_below_titles_and_unknown_ones_are_told():
    order = list(reversed(range(len(HEADER))))
    data = xlsx(
        [GOOD[i] for i in order],
        header=[HEADER[i] for i in order],
        above=[["示例区办事事项清单"], [], ["说明：略"]],
    )
    found = importing.read(data)
    assert [each.place for each in found.rows] == ["第 5 行"] and "备注" in found.notes[0]
    assert actions.take_in(rows=found.rows, by="system:test")[0].result is actions.Result.CREATED


def test_the_same_list_again_changes_nothing():
    take(xlsx(GOOD))
    before = (Event.objects.count(), AuditEntry.objects.count(), Guide.objects.values().get())
    assert take(xlsx(GOOD))[0].result is actions.Result.UNCHANGED
    assert (Event.objects.count(), AuditEntry.objects.count(), Guide.objects.values().get()) == before


def test_a_column_that_is_not_there_leaves_what_is_known_and_an_empty_cell_clears_it():
    take(xlsx(GOOD))
    short = ["事项编码", "事项名称", "办理流程"]
    assert take(xlsx(["SL-1", "首店开办补贴申请", ""], header=short))[0].result is actions.Result.CHANGED
    guide = Guide.objects.get()
    assert guide.steps == [] and len(guide.materials) == 2


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"网址": "http://zwdt.shili.example/1"},
            "第 3 行“办理渠道”：“http://zwdt.shili.example/1”不是完整的 https 网址",
        ),
        ({"网址": "javascript:alert(1)"}, "“办理渠道”"),
        ({"实施单位": "没有这个局"}, "“实施单位”：没有叫“没有这个局”的单位"),
        ({"服务对象": "外星人"}, "“服务对象”：不认识“外星人”"),
        ({"法定时限": "一阵子"}, "“法定时限”：看不懂时限“一阵子”"),
        ({"承诺时限": "40日"}, "“承诺时限”：承诺时限长于法定时限"),
        ({"申请材料": "申请表｜羊皮"}, "“申请材料”：不认识“羊皮”"),
        ({"申请材料": "申请表｜原件｜几份"}, "份数“几份”不是数字"),
        ({"申请材料": "申请表｜原件｜1｜｜http://x.shili.example"}, "“申请材料”：第 1 条："),
        ({"事项编码": "编码 1"}, "“事项编码”：事项编码只能用字母"),
        ({"事项编码": ""}, "“事项编码”：没有填写"),
        ({"事项名称": "长" * 121}, "“事项名称”：超过 120 个字"),
        ({"更新日期": "去年"}, "“更新日期”：“去年”不是日期"),
    ],
)
def test_a_fault_names_row_and_column_and_stops_no_other_row(cells, said):
    second = changed(**{"事项编码": "SL-2", **cells})
    outcomes = take(xlsx(GOOD, second, changed(事项编码="SL-3")))
    assert [each.result.value for each in outcomes] == ["created", "refused", "created"]
    assert said in " ".join(outcomes[1].faults) and outcomes[1].faults[0].startswith("第 3 行")
    assert Service.objects.count() == 2


def test_all_faults_of_a_row_are_told_at_once():
    (outcome,) = take(xlsx(changed(网址="x", 实施单位="x", 法定时限="x", 服务对象="")))
    assert {fault.split("”")[0] for fault in outcome.faults} == {
        f"第 2 行“{column}" for column in ("办理渠道", "实施单位", "法定时限", "服务对象")
    }


def test_a_code_that_stands_twice_is_refused_the_second_time():
    first, second = take(xlsx(GOOD, changed(事项名称="另一个名称")))
    assert first.result is actions.Result.CREATED and "与第 2 行的事项编码相同" in second.faults[0]
    assert Service.objects.get().name == "首店开办补贴申请"


def test_a_dry_run_tells_the_same_and_keeps_nothing():
    data = xlsx(GOOD, changed(事项编码="SL-2", 网址="x"))
    tried = take(data, dry_run=True)
    assert not Service.objects.exists() and not Event.objects.exists() and not AuditEntry.objects.exists()
    assert tried == take(data)


def test_hidden_rows_are_left_out_and_told():
    found = importing.read(xlsx(GOOD, changed(事项编码="SL-2"), hide=[3]))
    assert [each.values["code"] for each in found.rows] == ["SL-1"] and "1 行是隐藏的" in "".join(found.notes)


def test_figures_and_dates_of_the_sheet_are_read_as_people_mean_them():
    row = changed(事项编码=310101000123, 更新日期=date(2026, 11, 1), 网址=None)
    (outcome,) = take(xlsx(row))
    assert outcome.code == "310101000123" and Guide.objects.get().updated_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("当场办结", 0, "working_days"),
        ("２０ 个工作日", 20, "working_days"),
        ("15天", 15, "days"),
        ("无", None, ""),
    ],
)
def test_time_limits_are_read_in_the_ways_people_write_them(text, value, unit):
    take(xlsx(changed(法定时限="", 承诺时限=text)))
    guide = Guide.objects.get()
    assert (guide.promised_value, guide.promised_unit) == (value, unit)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "xlsx 或者 JSON"),
        ("事项编码,事项名称".encode(), "不是 xlsx，也不是 UTF-8 编码的 JSON"),
        (b'{"a": 1}', "应当是事项的列表"),
        (b"[]", "没有事项"),
        (b"[" * 100_000, "JSON"),
        (xlsx(["x"], header=["名字"]), "没有找到表头"),
        (xlsx(), "没有事项"),
        (xlsx(GOOD)[:-900], "损坏"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(data, words):
    with pytest.raises(Unreadable, match=words):
        importing.read(data)


def test_a_sheet_with_entities_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(GOOD))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = b'<!DOCTYPE a [<!ENTITY b "c">]>' + text
            new.writestr(name, text)
    with pytest.raises(Unreadable, match="实体"):
        importing.read(made.getvalue())


def test_what_the_interface_tells_can_be_taken_in_again(keep):
    told = as_dict(keep())
    (outcome,) = take(json.dumps([told]).encode())
    assert outcome.result is actions.Result.UNCHANGED, outcome
    Service.objects.all().delete()
    take(json.dumps({"services": [told]}).encode())
    assert as_dict(Service.objects.get()) == told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": 5}, "“事项名称”"),
        ({"unit": {"code": "x"}}, "“实施单位”"),
        ({"colour": "red"}, "不认识的键：colour"),
        ({"guide": [1]}, "guide 下面应当是一个对象"),
        ({"guide": {"materials": "申请表"}}, "“申请材料”：应当是一个列表"),
        ({"guide": {"materials": ["申请表"]}}, "第 1 条的写法不对"),
        ({"guide": {"materials": [{"name": "表", "copies": "2"}]}}, "份数"),
        ({"guide": {"basis": [{"number": "1号"}]}}, "第 1 条没有名称"),
        ({"guide": {"steps": [1]}}, "“办理流程”"),
        ({"guide": {"statutory": "20个工作日"}}, "时限要写成"),
        ({"guide": {"statutory": {"value": 20}}}, "一起填写"),
        ({"guide": {"statutory": {"value": True, "unit": "days"}}}, "整数"),
        ({"active": "yes"}, "“在用”"),
    ],
)
def test_an_item_of_json_that_is_wrong_is_told_by_its_place(change, said):
    item = {"code": "J-1", "name": "事项", "unit": "minzheng", "audience": "person"}
    wrong, fine = take(json.dumps([item | change, item | {"code": "J-2"}]).encode())
    assert (wrong.result, fine.result) == (actions.Result.REFUSED, actions.Result.CREATED)
    assert said in " ".join(wrong.faults) and wrong.faults[0].startswith("第 1 项")
    assert fine.place == "第 2 项"


def test_characters_that_no_database_holds_are_left_out():
    item = {"code": "J-1", "name": "事\\u0000项\\ud800", "unit": "minzheng", "audience": "person"}
    item |= {
        "channel": "https://x.shili.example/a\\u0000b\\udc00",
        "guide": {"steps": ["申\\u0000请"], "basis": []},
    }
    (outcome,) = take(json.dumps([item]).replace("\\\\u", "\\u").encode())
    assert outcome.result is actions.Result.CREATED and outcome.name == "事项"
    assert Service.objects.get().channel == "https://x.shili.example/ab" and Guide.objects.get().steps == [
        "申请"
    ]


def test_the_twelve_sample_services_come_in_whole_and_marked():
    load_units(path=SAMPLE / "units.toml", actor="system:test")
    outcomes = take((SAMPLE / "guides.json").read_bytes())
    assert [each.result.value for each in outcomes] == ["created"] * 12, [each.faults for each in outcomes]
    services = Service.objects.select_related("guide")
    assert all(each.is_sample and each.code.startswith("SLQ-") for each in services)
    assert all(missing_elements(each.guide) == [] for each in services)
    assert all(each.channel_host.endswith(".example") and "示例" in each.guide.phone for each in services)


def test_the_command_reports_previews_and_writes_a_template(tmp_path):
    path = tmp_path / "清单.dat"
    path.write_bytes(xlsx(GOOD, changed(事项编码="SL-2", 网址="x")))
    tried = CliRunner().invoke(import_guides, [str(path), "--dry-run"])
    assert tried.exit_code == 1 and "第 3 行“办理渠道”" in tried.output and "没有写入" in tried.output
    assert not Service.objects.exists()
    done = CliRunner().invoke(import_guides, [str(path), "--json"])
    assert json.loads(done.stdout)["counts"] == {"created": 1, "refused": 1}
    template = tmp_path / "t.json"
    assert CliRunner().invoke(import_guides, ["--template", str(template)]).exit_code == 0
    load_units(path=SAMPLE / "units.toml", actor="system:test")
    assert CliRunner().invoke(import_guides, [str(template)]).exit_code == 0
    path.write_bytes(b"x")
    refused = CliRunner().invoke(import_guides, [str(path)])
    assert refused.exit_code == 1 and "Traceback" not in refused.output
