"""What references mean: clauses of this text, full titles behind short names, or nothing where there is none."""

import time

import pytest

from gongkai.reading.document import Citation
from gongkai.reading.read import read
from gongkai.reading.resolve import resolve

LAW = """# 示例市公园条例
第一章　总则
第一条　根据《中华人民共和国城乡规划法》（以下简称城乡规划法），制定本条例。
第二条　本市公园适用本条例。
专类公园依照前款规定执行，并符合城乡规划法第三条和《中华人民共和国森林法》第五条、第六条的要求。
第三条　公园分为：
（一）综合公园；
（二）社区公园；
（三）专类公园，按照前两项规定管理。
有前款第（二）项、第三项情形的，由区级管理。
违反前两款规定的，责令改正；依照第一条、本条第一款和第九十九条处理。
第二章　管理
第四条　违反第二条至第三条规定的，依照前条第二款处理；本章另有规定的除外。
第五条　按照本条例第三条第一款第（一）项、第二章和附件1执行。
依照该法第七条处理。
第五条之一　参照上一条执行。
附件
公园名单
第一条　名单由市公园管理机构依照本名单第一条公布。
"""
NOTICE = """# 示例市人民政府办公室关于印发《示例市公园管理办法》的通知
各区人民政府：
现将《示例市公园管理办法》（以下简称《办法》）印发给你们，请按照《办法》第二条执行。根据示府发〔2020〕3号第五条办理。
示例市人民政府办公室
2024年3月1日
示例市公园管理办法
第一条　为了管理公园，制定本办法。
第二条　违反本办法第一条的，责令改正。
"""
DECISION = """# 示例市人民代表大会常务委员会关于修改《示例市公园条例》的决定
示例市人民代表大会常务委员会决定对《示例市公园条例》作如下修改：
一、将第三条修改为：“第三条　公园分为两类。”
二、删去第五条第二款。
三、在第六条中增加一款，作为第三款：“公园免费。”
"""
PLAIN = """# 示例市公园管理局关于做好公园工作的通知
各区公园管理局：
一、巡查要求
每日巡查：
（一）日间巡查；
（二）夜间巡查。
符合第（一）项的，每周报告。
二、其他
按照本通知第一条第（二）项办理。
"""


def citations(text: str) -> list[Citation]:
    document = read(text.encode())
    return list(resolve(document.clauses, document.title.value or "", document.parts))


def said(text: str, path: str) -> list[tuple[str, tuple[str, ...]]]:
    """The clause in standard form and the paths of each reference that the clause at ``path`` makes."""
    return [(one.target_clause, one.target_paths) for one in citations(text) if one.path == path]


def test_the_clause_before_is_counted_from_the_clause_that_says_so() -> None:
    assert said(LAW, "第二条/第二款")[0] == ("第二条第一款", ("第二条",))
    assert said(LAW, "第三条/（三）") == [
        ("第三条第一款第（一）项至第（二）项", ("第三条/（一）", "第三条/（二）"))
    ]
    assert said(LAW, "第三条/第二款") == [
        ("第三条第一款第（二）项", ("第三条/（二）",)),
        ("第三条第一款第三项", ("第三条/（三）",)),
    ]
    assert said(LAW, "第三条/第三款")[0] == ("第三条第一款至第二款", ("第三条", "第三条/第二款"))


def test_a_clause_that_this_text_does_not_have_is_left_unresolved() -> None:
    assert said(LAW, "第三条/第三款")[1:] == [
        ("第一条", ("第一条",)),
        ("第三条第一款", ("第三条",)),
        ("第九十九条", ()),
    ]


def test_ranges_the_article_before_and_the_chapter_are_found() -> None:
    assert said(LAW, "第四条") == [
        ("第二条至第三条", ("第二条", "第三条")),
        ("第三条第二款", ("第三条/第二款",)),
        ("第二章", ("第二章",)),
    ]
    assert said(LAW, "第五条之一") == [("第五条", ("第五条",))]


def test_own_clauses_chapters_and_the_attachment_are_found() -> None:
    assert said(LAW, "第五条") == [
        ("第三条第一款第（一）项", ("第三条/（一）",)),
        ("第二章", ("第二章",)),
        ("", ("附件/第一条",)),
    ]
    assert said(LAW, "附件/第一条") == []  # 本名单 is no word for a text that has articles


def test_other_documents_are_known_by_their_full_titles() -> None:
    found = [one for one in citations(LAW) if one.path == "第二条/第二款"][1:]
    assert [(one.target_title, one.target_clause, one.target_paths, one.certain) for one in found] == [
        ("中华人民共和国城乡规划法", "第三条", (), True),
        ("中华人民共和国森林法", "第五条", (), True),
        ("中华人民共和国森林法", "第六条", (), True),
    ]


