"""A library of laws brought in with its list: days, versions that follow each other, what is missing, twice the same."""

import json
from datetime import date

import click
import pytest

from gongkai.law.validity import State
from gongkai.policies.actions.library import named
from gongkai.policies.models import Policy, Relation
from gongkai.policies.versions import version_on
from gongkai.project.cli.library import run_library

pytestmark = [pytest.mark.django_db(transaction=True)]
LAW, OTHER = "示例区养犬管理条例", "示例区绿化管理条例"


@pytest.fixture(autouse=True)
def _folders(originals_folder, index_folder):
    pass


def text(name, body, begins="2001年1月1日"):
    """A law as libraries keep it: the text goes on naming the day on which its first version took effect."""
    return (
        f"# {name}\n\n## 第一章　总则\n\n第一条　为了{body}，制定本条例。\n\n第二条　{body}由区人民政府负责，市民应当遵守。\n\n"
        f"## 第二章　附则\n\n第三条　{body}的费用由财政承担。\n\n第四条　本条例自{begins}起施行。\n"
    )


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "laws"
    made.mkdir()
    for day, body in (
        ("2000-10-01", "规范养犬"),
        ("2010-10-01", "规范养犬和免疫"),
        ("2020-10-01", "规范养犬、免疫和登记"),
    ):
        (made / f"{LAW}({day}).md").write_text(text(LAW, body), encoding="utf-8")
    (made / f"{OTHER}.md").write_text(text(OTHER, "保护绿地"), encoding="utf-8")
    (made / "说明.pdf.tmp").write_bytes(b"not ours")
    return made


def entry(publish, begins, expired, name=LAW):
    return {"name": name, "publish": publish, "valid_from": begins, "expired": expired}


LISTED = [
    entry("2000-10-01", "2001-01-01", True),
    entry("2010-10-01", "2011-01-01", True),
    entry("2020-10-01", "2021-01-01", False),
]


def imported(folder, rows=None):
    if rows is None:
        return run_library(folder, None)
    listing = folder.parent / "list.jsonl"
    listing.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return run_library(folder, listing)


def versions():
    return list(Policy.objects.filter(title=LAW).order_by("published_on"))


def test_days_come_from_the_list_and_each_version_takes_over_from_its_own_day(folder):
    told = imported(folder, LISTED)
    assert told["files"] == 4 and told["counts"] == {"published": 4} and told["chained"] == 2
    first, second, third = versions()
    assert [each.effective_from for each in (first, second, third)] == [
        date(2001, 1, 1),
        date(2011, 1, 1),
        date(2021, 1, 1),
    ]
    assert first.validity_on(date(2010, 12, 31)).state is State.IN_FORCE
    assert first.validity_on(date(2011, 1, 1)).state is State.REPEALED
    assert "取代" in first.validity_on(date(2011, 1, 1)).reason
    assert second.validity_on(date(2020, 12, 31)).state is State.IN_FORCE
    assert third.validity_on(date(2026, 1, 1)).state is State.IN_FORCE
    assert version_on(third, date(2015, 1, 1)) == second
    assert [row["title"] for row in told["lacking"]] == []


def test_the_same_library_again_changes_nothing(folder):
    imported(folder, LISTED)
    before = list(Relation.objects.order_by("pk").values())
    told = imported(folder, LISTED)
    assert told["counts"] == {"unchanged": 4} and told["chained"] == 0
    assert list(Relation.objects.order_by("pk").values()) == before and Policy.objects.count() == 4


def test_without_a_list_days_of_effect_are_not_guessed_and_the_law_is_named(folder):
    told = imported(folder)
    first, second, third = versions()
    assert [each.published_on for each in (first, second, third)] == [
        date(year, 10, 1) for year in (2000, 2010, 2020)
    ]
    assert second.effective_from is None and "effective_from" in second.open_points
    assert second.open_points["effective_from"]["value"] == "2001-01-01"
    assert first.validity_on(date(2015, 1, 1)).state is State.UNKNOWN
    assert told["chained"] == 2
    assert {
        (row["title"], row["published_on"]) for row in told["lacking"] if row["what"] == "缺施行日期"
    } == {
        (LAW, "2010-10-01"),
        (LAW, "2020-10-01"),
    }


def test_two_versions_that_the_list_calls_in_force_are_chained_and_doubted(folder):
    told = imported(
        folder,
        [entry("2000-10-01", "2001-01-01", False), entry("2010-10-01", "2011-01-01", False), LISTED[2]],
    )
    doubts = Relation.objects.exclude(doubt="")
    assert doubts.count() == 2 and all("都标为有效" in row.doubt for row in doubts)
    assert sum("都标为有效" in row["what"] for row in told["lacking"]) == 2
    assert versions()[0].validity_on(date(2015, 1, 1)).state is State.REPEALED


def test_a_newest_version_that_the_list_calls_ended_is_a_doubt_and_is_not_in_force(folder):
    imported(folder, [LISTED[0], LISTED[1], entry("2020-10-01", "2021-01-01", True)])
    newest = versions()[2]
    assert newest.validity_on(date(2090, 1, 1)).state is State.REPEALED
    assert newest.validity_on(date(2022, 1, 1)).state is State.UNKNOWN
    assert "标为失效" in newest.says.get(kind="replaces").doubt


def test_a_version_that_begins_before_it_was_published_is_a_doubt(folder):
    imported(folder, [LISTED[0], entry("2010-10-01", "2010-01-01", True), LISTED[2]])
    assert "早于公布" in versions()[1].says.get(kind="replaces").doubt


def test_a_version_in_between_that_comes_later_takes_its_place(folder):
    middle = folder / f"{LAW}(2010-10-01).md"
    kept = middle.read_text(encoding="utf-8")
    middle.unlink()
    imported(folder, LISTED)
    middle.write_text(kept, encoding="utf-8")
    told = imported(folder, LISTED)
    assert told["counts"] == {"unchanged": 3, "published": 1}
    first, second, third = versions()
    assert version_on(third, date(2015, 1, 1)) == second and version_on(first, date(2015, 1, 1)) == second
    assert first.validity_on(date(2015, 1, 1)).state is State.REPEALED


def test_a_file_that_cannot_be_read_is_told_and_the_others_come_in(folder):
    (folder / "坏的(2020-01-01).docx").write_bytes(b"PK\x03\x04 not a zip at all")
    told = imported(folder, LISTED)
    assert told["counts"] == {"published": 4, "refused": 1}
    assert told["refused"][0]["file"].startswith("坏的") and told["refused"][0]["why"].endswith("。")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"publish": "2020-01-01"}',
        '{"name": "甲", "publish": "2020-13-01"}',
        '{"name": 1, "publish": 2}',
        "null",
    ],
)
def test_a_line_of_the_list_that_means_nothing_stops_with_its_number(folder, line, capsys):
    listing = folder.parent / "list.jsonl"
    listing.write_text(json.dumps(LISTED[0]) + "\n\n" + line, encoding="utf-8")
    with pytest.raises(click.exceptions.Exit):
        run_library(folder, listing)
    assert not Policy.objects.exists()
    told = capsys.readouterr()
    assert "第 3 行" in told.out + told.err


def test_days_and_names_that_are_none_are_left_in_the_name():
    assert named("公司法(2023-12-29)") == ("公司法", date(2023, 12, 29))
    assert named("公司法（2023-12-29）") == ("公司法", date(2023, 12, 29))
    assert named("公司法(2023-13-29)") == ("公司法", None)
    assert named("刑法修正案（十一）") == ("刑法修正案（十一）", None)
    assert named("宪法") == ("宪法", None)
