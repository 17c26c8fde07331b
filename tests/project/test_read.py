"""`gongkai read`: its JSON keeps its keys, its views show what was read, its exit codes tell what happened."""

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from gongkai.project.cli import reading
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
    Unreadable,
)
from gongkai.reading.numbering import clauses_of
from tests.installation import ROOT

SAMPLE = ROOT / "gongkai" / "project" / "sample" / "01_first_store_measures.docx"
ELEMENTS = {name for name, each in OfficialDocument("", "", "").__dict__.items() if isinstance(each, Element)}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(reading.read, list(arguments))


@pytest.fixture
def scanned() -> OfficialDocument:
    """A document as it comes from a picture: pages, doubtful characters, a table wider than is shown."""
    wide = Table(
        tuple(tuple(Cell(f"{r}行{c}列", doubtful=r + c == 0) for c in range(9)) for r in range(12)),
        unit="万元",
    )
    blocks = (
        Block(BlockKind.PARAGRAPH, "（一）面积三百平方米", sheet=1, confidence=0.8, doubtful=(1, 5, 6)),
        Block(BlockKind.TABLE, table=wide, sheet=2),
    )
    parts = (Part(PartKind.MAIN, "", blocks),)
    return OfficialDocument(
        "a.png",
        "image",
        "0" * 64,
        title=Element("关于食堂的通知", False, (Evidence("body", "关于食堂的通知"),)),
        written_on=Element(date(2026, 1, 2), True),
        parts=parts,
        clauses=clauses_of(parts),
        warnings=("第2页有一张图片没有读。",),
    )


def test_the_keys_of_the_json_are_those_that_are_promised():
    found = json.loads(run("--json", str(SAMPLE)).stdout)
    assert set(found) == ELEMENTS | {
        "name", "format", "sha256", "parts", "clauses", "citations", "warnings", "concealed", "sheets", "doubtful"
    }  # fmt: skip
    assert set(found["title"]) == {"value", "sure", "evidence"}
    assert set(found["title"]["evidence"][0]) == {"source", "text"}
    assert found["written_on"]["value"] == date.fromisoformat(found["written_on"]["value"]).isoformat()
    assert set(found["parts"][0]) == {"kind", "title", "blocks", "label"}
    assert set(found["clauses"][0]) == {
        "path", "anchor", "label", "heading", "text", "level", "numbered", "is_heading", "part", "block", "table",
        "address", "sheet", "confidence", "doubtful",
    }  # fmt: skip
    addresses = {row["path"]: row["address"] for row in found["clauses"]}
    assert addresses["一/（一）/1"] == "第一部分第（一）项第1点"


def test_doubtful_characters_are_counted_from_the_clause_s_own_words(scanned):
    found = reading.to_json(scanned)
    assert (found["sheets"], found["doubtful"]) == (2, 3)
    (clause, _) = found["clauses"]
    assert [clause["text"][n] for n in clause["doubtful"]] == ["三", "百"]
    assert (clause["sheet"], clause["confidence"]) == (1, 0.8)


def test_every_element_has_a_name_in_chinese_and_the_view_shows_it(scanned, monkeypatch):
    assert set(reading.LABELS) == ELEMENTS
    monkeypatch.setattr("gongkai.reading.read.read", lambda data, name, progress: scanned)
    result = run(str(SAMPLE))
    assert result.exit_code == 0
    assert [label for label in reading.LABELS.values() if label not in result.stdout] == []
    assert "关于食堂的通知" in result.stdout and "待核" in result.stdout and "2026-01-02" in result.stdout
    assert "面积〔三百？〕平方米" in result.stdout
    assert "12 行 × 9 列，单位万元" in result.stdout and "〔0行0列？〕" in result.stdout
    assert "7行5列" in result.stdout and "8行0列" not in result.stdout and "0行6列" not in result.stdout
    assert "另有 4 行，另有 3 列" in result.stdout
    assert "第2页有一张图片没有读。" in result.stderr


def test_a_long_title_is_shown_whole(scanned, monkeypatch):
    title = "关于进一步加强和改进社区长者食堂建设运营管理工作的若干意见" * 4
    document = OfficialDocument("a", "txt", "", title=Element(title, True))
    monkeypatch.setattr("gongkai.reading.read.read", lambda data, name, progress: document)
    shown = "".join(
        line.split("│")[2].strip() for line in run(str(SAMPLE)).stdout.splitlines() if line.count("│") > 3
    )
    assert title in shown


def test_xml_and_markdown_come_out_on_stdout():
    assert etree.fromstring(run("--akn", str(SAMPLE)).stdout_bytes).tag.endswith("akomaNtoso")
    assert run("--markdown", str(SAMPLE)).stdout.startswith("# 关于促进示例区首店经济")


def test_wrong_use_ends_with_two_and_an_unreadable_file_with_one_and_a_sentence(tmp_path, monkeypatch):
    assert run("--json", "--akn", str(SAMPLE)).exit_code == 2
    assert run(str(tmp_path)).exit_code == 2
    (tmp_path / "a.html").write_bytes(b"")
    result = run(str(tmp_path / "a.html"))
    assert (result.exit_code, result.stdout) == (1, "") and result.stderr.strip().endswith("。")

    def refuse(*_: object, **__: object) -> None:
        raise Unreadable("文件已损坏，请重新导出。")

    monkeypatch.setattr("gongkai.reading.read.read", refuse)
    result = run("--akn", str(SAMPLE))
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "文件已损坏，请重新导出。\n")


def test_progress_over_pages_reaches_the_bar(monkeypatch, scanned):
    told = []

    def slow(data, name, progress):
        progress(1, 2)
        progress(2, 2)
        told.append(name)
        return scanned

    monkeypatch.setattr("gongkai.reading.read.read", slow)
    assert run("--json", str(SAMPLE)).exit_code == 0
    assert told == [SAMPLE.name]
