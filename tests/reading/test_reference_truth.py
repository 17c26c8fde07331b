"""How well references are found: the measure itself on made files, and the bar on hand-checked real ones."""

import hashlib
import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

from gongkai.reading.evaluate_references import clause_key, evaluate_references

TRUTH = Path(__file__).parent / "truth" / "references.jsonl"

LAW = """# 示例市公园条例
第一条　根据《中华人民共和国城乡规划法》（2019年修正）第三条和示府发〔2020〕3号，制定本条例。
第二条　公园免费。
违反前款规定的，依照本条例第一条处理。
"""
PARAGRAPHS = LAW.splitlines()[1:]


def row(line: str, references: list[dict[str, Any]], file: str = "law.txt") -> dict[str, Any]:
    """One line of truth; each reference gives the ``words`` that it covers."""
    tight = re.sub(r"\s", "", line)
    full = []
    for each in references:
        start = tight.index(each["words"])
        empty = {"title": None, "number": None, "clause": None, "target": None}
        full.append({**empty, **each, "start": start, "end": start + len(each["words"])})
    return {
        "file": file,
        "file_sha256": hashlib.sha256(LAW.encode()).hexdigest(),
        "paragraph_sha256": hashlib.sha256(tight.encode()).hexdigest(),
        "kind_of_document": "条例",
        "references": full,
    }


RIGHT = [
    row(
        PARAGRAPHS[0],
        [
            {
                "words": "《中华人民共和国城乡规划法》（2019年修正）第三条",
                "kind": "title",
                "title": "中华人民共和国城乡规划法",
                "clause": "第3条",
            },
            {"words": "示府发〔2020〕3号", "kind": "number", "number": "示府发[2020]3号"},
        ],
    ),
    row(
        PARAGRAPHS[2],
        [
            {"words": "前款", "kind": "relative", "clause": "第二条第一款"},
            {"words": "本条例第一条", "kind": "own", "clause": "第一条"},
        ],
    ),
]


def measured(tmp_path: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    (tmp_path / "law.txt").write_text(LAW, encoding="utf-8")
    truth = tmp_path / "truth.jsonl"
    truth.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in rows), encoding="utf-8")
    return evaluate_references(tmp_path, truth)


def test_what_agrees_is_right(tmp_path: Path) -> None:
    result = measured(tmp_path, RIGHT)
    assert result["wrong"] == []
    assert (result["expected"], result["found"], result["right"]) == (4, 4, 4)
    assert result["precision"] == result["recall"] == 1
    assert result["by_kind"]["relative"]["right"] == 1 and result["by_kind"]["short"]["precision"] is None


@pytest.mark.parametrize(
    ("which", "change"),
    [
        ((0, 0), {"title": "中华人民共和国土地管理法"}),
        ((0, 0), {"clause": "第四条"}),
        ((0, 0), {"clause": None}),
        ((0, 1), {"number": "示府发〔2021〕3号"}),
        ((1, 0), {"clause": "第二条第二款"}),
        ((1, 1), {"clause": "第二条"}),
        ((1, 1), {"start": 0, "end": 3}),
    ],
)
def test_what_differs_is_missed_and_found_wrongly(
    tmp_path: Path, which: tuple[int, int], change: dict[str, Any]
) -> None:
    rows = json.loads(json.dumps(RIGHT))
    rows[which[0]]["references"][which[1]].update(change)
    result = measured(tmp_path, rows)
    assert (result["expected"], result["found"], result["right"]) == (4, 4, 3)
    assert sorted(each["problem"] for each in result["wrong"]) == ["found", "missed"]


def test_what_nobody_expects_in_a_listed_paragraph_is_wrong_and_other_paragraphs_do_not_count(
    tmp_path: Path,
) -> None:
    result = measured(tmp_path, [row(PARAGRAPHS[2], [])])
    assert (result["expected"], result["found"], result["right"]) == (0, 2, 0)
    assert result["precision"] == 0 and result["recall"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"paragraph_sha256": "0" * 64},
        {"file_sha256": "0" * 64},
        {"file": "missing.txt"},
        {"file": "missing.tar.gz!law.txt"},
    ],
)
def test_what_cannot_be_reached_is_missed(tmp_path: Path, change: dict[str, str]) -> None:
    result = measured(tmp_path, [{**RIGHT[0], **change}])
    assert (result["expected"], result["found"], result["right"], result["recall"]) == (2, 0, 0, 0)
    assert result["wrong"][0]["missed"] == 2


def test_files_within_archives_are_read(tmp_path: Path) -> None:
    content = LAW.encode()
    with tarfile.open(tmp_path / "laws.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("made/law.md")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    assert measured(tmp_path, [{**each, "file": "laws.tar.gz!made/law.md"} for each in RIGHT])["right"] == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第12条第2款第3项", "第十二条第二款第（三）项"),
        ("第五至八条", "第五条至第八条"),
        ("第二条第（一）、（二）项", "第二条第（一）项至第（二）项"),
    ],
)
def test_spellings_of_one_clause_have_one_key(one: str, other: str) -> None:
    assert clause_key(one) == clause_key(other)


def test_different_clauses_have_different_keys() -> None:
    words = ["", "第一条", "第一款", "第一项", "第十一条", "第一条之一", "第一条至第二条", "第一条至第三条"]
    assert len({clause_key(each) for each in words}) == len(words)


@pytest.mark.data
def test_references_of_hand_checked_paragraphs_are_found(data: Path) -> None:
    result = evaluate_references(data, TRUTH)
    assert result["expected"] >= 200
    assert result["precision"] >= 0.97, result["wrong"][:20]
    assert result["recall"] >= 0.93, result["wrong"][:20]
