"""The number that a line begins with, and the lines that only look as if they began with one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.clause_numbers import Numbering, clause_number
from gongkai.text.numerals import to_chinese


@pytest.mark.parametrize(
    ("line", "style", "value", "label"),
    [
        ("第一编　总则", Numbering.BOOK, 1, "第一编"),
        ("第二分编　通则", Numbering.SUBBOOK, 2, "第二分编"),
        ("第一章　总则", Numbering.CHAPTER, 1, "第一章"),
        ("第一章总则", Numbering.CHAPTER, 1, "第一章"),
        ("第二节　申请", Numbering.SECTION, 2, "第二节"),
        ("第一条　为了规范公文，制定本办法。", Numbering.ARTICLE, 1, "第一条"),
        ("第一条 为了规范公文，制定本办法。", Numbering.ARTICLE, 1, "第一条"),
        ("第一条为了规范公文，制定本办法。", Numbering.ARTICLE, 1, "第一条"),
        ("第一条（目的）为了规范公文。", Numbering.ARTICLE, 1, "第一条"),
        ("第一条【目的】为了规范公文。", Numbering.ARTICLE, 1, "第一条"),
        ("第12条 行政机关应当公开。", Numbering.ARTICLE, 12, "第12条"),
        ("第一百零五条　行政机关应当公开。", Numbering.ARTICLE, 105, "第一百零五条"),
        ("第一千二百六十条　本法施行。", Numbering.ARTICLE, 1260, "第一千二百六十条"),
        ("一、总体要求", Numbering.COMMA, 1, "一、"),
        ("十二、保障措施", Numbering.COMMA, 12, "十二、"),
        ("（一）加强领导。", Numbering.PAREN, 1, "（一）"),
        ("(十二)加强领导。", Numbering.PAREN, 12, "(十二)"),
        ("1.围绕中心工作深化公开", Numbering.POINT, 1, "1."),
        ("1．围绕中心工作深化公开", Numbering.POINT, 1, "1．"),
        ("31. 增强数字赋能能力", Numbering.POINT, 31, "31."),
        ("12、做好公开工作", Numbering.POINT, 12, "12、"),
        ("（1）申请表", Numbering.POINT_PAREN, 1, "（1）"),
        ("(10)申请表", Numbering.POINT_PAREN, 10, "(10)"),
        ("①身份证明", Numbering.CIRCLE, 1, "①"),
        ("第一步：填写申请表", Numbering.STEP, 1, "第一步"),
        ("一）加强领导。", Numbering.PAREN, 1, "一）"),
        ("㈢加强领导。", Numbering.PAREN, 3, "㈢"),
        ("⒉申请表", Numbering.POINT, 2, "⒉"),
        ("⑵申请表", Numbering.POINT_PAREN, 2, "⑵"),
        ("1）申请表", Numbering.POINT_PAREN, 1, "1）"),
        ("1.2 申请条件", Numbering.DECIMAL, 2, "1.2"),
        ("1.2申请条件", Numbering.DECIMAL, 2, "1.2"),
        ("1.2.3 申请条件", Numbering.SUBDECIMAL, 3, "1.2.3"),
        ("Ⅳ．申请条件", Numbering.ROMAN, 4, "Ⅳ．"),
        ("II.申请条件", Numbering.ROMAN, 2, "II."),
        ("B.申请条件", Numbering.LETTER, 2, "B."),
        ("（C）申请条件", Numbering.LETTER, 3, "（C）"),
        ("b）申请条件", Numbering.LETTER, 2, "b）"),
        ("第二部分　申请条件", Numbering.DIVISION, 2, "第二部分"),
    ],
)
def test_every_style_in_use_is_read(line: str, style: Numbering, value: int, label: str) -> None:
    number = clause_number(line)
    assert number is not None, line
    assert (number.style, number.value, number.sub) == (style, value, 0)
    assert number.label.strip() == label
    assert line[: number.end].strip("　 ：").startswith(label)
    assert line[number.end :].lstrip("　 ：:")[:1] not in {"、", ".", "．", "）", ""}


def test_an_inserted_article_has_its_own_number() -> None:
    number = clause_number("第十二条之一　申请人可以委托他人。")
    assert number is not None
    assert (number.style, number.value, number.sub, number.step) == (Numbering.ARTICLE, 12, 1, "第十二条之一")
    plain = clause_number("第十二条　申请人可以委托他人。")
    assert plain is not None and plain.anchor != number.anchor


@given(st.integers(min_value=1, max_value=1300))
def test_articles_count_through_whatever_their_number(number: int) -> None:
    read = clause_number(f"第{to_chinese(number)}条　内容。")
    assert read is not None and (read.style, read.value) == (Numbering.ARTICLE, number)
    assert read.step == f"第{to_chinese(number)}条"


@given(st.integers(min_value=1, max_value=99))
def test_steps_are_cited_as_people_cite_them(number: int) -> None:
    numeral = to_chinese(number)
    steps = {
        f"{numeral}、甲": numeral,
        f"（{numeral}）甲": f"（{numeral}）",
        f"({numeral})甲": f"（{numeral}）",
        f"{number}.甲": str(number),
        f"({number})甲": f"（{number}）",
    }
    for line, step in steps.items():
        read = clause_number(line)
        assert read is not None and read.step == step, line


@pytest.mark.parametrize(
    "line",
    [
        "",
        "1.5万元的补贴",
        "2.5%以上的部分",
        "１．５万元的补贴",
        "10.1万平方米",
        "2026年5月1日起施行。",
        "2026.5.1",
        "3天内办结。",
        "3个工作日内答复。",
        "12345热线受理来电。",
        "一般来说，应当公开。",
        "三个月内完成整改。",
        "十五日内作出答复。",
        "一是加强领导；二是落实责任。",
        "一、二级医院应当公开收费标准。",
        "（一次性）补贴",
        "（2019年修订）",
        "（试行）",
        "第一条规定的情形，不适用本办法。",
        "第十二条第二款所称重大，是指金额较大。",
        "第三条的规定适用于本区。",
        "第一条、第二条规定的时限可以延长。",
        "第五条至第八条规定的材料。",
        "第五条修改为：“行政机关应当公开。”",
        "第三章规定的程序不适用。",
        "第一时间发布信息。",
        "第一批试点单位名单",
        "第三方评估机构应当独立。",
        "第一季度完成。",
        "1000元以上的罚款",
        "24小时值班电话",
    ],
)
def test_a_line_that_only_looks_numbered_has_no_number(line: str) -> None:
    assert clause_number(line) is None


@given(st.text(max_size=40))
def test_the_label_is_always_the_beginning_of_the_line(line: str) -> None:
    number = clause_number(line)
    if number is not None:
        assert 0 < number.end <= len(line)
        assert number.label in line[: number.end]
        assert number.step and number.anchor.isascii() and " " not in number.anchor


@pytest.mark.parametrize(
    "line",
    [
        "1.5万元以下的给予补贴。",
        "2.3倍以上的予以奖励。",
        "12.5%由区财政承担。",
        "2026.3.5 发布",
        "3.1—3.5 分",
        "A、B两类企业均可申请。",
        "A股上市公司",
        "一是加强领导。",
        "首先，加强领导。",
        "二、三季度的进度",
        "第三条的规定继续执行。",
        "B1.座位",
    ],
)
def test_figures_grades_and_enumerations_in_a_sentence_are_no_numbers(line: str) -> None:
    assert clause_number(line) is None


def test_a_decimal_number_bears_the_numbers_above_it() -> None:
    number = clause_number("2.10.3　申请条件")
    assert number is not None
    assert (number.step, number.anchor) == ("2.10.3", "y2.10.3")
