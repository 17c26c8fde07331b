"""What documents say about other documents as a whole: made texts of every kind, and the bars on hand-checked ones."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.reading.document import Block, BlockKind, Cell, OfficialDocument, Part, PartKind, Table
from gongkai.reading.numbering import clauses_of
from gongkai.reading.read import read
from gongkai.reading.relations import ProposedRelation, relations_of
from gongkai.reading.relations.lists import table_text
from gongkai.reading.relations.names import earlier_version, unwrapped
from gongkai.reading.resolve import resolve
from tests.reading import measuring as m
from tests.reading.measuring_relations import Files, compared, found_in


def document(text: str) -> OfficialDocument:
    return read(text.strip().encode(), "made.txt")


def told(text: str) -> set[tuple[str, str]]:
    """(kind, target's title or else its number) of everything that ``text`` says."""
    return {(r.kind.value, r.target_title or r.target_number) for r in found_in(document(text))}


def only(text: str, kind: str) -> ProposedRelation:
    (relation,) = [r for r in found_in(document(text)) if r.kind.value == kind]
    return relation


BYLAW = """
示例市公园管理办法
第一条　为了规范公园管理，保证《示例省公园条例》的贯彻实施，根据《城市绿化条例》（国务院令第100号）和省政府发布的《绿地规定》，结合本市实际，制定本办法。
第二条　违反本办法的，按照《治安管理处罚法》处罚。
第三条　公园应当落实《公园设计规范》。
第四条　本办法自2020年6月1日起施行。2001年5月1日市政府公布的《示例市公园管理暂行办法》和《示例市绿地规定》（示府令第5号）同时废止。
"""


def test_a_bylaw_tells_its_basis_what_it_carries_out_and_what_it_ends() -> None:
    assert told(BYLAW) == {
        ("implements", "示例省公园条例"),
        ("based_on", "城市绿化条例"),
        ("based_on", "绿地规定"),
        ("replaces", "示例市公园管理暂行办法"),
        ("repeals", "示例市绿地规定"),
    }


def test_words_stand_where_they_are_said_and_ends_take_effect_on_the_day_that_is_named() -> None:
    read_in = document(BYLAW)
    texts = {clause.path: clause.text for clause in read_in.clauses} | {"": read_in.title.value or ""}
    for relation in found_in(read_in):
        assert texts[relation.path][relation.start : relation.end] == relation.words
        assert 0.5 <= relation.confidence <= 1 and 0 < len(relation.words) <= 120
    ended = only(BYLAW, "repeals")
    assert (ended.path, ended.on, ended.target_number) == ("第四条", date(2020, 6, 1), "示府令第5号")
    assert only(BYLAW, "replaces").on == date(2020, 6, 1)
    assert only(BYLAW, "implements").on is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("根据《甲条例》《乙条例》（某府发〔2020〕1号）等规定，现就有关事项通知如下：", {("based_on", "甲条例"), ("based_on", "乙条例")}),
        ("为贯彻落实国务院办公厅印发的《甲工作意见》精神，切实做好工作，现通知如下：", {("implements", "甲工作意见")}),
        ("为贯彻落实国务院决策部署，按照《甲工作意见》要求，现通知如下：", {("based_on", "甲工作意见")}),
        ("根据国发〔2019〕5号文件精神，现就有关事项通知如下：", {("based_on", "国发〔2019〕5号")}),
        ("经研究，现将有关事项通知如下，请各单位认真执行《甲工作意见》。", set()),
        ("请各单位依据《甲条例》等法律法规，做好安全工作。", set()),
        ("为贯彻落实国务院决策部署，市政府印发了《甲工作意见》。", set()),
    ],
)  # fmt: skip
def test_openings_of_notices(sentence: str, expected: set[tuple[str, str]]) -> None:
    text = f"示例市财政局关于做好工作的通知\n各区财政局：\n{sentence}\n一、按照《丙办法》第五条处理。\n"
    assert told(text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("《甲通知》（某发〔2010〕1号）自本通知印发之日起停止执行。", {("repeals", "甲通知")}),
        ("同时废止《甲通知》、《乙通知》。", {("repeals", "甲通知"), ("repeals", "乙通知")}),
        ("某财发〔2010〕7号同时废止。", {("repeals", "某财发〔2010〕7号")}),
        ("本通知代替《甲通知》。", {("replaces", "甲通知")}),
        ("《甲通知》中有关收费的规定同时废止。", {("amends", "甲通知")}),
        ("《甲通知》第三条同时废止。", {("amends", "甲通知")}),
        ("将《甲通知》第三条修改为“按月报送”。", {("amends", "甲通知")}),
        ("此前规定与本通知不一致的，以本通知为准。", set()),
        ("各单位应当及时清理废止与《甲通知》不符的文件。", set()),
        ("按照《甲通知》第五条，许可证期满自行失效。", set()),
        ("依照《产品质量法》第五十条关于销售失效、变质产品的规定处罚。", set()),
        ("《国务院关于废止〈甲通知〉的决定》已经公布。", set()),
        ("本通知有效期5年，期满自行失效。", set()),
    ],
)
def test_what_is_ended_and_what_is_only_mentioned(sentence: str, expected: set[tuple[str, str]]) -> None:
    text = f"示例市财政局关于加强票据管理的通知\n各区财政局：\n现将有关事项通知如下：\n一、加强管理。\n二、{sentence}\n"
    assert told(text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("示例市实施《中华人民共和国气象法》办法", {("implements", "中华人民共和国气象法")}),
        ("中华人民共和国邮政法实施细则", {("implements", "中华人民共和国邮政法")}),
        ("示例市关于印发《〈甲条例〉实施细则》的通知", {("implements", "甲条例")}),
        ("示例市财政局关于贯彻落实《甲意见》的通知", {("implements", "甲意见")}),
        ("示例市财政局转发《省财政厅关于做好票据工作的通知》的通知", {("forwards", "省财政厅关于做好票据工作的通知")}),
        ("国务院批转证监会关于提高质量意见的通知", {("forwards", "证监会关于提高质量意见")}),
        ("转发省财政厅关于做好票据工作的通知", {("forwards", "省财政厅关于做好票据工作的通知")}),
        ("国务院关于修改《甲条例》《乙条例》的决定", {("amends", "甲条例"), ("amends", "乙条例")}),
        ("国务院关于废止《甲条例》的决定", {("repeals", "甲条例")}),
        ("《甲办法》政策解读", {("interprets", "甲办法")}),
        ("一图读懂《甲办法》", {("interprets", "甲办法")}),
        ("最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）", {("interprets", "中华人民共和国民法典")}),
        ("中华人民共和国刑法修正案（三）", {("amends", "中华人民共和国刑法")}),
        ("示例市关于印发《甲办法》的通知", set()),
        ("国务院关于《甲规划》的批复", set()),
        ("关于公开征求《甲办法》意见的公告", set()),
    ],
)  # fmt: skip
def test_titles(title: str, expected: set[tuple[str, str]]) -> None:
    found = relations_of(title, (), (), ())
    assert {(r.kind.value, r.target_title) for r in found} == expected
    assert all(r.path == "" and title[r.start : r.end] == r.words for r in found)


