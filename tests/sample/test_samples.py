"""The eight sample documents: built again to the same bytes, marked as samples, unlike each other, true to metadata."""

import importlib.util
import json
import re
import tomllib
from datetime import date
from itertools import combinations
from pathlib import Path
from types import ModuleType

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from lxml import html

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "gongkai" / "project" / "sample"
RECORDS = [json.loads(line) for line in (SAMPLES / "metadata.jsonl").read_text(encoding="utf-8").splitlines()]
UNITS = tomllib.loads((SAMPLES / "units.toml").read_text(encoding="utf-8"))
NUMBERED = re.compile(
    r"\s*(第[一二三四五六七八九十]+条|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)"
)
MARK = "（示例文件，不是正式公文）"
each = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["file"])


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_samples", ROOT / "tools" / "build_samples.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _paragraphs(file: str) -> list[str]:
    """The text of each paragraph and table cell in order; Word's own numbers are written as `1.`."""
    path = SAMPLES / file
    if path.suffix == ".html":
        encoding = (
            "gb18030" if "charset=gb2312" in path.read_bytes()[:400].decode("ascii", "ignore") else "utf-8"
        )
        tree = html.document_fromstring(path.read_bytes().decode(encoding).split("\n", 1)[1])
        body = tree.xpath(
            "//*[self::p or self::h1 or self::h2 or self::td or self::th or self::li or @class='title']"
        )
        return [" ".join(one.text_content().split()) for one in body]
    texts: list[str] = []
    for block in Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            texts += [cell.text for row in block.rows for cell in row.cells]
        else:
            numbered = block._p.xpath("./w:pPr/w:numPr")
            texts.append(("1." if numbered else "") + block.text.replace("\n", ""))
    return texts


def _sentences(file: str) -> set[str]:
    pieces = re.split("[。；\n]", "\n".join(_paragraphs(file)))
    return {piece for piece in ("".join(one.split()) for one in pieces) if piece}


def _chinese(day: str) -> str:
    return f"{int(day[:4])}年{int(day[5:7])}月{int(day[8:])}日"


def test_building_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    built = _builder().build(tmp_path)
    assert {path.suffix for path in built} == {".docx", ".html"}
    for path in built:
        assert path.read_bytes() == (SAMPLES / path.name).read_bytes(), path.name


def test_metadata_names_every_sample_and_no_other() -> None:
    files = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in {".docx", ".html"})
    assert [record["file"] for record in RECORDS] == files
    assert len(files) == 8
    assert sum(name.endswith(".docx") for name in files) == 4


@each
def test_is_marked_as_sample_in_number_and_on_the_page(record: dict) -> None:
    paragraphs = _paragraphs(record["file"])
    assert record["document_number"].startswith("示例")
    assert any(record["document_number"] in paragraph for paragraph in paragraphs)
    assert MARK in paragraphs


@each
def test_metadata_agrees_with_the_document(record: dict) -> None:
    paragraphs = _paragraphs(record["file"])
    text = "\n".join(paragraphs)
    assert record["title"] in paragraphs
    assert sum(bool(NUMBERED.match(paragraph)) for paragraph in paragraphs) == sum(record["clauses"])
    assert len(record["clauses"]) == record["parts"]
    assert all(
        unit in paragraphs or f"{unit}{_chinese(record['written_on'])}" in text
        for unit in record["issuer"].split("、")
    )
    assert _chinese(record["written_on"]) in text or "二〇二二年三月十八日" in text
    if record["effective_from"]:
        assert f"自{_chinese(record['effective_from'])}起施行" in text
        assert f"有效期至{_chinese(record['effective_until'])}" in text
    else:
        assert "起施行" not in text
    if record["index_number"]:
        assert record["index_number"] in text


