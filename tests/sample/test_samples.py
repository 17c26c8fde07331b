"""The sample documents: built again to the same bytes, marked as samples, unlike each other, true to their metadata."""

import json
import re
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from chinese_calendar import is_workday
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from lxml import html
from openpyxl import load_workbook

from tools.samples.build import build, file_name
from tools.samples.source import Source, cells, sources

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "gongkai" / "project" / "sample"
FORMATS = {".docx", ".html", ".pdf", ".xlsx"}
RECORDS = [json.loads(line) for line in (SAMPLES / "metadata.jsonl").read_text(encoding="utf-8").splitlines()]
BY_NUMBER = {record["document_number"]: record for record in RECORDS}
UNITS = tomllib.loads((SAMPLES / "units.toml").read_text(encoding="utf-8"))
SOURCES = {file_name(source): source for source in sources()}
MARK = "（示例文件，不是正式公文）"
TODAY = "2026-11-23"
each = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["file"])


def _source_lines(source: Source) -> list[str]:
    """What a person reads in the text of a file that was made: paragraphs, and cells that are there."""
    out: list[str] = []
    for kind, text in source.lines:
        if kind == "row":
            out += [cell for cell in cells(text) if cell not in {"", "^", "<"}]
        elif kind not in {"break", "sheet"}:
            out.append(text.replace("↵", ""))
    return out


def _html_lines(path: Path) -> list[str]:
    data = path.read_bytes()
    encoding = "gb18030" if b"charset=gb2312" in data[:400] else "utf-8"
    tree = html.document_fromstring(data.decode(encoding).split("\n", 1)[1])
    body = tree.xpath(
        "//*[self::p or self::h1 or self::h2 or self::td or self::th or self::li or @class='title']"
    )
    return [" ".join(one.text_content().split()) for one in body]


def _docx_lines(path: Path) -> list[str]:
    """The text of each paragraph and table cell in order; Word's own numbers are written as `1.`."""
    texts: list[str] = []
    for block in Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            texts += [cell.text for row in block.rows for cell in row.cells]
        else:
            numbered = block._p.xpath("./w:pPr/w:numPr")
            texts.append(("1." if numbered else "") + block.text.replace("\n", ""))
    return texts


@cache
def _paragraphs(file: str) -> tuple[str, ...]:
    """From the file itself where it is text; of PDF and workbooks, from what they were made of (tests below compare)."""
    path = SAMPLES / file
    if path.suffix == ".html":
        return tuple(_html_lines(path))
    return tuple(_docx_lines(path) if path.suffix == ".docx" else _source_lines(SOURCES[file]))


@cache
def _sentences(file: str) -> frozenset[str]:
    """The sentences without spaces and without the numbers in front of them."""
    pieces = re.split("[。；\n]", "\n".join(_paragraphs(file)))
    bare = (
        re.sub(
            r"^(?:第.{1,4}条|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)",
            "",
            "".join(one.split()),
        )
        for one in pieces
    )
    return frozenset(piece for piece in bare if piece)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _chinese(day: str) -> str:
    return f"{int(day[:4])}年{int(day[5:7])}月{int(day[8:])}日"


# --- how they are made -------------------------------------------------------------------------------------------


def test_building_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    built = build(tmp_path)
    assert Counter(path.suffix for path in built) == {".docx": 17, ".html": 10, ".xlsx": 2}
    for path in built:
        assert path.read_bytes() == (SAMPLES / path.name).read_bytes(), path.name


def test_metadata_names_every_sample_and_no_other() -> None:
    files = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in FORMATS)
    assert [record["file"] for record in RECORDS] == files
    assert len(files) == 40
    assert Counter(name.rpartition(".")[2] for name in files) == {"docx": 17, "html": 13, "pdf": 8, "xlsx": 2}


def test_all_of_them_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir() if path.is_file()) < 4_000_000