def test_which_law_is_meant_by_this_law_follows_from_what_was_named_and_is_not_certain() -> None:
    (one,) = [one for one in citations(LAW) if one.path == "第五条/第二款"]
    assert (one.target_title, one.target_clause, one.certain) == ("中华人民共和国森林法", "第七条", False)


def test_what_a_notice_issues_is_found_in_the_same_file_by_title_and_short_name() -> None:
    found = [one for one in citations(NOTICE) if one.path == "通知/第1段"]
    assert [(one.target_title, one.target_number, one.target_paths) for one in found] == [
        ("示例市公园管理办法", "", ("第一条",)),
        ("示例市公园管理办法", "", ("第二条",)),
        ("", "示府发〔2020〕3号", ()),
    ]
    assert said(NOTICE, "第二条") == [("第一条", ("第一条",))]


def test_a_decision_speaks_of_clauses_of_the_law_that_it_amends() -> None:
    found = [one for one in citations(DECISION) if one.reference.own]
    assert [(one.target_title, one.target_clause, one.target_paths) for one in found] == [
        ("示例市公园条例", "第三条", ()),
        ("示例市公园条例", "第五条第二款", ()),
        ("示例市公园条例", "第六条", ()),
        ("示例市公园条例", "第六条第三款", ()),
    ]


def test_a_text_without_articles_counts_by_its_own_numbers() -> None:
    own = [(one.path, one.target_paths) for one in citations(PLAIN)]
    assert own[-1] == ("二/第2段", ("一/（二）",))
    assert ("一/（一）",) in [paths for _, paths in own]


SUPPLEMENT = """# 示例市公园条例修正案（二）
一、将公园条例第三十一条修改为：“损坏花木的，责令改正。
“（一）甲；
“（二）乙。
“单位有前款行为的，依照前款处罚；有前款第二项、第一款第一项行为的，从重。
“有前两款行为，同时违反本条例第八条的，依照第二款处理。”
二、在公园条例第三十五条中增加两款作为第二款、第三款：“侵入前款规定以外场所的，处罚。
“提供工具的，依照前款的规定处罚。”
原第二款作为第四款，修改为：“单位犯第二款、第三款的，依照各该款处罚。”
三、在公园条例第四十条之一后增加一条，作为第四十条之二：“有下列行为的：
“（一）抛物；
“（二）以前项手段牟利。
“犯第一款罪，有第二项情形的，从轻。
四、将公园条例第五十条第三款修改为：“依照前款处理。”
五、在公园条例第五十一条后增加二条，作为第五十一条之一、第五十一条之二：
“第五十一条之一　禁止垂钓。
“有前款行为的，罚款。
“第五十一条之二　禁止烧烤。
“违反前款的，罚款。”
六、删去第六十条第二款。第三款改为第二款。
七、在公园条例第六十二条中增加一款作为第二款，将该条修改为：“禁止露营。
“违反前款的，责令改正。”
八、本修正案自公布之日起施行。
"""
SEVERAL = """# 示例委员会关于修改《示例甲法》和《示例乙法》的决定
一、对《示例甲法》作如下修改：
（一）第三条修改为：“申请人有下列行为：
“（一）甲；
“（二）乙。
“有前款第二项行为，依照《示例丙法》第八条处理，第一款所列除外。”
（二）在第十条中增加一款，作为第二款：“依照前款处理。”
二、对《示例乙法》作如下修改：
第九条增加一项，作为第（三）项：“（三）违反前项规定。”
"""
LISTS = """# 示例市公园条例
第一条　申请人提交：
（一）申请书；
（二）前项的副本。
前款所列材料应当齐全。
第二条　有下列情形之一的：
1.甲；
2.乙，前项除外。
按照前三项征收费用。
第三条　有下列行为：
（一）甲的；
（二）乙的。
其中乙包括丙。
违反前款第（二）项规定的，责令改正。
第四条　依照第一条第二款以及第二款办理。
"""


def meant(text: str, path: str) -> list[tuple[str, str]]:
    """The words of each reference at ``path`` and the clause that is meant."""
    document = read(text.encode())
    words = {clause.path: clause.text for clause in document.clauses}
    return [
        (words[one.path][one.reference.start : one.reference.end], one.target_clause)
        for one in document.citations
        if one.path == path
    ]


def test_quoted_new_text_counts_its_paragraphs_from_the_clause_that_it_becomes() -> None:
    assert meant(SUPPLEMENT, "一/第4段") == [
        ("前款", "第三十一条第一款"),
        ("前款", "第三十一条第一款"),
        ("前款第二项", "第三十一条第一款第二项"),
        ("第一款第一项", "第三十一条第一款第一项"),
    ]
    assert meant(SUPPLEMENT, "一/第5段") == [
        ("前两款", "第三十一条第一款至第二款"),
        ("本条例第八条", "第八条"),
        ("第二款", "第三十一条第二款"),
    ]


