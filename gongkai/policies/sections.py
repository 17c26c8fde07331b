"""Long texts in readable pieces: which blocks a page shows, and on which page a clause stands."""

from dataclasses import dataclass

from gongkai.policies.models import Policy
from gongkai.reading.document import Block, Clause
from gongkai.text.clause_numbers import CONTAINERS, clause_number

# Characters: a text up to so long is one page; a longer one is divided at its headings into pieces of about the other.
WHOLE, PIECE = 60_000, 30_000


@dataclass(frozen=True)
class Section:
    """A piece of a text: its number from 1, the heading it begins with, and its blocks from ``start`` up to ``end``.

    Both ends are (part, block); ``end`` is not in it.
    """

    number: int
    title: str
    start: tuple[int, int]
    end: tuple[int, int]

    def holds(self, part: int, block: int) -> bool:
        """True if the block stands in this piece."""
        return self.start <= (part, block) < self.end


def sections(policy: Policy) -> list[Section]:
    """The pieces of a long text, cut at headings (编, 章, 一、) and at parts.

    None for a text that fits on one page or has no place to cut.
    """
    sizes = [[_size(block) for block in part.blocks] for part in policy.parts]
    if sum(map(sum, sizes)) <= WHOLE:
        return []
    cuts = {
        (clause.part, clause.block): _title(clause) for clause in policy.read_clauses if _may_begin(clause)
    }
    cuts |= {
        (index, 0): part.title or cuts.get((index, 0), "") for index, part in enumerate(policy.parts) if index
    }
    starts: list[tuple[tuple[int, int], str]] = [((0, 0), "")]
    size = 0
    for part, blocks in enumerate(sizes):
        for block, length in enumerate(blocks):
            if (
                (part, block) in cuts
                and (size >= PIECE // 2)
                and size + _until_next(sizes, part, block, cuts) > PIECE
            ):
                starts.append(((part, block), cuts[part, block]))
                size = 0
            size += length
    if len(starts) == 1:
        return []
    ends = [start for start, _title_of in starts[1:]] + [(len(sizes), 0)]
    return [
        Section(number, title or _first_title(cuts, start, end), start, end)
        for number, ((start, title), end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]


def section_of(found: list[Section], clauses: tuple[Clause, ...], anchor: str) -> int:
    """The number of the piece in which the clause with this anchor stands; 1 where there is none such."""
    clause = next((each for each in clauses if each.anchor == anchor), None)
    if clause is None:
        return 1
    return next((each.number for each in found if each.holds(clause.part, clause.block)), 1)


def _size(block: Block) -> int:
    if block.table:
        return sum(len(cell.text) + 10 for row in block.table.rows for cell in row)
    return len(block.text)


def _may_begin(clause: Clause) -> bool:
    if not clause.numbered or not clause.is_heading:
        return False
    number = clause_number(clause.label)
    return clause.level <= 2 or bool(number and number.style in CONTAINERS)


def _title(clause: Clause) -> str:
    return f"{clause.label} {clause.text}".strip()[:60]


def _until_next(sizes: list[list[int]], part: int, block: int, cuts: dict[tuple[int, int], str]) -> int:
    """Characters from a place where one may cut up to the next such place."""
    total = 0
    for p in range(part, len(sizes)):
        for b in range(block if p == part else 0, len(sizes[p])):
            if (p, b) != (part, block) and (p, b) in cuts:
                return total
            total += sizes[p][b]
            if total > PIECE:
                return total
    return total


def _first_title(cuts: dict[tuple[int, int], str], start: tuple[int, int], end: tuple[int, int]) -> str:
    return next((title for place, title in sorted(cuts.items()) if start <= place < end and title), "")
