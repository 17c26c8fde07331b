"""The console command as a person and a program use it, in child processes on an installation of its own."""

import json
import shutil
from pathlib import Path

import pytest

from tests.installation import ROOT, Installation

SAMPLE = ROOT / "gongkai" / "project" / "sample"


@pytest.fixture(scope="module")
def installation(tmp_path_factory, fill_with_sample):
    made = Installation(tmp_path_factory.mktemp("commands"))
    fill_with_sample(made.folder)
    return made


def test_a_folder_is_imported_reported_and_imported_again_without_change(installation, tmp_path):
    (tmp_path / "好的.txt").write_text(
        "关于开设社区食堂的通知\n各街道：\n一、内容\n食堂由街道开设。\n示例区民政局\n2026年1月1日",
        encoding="utf-8",
    )
    (tmp_path / "坏的.docx").write_bytes(b"PK\x03\x04 not a zip at all")
    (tmp_path / "空的.html").write_bytes(b"")
    (tmp_path / "metadata.jsonl").write_text("{}", encoding="utf-8")
    report = installation.json("import", str(tmp_path), code=1)
    results = {Path(row["file"]).name: row["result"] for row in report["files"]}
    assert results == {
        "好的.txt": "published",
        "坏的.docx": "refused",
        "空的.html": "refused",
        "metadata.jsonl": "skipped",
    }
    assert all(row["notes"][0].endswith("。") for row in report["files"] if row["result"] == "refused")
    again = installation.json("import", str(tmp_path / "好的.txt"))
    assert again["counts"] == {"unchanged": 1}
    found = installation.json("search", "“食堂由街道开设”")
    assert found["total"] == 1


def test_reading_shows_evidence_and_writes_nothing(installation):
    before = installation.json("audit", "verify")["count"]
    read = installation.json("read", str(SAMPLE / "03_one_thing_plan.html"))
    assert read["document_number"]["value"] == "示例府办〔2026〕12号" and read["document_number"]["sure"]
    assert {e["source"] for e in read["document_number"]["evidence"]} >= {"label"}
    text = installation.run("read", str(SAMPLE / "03_one_thing_plan.html"))
    assert "发文字号" in text and "确定" in text
    assert installation.run("read", "--markdown", str(SAMPLE / "01_first_store_measures.docx")).startswith(
        "# "
    )
    assert installation.json("audit", "verify")["count"] == before


def test_a_file_that_cannot_be_read_says_so_in_a_sentence(installation, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    installation.run("read", str(tmp_path / "a.pdf"), code=1)
    assert "PDF" in installation.said and "请" in installation.said


def test_evaluating_reading_gives_the_promised_json(installation):
    report = installation.json("evaluate", "reading", str(SAMPLE), "--truth", str(SAMPLE / "metadata.jsonl"))
    assert report["files"] in {39, 40}, "the scan is read where the recogniser is installed"
    assert set(report["fields"]) == {
        "title",
        "document_number",
        "issuer",
        "index_number",
        "written_on",
        "published_on",
        "effective_from",
        "effective_until",
        "kind",
    }
    assert all(set(count) == {"exact", "of", "sure", "sure_right"} for count in report["fields"].values())
    # What the reader does not find today, and a day on which page and signature differ: none of them is called sure.
    wrong = {(row["file"][:2], row["field"]) for row in report["wrong"]}
    assert wrong == {("22", "issuer"), ("26", "issuer"), ("37", "written_on")}
    assert all(count["sure"] == count["sure_right"] for count in report["fields"].values())


def test_a_damaged_index_is_told_and_rebuilt(installation):
    assert "可用" in installation.run("index", "check")
    shutil.rmtree(installation.folder / "index")
    installation.run("index", "check", code=1)
    installation.run("doctor", code=1)
    assert "已重建" in installation.run("index", "rebuild")
    assert installation.json("search", "食堂")["total"] >= 1
    installation.run("doctor")


def test_the_audit_chain_is_verified_and_its_head_can_be_kept(installation):
    head = installation.run("audit", "head").strip()
    assert installation.json("audit", "verify", "--head", head)["ok"]
    forged = head.split(":")[0] + ":" + "0" * 64
    assert not json.loads(installation.run("audit", "verify", "--json", "--head", forged, code=1))["ok"]


def test_withdrawing_takes_a_document_out_of_search(installation):
    found = installation.json("search", "首店")["documents"][0]["document"].split(":")[1]
    installation.run("withdraw", found, "--reason", "测试撤回")
    assert installation.json("search", "首店")["total"] == 0
    installation.run("withdraw", found, "--reason", "再撤一次", code=1)


def test_help_is_chinese_and_wrong_use_ends_with_two(installation):
    assert "政务公开" in installation.run("--help")
    installation.run("no-such-command", code=2)
    installation.run("import", "no-such-file", code=2)


def test_the_outbox_can_be_looked_at(installation):
    assert json.loads(installation.run("outbox", "status"))["dead"] == 0