def test_added_paragraphs_are_counted_on_from_the_first_number_that_they_get() -> None:
    assert meant(SUPPLEMENT, "二") == [
        ("公园条例第三十五条", "第三十五条"),
        ("第二款", "第三十五条第二款"),
        ("第三款", "第三十五条第三款"),
        ("前款", "第三十五条第一款"),
    ]
    assert meant(SUPPLEMENT, "二/第2段") == [("前款", "第三十五条第二款")]
    assert meant(SUPPLEMENT, "二/第3段") == [
        ("第二款", "第三十五条第二款"),
        ("第四款", "第三十五条第四款"),
        ("第二款", "第三十五条第二款"),
        ("第三款", "第三十五条第三款"),
    ]


def test_items_of_quoted_text_and_a_forgotten_closing_mark_do_not_lead_astray() -> None:
    assert meant(SUPPLEMENT, "三/第3段") == [("前项", "第四十条之二第一款第（一）项")]
    assert meant(SUPPLEMENT, "三/第4段") == [
        ("第一款", "第四十条之二第一款"),
        ("第二项", "第四十条之二第一款第二项"),
    ]
    clauses = [one.target_clause for one in citations(SUPPLEMENT)]
    assert clauses[clauses.index("第五十条第三款") + 1] == "第五十条第二款"


def test_an_article_quoted_whole_with_its_new_paragraph_counts_from_one() -> None:
    assert meant(SUPPLEMENT, "七/第2段") == [("前款", "第六十二条第一款")]


def test_several_new_articles_in_one_quotation_each_count_from_one() -> None:
    assert meant(SUPPLEMENT, "五/第3段") == [("前款", "第五十一条之一第一款")]
    assert meant(SUPPLEMENT, "五/第5段") == [("前款", "第五十一条之二第一款")]


def test_paragraphs_named_alone_belong_to_the_article_named_before() -> None:
    assert meant(SUPPLEMENT, "六") == [
        ("第六十条第二款", "第六十条第二款"),
        ("第三款", "第六十条第三款"),
        ("第二款", "第六十条第二款"),
    ]


def test_a_decision_on_several_laws_speaks_of_the_one_named_last() -> None:
    found = [(one.target_title, one.target_clause) for one in citations(SEVERAL) if one.target_clause]
    assert found == [
        ("示例甲法", "第三条"),
        ("示例甲法", "第三条第一款第二项"),
        ("示例丙法", "第八条"),
        ("示例甲法", "第三条第一款"),
        ("示例甲法", "第十条"),
        ("示例甲法", "第十条第二款"),
        ("示例甲法", "第十条第一款"),
        ("示例乙法", "第九条"),
        ("示例乙法", "第九条第（三）项"),
        ("示例乙法", "第九条第一款第（二）项"),
    ]


def test_the_paragraph_before_a_list_is_the_one_that_has_the_list() -> None:
    assert said(LISTS, "第一条/（二）") == [("第一条第一款第（一）项", ("第一条/（一）",))]
    assert said(LISTS, "第一条/第二款") == [("第一条第一款", ("第一条",))]
    assert said(LISTS, "第二条/2") == [("第二条第一款第（一）项", ("第二条/1",))]
    assert said(LISTS, "第二条/第二款") == []  # the first three of something, not items before this one
    assert said(LISTS, "第三条/第三款") == [("第三条第一款第（二）项", ("第三条/（二）",))]
    assert said(LISTS, "第四条") == [
        ("第一条第二款", ("第一条/第二款",)),
        ("第一条第二款", ("第一条/第二款",)),
    ]


@pytest.mark.parametrize("text", [LAW, NOTICE, DECISION, PLAIN, SUPPLEMENT, SEVERAL, LISTS])
def test_targets_are_clauses_of_the_text_and_references_lie_within_theirs(text: str) -> None:
    document = read(text.encode())
    clauses = {clause.path: clause for clause in document.clauses}
    for one in citations(text):
        assert set(one.target_paths) <= set(clauses)
        assert one.reference.start < one.reference.end <= len(clauses[one.path].text)


def test_ten_thousand_articles_that_cite_each_other_are_resolved_in_time() -> None:
    text = "# 示例条例\n" + "\n".join(
        f"第{n}条　依照第1条至第{n}条、前条和第（一）项办理，该法第二条。" for n in range(1, 10_001)
    )
    document = read(text.encode())
    started = time.perf_counter()
    found = resolve(document.clauses, "示例条例", document.parts)
    assert len(found) > 20_000 and time.perf_counter() - started < 10
