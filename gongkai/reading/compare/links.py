"""Which clause of one version belongs to which of another: units first, then what is in them, then what crossed over."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gongkai.reading.compare.matching import Leftovers, Likeness, Text, Weights, backbone, match, match_faint
from gongkai.reading.compare.units import (
    Unit,
    chapter_among,
    gist_of,
    headings_above,
    number_of,
    rank_of,
    units_of,
    words_of,
)
from gongkai.reading.document import Clause

_BESIDE = 0.4  # share of a unit's words, rare ones counting more, that another's counterpart has taken in
_UNLIKE = 0.3  # likeness of first paragraphs below which one may be an insertion
_ELSEWHERE = 0.7  # likeness of a paragraph that is known again in another article
_TELLING = 12  # characters that a clause must have to be known again by them alone
_TITLED = 0.6  # a heading is another's counterpart by its name, its contents, or some of both


@dataclass(frozen=True)
class Link:
    """Places of an old and a new clause that belong together; None where one is missing.

    ``same`` if the words are, ``renumbered`` if the number is not, ``moved`` if it stands in another chapter or out of
    order; ``beside`` is a place on the side that is missing.
    """

    i: int | None
    j: int | None
    same: bool = False
    renumbered: bool = False
    moved: bool = False
    likeness: float = 0.0
    beside: int | None = None

    def turned(self) -> "Link":
        """The same with old and new exchanged."""
        return replace(self, i=self.j, j=self.i)


@dataclass(frozen=True)
class _Side:
    """One version, cut up; ``above`` and ``chapter`` are places in ``units``."""

    clauses: Sequence[Clause]
    units: list[Unit]
    above: list[tuple[int, ...]]

    @classmethod
    def of(cls, clauses: Sequence[Clause]) -> "_Side":
        units = units_of(clauses)
        return cls(clauses, units, headings_above(units))

    def chapter(self, unit: int) -> int | None:
        return chapter_among(self.units, self.above[unit])

    def name(self, heading: int | None) -> str:
        return "" if heading is None else self.units[heading].words

    def plain(self) -> list[int]:
        """The units that are no headings."""
        return [at for at, unit in enumerate(self.units) if not unit.head.is_heading]

    def text(self, unit: int) -> Text:
        one = self.units[unit]
        return Text(one.words, one.gist, number_of(one.head), self.name(self.chapter(unit)))

    def clause(self, at: int) -> Text:
        clause = self.clauses[at]
        return Text(words_of(clause), gist_of(clause), number_of(clause))


@dataclass(frozen=True)
class Links:
    """Every clause of both sides in exactly one link; and every unit, by the places of its head."""

    clauses: list[Link]
    units: list[Link]

    def turned(self) -> "Links":
        """The same with old and new exchanged."""
        return Links([link.turned() for link in self.clauses], [link.turned() for link in self.units])


def links_of(old: Sequence[Clause], new: Sequence[Clause]) -> Links:
    """What belongs together in two versions."""
    # Choices between equals fall the same way whichever version is called old.
    if [(c.path, c.text) for c in old] > [(c.path, c.text) for c in new]:
        return _Linking(_Side.of(new), _Side.of(old), former=1).links().turned()
    return _Linking(_Side.of(old), _Side.of(new), former=0).links()


class _Linking:
    """The steps of linking two versions; every step works on what those before it left.

    ``former`` tells which of the two, 0 or 1, is the older version in truth.
    """

    def __init__(self, old: _Side, new: _Side, former: int) -> None:
        self.old, self.new, self._former = old, new, former
        self._links: dict[tuple[int, int], Link] = {}
        self._olds, self._news = old.plain(), new.plain()
        olds, news = [old.text(u) for u in self._olds], [new.text(v) for v in self._news]
        self._weights = Weights([*olds, *news])
        self._like = Likeness(olds, news, self._weights)
        found = match(self._like)
        found |= match_faint(found, self._like)
        self._paired = found  # places among the units that are no headings
        self._units = {self._olds[i]: self._news[j] for i, j in found.items()}
        self._headings = _headings(old, new, self._units)

    def links(self) -> Links:
        units = [*self._heading_links(), *self._unit_links()]
        self._link_across()
        return Links([*self._links.values(), *self._missing()], [*units, *self._missing_units(units)])

    def _link(self, i: int, j: int, moved: bool, likeness: float, same: bool | None = None) -> Link:
        one, other = self.old.clauses[i], self.new.clauses[j]
        if same is None:
            same = words_of(one) == words_of(other)
        renumbered = number_of(one) != number_of(other)
        return Link(i, j, same, renumbered, moved, 1.0 if same else likeness)

    def _heading_links(self) -> Iterator[Link]:
        ordered = set(backbone(self._headings))
        for (u, v), likeness in self._headings_like().items():
            i, j = self.old.units[u].start, self.new.units[v].start
            self._links[i, j] = link = self._link(i, j, (u, v) not in ordered, likeness)
            yield link

    def _unit_links(self) -> Iterator[Link]:
        ordered = set(backbone(self._units))
        for (u, v), (i, j) in zip(self._units.items(), self._paired.items(), strict=True):
            one, other = self.old.units[u], self.new.units[v]
            moved = (u, v) not in ordered or self._another_chapter(u, v)
            link = self._link(one.start, other.start, moved, self._like.of(i, j), one.words == other.words)
            self._link_within(one, other, link)
            yield link

    def _link_within(self, one: Unit, other: Unit, whole: Link) -> None:
        within = self._within(one, other)
        ordered = set(backbone(dict(within.keys())))
        for (i, j), like in within.items():
            place = one.start + i, other.start + j
            self._links[place] = (
                whole if (i, j) == (0, 0) else self._link(*place, (i, j) not in ordered, like)
            )

    def _headings_like(self) -> dict[tuple[int, int], float]:
        pairs = list(self._headings.items())
        like = Likeness(
            [self.old.text(u) for u, _ in pairs], [self.new.text(v) for _, v in pairs], self._weights
        )
        return {pair: like.of(k, k) for k, pair in enumerate(pairs)}

    def _another_chapter(self, u: int, v: int) -> bool:
        one, other = self.old.chapter(u), self.new.chapter(v)
        if one is None or other is None or self._headings.get(one) == other:
            return False
        return self.old.name(one) != self.new.name(other)

    def _within(self, one: Unit, other: Unit) -> dict[tuple[int, int], float]:
        """Clauses of two units that belong together, and how like they are.

        The heads do, whatever their words, unless the words of one stand further down in the other; how like they
        are follows from the whole units.
        """
        if len(one.clauses) == len(other.clauses) == 1:
            return {(0, 0): 0.0}
        olds = [self.old.clause(one.start + k) for k in range(len(one.clauses))]
        news = [self.new.clause(other.start + k) for k in range(len(other.clauses))]
        if [text.words for text in olds] == [text.words for text in news]:
            return {(k, k): 1.0 for k in range(len(olds))}
        like = Likeness(olds, news, self._weights)
        pairs = match(like)
        if not _shifted(pairs, like):
            pairs = {0: 0} | {i: j for i, j in pairs.items() if i and j}
        return {(i, j): like.of(i, j) for i, j in pairs.items()}

    def _free(self) -> tuple[list[int], list[int]]:
        olds, news = {i for i, _ in self._links}, {j for _, j in self._links}
        return (
            [i for i in range(len(self.old.clauses)) if i not in olds],
            [j for j in range(len(self.new.clauses)) if j not in news],
        )

    def _link_across(self) -> None:
        """Paragraphs that went over to another article: where one was split, or two were merged."""
        olds, news = (
            [at for at in free if len(side.clause(at).gist) >= _TELLING and not side.clauses[at].is_heading]
            for free, side in zip(self._free(), (self.old, self.new), strict=True)
        )
        like = Likeness([self.old.clause(i) for i in olds], [self.new.clause(j) for j in news], self._weights)
        for i, j in match(like).items():
            if (likeness := like.of(i, j)) >= _ELSEWHERE:
                self._links[olds[i], news[j]] = self._link(olds[i], news[j], True, likeness)

    def _missing(self) -> Iterator[Link]:
        olds, news = self._free()
        yield from (Link(i, None, beside=self._beside[0].get(i)) for i in olds)
        yield from (Link(None, j, beside=self._beside[1].get(j)) for j in news)

    def _missing_units(self, found: Sequence[Link]) -> Iterator[Link]:
        olds, news = {link.i for link in found}, {link.j for link in found}
        for unit in self.old.units:
            if unit.start not in olds:
                yield Link(unit.start, None, beside=self._beside[0].get(unit.start))
        for unit in self.new.units:
            if unit.start not in news:
                yield Link(None, unit.start, beside=self._beside[1].get(unit.start))

    @cached_property
    def _beside(self) -> tuple[dict[int, int], dict[int, int]]:
        """For units without a counterpart, head by head, the unit on the other side that took in most of their words.

        What that unit has from its own counterpart does not count.
        """
        back = {j: i for i, j in self._paired.items()}
        best: tuple[dict[int, tuple[float, int]], dict[int, tuple[float, int]]] = {}, {}
        for i, j in self._like.weighed:
            start, begin = self.old.units[self._olds[i]].start, self.new.units[self._news[j]].start
            if i not in self._paired:
                held = self._like.held_of_old(i, j, back.get(j))
                best[0][start] = max(best[0].get(start, (_BESIDE, -1)), (held, begin))
            if j not in back:
                held = self._like.held_of_new(i, j, self._paired.get(i))
                best[1][begin] = max(best[1].get(begin, (_BESIDE, -1)), (held, start))
        old, new = ({at: there for at, (_, there) in side.items() if there >= 0} for side in best)
        for start, begin in self._absorbed():
            (old, new)[self._former].setdefault(start, begin)
        return old, new

    def _absorbed(self) -> Iterator[tuple[int, int]]:
        """Heads of units of the older version without a counterpart, each with that of the likest in the newer one.

        A revision mostly merges what it does not carry on article by article. What it adds speaks of the same matters
        as what was there already and is new all the same, so nothing is said of that.
        """
        units = [self.old.units[u] for u in self._olds], [self.new.units[v] for v in self._news]
        ours, theirs = units[self._former], units[1 - self._former]
        paired = set(self._paired.values() if self._former else self._paired)
        leftovers = Leftovers(self._paired, self._like)
        for at, unit in enumerate(ours):
            there = None if at in paired else leftovers.home(self._former, at)
            if there is not None:
                yield unit.start, theirs[there].start


def _shifted(pairs: dict[int, int], like: Likeness) -> bool:
    """True if the first words of a unit stand further down in the other, so that its head is another paragraph now."""
    if pairs.get(0) == 0 or like.of(0, 0) >= _UNLIKE:
        return False
    crossed = [(i, j) for i, j in pairs.items() if not i or not j]
    return any(like.of(i, j) >= _ELSEWHERE and len(like.old[i].gist) >= _TELLING for i, j in crossed)


def _headings(old: _Side, new: _Side, units: dict[int, int]) -> dict[int, int]:
    """Headings of one rank that have one name, or under which the same units stand."""
    under: tuple[Counter[int], Counter[int]] = (
        Counter(h for u in old.plain() for h in old.above[u]),
        Counter(g for v in new.plain() for g in new.above[v]),
    )
    common = Counter((h, g) for u, v in units.items() for h in old.above[u] for g in new.above[v])
    named: dict[str, list[int]] = defaultdict(list)
    for g, unit in enumerate(new.units):
        if unit.head.is_heading:
            named[unit.words].append(g)
            named[unit.head.path].append(g)
    titled = [
        (h, g)
        for h, unit in enumerate(old.units)
        if unit.head.is_heading
        for g in named[unit.words][:20] + named[unit.head.path]
    ]
    scores = {}
    for h, g in {*common, *titled}:
        if rank_of(old.units[h].head) != rank_of(new.units[g].head):
            continue
        share = 2 * common[h, g] / ((under[0][h] + under[1][g]) or 1)
        score = share + (old.name(h) == new.name(g))
        if score >= _TITLED:
            numbered = number_of(old.units[h].head) == number_of(new.units[g].head)
            scores[h, g] = score + 0.1 * numbered
    pairs: dict[int, int] = {}
    for h, g in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if h not in pairs and g not in pairs.values():
            pairs[h] = g
    return pairs
