"""Measuring: lists are compared one by one, null means that nothing may be read, and sureness is counted over all fields."""

import json
from pathlib import Path

from gongkai.reading.evaluate import evaluate_reading

from .planting import as_html

LINES = [
    "=示例区民政局关于开展示例工作的通知",
    "示民发〔2026〕3号",
    "各街道办事处、镇人民政府：",
    "请遵照执行。",
    ">示例区民政局",
    ">2026年3月27日",
]


def test_each_field_is_counted_and_sureness_is_summed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(as_html(LINES))
    row = {
        "file": "a.html",
        "document_number": "示民发[2026]3号",
        "recipients": ["各街道办事处、镇人民政府"],
        "signature": ["示例区民政局"],
        "attachments": None,
        "effective_from": None,
        "written_on": "2026-03-28",
        "kind": "通知",
    }
    truth = tmp_path / "truth.jsonl"
    truth.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    report = evaluate_reading(tmp_path, truth)
    assert set(report["fields"]) == set(row) - {"file"}
    exact = {name: count["exact"] for name, count in report["fields"].items()}
    assert exact == dict.fromkeys(exact, 1) | {"written_on": 0}
    assert report["sureness"] == {"sure": 5, "sure_right": 4, "wrong": 1, "wrong_doubtful": 0}


def test_a_file_that_is_missing_is_wrong_and_not_sure(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    truth.write_text(json.dumps({"file": "b.html", "title": "示例", "contact": None}), encoding="utf-8")
    report = evaluate_reading(tmp_path, truth)
    assert report["sureness"] == {"sure": 0, "sure_right": 0, "wrong": 1, "wrong_doubtful": 1}
