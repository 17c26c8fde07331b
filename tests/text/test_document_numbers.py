"""Document numbers: every spelling is the same number, and the words before it stay outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.document_numbers import find_numbers, parse_number

CODES = [
    "国发",
    "国办函",
    "国办发明电",
    "沪府规",
    "普府办规范",
    "穗人社规字",
    "示例商规",
    "财税",
    "国函",
    "津政办发",
    "人社部发",
    "发改价格规",
]
BRACKETS = ["〔〕", "[]", "［］", "【】", "()", "（）"]
BEFORE = [
    "根据",
    "按照",
    "依据",
    "依照",
    "参照",
    "见",
    "原",
    "与",
    "和",
    "及",
    "经",
    "对",
    "现将",
    "执行",
    "落实",
    "贯彻",
    "废止",
    "转发",
    "同时，",
    "以下简称",
    "《通知》（",
    "自",
    "印发",
]


@given(
    st.sampled_from(CODES),
    st.integers(1950, 2099),
    st.integers(1, 9999),
    st.sampled_from(BRACKETS),
    st.booleans(),
    st.booleans(),
)
def test_every_spelling_is_taken_apart_into_the_same_number(
    code: str, year: int, serial: int, brackets: str, ordinal: bool, zeros: bool
) -> None:
    text = f"{code}{brackets[0]}{year}{brackets[1]}{'第' if ordinal else ''}{serial:05}号"
    if not zeros:
        text = text.replace(f"{serial:05}", str(serial))
    number = parse_number(text)
    assert number is not None, text
    assert (number.code, number.year, number.serial) == (code, year, serial)
    plain = parse_number(f"{code}〔{year}〕{serial}号")
    assert plain is not None and plain.key == number.key


@pytest.mark.parametrize(
    "text",
    [
        "国发〔２０１９〕５号",
        "国发 〔2019〕 5 号",
        "国发〔2019〕5 号",
        " 国发〔2019〕5号　",
        "国 发〔2019〕5号",
    ],
)
def test_widths_and_spaces_change_nothing(text: str) -> None:
    number = parse_number(text)
    assert number is not None and number.key == parse_number("国发〔2019〕5号").key  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "code", "year", "serial"),
    [
        ("国令第706号", "国令", None, 706),
        ("国务院令第706号", "国务院令", None, 706),
        ("上海市人民政府令第32号", "上海市人民政府令", None, 32),
        ("中华人民共和国国务院令第七百零六号", "中华人民共和国国务院令", None, 706),
        ("主席令第七十五号", "主席令", None, 75),
        ("国家税务总局公告2020年第5号", "国家税务总局公告", 2020, 5),
    ],
)
def test_decrees_and_notices_are_numbers_too(text: str, code: str, year: int | None, serial: int) -> None:
    number = parse_number(text)
    assert number is not None
    assert (number.code, number.year, number.serial) == (code, year, serial)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("code", ["国发", "沪府办规", "示例商规"])
def test_the_words_before_a_number_in_a_sentence_are_no_part_of_it(before: str, code: str) -> None:
    sentence = f"{before}{code}〔2019〕5号文件的规定，切实做好工作。"
    (number,) = find_numbers(sentence)
    assert (number.code, number.year, number.serial) == (code, 2019, 5)
    assert sentence[number.start : number.end] == f"{code}〔2019〕5号"


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("《国务院关于加强监管的意见》（国发〔2019〕5号）要求，", ["国发"]),
        ("依据财税〔2016〕36号、国税发〔2009〕2号的规定", ["财税", "国税发"]),
        ("原《示例区社区助餐服务点管理办法》（示例民规〔2022〕1号）同时废止。", ["示例民规"]),
        ("沪府发〔2020〕1号和沪府办〔2021〕2号与本办法不一致的，以本办法为准", ["沪府发", "沪府办"]),
        ("你局《关于申请拨付资金的请示》（示例房〔2023〕18号）收悉。", ["示例房"]),
        ("根据《信息公开条例》（国务院令第711号）和国办发〔2019〕61号", ["国务院令", "国办发"]),
        ("经国函〔2018〕159号批准，各区按照沪府〔2018〕9号执行", ["国函", "沪府"]),
    ],
)
def test_numbers_are_found_in_running_text(sentence: str, codes: list[str]) -> None:
    assert [each.code for each in find_numbers(sentence)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "〔2019〕5号",
        "5号楼",
        "2019年5号",
        "第5号台风",
        "中山路〔2019〕",
        "国发〔2019〕号",
        "国发〔20199〕5号",
        "国发〔2019〕5",
        "",
        "京A12345号",
    ],
)
def test_what_lacks_a_part_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text", ["国发〔2019〕5号文件", "根据国发〔2019〕5号，制定本办法。", "国发〔2019〕5号 国发〔2019〕6号"]
)
def test_a_line_that_says_more_is_not_one_number(text: str) -> None:
    number = parse_number(text)
    assert number is None or number.text == text


@given(st.text(alphabet="国发办令第号〔〕[]（）0123456789一二年公告 ，根据", max_size=40))
def test_offsets_hold_and_numbers_do_not_overlap(text: str) -> None:
    end = 0
    for each in find_numbers(text):
        assert end <= each.start < each.end <= len(text)
        assert each.serial >= 0 and each.key
        end = each.end