def test_a_leaflet_explains_and_does_not_rest_on_what_the_explained_text_rests_on() -> None:
    text = "《甲办法》解读\n根据《乙条例》，我局制定了《甲办法》，现解读如下：\n一、《丙办法》同时废止。\n"
    assert told(text) == {("interprets", "甲办法")}


def test_what_is_issued_in_the_same_file_is_no_relation_and_its_trial_version_is_replaced() -> None:
    text = """
示例市人民政府关于印发《示例市公园管理办法》的通知
各区人民政府：
现将《示例市公园管理办法》印发给你们，请认真贯彻执行。《示例市人民政府关于印发〈示例市公园管理办法（试行）〉的通知》（示府发〔2015〕3号）同时废止。
示例市人民政府
2020年5月1日
示例市公园管理办法
第一条　根据《城市绿化条例》，制定本办法。
第二条　本办法自2020年6月1日起施行。
"""
    assert {kind for kind, _ in told(text)} == {"replaces", "based_on"}
    assert only(text, "replaces").on == date(2020, 6, 1)  # from the day of the enclosed text
    assert only(text, "replaces").target_number == "示府发〔2015〕3号"


DECISION = """
国务院关于修改和废止部分行政法规的决定
为了深入推进改革，国务院决定：
一、对3部行政法规的部分条款予以修改。（附件1）
二、对2部行政法规予以废止。（附件2）
本决定自2020年11月29日起施行。
附件：1．国务院决定修改的行政法规
2．国务院决定废止的行政法规
附件1
国务院决定修改的行政法规
一、将《甲业管理条例》第七条修改为：“设立机构，依照《公司法》办理，《丁条例》同时废止。”
二、删去《乙业条例》第五条第二款、第六条。
附件2
国务院决定废止的行政法规
一、《丙业条例》（1982年8月13日国务院发布）
二、戊业管理暂行办法（国发〔1983〕12号）
"""