@pytest.mark.parametrize("name", sorted(name for name in SOURCES if name.endswith(".pdf")))
def test_a_pdf_says_what_its_text_says_and_the_scan_only_shows_it(name: str) -> None:
    source = SOURCES[name]
    document = pdfium.PdfDocument(str(SAMPLES / name))
    said = _squeezed("".join(page.get_textpage().get_text_range() for page in document))
    images = [
        sum(one.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE for one in page.get_objects()) for page in document
    ]
    if source.about["as"] == "scan":
        assert said == "" and images == [1] * len(images)
        return
    lines = [re.sub("(?<=.)- ?", "", _squeezed(line)) for line in _source_lines(source)]
    inside = re.sub("[-￾\x02]", "", said.replace("示例文件", ""))
    wanted = [re.sub("-", "", line.replace("示例文件", "")) for line in lines]
    # A page's head and foot stand between the rows of a paragraph that runs on.
    inside = re.sub("—\\d+—", "", inside)
    assert [line for line in wanted if line not in inside] == []
    assert images == ([1] if source.about["as"] == "searchable" else [0]) * len(images)


@pytest.mark.parametrize("name", sorted(name for name in SOURCES if name.endswith(".xlsx")))
def test_a_workbook_holds_figures_as_figures_and_its_totals_are_right(name: str) -> None:
    book = load_workbook(SAMPLES / name)
    assert all(sheet.merged_cells.ranges for sheet in book)
    if name.startswith("22"):
        rows = {row[0]: row for row in book["三公经费"].iter_rows(values_only=True)}
        figures = [row for first, row in rows.items() if isinstance(row[1], int) and first != "合计"]
        assert [sum(row[n] for row in figures) for n in (1, 2, 3)] == list(rows["合计"][1:4])
        whole = list(book["收支总表"].iter_rows(values_only=True))
        total = next(row for row in whole if row[0] == "收入总计")
        spent = [row for row in whole if isinstance(row[5], int) and row is not total]
        earned = [row for row in whole if isinstance(row[2], int) and row[0][:1] in "一二三四"]
        assert sum(row[5] for row in spent) == total[5] == total[2] == sum(row[2] for row in earned)
        assert sum(row[4] for row in spent) == total[4] == total[1] == sum(row[1] for row in earned)
    else:
        rows = list(book.active.iter_rows(values_only=True))
        amounts = [row[4] for row in rows if isinstance(row[0], int)]
        assert round(sum(amounts), 1) == next(row[4] for row in rows if row[0] == "合计")


# --- nobody can take them for official ---------------------------------------------------------------------------


@each
def test_is_marked_as_sample_in_number_and_on_the_page(record: dict) -> None:
    paragraphs = _paragraphs(record["file"])
    assert record["document_number"].startswith("示例")
    assert any(record["document_number"] in paragraph for paragraph in paragraphs)
    assert MARK in paragraphs
    assert "示例" in record["title"]


def test_no_number_in_them_can_be_dialled() -> None:
    texts = ["\n".join(_paragraphs(record["file"])) for record in RECORDS]
    texts += [(SAMPLES / name).read_text(encoding="utf-8") for name in ("units.toml", "guides.json")]
    numbers = [number for text in texts for number in re.findall(r"\d{3,4}-\d{4,8}(?:-\d+)?", text)]
    assert len(numbers) > 20
    assert all(
        re.match(r"0000-|021-0000-", number) for number in numbers if not re.match("20[12]\\d-", number)
    )


def test_every_address_ends_where_no_site_can_be() -> None:
    texts = ["\n".join(_paragraphs(record["file"])) for record in RECORDS]
    texts += [(SAMPLES / name).read_text(encoding="utf-8") for name in ("units.toml", "guides.json")]
    hosts = {host for text in texts for host in re.findall(r"(?:https?://|@)([\w.-]+)", text)}
    assert hosts and all(host.endswith(".example") for host in hosts)


# --- what they say ----------------------------------------------------------------------------------------------


@each
def test_metadata_agrees_with_the_document(record: dict) -> None:
    paragraphs = _paragraphs(record["file"])
    text = "\n".join(paragraphs)
    assert record["title"] in paragraphs
    assert len(record["clauses"]) == record["parts"]
    assert all(unit in text for unit in record["issuer"].split("、"))
    assert _chinese(record["written_on"]) in text or "二〇二二年三月十八日" in text
    if record["index_number"]:
        assert record["index_number"] in (SAMPLES / record["file"]).read_bytes().decode("utf-8", "replace")


@each
def test_days_of_effect_stand_in_the_text(record: dict) -> None:
    text = "\n".join(_paragraphs(record["file"]))
    start, end = record.get("effective_from"), record.get("effective_until")
    if start is None:
        assert not re.search(r"自\d{4}年\d+月\d+日起施行", text)
    elif "自印发之日起施行" in text:
        assert f"{_chinese(start)}印发" in text
    else:
        assert f"自{_chinese(start)}起施行" in text
    if end:
        assert f"有效期至{_chinese(end)}" in text or "有效期五年" in text or "有效期两年" in text


