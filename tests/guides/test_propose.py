"""Where a text names a service: planted names are found where they stand, and general words are not taken for names."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.guides.propose import Known, Names, particular

SERVICES = [
    Known("SLQ-SW-0101", "首店开办补贴申请"),
    Known("SLQ-SJ-0301", "企业开办“一件事”"),
    Known("SLQ-SJ-0302", "食品经营许可（新办）"),
    Known("SLQ-SJ-0303", "食品经营许可（变更）"),
    Known("SLQ-FG-0401", "城镇污水排入排水管网许可证核发"),
    Known("SLQ-ST-0601", "夜间连续施工证明核发"),
    Known("SLQ-MZ-0210", "养老机构备案"),
    Known("SLQ-MZ-0211", "居住证办理"),
    Known("SLQ-MZ-0212", "示例区老年综合津贴申领"),
    Known("SLQ-XX-0001", "备案"),
    Known("SLQ-XX-0002", "变更登记"),
    Known("SLQ-XX-0003", "行政许可"),
    Known("SLQ-RS-0501", "青年就业见习补贴申请"),
    Known("SLQ-RS-0502", "青年就业见习补贴申请（留用奖励）"),
]
NAMES = Names(SERVICES, region="示例区")

WIDE = "".join(chr(ord(ch) + 0xFEE0) for ch in "SLQ-SW-0101")  # as an office types codes in full width


def told(text):
    return [(each.code, each.words) for each in NAMES.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("企业可以办理首店开办补贴申请。", [("SLQ-SW-0101", "首店开办补贴申请")]),
        ("符合条件的，申请首店开办补贴。", [("SLQ-SW-0101", "申请首店开办补贴")]),
        ("首店开办补贴标准见下表。", [("SLQ-SW-0101", "首店开办补贴")]),
        ("首店 开办\n补贴的申领在四月进行。", [("SLQ-SW-0101", "首店 开办\n补贴的申领")]),
        ("推行企业开办“一件事”改革", [("SLQ-SJ-0301", "企业开办“一件事")]),
        (
            "（三）依法取得食品经营许可；",
            [("SLQ-SJ-0302", "取得食品经营许可"), ("SLQ-SJ-0303", "取得食品经营许可")],
        ),
        ("办理食品经营许可（变更）时", [("SLQ-SJ-0303", "食品经营许可（变更）")]),
        ("应当取得城镇污水排入排水管网许可证。", [("SLQ-FG-0401", "取得城镇污水排入排水管网许可证")]),
        ("管控时段内暂停出具夜间连续施工证明。", [("SLQ-ST-0601", "夜间连续施工证明")]),
        ("老年综合津贴按季发放", [("SLQ-MZ-0212", "老年综合津贴")]),
        ("事项编码 slq-mz-0210，见网上", [("SLQ-MZ-0210", "slq-mz-0210")]),
        (f"事项编码：{WIDE}", [("SLQ-SW-0101", WIDE)]),
        (
            "依照《食品经营许可证》载明的地址",
            [("SLQ-SJ-0302", "食品经营许可证"), ("SLQ-SJ-0303", "食品经营许可证")],
        ),
        ("养老机构备案和居住证办理", [("SLQ-MZ-0210", "养老机构备案"), ("SLQ-MZ-0211", "居住证办理")]),
    ],
)
def test_a_service_is_found_where_the_text_names_it(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "应当依法办理登记、备案或者行政许可。",
        "办理变更登记、申请补贴，报区民政局备案。",
        "养老机构应当报备，企业应当公示。",
        "提交居住证明和居住证实材料。",
        "禁止夜间连续施工。",
        "根据《食品经营许可和备案管理办法》的规定",
        "见《示例区老年综合津贴发放办法》",
        "编码 SLQ-MZ-02101 和 XSLQ-MZ-0210 不是这里的",
        "",
    ],
)
def test_what_only_looks_like_a_name_is_not_proposed(text):
    assert told(text) == []


def test_the_longest_name_wins_and_nothing_overlaps():
    found = NAMES.find("申请青年就业见习补贴申请（留用奖励）的，另行提交劳动合同。")
    assert [each.code for each in found] == ["SLQ-RS-0502"]


def test_confidence_falls_from_code_to_name_to_words_with_a_verb_to_bare_words_to_shared_ones():
    texts = ["SLQ-SW-0101", "首店开办补贴申请", "申领首店开办补贴", "首店开办补贴", "食品经营许可"]
    sure = [NAMES.find(text)[0].confidence for text in texts]
    assert sure == sorted(sure, reverse=True) and len(set(sure)) == 5
    assert all(0 < each < 1 for each in sure)


@pytest.mark.parametrize(
    "name", ["登记", "备案", "变更登记", "行政许可", "补贴申请", "资格认定", "企业登记", "企业设立登记"]
)
def test_general_words_are_no_name(name):
    assert not particular(name)
    assert Names([Known("A-00001", name)]).find(f"应当申请{name}。") == []


@given(st.text(alphabet="首店开办补贴申请食品经营许可证（新办）“”《》 \n、的A0-", max_size=60))
def test_whatever_is_found_stands_in_the_text_as_told(text):
    for each in NAMES.find(text):
        assert text[each.start : each.end] == each.words
        assert each.code in {known.code for known in SERVICES}


def test_time_grows_with_the_text_and_not_with_the_number_of_services():
    few = Names([Known(f"F-{n:05}", f"示例{n:05}号设施使用许可") for n in range(100)])
    many = Names([Known(f"F-{n:05}", f"示例{n:05}号设施使用许可") for n in range(10_000)])
    text = "申请示例00042号设施使用许可的，应当提交材料。" * 500

    def took(names):
        started = time.process_time()
        assert len(names.find(text)) == 500
        return time.process_time() - started

    short, long = min(took(few) for _ in range(3)), min(took(many) for _ in range(3))
    assert long < 4 * short + 0.05
