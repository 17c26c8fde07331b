"""The eight sample documents: what is read is what their metadata says."""

import json
from typing import Any

import pytest

from gongkai.reading.document import BlockKind, OfficialDocument
from gongkai.reading.read import read

from .planting import SAMPLES, blocks

RECORDS = [json.loads(line) for line in (SAMPLES / "metadata.jsonl").read_text(encoding="utf-8").splitlines()]
each = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["file"])


@pytest.fixture(scope="module")
def documents() -> dict[str, OfficialDocument]:
    return {
        record["file"]: read((SAMPLES / record["file"]).read_bytes(), record["file"]) for record in RECORDS
    }


@each
@pytest.mark.parametrize(
    "field",
    [
        "title",
        "document_number",
        "issuer",
        "index_number",
        "written_on",
        "published_on",
        "effective_from",
        "effective_until",
    ],
)
def test_the_element_is_what_the_metadata_says(
    field: str, record: dict[str, Any], documents: dict[str, OfficialDocument]
) -> None:
    value: Any = getattr(documents[record["file"]], "issuers" if field == "issuer" else field).value
    if field == "issuer":
        value = "、".join(value or ())
    assert (value.isoformat() if hasattr(value, "isoformat") else value) == record[field]


@each
def test_nothing_called_sure_is_wrong(record: dict[str, Any], documents: dict[str, OfficialDocument]) -> None:
    document = documents[record["file"]]
    for field in ("title", "document_number", "index_number", "written_on", "published_on", "effective_from"):
        one = getattr(document, field)
        if one.sure:
            assert (one.value.isoformat() if hasattr(one.value, "isoformat") else one.value) == record[field]
            assert one.evidence, field


@each
def test_parts_and_numbered_clauses_are_counted(
    record: dict[str, Any], documents: dict[str, OfficialDocument]
) -> None:
    document = documents[record["file"]]
    assert len(document.parts) == record["parts"]
    counted = [
        sum(
            1
            for one in document.clauses
            if one.part == part and one.numbered and not one.label.endswith("章")
        )
        for part in range(len(document.parts))
    ]
    assert counted == record["clauses"]


@each
def test_tables_are_counted(record: dict[str, Any], documents: dict[str, OfficialDocument]) -> None:
    assert len(blocks(documents[record["file"]], BlockKind.TABLE)) == record["tables"]


@each
def test_addresses_are_unique(record: dict[str, Any], documents: dict[str, OfficialDocument]) -> None:
    clauses = documents[record["file"]].clauses
    assert len({one.path for one in clauses}) == len({one.anchor for one in clauses}) == len(clauses)


def test_the_page_that_says_it_was_repealed_is_heard(documents: dict[str, OfficialDocument]) -> None:
    assert documents["07_meal_point_rules.html"].called_ended.value == "已废止"
    assert documents["04_exam_noise_notice.html"].called_ended.value is None