@each
def test_publication_date_and_tables_are_those_of_the_file(record: dict) -> None:
    path = SAMPLES / record["file"]
    if path.suffix == ".docx":
        assert record["published_on"] is None, "offices add the date when they publish, not in the docx"
        assert len(Document(str(path)).tables) == record["tables"]
        return
    page = path.read_bytes().decode("gb18030" if b"charset=gb2312" in path.read_bytes() else "utf-8")
    year, month, day = (int(part) for part in record["published_on"].split("-"))
    assert re.search(rf"发布(日期|时间)：(<[^>]+>)*{year}\D0?{month}\D0?{day}\D", page)
    # The table of elements above the text belongs to the portal, not to the document.
    assert len(re.findall(r'<table (?!class="xxgk")', page)) == record["tables"]


@each
def test_has_the_length_of_an_ordinary_document(record: dict) -> None:
    assert 600 <= len("".join("".join(_paragraphs(record["file"])).split())) <= 3000


@pytest.mark.parametrize("pair", combinations([record["file"] for record in RECORDS], 2), ids="-".join)
def test_two_samples_share_at_most_three_sentences_in_ten(pair: tuple[str, str]) -> None:
    one, other = (_sentences(file) for file in pair)
    assert len(one & other) <= 0.3 * min(len(one), len(other))


def test_samples_show_every_state_of_validity() -> None:
    today = "2026-11-23"
    starts = {record["file"][:2]: record["effective_from"] for record in RECORDS}
    ends = {record["file"][:2]: record["effective_until"] for record in RECORDS}
    assert starts["06"] > today, "not yet in force"
    assert ends["04"] < today, "lapsed"
    assert starts["05"] is starts["08"] is None, "unknown"
    assert starts["01"] < today < ends["01"], "in force"
    assert starts["07"] < today < ends["07"], "repealed before its end by the rules that follow it"
    assert "原《示例区社区助餐服务点管理办法》（示例民规〔2022〕1号）同时废止" in "".join(
        _paragraphs("02_canteen_rules.docx")
    )


def test_the_measures_use_words_own_numbering_that_starts_again() -> None:
    body = Document(str(SAMPLES / "01_first_store_measures.docx"))
    lists = body.element.body.xpath("./w:p/w:pPr/w:numPr/w:numId/@w:val")
    assert [lists.count(one) for one in dict.fromkeys(lists)] == [3, 3, 3]
    table = body.tables[0]
    assert table.cell(1, 0)._tc is table.cell(2, 0)._tc, "merged downwards"
    assert table.cell(6, 0)._tc is table.cell(6, 2)._tc, "merged across"
    assert body.element.body.sectPr.find(qn("w:footerReference")) is not None


def test_the_old_page_is_in_gbk_though_it_says_gb2312() -> None:
    page = (SAMPLES / "07_meal_point_rules.html").read_bytes()
    assert "王喆" in page.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        page.decode("utf-8")
    with pytest.raises(UnicodeDecodeError):
        page.decode("gb2312")


def test_units_cover_every_issuer_and_every_responsible_unit() -> None:
    names = {unit["name"] for unit in UNITS["units"]}
    callable_by = {unit["short_name"] for unit in UNITS["units"]} | {
        group["name"] for group in UNITS["groups"]
    }
    codes = {unit["code"] for unit in UNITS["units"]}
    assert len(codes) == len(names) == len(UNITS["units"])
    assert {issuer for record in RECORDS for issuer in record["issuer"].split("、")} <= names
    assert {unit["kind"] for unit in UNITS["units"]} == {"office", "department", "subdistrict", "town"}
    plan = "".join(_paragraphs("05_business_climate_plan.docx"))
    brackets = re.findall("（责任单位：([^，]+)，完成时限：([^）]+)）", plan)
    assert len(brackets) == 12
    assert {unit for responsible, _ in brackets for unit in responsible.split("、")} <= callable_by
    assert all(
        set(group["units"]) <= codes and isinstance(group["complete"], bool) for group in UNITS["groups"]
    )


def test_dates_run_from_2022_to_2026_in_working_order() -> None:
    written = [date.fromisoformat(record["written_on"]) for record in RECORDS]
    assert {day.year for day in written} >= {2022, 2023, 2025, 2026}
    assert all(day.weekday() < 5 for day in written), "official documents are signed on working days"
    for record in RECORDS:
        assert (
            not record["published_on"]
            or record["written_on"] <= record["published_on"] <= record["effective_from"]
        )
