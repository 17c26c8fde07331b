"""Cutting a text into what is matched as a whole: an article with all beneath it, a heading, an item, a paragraph."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gongkai.reading.address import step_of
from gongkai.reading.document import Clause
from gongkai.text.normalise import bare

# What a text calls itself, and numbers that only follow renumbering, say nothing of what a clause is about.
_ITSELF = re.compile(r"本(?:法|条例|规定|办法|细则|规则|决定|解释|意见|通知|方案|章程)")
_POINTER = re.compile(r"第[〇零一二三四五六七八九十百千\d]+[条款项章节]|\s")
# 第3段 and 表2 are counted by the reader; the text itself bears no such number, so nothing was renumbered.
_COUNTED = re.compile(r"(?:第\d+段|表\d+)(?:~\d+)?")


@dataclass(frozen=True)
class Unit:
    """Clauses that are matched as one; the first is its head. ``start`` is the head's place among all clauses."""

    clauses: tuple[Clause, ...]
    start: int

    @property
    def head(self) -> Clause:
        return self.clauses[0]

    @property
    def text(self) -> str:
        """Its own words and those beneath it, a line each, with the numbers beneath as written."""
        lines = (f"{clause.label}{own_text(clause)}" for clause in self.clauses[1:])
        return "\n".join([own_text(self.head), *lines])

    @cached_property
    def words(self) -> str:
        """Every letter and figure of it, for telling whether the words are the same."""
        return "".join(words_of(clause) for clause in self.clauses)

    @cached_property
    def gist(self) -> str:
        """What it is about: ``words`` without the text's name for itself and without pointers to articles."""
        return "".join(gist_of(clause) for clause in self.clauses)


def words_of(clause: Clause) -> str:
    """The letters and figures of a clause's own words; of a table, those of its cells."""
    return bare(own_text(clause))


def gist_of(clause: Clause) -> str:
    """The words of a clause without pointers to articles and the text's name for itself."""
    return bare(_ITSELF.sub("", _POINTER.sub("", own_text(clause))))


def own_text(clause: Clause) -> str:
    """The words of a clause; a table's cells, a row per line."""
    if clause.table is None:
        return clause.text
    return "\n".join("\t".join(cell.text for cell in row) for row in clause.table.rows)


def number_of(clause: Clause) -> str:
    """The number that people cite a clause by; positions that only the reader counts are left out."""
    return "/".join(step for step in clause.path.split("/") if not _COUNTED.fullmatch(step))


def rank_of(clause: Clause) -> str:
    """The style of a clause's own number (章, 条, （一）), "" if it bears none."""
    return step_of(clause.path.rsplit("/", 1)[-1].partition("~")[0])[0] if clause.numbered else ""


def units_of(clauses: Sequence[Clause]) -> list[Unit]:
    """The clauses cut into units, in order; every clause is in exactly one."""
    groups: list[tuple[int, list[Clause]]] = []
    for at, clause in enumerate(clauses):
        above = groups[-1][1][0] if groups else None
        if above and not above.is_heading and clause.path.startswith(f"{above.path}/"):
            groups[-1][1].append(clause)
        else:
            groups.append((at, [clause]))
    return [Unit(tuple(group), at) for at, group in groups]


def headings_above(units: Sequence[Unit]) -> list[tuple[int, ...]]:
    """For each unit the places in ``units`` of the headings that it stands under, outermost first."""
    above: list[tuple[int, ...]] = []
    open_headings: list[int] = []
    for at, unit in enumerate(units):
        while open_headings and units[open_headings[-1]].head.level >= unit.head.level:
            open_headings.pop()
        above.append(tuple(open_headings))
        if unit.head.is_heading:
            open_headings.append(at)
    return above


def chapter_among(units: Sequence[Unit], above: tuple[int, ...]) -> int | None:
    """Of the headings above a unit its chapter (章); the innermost where there are no chapters."""
    chapters = [at for at in above if rank_of(units[at].head) == "章"]
    return (chapters or above or (None,))[-1]
