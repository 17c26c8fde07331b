"""The yearly work plan as saved from its page: a notice and what it encloses, 31 items under four headings."""

from datetime import date
from pathlib import Path

import pytest

from gongkai.reading.document import BlockKind, OfficialDocument, PartKind
from gongkai.reading.read import read

from .planting import blocks, numbered

pytestmark = pytest.mark.data
ENDS = {"一": 5, "二": 19, "三": 24, "四": 31}


@pytest.fixture(scope="module")
def plan(data: Path) -> OfficialDocument:
    path = data / "plan" / "putuo_2025_open_government_plan.txt"
    return read(path.read_bytes(), path.name)


def test_the_notice_and_what_it_encloses_are_two_parts(plan: OfficialDocument) -> None:
    assert [part.kind for part in plan.parts] == [PartKind.COVER, PartKind.ENCLOSED]
    assert plan.parts[1].title == "2025年上海市普陀区政务公开工作要点"


def test_elements_are_those_of_the_notice(plan: OfficialDocument) -> None:
    assert plan.title.value == "上海市普陀区人民政府办公室关于印发2025年普陀区政务公开工作要点的通知"
    assert plan.issuers.value == ("上海市普陀区人民政府办公室",)
    assert plan.written_on.value == date(2025, 5, 20)
    assert plan.document_number.value is None, "the saved page bears none"
    assert [one.text for one in blocks(plan, BlockKind.RECIPIENT)] == [
        "区政府各委、办、局,各街道办事处、镇政府:"
    ]


def test_31_items_stand_under_four_headings(plan: OfficialDocument) -> None:
    expected, item = [], 0
    for heading, last in ENDS.items():
        expected.append(heading)
        while item < last:
            item += 1
            expected.append(f"{heading}/{item}")
    paths = numbered(plan, 1)
    assert len(paths) == 35
    assert all(
        path == wanted or path.endswith("/" + wanted) for path, wanted in zip(paths, expected, strict=True)
    )
    assert numbered(plan, 0) == []


def test_items_know_the_heading_above_them(plan: OfficialDocument) -> None:
    last = [one for one in plan.clauses if one.numbered][-1]
    assert last.text.startswith("增强本区政务公开平台的数字赋能能力") and last.label == "31."
    assert last.heading[-1].startswith("四、创新突破")


def test_addresses_are_unambiguous(plan: OfficialDocument) -> None:
    assert (
        len({one.path for one in plan.clauses})
        == len({one.anchor for one in plan.clauses})
        == len(plan.clauses)
    )


def test_what_the_site_set_around_the_text_is_no_clause(plan: OfficialDocument) -> None:
    texts = [one.text for one in plan.clauses]
    assert "我要留言" not in texts
    assert not any("请使用tab按钮" in text for text in texts)
