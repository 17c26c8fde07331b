"""What the reader must reach on real files against truth written by hand; the figures stand in docs/quality.md."""

import re

import pytest

from gongkai.reading.address import find
from gongkai.reading.document import Table
from gongkai.reading.evaluate import evaluate_reading
from gongkai.reading.read import read
from gongkai.reading.years import BudgetLine, Pair, pair_lines
from tests.reading import measuring as m

pytestmark = pytest.mark.data


def test_bodies_of_bureau_pages_begin_and_end_where_the_document_does(data):
    faults = {
        row["file"]: found
        for row in m.rows("guangzhou_bodies.jsonl")
        if (found := m.body_faults(m.document(data, row), row))
    }
    assert len(faults) <= 1, faults


def test_every_table_of_bureau_pages_has_its_rows_and_columns(data):
    wrong = {
        row["file"]: (got, row["tables"])
        for row in m.rows("guangzhou_bodies.jsonl")
        if (got := m.shapes(m.document(data, row))) != row["tables"]
    }
    assert not wrong


def test_clauses_are_found_by_the_address_that_people_cite(data):
    missed = []
    for row in m.rows("clauses.jsonl"):
        clauses = m.document(data, row).clauses
        for address, sha256, length in row["clauses"]:
            clause = find(clauses, address)
            if clause is None or not m.matches(m.kept(clause.text), {"sha256": sha256, "length": length}):
                missed.append((row["file"], address, clause and clause.path))
    assert len(missed) <= 2, missed


def test_tables_of_budget_books_have_their_rows_columns_and_totals(data):
    books: dict[str, list[Table]] = {}
    wrong = []
    rows = m.rows("pdf_tables.jsonl")
    for row in rows:
        tables = books.setdefault(
            row["file"], m.tables(m.document(data, row)) if row["file"] not in books else []
        )
        if faults := m.table_faults(tables, row):
            wrong.append((row["file"], row["caption"], faults[:3]))
    assert len(rows) >= 20 and len(wrong) <= 1, wrong


def test_the_same_line_is_found_in_the_books_of_two_years(data):
    books = [
        read((data / f"documents/pdf/上海市普陀区万里街道办事处{year}年部门预算.pdf").read_bytes())
        for year in (2023, 2024)
    ]
    found: dict[str, list[Pair]] = {}
    for pair in pair_lines(*books):
        found.setdefault(pair.before.code or _plain(pair.before.path[-1]), []).append(pair)
    rows = m.rows("budget_years.jsonl")
    missed = [
        row
        for row in rows
        if not any(
            row["2023"] in _figures(pair.before) and row["2024"] in _figures(pair.after)
            for pair in found.get(row["code"] or _plain(row["name"]), [])
        )
    ]
    assert len(missed) <= 0.05 * len(rows), missed


def _plain(name: str) -> str:
    """A line's name without its ordinal."""
    return re.sub(r"^[一二三四五六七八九十\d]+[、.．]", "", m.printed(name))


def _figures(line: BudgetLine) -> set[str]:
    return {m.printed(value) for _, value in line.figures}


@pytest.mark.parametrize("name", ["gov_cn_elements.jsonl", "guangzhou_elements.jsonl"])
def test_what_is_called_sure_is_right_and_what_is_wrong_is_doubtful(data, name):
    report = evaluate_reading(data, m.TRUTH / name)
    told = report["sureness"]
    assert told["sure"] >= 90 and told["sure_right"] >= 0.99 * told["sure"], report["wrong"]
    assert told["wrong_doubtful"] >= 0.8 * told["wrong"], report["wrong"]
