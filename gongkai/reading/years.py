"""The same line in two years' books of one office: found by table, code and name, with the figures of both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.reading.document import OfficialDocument, Table
from gongkai.reading.ledger import Ledger, Side, ledger_of

_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?度?")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.．]|（[一二三四五六七八九十\d]+）|\([一二三四五六七八九十\d]+\)|\d+[.．、])+"
)


@dataclass(frozen=True)
class BudgetLine:
    """A line of a ledger. ``figures`` are (heading, figure as written), empty ones left out; ``path`` the names above it.

    ``table`` is the caption without years, ``side`` the outermost heading of its figures (本年收入, 本年支出).
    """

    table: str
    side: str
    code: str
    path: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Pair:
    """One line in both years."""

    before: BudgetLine
    after: BudgetLine


def pair_lines(before: OfficialDocument, after: OfficialDocument) -> list[Pair]:
    """Lines that stand in both books, in the order of the later one."""
    earlier = _keyed(before)
    return [Pair(earlier[key], line) for key, line in _keyed(after).items() if key in earlier]


def lines_of(document: OfficialDocument) -> list[BudgetLine]:
    """Every named line of every table of figures in a book."""
    return [
        line
        for part in document.parts
        for block in part.blocks
        if block.table
        for line in _lines(block.table)
    ]


def _keyed(document: OfficialDocument) -> dict[tuple[object, ...], BudgetLine]:
    """Lines by what identifies them; of lines that nothing tells apart the nth is the nth in the other year."""
    out: dict[tuple[object, ...], BudgetLine] = {}
    for line in lines_of(document):
        nth = 0
        while (key := (line.table, line.side, line.code, line.path, nth)) in out:
            nth += 1
        out[key] = line
    return out


def _lines(table: Table) -> Iterator[BudgetLine]:
    ledger = ledger_of(table)
    if ledger is None:
        return
    caption = _without_year(table.caption)
    for side in ledger.sides:
        names: dict[str, str] = {}
        above = ""
        heading = next(iter(ledger.title(side.values[0])), "") if len(ledger.sides) > 1 else ""
        for row in ledger.body:
            name = row[side.name]
            if not name:
                continue
            code = ledger.code(row, side)
            if code:
                names[code] = name
                path = (*(names[code[:n]] for n in range(3, len(code), 2) if code[:n] in names), name)
            else:
                path, above = _path(name, above)
            yield BudgetLine(caption, _without_year(heading), code, path, _figures(ledger, side, row))


def _path(name: str, above: str) -> tuple[tuple[str, ...], str]:
    """一、 names a head, 1. and 其中 what stands below it; numbers themselves shift from year to year."""
    bare = _without_year(_NUMBERING.sub("", name)) or name
    if re.match(r"^[一二三四五六七八九十]+、", name):
        return (bare,), bare
    if re.match(r"^\d+[.．、]|^其中|^（|^\(", name) and above:
        return (above, bare), above
    return (bare,), ""


def _figures(ledger: Ledger, side: Side, row: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_without_year("/".join(ledger.title(column)[-2:])), row[column])
        for column in side.values
        if row[column]
    )


def _without_year(text: str) -> str:
    return _YEAR.sub("", re.sub(r"\s", "", text))
