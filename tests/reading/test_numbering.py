"""Numbering styles and their mixtures: decimals, letters, contents, quoted amendments, and places that stay right."""

from gongkai.reading.page import Line
from gongkai.reading.structure import divide

from .planting import clause, numbered, planted


def test_a_technical_text_is_numbered_by_decimals() -> None:
    found = planted(
        "html",
        [
            "=示例指南",
            "1．总则",
            "1.1 目的",
            "为了示例。",
            "1.2 范围",
            "1.2.1 甲",
            "1.2.2 乙",
            "2．要求",
            "2.1 丙",
        ],
    )
    assert numbered(found) == ["1", "1/1.1", "1/1.2", "1/1.2/1.2.1", "1/1.2/1.2.2", "2", "2/2.1"]


def test_letters_and_roman_numerals_stand_where_they_first_occur() -> None:
    inner = planted(
        "html",
        [
            "=示例办法",
            "一、甲类",
            "（一）条件",
            "A.年满十八岁。",
            "B.住在本区。",
            "（二）程序",
            "二、乙类",
            "A.自愿。",
        ],
    )
    assert numbered(inner) == ["一", "一/（一）", "一/（一）/A", "一/（一）/B", "一/（二）", "二", "二/A"]
    outer = planted("html", ["=示例办法", "Ⅰ. 甲类", "一、条件", "二、程序", "Ⅱ. 乙类", "一、条件"])  # noqa: RUF001
    assert numbered(outer) == ["Ⅰ", "Ⅰ/一", "Ⅰ/二", "Ⅱ", "Ⅱ/一"]  # noqa: RUF001


def test_two_spellings_of_a_letter_never_share_an_anchor() -> None:
    found = planted("html", ["=示例办法", "一、甲类", "A.年满十八岁。", "（A）住在本区。"])
    anchors = [one.anchor for one in found.clauses]
    assert len(set(anchors)) == len(anchors)


def test_a_list_of_chapters_is_not_taken_for_the_chapters() -> None:
    lines = [
        "第一章　总则",
        "第一条　为了示例，制定本办法。",
        "第二章　附则",
        "第二条　本办法由示例区民政局解释。",
    ]
    found = planted("html", ["=示例管理办法", "目　录", "第一章　总则", "第二章　附则", *lines])
    assert numbered(found) == ["第一章", "第一条", "第二章", "第二条"]


def test_articles_inside_a_quotation_are_another_text_s() -> None:
    amended = [
        "=示例区民政局关于修改《示例办法》的决定",
        "一、将第三条修改为：",
        "“第三条　申请人应当具备下列条件：",
        "“（一）年满十八岁；",
        "（二）住在本区。",
        "“第四条　申请人应当如实填写。”",
        "二、删去第九条。",
        "“放管服”改革继续推进。",
        "（一）加强领导。",
    ]
    assert numbered(planted("html", amended)) == ["一", "二", "二/（一）"]


def test_a_quotation_that_nobody_closes_swallows_nothing() -> None:
    found = planted("html", ["=示例办法", "一、甲类", "“申请人应当如实填写。", "二、乙类", "三、丙类"])
    assert numbered(found) == ["一", "二", "三"]


def test_a_paragraph_behind_items_is_the_next_paragraph_of_its_article() -> None:
    lines = [
        "第三条　有下列情形之一的，不予受理：",
        "（一）不属于本区的；",
        "（二）材料不齐的。",
        "前款情形消除后可以再次申请。",
    ]
    found = planted("html", ["=示例办法", *lines])
    assert clause(found, "再次申请").path == "第三条/第二款"


def test_doubtful_characters_keep_their_places_when_spaces_are_closed_up() -> None:
    text = "第 一 条　为 了示例，制定本办法。"
    at = text.index("办")
    (part,) = divide(
        [Line("示例办法", strong=True), Line(text, sheet=2, confidence=0.9, doubtful=(at,))], "示例办法"
    )
    block = part.blocks[-1]
    assert block.text[block.doubtful[0]] == "办" and (block.sheet, block.confidence) == (2, 0.9)
