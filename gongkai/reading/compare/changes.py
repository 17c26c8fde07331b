"""What became of every clause from one version of a text to the next, in the order of the new one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gongkai.reading.compare.links import Link, links_of
from gongkai.reading.compare.matching import backbone
from gongkai.reading.compare.units import own_text, units_of, words_of
from gongkai.reading.compare.wording import Bonds, Piece, wording
from gongkai.reading.document import Clause

_NEARLY = 0.9  # likeness of words that are nearly the same


class ChangeKind(StrEnum):
    """What became of a clause."""

    SAME = "same"  # the same number and the same words
    RENUMBERED = "renumbered"  # the same words under another number
    MOVED = "moved"  # nearly the same words in another chapter, or out of order with its neighbours
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class ClauseChange:
    """One clause in both versions; ``old`` is None if it is new, ``new`` is None if it is gone.

    Where the two are the first words of an article (or of another item with clauses beneath it), ``kind`` and
    ``likeness`` (0 to 1) speak of the whole article. ``pieces`` are the differences in the clause's own words, empty
    where those are the same or there is nothing to lay beside. ``beside`` is the clause of the other version that
    holds the words of one that is new or gone, although it is another's counterpart: split off, or merged into; of a
    whole article that is gone it may hold the matter in other words.
    """

    kind: ChangeKind
    old: Clause | None
    new: Clause | None
    pieces: tuple[Piece, ...] = ()
    likeness: float = 0.0
    beside: Clause | None = None


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[ClauseChange, ...]:
    """Every clause of both versions exactly once, in the new one's order; what is gone stands where it stood.

    Articles are matched as wholes, then the clauses within them. Differences in spaces and punctuation alone count
    as the same words.
    """
    links = links_of(old, new).clauses
    bonds = Bonds(own_text(clause) for side in (old, new) for clause in side)
    return tuple(
        _change(link, old, new, _pieces(link, old, new, bonds)) for link in _in_order(links, old, new)
    )


def compare_articles(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[ClauseChange, ...]:
    """What became of every article as a whole, told at its first clause; headings and lone paragraphs stand for themselves.

    An article keeps its counterpart here even where its paragraphs were redistributed. ``pieces`` are those of the
    whole article, a line for each of its paragraphs and items.
    """
    links = links_of(old, new).units
    bonds = Bonds(own_text(clause) for side in (old, new) for clause in side)
    whole = tuple({unit.start: unit for unit in units_of(side)} for side in (old, new))

    def pieces(link: Link) -> tuple[Piece, ...]:
        if link.i is None or link.j is None or link.same:
            return ()
        return wording(whole[0][link.i].text, whole[1][link.j].text, bonds)

    return tuple(_change(link, old, new, pieces(link)) for link in _in_order(links, old, new))


def _pieces(link: Link, old: Sequence[Clause], new: Sequence[Clause], bonds: Bonds) -> tuple[Piece, ...]:
    if link.i is None or link.j is None:
        return ()
    one, other = old[link.i], new[link.j]
    return () if words_of(one) == words_of(other) else wording(own_text(one), own_text(other), bonds)


def _change(
    link: Link, old: Sequence[Clause], new: Sequence[Clause], pieces: tuple[Piece, ...]
) -> ClauseChange:
    one = None if link.i is None else old[link.i]
    other = None if link.j is None else new[link.j]
    if one and other:
        return ClauseChange(_kind(link), one, other, pieces, link.likeness)
    there = old if one is None else new
    beside = None if link.beside is None else there[link.beside]
    return ClauseChange(ChangeKind.NEW if one is None else ChangeKind.GONE, one, other, beside=beside)


def _kind(link: Link) -> ChangeKind:
    if link.moved and (link.same or link.likeness >= _NEARLY):
        return ChangeKind.MOVED
    if not link.same:
        return ChangeKind.CHANGED
    return ChangeKind.RENUMBERED if link.renumbered else ChangeKind.SAME


def _in_order(links: Sequence[Link], old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[Link]:
    """The new text's order; what is gone follows what it followed."""
    here = {link.j: link for link in links if link.j is not None}
    there = {link.i: link for link in links if link.j is None}
    behind: dict[int, list[Link]] = defaultdict(list)
    for i, at in _places(links, old, new).items():
        if i in there:
            behind[at].append(there[i])
    yield from behind[-1]
    for j in range(len(new)):
        if j in here:
            yield here[j]
        yield from behind[j]


def _places(links: Sequence[Link], old: Sequence[Clause], new: Sequence[Clause]) -> dict[int, int]:
    """For each old clause that is gone the place of the new clause that it is told behind, -1 for the beginning."""
    now = {link.i: link.j for link in links if link.i is not None and link.j is not None}
    unit_at = {unit.start + k: unit for unit in units_of(new) for k in range(len(unit.clauses))}
    kept = {i for i, _ in backbone(now)}
    places: dict[int, int] = {}
    behind = -1  # the end of the last unit that stands in order
    for unit in units_of(old):
        home = unit_at[now[unit.start]] if unit.start in now else None
        at = behind if home is None else now[unit.start]
        for i in range(unit.start, unit.start + len(unit.clauses)):
            if i not in now:
                places[i] = at
            elif home is not None and unit_at[now[i]] is home:
                at = now[i]
        if home is not None and unit.start in kept:
            behind = home.start + len(home.clauses) - 1
    return places