def test_an_end_of_several_articles_names_them_all() -> None:
    text = "示例市细则\n第一条　本细则自2024年7月1日起施行。《甲业管理办法》（某发〔2021〕5号）第九条、第十条同时废止。\n第二条　由市某局解释。\n"
    assert only(text, "amends").target_clauses == ("第九条", "第十条")


def test_a_decision_changes_and_ends_what_its_attachments_list_and_not_what_it_quotes() -> None:
    assert told(DECISION) == {
        ("amends", "甲业管理条例"),
        ("amends", "乙业条例"),
        ("repeals", "丙业条例"),
        ("repeals", "戊业管理暂行办法"),
    }
    found = {r.target_title: r for r in found_in(document(DECISION))}
    assert found["乙业条例"].target_clauses == ("第五条第二款", "第六条")
    assert found["戊业管理暂行办法"].target_number == "国发〔1983〕12号"
    assert {r.on for r in found.values()} == {date(2020, 11, 29)}


def test_tables_of_repealed_documents_count_and_those_that_stay_in_force_do_not() -> None:
    def table(*rows: tuple[str, ...]) -> Block:
        return Block(BlockKind.TABLE, table=Table(tuple(tuple(Cell(text) for text in row) for row in rows)))

    head = ("序号", "文件名称", "文号")
    ended = table(
        head, ("1", "示例市财政局关于票据管理的通知", "示财发〔2012〕2号"), ("2", "《示例市差旅费办法》", "")
    )
    kept = table(head, ("1", "示例市财政局关于会计管理的通知", "示财发〔2013〕2号"))
    title = "示例市财政局关于公布规范性文件清理结果的公告"
    parts = (
        Part(PartKind.MAIN, title, (Block(BlockKind.PARAGRAPH, "现将清理结果公告如下。"),)),
        Part(PartKind.ATTACHMENT, "继续有效的规范性文件目录", (kept,), "附件1"),
        Part(PartKind.ATTACHMENT, "废止的规范性文件目录", (ended,), "附件2"),
    )  # fmt: skip
    clauses = clauses_of(parts)
    found = relations_of(title, parts, clauses, resolve(clauses, title, parts))
    assert [(r.kind.value, r.target_title, r.target_number) for r in found] == [
        ("repeals", "示例市财政局关于票据管理的通知", "示财发〔2012〕2号"),
        ("repeals", "示例市差旅费办法", ""),
    ]
    rows = table_text(next(clause for clause in clauses if clause.path == found[0].path))
    assert all(rows[r.start : r.end] == r.words for r in found)


def test_a_list_in_an_attachment_that_only_speaks_of_changes_says_nothing() -> None:
    entry = Block(BlockKind.PARAGRAPH, "1.《示例市票据办法》（示财发〔2012〕2号）")
    for name in ("职称评审条件修订说明", "失效保险单处理情况"):
        parts = (
            Part(PartKind.MAIN, "关于做好票据工作的通知", (Block(BlockKind.PARAGRAPH, "现通知如下。"),)),
            Part(PartKind.ATTACHMENT, name, (entry,), "附件"),
        )
        clauses = clauses_of(parts)
        assert relations_of(parts[0].title, parts, clauses, resolve(clauses, parts[0].title, parts)) == ()


def test_a_page_that_says_of_its_own_copy_that_it_has_ended_ends_no_other() -> None:
    head = "示例市政府文件 示府办发〔2020〕5号 [废止] " + "示例市政府办公厅关于支持企业的若干措施 " * 4
    assert (
        told(f"示例市政府办公厅关于支持企业的若干措施\n{head}各区政府： 经市政府同意，现通知如下：") == set()
    )