@each
def test_publication_date_and_tables_are_those_of_the_file(record: dict) -> None:
    path = SAMPLES / record["file"]
    if path.suffix != ".html":
        assert record["published_on"] is None, "offices add the date when they publish, not in the file"
        if path.suffix == ".docx":
            assert len(Document(str(path)).tables) == record["tables"]
        return
    page = path.read_bytes().decode("gb18030" if b"charset=gb2312" in path.read_bytes() else "utf-8")
    year, month, day = (int(part) for part in record["published_on"].split("-"))
    label = r"(?:发布日期|发布时间)(?:：|</th>)(?:<[^>]+>)*"
    assert re.search(rf"{label}{year}\D0?{month}\D0?{day}\D", page)
    # The table of elements above the text belongs to the portal, not to the document.
    assert len(re.findall(r'<table (?!class="xxgk")', page)) == record["tables"]


@each
def test_has_the_length_of_an_ordinary_document(record: dict) -> None:
    assert 350 <= len("".join("".join(_paragraphs(record["file"])).split())) <= 3000


def test_no_two_samples_share_more_than_three_sentences_in_ten() -> None:
    alike = [
        (one["file"], other["file"])
        for one, other in combinations(RECORDS, 2)
        if len(_sentences(one["file"]) & _sentences(other["file"]))
        > 0.3 * min(len(_sentences(one["file"])), len(_sentences(other["file"])))
    ]
    assert alike == []


def test_the_measure_of_likeness_sees_a_copy() -> None:
    assert len(_sentences("09_outdoor_trade_2019.docx")) > 20
    assert "外摆设施应当轻便、可移动，收摊后30分钟内全部撤除" in _sentences("09_outdoor_trade_2019.docx")


def test_samples_show_every_state_of_validity_and_every_kind() -> None:
    states = Counter(record["state"] for record in RECORDS)
    assert set(states) == {"in_force", "not_yet_in_force", "lapsed", "repealed", "unknown"}
    assert len({record["kind"] for record in RECORDS} - {""}) >= 15
    ends = [record.get("effective_until") or "" for record in RECORDS]
    assert any(TODAY < end < "2027-05-23" for end in ends), "one expires within six months"
    for record in RECORDS:
        start, end = record.get("effective_from"), record.get("effective_until")
        if record["state"] == "lapsed":
            assert end < TODAY
        elif record["state"] == "not_yet_in_force":
            assert start > TODAY
        elif record["state"] == "in_force":
            assert start <= TODAY and (end is None or end >= TODAY)


def test_some_wait_for_a_person() -> None:
    assert {record["file"][:2] for record in RECORDS if record["disclosure"] == "on_request"} == {"38"}
    assert {record["file"][:2] for record in RECORDS if record.get("open")} == {"37", "40"}


# --- chains and units -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "then", "last"),
    [
        ("示例商规〔2019〕4号", ("示例府办规〔2022〕3号", "amends"), ("示例城管规〔2025〕2号", "repeals")),
        ("示例房规〔2020〕2号", ("示例府办规〔2023〕6号", "amends"), ("示例发改规〔2025〕1号", "repeals")),
        ("示例财规〔2021〕5号", ("示例人社规〔2024〕3号", "amends"), ("示例财规〔2026〕4号", "repeals")),
    ],
)
def test_a_chain_runs_through_units_and_time(first: str, then: tuple, last: tuple) -> None:
    records = [BY_NUMBER[first], BY_NUMBER[then[0]], BY_NUMBER[last[0]]]
    for record, (_, kind) in zip(records[1:], (then, last), strict=True):
        text = "\n".join(_paragraphs(record["file"]))
        said = [row for row in record["relations"] if row[0] == kind and row[2] == first]
        assert len(said) == 1 and said[0][1] == records[0]["title"] in text and first in text
        assert bool(said[0][3]) == (kind == "amends")
    assert len({record["issuer"] for record in records}) >= 2
    days = [record["written_on"] for record in records]
    assert days == sorted(days)


