"""What a text refers to: titles, numbers, articles of others and its own."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.references import Reference, find_references


def shown(text: str, names: dict[str, Reference] | None = None) -> list[tuple[str, str, str]]:
    """What each reference covers, its kind and its clause."""
    return [(text[one.start : one.end], one.kind, one.clause) for one in find_references(text, names)]


def only(text: str) -> Reference:
    (one,) = find_references(text)
    assert 0 <= one.start < one.end <= len(text)
    return one


def test_a_law_with_its_article_is_one_reference() -> None:
    one = only("依照《中华人民共和国行政许可法》第十二条第二款第（三）项的规定办理。")
    assert one.title == "中华人民共和国行政许可法"
    assert one.clause == "第十二条第二款第（三）项"
    assert not one.own and one.number is None


def test_a_title_and_the_number_behind_it_are_one_reference() -> None:
    one = only("根据《国务院关于加强监管的意见》（国发〔2019〕5号）的要求，制定本办法。")
    assert one.title == "国务院关于加强监管的意见"
    assert one.number is not None and one.number.key == "国发:2019:5"


def test_a_title_its_number_and_its_article_are_one_reference() -> None:
    one = only("依据《政府信息公开条例》（国务院令第711号）第二十七条，提出申请。")
    assert (one.title, one.clause) == ("政府信息公开条例", "第二十七条")
    assert one.number is not None and one.number.serial == 711


def test_a_number_alone_is_a_reference() -> None:
    one = only("按照国办发〔2019〕61号文件执行。")
    assert one.title == "" and one.number is not None and one.number.code == "国办发"


@pytest.mark.parametrize("word", ["本办法", "本条例", "本规定", "本法", "本细则", "本通知", "本意见"])
def test_a_text_that_cites_itself_says_so(word: str) -> None:
    one = only(f"违反{word}第五条第一款规定的，责令改正。")
    assert one.own and one.clause == "第五条第一款" and one.title == ""


@pytest.mark.parametrize(
    "text", ["转发《关于印发〈示例办法〉的通知》。", "转发《关于印发《示例办法》的通知》。"]
)
def test_a_title_within_a_title_does_not_end_it(text: str) -> None:
    one = only(text)
    assert one.title.startswith("关于印发") and one.title.endswith("的通知")


def test_several_references_come_in_order_and_apart() -> None:
    text = "根据《行政许可法》第八条、《行政处罚法》和沪府规〔2020〕1号，结合本办法第三条。"
    found = list(find_references(text))
    assert [one.title for one in found] == ["行政许可法", "行政处罚法", "", ""]
    assert [one.clause for one in found] == ["第八条", "", "", "第三条"]
    assert found[2].number is not None and found[3].own


@pytest.mark.parametrize(
    "text", ["", "为了规范工作，制定本办法。", "申请人应当在15日内提出。", "5号楼第三单元"]
)
def test_plain_sentences_refer_to_nothing(text: str) -> None:
    assert list(find_references(text)) == []


@given(st.text(alphabet="《》〈〉（）〔〕本办法条例第一二三款项国发2019号，。", max_size=60))
def test_references_stay_apart_and_within_the_text(text: str) -> None:
    end = 0
    for one in find_references(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end


def test_every_clause_of_a_list_is_a_reference_of_its_own() -> None:
    assert shown("违反本条例第十二条、第十三条和第十五条第一款规定的") == [
        ("本条例第十二条", "own", "第十二条"),
        ("第十三条", "own", "第十三条"),
        ("第十五条第一款", "own", "第十五条第一款"),
    ]


def test_what_a_list_leaves_out_is_taken_from_what_stands_before() -> None:
    assert shown("有第一款第（一）、（三）项情形，或者《示例法》第二十条第一款、第三款规定情形") == [
        ("第一款第（一）", "own", "第一款第（一）项"),
        ("（三）项", "own", "第一款第（三）项"),
        ("《示例法》第二十条第一款", "title", "第二十条第一款"),
        ("第三款", "title", "第二十条第三款"),
    ]
    assert [clause for _, _, clause in shown("由于第十七条第一、二、五项所规定的情况")] == [
        "第十七条第一项",
        "第十七条第二项",
        "第十七条第五项",
    ]
    assert [clause for _, _, clause in shown("符合第五条第（一）（二）（三）项条件")] == [
        "第五条第（一）项",
        "第五条第（二）项",
        "第五条第（三）项",
    ]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("依照本法第五条至第八条的规定", "第五条至第八条"),
        ("有本条第（一）项至第（三）项行为", "第（一）项至第（三）项"),
        ("符合第九条第（二）至（四）项规定", "第九条第（二）项至第（四）项"),
    ],
)
def test_a_range_is_one_reference(text: str, clause: str) -> None:
    assert only(text).clause == clause


def test_an_article_behind_a_list_of_items_is_counted_from_the_text_again() -> None:
    found = list(find_references("提交前款第（二）项、第（三）项和第十四条第（二）项所列文件"))
    assert [(one.base, one.clause) for one in found] == [
        ("前款", "第（二）项"),
        ("前款", "第（三）项"),
        ("", "第十四条第（二）项"),
    ]
    assert found[2].own


@pytest.mark.parametrize(
    ("text", "name", "clause"),
    [
        ("依照行政许可法第十二条的规定", "行政许可法", "第十二条"),
        ("根据宪法第六十七条", "宪法", "第六十七条"),
        ("构成刑法第二百九十一条之一规定的犯罪", "刑法", "第二百九十一条之一"),
        ("依照中华人民共和国刑法第三百条", "中华人民共和国刑法", "第三百条"),
        ("触犯反有组织犯罪法第十条", "反有组织犯罪法", "第十条"),
        ("涉嫌刑法分则第四章规定的犯罪", "刑法", "第四章"),
    ],
)
def test_a_statute_named_without_marks_is_known_by_the_article_behind_it(
    text: str, name: str, clause: str
) -> None:
    one = only(text)
    assert (one.kind, one.title, one.clause) == ("title", name, clause)


def test_version_brackets_stand_between_title_and_clause() -> None:
    one = only("按照《示例办法》（2019年修订）的第三条执行")
    assert (one.title, one.version, one.clause) == ("示例办法", "2019年修订", "第三条")
    assert only("符合《示例规范（试行）》第二章第一节要求").clause == "第二章第一节"


def test_a_number_may_stand_before_the_title_or_among_others_behind_it() -> None:
    before = only("国发〔2019〕5号《关于示例的意见》")
    assert before.title == "关于示例的意见" and before.number is not None and before.start == 0
    first, second = find_references("《关于示例的意见》（国发〔2019〕5号、国办发〔2020〕3号）")
    assert first.number is not None and first.number.serial == 5
    assert second.kind == "number" and second.number is not None and second.number.serial == 3
    assert only("按照示办发〔2012〕37号文件第二条第二款").clause == "第二条第二款"


def test_announcements_counted_by_the_year_are_numbers() -> None:
    one = only("《关于示例政策的公告》（财政部 税务总局公告2020年第8号）")
    assert one.number is not None and (one.number.year, one.number.serial) == (2020, 8)
    alone = only("按照海关总署公告2020年第17号执行")
    assert alone.number is not None and alone.number.text == "海关总署公告2020年第17号"


@pytest.mark.parametrize("code", ["京经信发", "对外贸易经济合作部令第12号", "沪经信规范"])
def test_an_economic_authority_keeps_its_name(code: str) -> None:
    text = code if code.endswith("号") else f"{code}〔2023〕3号"
    one = only(f"按照{text}执行")
    assert one.number is not None and one.number.text == text


def test_the_name_of_the_state_belongs_to_the_decree() -> None:
    one = only("2019年3月2日中华人民共和国国务院令第709号修订")
    assert one.number is not None and one.number.text == "中华人民共和国国务院令第709号"


def test_a_short_name_counts_from_where_it_is_given() -> None:
    text = "现将《示例市公园管理办法》（以下简称《办法》）印发。《办法》第三条和《办法》附件1"
    assert shown(text) == [
        ("《示例市公园管理办法》", "title", ""),
        ("《办法》第三条", "short", "第三条"),
        ("《办法》", "short", ""),
        ("附件1", "attachment", ""),
    ]
    assert next(find_references(text)).short == "办法"


def test_a_short_name_of_an_earlier_text_is_known_with_and_without_marks() -> None:
    names = {"档案法": Reference(0, 9, "中华人民共和国档案法"), "意见": Reference(0, 5, "关于示例的意见")}
    assert shown("档案法第三条所称档案，并征求意见；按照“意见”第二条办理", names) == [
        ("档案法第三条", "short", "第三条"),
        ("“意见”第二条", "short", "第二条"),
    ]


def test_the_name_of_an_authority_is_no_short_name_of_a_document() -> None:
    assert shown("市公园管理局（以下简称管理局）负责。管理局可以委托") == []


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("违反前款规定的", "前款"),
        ("从事前款规定的活动", "前款"),
        ("犯前两款罪的", "前两款"),
        ("依照前条规定", "前条"),
        ("本条所称未成年人", "本条"),
        ("适用本章规定", "本章"),
        ("本条前两款的规定", "前两款"),
    ],
)
def test_what_is_counted_from_here_keeps_what_it_is_counted_from(text: str, base: str) -> None:
    assert only(text).base == base


@pytest.mark.parametrize(
    "text",
    [
        "本条例自2020年1月1日起施行",
        "符合以上条件的",
        "目前项目进展顺利，提前款项已到账",
        "新建第一条跑道和第二条地铁线路",
        "第一项工作是摸底，第二项任务是整改",
        "第三条　申请人应当如实填写",
        "“第三条　申请人应当如实填写",
        "取得《食品经营许可证》和《出生医学证明》",
        "填写《补贴申请表》，签订《委托协议》",
        "通过《阳光问政》栏目反映，据《示例日报》报道",
        "特种设备的安全附件、邮件附件和申请书及其附件",
        "附件：1.示例表",
    ],
)
def test_what_only_looks_like_a_reference_is_none(text: str) -> None:
    assert shown(text) == []


def test_clauses_of_an_amended_law_are_references() -> None:
    text = "将第三条修改为：“第三条　本市公园免费开放。”删去第五条第二款。"
    assert [clause for _, _, clause in shown(text)] == ["第三条", "第五条第二款"]


def test_attachments_are_found_one_by_one_and_in_ranges() -> None:
    text = "具体标准见附件。名单（附件1、2）和附表1，详见附件3-5；依照本条例附件二办理"
    assert [one.target for one in find_references(text)] == [
        "附件",
        "附件1",
        "附件2",
        "附表1",
        "附件3-5",
        "附件二",
    ]


LAWS = {
    "商标法": Reference(0, 9, "中华人民共和国商标法"),
    "公路法": Reference(0, 9, "中华人民共和国公路法"),
    "公司法": Reference(0, 9, "中华人民共和国公司法"),
    "管制清单": Reference(0, 9, "示例物项管制清单"),
    "税率表": Reference(0, 9, "示例税税率表"),
    "办法": Reference(0, 9, "示例办法"),
}


def test_a_short_name_of_three_characters_stands_for_its_law_without_an_article() -> None:
    assert shown("依照商标法和本条例的规定，公路法规定的除外；执行《公路法》。", LAWS) == [
        ("商标法", "short", ""),
        ("公路法", "short", ""),
        ("《公路法》", "short", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "按照商标法实施条例办理",
        "国际商标法和商标法律研究",
        "公司法定代表人和公司法人",
        "有关办法另行制定",
        "示例税税率表",
        "示例物项管制清单如下",
        "参加《商标法讲座》栏目",
    ],
)
def test_a_short_name_within_another_word_or_title_is_none(text: str) -> None:
    assert [one for one in shown(text, LAWS) if one[1] == "short"] == []


def test_the_part_of_a_list_is_no_clause_of_a_short_name_but_a_chapter_is() -> None:
    assert shown("列入管制清单第一部分，按照管制清单第二章第三条执行", LAWS) == [
        ("管制清单", "short", ""),
        ("管制清单第二章第三条", "short", "第二章第三条"),
    ]


def test_a_name_before_words_that_only_begin_like_a_clause_is_still_found() -> None:
    assert shown("按照商标法第二次修改后的规定", LAWS) == [("商标法", "short", "")]


def test_titles_named_together_get_their_short_names_together() -> None:
    text = "《示例甲法》、《示例乙法》（以下简称《甲法》、《乙法》）。《甲法》与《乙法》规定"
    assert [(one.kind, one.short) for one in find_references(text)] == [
        ("title", "甲法"),
        ("title", "乙法"),
        ("short", ""),
        ("short", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("根据宪法，制定本法。", ["宪法"]),
        ("遵守宪法和法律，依照宪法规定决定", ["宪法", "宪法"]),
        ("按照《宪法》办理", ["《宪法》"]),
        ("根据中华人民共和国宪法第五条", ["中华人民共和国宪法第五条"]),
        ("同宪法相抵触，宪法日活动，根据宪法宣誓制度", []),
    ],
)
def test_the_constitution_is_cited_where_it_is_a_source(text: str, expected: list[str]) -> None:
    assert [words for words, kind, _ in shown(text) if kind == "title"] == expected


def test_the_item_before_is_a_reference_whatever_follows() -> None:
    assert [one.base for one in find_references("使用以前项手段获取的秘密")] == ["前项"]
    assert shown("目前项目进展顺利，以前款项已到账，前项目负责人") == []


def test_an_instruction_that_names_paragraphs_and_items_alone_is_a_reference() -> None:
    assert shown("删去第二款。原第三款作为第四款。第六项“（六）管理公园”修改为") == [
        ("第二款", "own", "第二款"),
        ("第三款", "own", "第三款"),
        ("第四款", "own", "第四款"),
        ("第六项", "own", "第六项"),
    ]


@given(
    st.text(
        alphabet="《》〈〉（）〔〕本前附件办法条例第一二三款项章节、和至国发2019号，。“”以下简称", max_size=80
    )
)
def test_any_mixture_gives_references_in_order_and_apart(text: str) -> None:
    end = 0
    for one in find_references(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end


@pytest.mark.parametrize(
    "piece",
    [
        "《",
        "第",
        "第一、",
        "《甲》（",
        "前款第一项、",
        "《甲乙》（以下简称《",
        "第（一）、",
        "根据宪法第",
        "甲乙法第",
    ],
)
def test_time_grows_with_the_text_and_not_faster(piece: str) -> None:
    started = time.perf_counter()
    names = {"甲乙法": Reference(0, 9, "示例甲乙法")}
    for _ in find_references((piece * 100_000)[:100_000], names):
        pass
    assert time.perf_counter() - started < 5
