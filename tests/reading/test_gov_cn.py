"""Thirty real pages, as they are and in six other frames: every element that a page states is read from it."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from gongkai.reading.document import Element, OfficialDocument
from gongkai.reading.evaluate import evaluate_reading
from gongkai.reading.read import read
from gongkai.text.normalise import bare
from gongkai.text.numerals import to_chinese

from .planting import numbered
from .skeletons import ALL, SKELETONS, Skeleton

pytestmark = pytest.mark.data
FURNITURE = [
    "网站地图",
    "网站标识码",
    "相关文件",
    "热点推荐",
    "打印本页",
    "浏览次数",
    "扫一扫",
    "信息公开目录",
    "栏目导航",
    "责任编辑",
]
in_every_frame = pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda one: one.__name__)


@pytest.fixture(scope="module")
def folder(data: Path) -> Path:
    return data / "documents" / "gov_cn"


@pytest.fixture(scope="module")
def pages(folder: Path) -> list[tuple[dict[str, Any], str]]:
    """Each row of the truth with the inner markup of that document's body."""
    found = []
    for line in (folder / "metadata.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = LexborHTMLParser((folder / row["file"]).read_text(encoding="utf-8")).css_first("#UCAP-CONTENT")
        assert body is not None
        found.append((row, body.inner_html or ""))
    assert len(found) == 30
    return found


def value(document: OfficialDocument, field: str) -> str:
    """A field as the truth writes it."""
    one: Any = element(document, field).value
    if one is None:
        return ""
    if field == "issuer":
        return "、".join(one)
    return one.isoformat() if hasattr(one, "isoformat") else str(one)


def element(document: OfficialDocument, field: str) -> Element[Any]:
    return getattr(document, "issuers" if field == "issuer" else field)


def states(body: str, field: str, wanted: str) -> bool:
    """True when the body itself says ``wanted``, whatever the frame."""
    words = bare(LexborHTMLParser(body).text())
    if field != "written_on":
        return bare(wanted) in words
    year, month, day = (int(part) for part in wanted.split("-"))
    digits = {zero: "".join((zero + "一二三四五六七八九")[int(d)] for d in str(year)) for zero in "〇○零"}
    written = [f"{year}年{month}月{day}日"] + [
        f"{one}年{to_chinese(month)}月{to_chinese(day)}日" for one in digits.values()
    ]
    return any(bare(one) in words for one in written)


Reading = tuple[dict[str, Any], str, set[str], OfficialDocument]


@pytest.fixture(scope="module")
def read_in(pages: list[tuple[dict[str, Any], str]]) -> Callable[[Skeleton], list[Reading]]:
    """The thirty documents in one frame, read once: row, inner markup, fields that the frame states, document."""

    @cache
    def readings(skeleton: Skeleton) -> list[Reading]:
        found = []
        for row, body in pages:
            framed, stated = skeleton(row, body)
            found.append((row, body, stated, read(framed, row["file"])))
        return found

    return readings


ReadIn = Callable[[Skeleton], list[Reading]]


def test_each_element_is_exact_on_at_least_29_of_30_pages(folder: Path) -> None:
    report = evaluate_reading(folder, folder / "metadata.jsonl")
    assert report["files"] == 30
    assert set(report["fields"]) == ALL
    for field, count in report["fields"].items():
        assert count["of"] == 30 and count["exact"] >= 29, (field, report["wrong"])


def test_what_is_called_sure_is_right_in_99_of_100(folder: Path) -> None:
    fields = evaluate_reading(folder, folder / "metadata.jsonl")["fields"].values()
    sure, right = sum(one["sure"] for one in fields), sum(one["sure_right"] for one in fields)
    assert sure >= 120, "a reader that is never sure is of no help"
    assert right >= 0.99 * sure


@in_every_frame
@pytest.mark.parametrize("field", sorted(ALL))
def test_an_element_is_read_in_another_frame(skeleton: Skeleton, field: str, read_in: ReadIn) -> None:
    wrong, of = [], 0
    for row, body, stated, document in read_in(skeleton):
        if field in stated or states(body, field, row[field]):
            of += 1
            if value(document, field) != row[field]:
                wrong.append((row["file"], row[field], value(document, field)))
    assert len(wrong) <= 1, f"{len(wrong)} of {of}: {wrong}"


@in_every_frame
def test_what_is_called_sure_in_another_frame_is_right(skeleton: Skeleton, read_in: ReadIn) -> None:
    sure, wrong = 0, []
    for row, _, _, document in read_in(skeleton):
        for field in ALL:
            if element(document, field).sure:
                sure += 1
                if value(document, field) != row[field]:
                    wrong.append((row["file"], field, row[field], value(document, field)))
    assert len(wrong) <= 0.01 * sure, wrong


@pytest.mark.parametrize(
    "skeleton",
    [one for one in SKELETONS if one.__name__ in {"head_tags_only", "line_under_heading"}],
    ids=lambda one: one.__name__,
)
def test_an_index_number_that_no_page_states_is_left_open(skeleton: Skeleton, read_in: ReadIn) -> None:
    assert [row["file"] for row, _, _, document in read_in(skeleton) if document.index_number.value] == []


@in_every_frame
def test_the_frame_is_not_taken_for_the_document(skeleton: Skeleton, read_in: ReadIn) -> None:
    taken = [
        (row["file"], word)
        for row, body, _, document in read_in(skeleton)
        for word in FURNITURE
        if word in document.text and word not in body
    ]
    assert taken == []


@in_every_frame
def test_the_document_is_whole_in_another_frame(skeleton: Skeleton, read_in: ReadIn) -> None:
    short = []
    for row, body, _, document in read_in(skeleton):
        visible, got = bare(LexborHTMLParser(body).text()), bare(document.text)
        if not (visible[-12:] in got and len(got) >= 0.97 * len(visible)):
            short.append((row["file"], len(visible), len(got)))
    assert len(short) <= 1, short


@in_every_frame
def test_clauses_have_the_same_addresses_in_another_frame(
    skeleton: Skeleton, folder: Path, read_in: ReadIn
) -> None:
    moved = []
    for row, _, _, document in read_in(skeleton):
        original = read((folder / row["file"]).read_bytes(), row["file"])
        if numbered(document) != numbered(original):
            moved.append((row["file"], len(numbered(original)), len(numbered(document))))
    assert len(moved) <= 1, moved