def test_news_about_documents_says_nothing_of_itself() -> None:
    text = "我市蔬菜供应充足\n根据《示例市蔬菜储备方案》，市粮食局已投放蔬菜2000吨。《示例市价格办法》也将修订。\n"
    assert told(text) == set()


def test_the_history_of_a_law_is_not_its_basis() -> None:
    text = """
示例市选举实施细则
根据2016年4月21日示例市人大常委会《关于修改〈示例市选举实施细则〉的决定》第四次修正
第一条　根据《选举法》，制定本细则。
"""
    assert told(text) == {("based_on", "选举法")}


@pytest.mark.parametrize(
    ("own", "other", "same"),
    [
        ("示例市公园管理办法", "示例市公园管理办法（试行）", True),
        ("示例市公园管理办法", "示例市人民政府关于印发〈公园管理暂行办法〉的通知", True),
        ("示例市2021年预算办法", "示例市2019年预算办法", True),
        ("示例市行政程序规定", "示例市人民政府办公厅关于印发《行政程序规定》的通知", True),
        ("公园管理办法", "示例市园林局公园管理办法（暂行）", True),
        ("示例市公园管理办法", "示例市绿地管理办法", False),
        ("示例市公园管理办法实施细则", "示例市绿地管理办法实施细则", False),
        ("国内水路运输管理条例", "水路运输管理条例", False),
        ("中华人民共和国车辆购置税法", "中华人民共和国车辆购置税暂行条例", False),
    ],
)
def test_an_earlier_version_bears_the_same_name_apart_from_version_issuer_and_wrapper(
    own: str, other: str, same: bool
) -> None:
    assert earlier_version(own, other) is same


def test_wrappers_are_taken_off_and_other_titles_stay() -> None:
    assert unwrapped("某局关于印发《甲办法》的通知（某发〔2020〕1号）") == "甲办法"
    assert unwrapped("关于做好发布工作的意见") == "关于做好发布工作的意见"


PIECES = ["《甲办法》", "《", "》", "〈", "“", "”", "同时废止", "废止", "根据", "为贯彻落实", "修改为", "转发", "第一条　", "，", "。", "、", "（", "）",
          "国发〔2019〕5号", "制定本办法", "以本办法为准", "2020年1月1日起", "\n一、", "附件1\n", "的通知"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_whatever_the_text_one_proposal_for_each_kind_and_target_with_words_that_stand_there(
    text: str,
) -> None:
    title = "示例市公园管理办法"
    part = (Part(PartKind.MAIN, title, tuple(Block(BlockKind.PARAGRAPH, line) for line in text.split("\n"))),)
    clauses = clauses_of(part)
    found = relations_of(title, part, clauses, resolve(clauses, title, part))
    texts = {clause.path: clause.text for clause in clauses} | {"": title}
    assert all(texts[r.path][r.start : r.end] == r.words for r in found)
    assert all(r.target_title or r.target_number for r in found)
    keys = [(r.kind, r.target_title, r.target_number) for r in found]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    "piece", ["《甲办法》废止", "根据《甲办法》、", "《", "“第一条《甲办法》", "转发《甲办法》。", "将《甲办法》第三条修改为，", "和" * 69 + "：《乙》"]
)  # fmt: skip
def test_a_hostile_text_is_read_in_the_time_that_its_length_takes(piece: str) -> None:
    title = "关于修改和废止部分文件的决定"
    text = piece * (200_000 // len(piece))
    lines = [text[i : i + 2000] for i in range(0, len(text), 2000)]
    part = (Part(PartKind.MAIN, title, tuple(Block(BlockKind.PARAGRAPH, line) for line in lines)),)
    clauses = clauses_of(part)
    citations = resolve(clauses, title, part)
    start = time.process_time()
    relations_of(title, part, clauses, citations)
    assert time.process_time() - start < 3


@pytest.mark.data
def test_relations_of_hand_checked_documents_are_found(data: Path) -> None:
    files = Files(data)
    right = found = true = 0
    faults = []
    for row in m.rows("relations.jsonl"):
        proposed = found_in(files.document(row))
        agree, wrong, missed = compared(proposed, row["relations"])
        right, found, true = right + agree, found + len(proposed), true + len(row["relations"])
        faults += [(row["file"], each) for each in [*wrong, *missed]]
    assert true >= 100
    assert right >= 0.95 * found, faults
    assert right >= 0.90 * true, faults