def test_units_cover_every_issuer_and_every_responsible_unit() -> None:
    names = {unit["name"] for unit in UNITS["units"]}
    callable_by = {unit["short_name"] for unit in UNITS["units"]} | {
        group["name"] for group in UNITS["groups"]
    }
    codes = {unit["code"] for unit in UNITS["units"]}
    issuers = {issuer for record in RECORDS for issuer in record["issuer"].split("、")}
    assert len(codes) == len(names) == len(UNITS["units"])
    # The district's government speaks through its office: it is no unit of its own.
    assert issuers - names == {"示例区人民政府"}
    assert len(issuers & names) >= 12
    assert {unit["kind"] for unit in UNITS["units"]} == {"office", "department", "subdistrict", "town"}
    plan = "".join(_paragraphs("05_business_climate_plan.docx"))
    brackets = re.findall("（责任单位：([^，]+)，完成时限：([^）]+)）", plan)
    assert len(brackets) == 12
    assert {unit for responsible, _ in brackets for unit in responsible.split("、")} <= callable_by
    assert all(
        set(group["units"]) <= codes and isinstance(group["complete"], bool) for group in UNITS["groups"]
    )


def test_every_unit_has_a_guide_and_one_of_them_lacks_fields() -> None:
    whole = {
        "classification", "arrangement", "ways", "office_name", "address", "hours", "telephone", "fax", "online", "confirmed_on",
    }  # fmt: skip
    guides = {unit["code"]: unit["guide"] for unit in UNITS["units"]}
    assert [code for code, guide in guides.items() if set(guide) != whole] == ["shuju"]
    assert set(guides["shuju"]) < whole
    assert len({guide["classification"] for guide in guides.values()}) == len(guides)


def test_topics_name_units_and_documents_that_are_there() -> None:
    topics = tomllib.loads((SAMPLES / "topics.toml").read_text(encoding="utf-8"))["topics"]
    codes = {unit["code"] for unit in UNITS["units"]}
    assert len(topics) == len({topic["slug"] for topic in topics}) == 8
    assert all({topic["unit"], *topic.get("units", [])} <= codes for topic in topics)
    by_person = [n for topic in topics for n in (*topic.get("by_hand", []), *topic.get("left_out", []))]
    assert by_person and set(by_person) <= set(BY_NUMBER)


def test_dates_run_in_working_order() -> None:
    written = [date.fromisoformat(record["written_on"]) for record in RECORDS]
    assert {day.year for day in written} >= set(range(2019, 2027))
    assert [str(day) for day in written if not is_workday(day)] == [], "signed on working days"
    for record in RECORDS:
        start = record.get("effective_from")
        assert not record["published_on"] or record["written_on"] <= record["published_on"]
        assert not (record["published_on"] and start) or record["published_on"] <= start
        assert not start or record["written_on"] <= start


# --- what single files are there for ----------------------------------------------------------------------------


def test_the_measures_use_words_own_numbering_that_starts_again() -> None:
    body = Document(str(SAMPLES / "01_first_store_measures.docx"))
    lists = body.element.body.xpath("./w:p/w:pPr/w:numPr/w:numId/@w:val")
    assert [lists.count(one) for one in dict.fromkeys(lists)] == [3, 3, 3]
    table = body.tables[0]
    assert table.cell(1, 0)._tc is table.cell(2, 0)._tc, "merged downwards"
    assert table.cell(6, 0)._tc is table.cell(6, 2)._tc, "merged across"
    assert body.element.body.sectPr.find(qn("w:footerReference")) is not None


def test_later_word_files_are_set_in_words_own_styles() -> None:
    styles = {
        paragraph.style.name
        for paragraph in Document(str(SAMPLES / "35_rental_housing_2026.docx")).paragraphs
    }
    assert {"Title", "Heading 1", "Body Text"} <= styles


def test_the_old_page_is_in_gbk_though_it_says_gb2312() -> None:
    page = (SAMPLES / "07_meal_point_rules.html").read_bytes()
    assert "王喆" in page.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        page.decode("utf-8")
    with pytest.raises(UnicodeDecodeError):
        page.decode("gb2312")


def test_the_sample_that_is_repealed_is_named_by_the_rules_that_follow_it() -> None:
    assert "原《示例区社区助餐服务点管理办法》（示例民规〔2022〕1号）同时废止" in "".join(
        _paragraphs("02_canteen_rules.docx")
    )
