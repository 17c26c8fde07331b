"""Which text of one list became which of another: by rare words they share, then by order; never two for one."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum, log

_RARE = 30  # texts of a side that a shingle may stand in and still lead to candidates
_ASKED = 40  # rarest shingles of a text that are looked up
_KEPT = 12  # candidates of a text that are weighed
_SMALL = 600  # pairs of a gap between sure ones that are all weighed

_FEW = 40  # texts; of fewer it cannot be told what is rare
_TRUST = 0.35  # weight of the share of the shorter text that stands in the longer one
_WHOLE = 0.85  # share of the shorter text from which it was taken over whole
_PHRASE = 10  # characters, formulas not counted, that are more than a phrase
_LONG = 40  # characters from which that share is fully trusted

CLEAR = 0.5  # likeness of two texts that are taken for each other wherever they stand
FAR = 0.42  # the same where the order speaks against it, after the clear ones are taken
NEAR = 0.12  # and where the order speaks for it
ALONE = 0.07  # and where nothing else is left between their neighbours
_RIVAL = 0.8  # a faint pair is none if either text has a likelier one: it must reach so much of that one's likeness
_TAKEN = 0.6  # and so much of that of one which is taken
# Likeness from which a leftover is taken to have gone where most of its own words are: by whether that is between its
# neighbours' counterparts, and whether no other place comes near.
_FAINT = {False: {False: 0.25, True: 0.15}, True: {False: 0.12, True: 0.1}}
_BY_FAR = 1.5  # times as like as any other
_ORDER = 0.06  # what standing in the same place is worth among candidates that are nearly as like


@dataclass(frozen=True)
class Text:
    """One text to match: ``words`` are compared for equality, ``gist`` for likeness; ``place`` names its chapter."""

    words: str
    gist: str
    number: str = ""
    place: str = ""

    @cached_property
    def grams(self) -> frozenset[str]:
        return shingles(self.gist)


def shingles(gist: str) -> frozenset[str]:
    """Every two and every three characters that stand beside each other; of a single character, itself."""
    if len(gist) < 2:
        return frozenset([gist] if gist else [])
    return frozenset(gist[k : k + n] for n in (2, 3) for k in range(len(gist) - n + 1))


# Turns that stand in every other clause of Chinese law and say little of what a clause is about.
_COMMON = 0.3
_FORMULAS = frozenset(
    gram
    for turn in (
        "违反本法规定", "有下列行为之一的", "有下列情形之一的", "由县级以上地方各级人民政府有关主管部门责令限期改正",
        "逾期不改正的", "拒不改正的", "给予警告", "给予批评教育", "没收违法所得", "可以并处", "违法所得一倍以上五倍以下的罚款",
        "处一万元以上十万元以下罚款", "没有违法所得或者违法所得不足", "情节严重的", "情节较轻的", "责令停产停业整顿", "吊销许可证",
        "对直接负责的主管人员和其他直接责任人员", "对负有责任的领导人员和直接责任人员", "依法给予行政处分", "依法承担民事责任",
        "构成违反治安管理行为的", "依法给予治安管理处罚", "构成犯罪的", "依法追究刑事责任", "国务院有关部门", "会同有关部门",
        "应当按照国家有关规定", "法律行政法规另有规定的", "依照有关法律法规的规定执行", "各自职责范围内", "任何单位和个人不得",
        "省自治区直辖市人民政府", "具体办法由国务院规定", "国家鼓励和支持", "应当建立健全", "滥用职权玩忽职守徇私舞弊",
        "国家机关及其工作人员", "由其所在单位主管部门或者上级机关责令改正",
    )
    for gram in shingles(turn)
)  # fmt: skip


class Weights:
    """How much a shingle tells: one that stands in every text nearly nothing, a rare one most."""

    def __init__(self, texts: Iterable[Text]) -> None:
        grams = [text.grams for text in texts]
        self._stands = Counter(gram for each in grams for gram in each)
        self._texts = max(len(grams), _FEW)
        self._known: dict[str, float] = {}

    def of(self, gram: str) -> float:
        """From nearly 0 to about 9."""
        weight = self._known.get(gram)
        if weight is None:
            weight = max(log(1.15 * self._texts / max(self._stands[gram], 1)), 0.05)
            weight = self._known[gram] = weight * (_COMMON if gram in _FORMULAS else 1)
        return weight

    def leads(self, gram: str) -> bool:
        """True if so few texts have it that it leads from one to another."""
        return len(gram) == 3 and 2 <= self._stands[gram] <= 2 * _RARE


@dataclass
class Likeness:
    """How like texts of two lists are, from 0 to 1: what they share of their shingles, rare ones counting more."""

    old: Sequence[Text]
    new: Sequence[Text]
    weights: Weights
    _grams: tuple[list[frozenset[str]], list[frozenset[str]]] = field(init=False)
    _weight: dict[str, float] = field(init=False)
    _total: tuple[list[float], list[float]] = field(init=False)
    _leading: tuple[list[list[str]], list[list[str]]] = field(init=False)
    _telling: tuple[list[int], list[int]] = field(init=False)  # characters that are no formula
    _known: dict[tuple[int, int], float] = field(init=False, default_factory=dict)
    weighed: set[tuple[int, int]] = field(init=False, default_factory=set)  # pairs that ``match`` looked at

    def __post_init__(self) -> None:
        self._grams = [text.grams for text in self.old], [text.grams for text in self.new]
        met = {gram for side in self._grams for grams in side for gram in grams}
        self._weight = {gram: self.weights.of(gram) for gram in met}
        old, new = ([fsum(self._weight[g] for g in grams) for grams in side] for side in self._grams)
        self._total = old, new
        leading, following = (
            [[g for g in grams if self.weights.leads(g)] for grams in side] for side in self._grams
        )
        self._leading = leading, following
        ours, theirs = ([len(grams - _FORMULAS) // 2 for grams in side] for side in self._grams)
        self._telling = ours, theirs

    def of(self, i: int, j: int) -> float:
        """The likeness of the old text ``i`` and the new text ``j``."""
        known = self._known.get((i, j))
        if known is None:
            known = self._known[i, j] = self._reckon(i, j)
        return known

    def _reckon(self, i: int, j: int) -> float:
        if self.old[i].words == self.new[j].words:
            return 1.0
        shared = self._shared(i, j)
        small, large = sorted((self._total[0][i], self._total[1][j]))
        if not small:
            return 0.0
        # What one side added tells little against it: the smaller one's view counts too, unless it is a mere phrase.
        trust = _TRUST * min(1.0, min(self._telling[0][i], self._telling[1][j]) / _LONG)
        return 0.99 * ((1 - trust) * 2 * shared / (small + large) + trust * shared / small)

    def whole(self, i: int, j: int) -> bool:
        """True if one of the two was taken over whole into the other, and is more than a phrase."""
        small = min(self._total[0][i], self._total[1][j])
        telling = min(self._telling[0][i], self._telling[1][j])
        return telling >= _PHRASE and self._shared(i, j) >= _WHOLE * small

    def held_of_old(self, i: int, j: int, but: int | None) -> float:
        """What share of the old text ``i`` stands in the new text ``j`` and not in the old text ``but``."""
        return self._held(self._grams[0], i, self._grams[1][j], but) / (self._total[0][i] or 1)

    def held_of_new(self, i: int, j: int, but: int | None) -> float:
        """What share of the new text ``j`` stands in the old text ``i`` and not in the new text ``but``."""
        return self._held(self._grams[1], j, self._grams[0][i], but) / (self._total[1][j] or 1)

    def _held(self, side: list[frozenset[str]], at: int, other: frozenset[str], but: int | None) -> float:
        shared = side[at] & other
        if len(shared) < _PHRASE:
            return 0.0
        return fsum(self._weight[g] for g in (shared if but is None else shared - side[but]))

    def _shared(self, i: int, j: int) -> float:
        return fsum(self._weight[g] for g in self._grams[0][i] & self._grams[1][j])

    def candidates(self, pairs: dict[int, int]) -> set[tuple[int, int]]:
        """Pairs worth weighing, ``pairs`` being known: they share rare shingles or a number, and one of them is free."""
        taken = set(pairs.values())
        index: dict[str, list[int]] = defaultdict(list)
        free: dict[str, list[int]] = defaultdict(list)
        numbers: dict[str, int] = {}
        for j in range(len(self.new)):
            numbers.setdefault(self.new[j].number, j)
            for gram in self._leading[1][j]:
                index[gram].append(j)
                if j not in taken:
                    free[gram].append(j)
        found = set()
        for i in range(len(self.old)):
            there = free if i in pairs else index
            same = numbers.get(self.old[i].number)
            if same is not None and (i not in pairs or same not in taken):
                found.add((i, same))
            asked = ((len(there[gram]), gram) for gram in self._leading[0][i] if gram in there)
            rare = sorted(each for each in asked if each[0] <= _RARE)
            votes: dict[int, float] = defaultdict(float)
            for _, gram in rare[:_ASKED]:
                for j in there[gram]:
                    votes[j] += self._weight[gram]
            best = sorted(votes, key=lambda j: (-votes[j], j))[:_KEPT]
            found.update((i, j) for j in best)
        return found


def match(likeness: Likeness) -> dict[int, int]:
    """For each old text the new one that it became; texts that have no counterpart are left out.

    Which of two texts is called old has no bearing on the pairs.
    """
    old, new = likeness.old, likeness.new
    pairs = _equal(old, new)
    likeness.weighed |= likeness.candidates(pairs)
    edges = {pair: score for pair in likeness.weighed if (score := likeness.of(*pair)) >= NEAR}
    _take(pairs, edges, CLEAR, old, new)
    for i0, i1, j0, j1 in _gaps(pairs, len(old), len(new)):
        olds = [i for i in range(i0, i1) if i not in pairs]
        taken = set(pairs.values())
        news = [j for j in range(j0, j1) if j not in taken]
        if len(olds) * len(news) <= _SMALL:
            edges |= {(i, j): score for i in olds for j in news if (score := likeness.of(i, j)) >= NEAR}
    _take(pairs, edges, CLEAR, old, new)
    _follow(pairs, edges)
    _take(pairs, edges, FAR, old, new)
    _take(pairs, {pair: score for pair, score in edges.items() if likeness.whole(*pair)}, NEAR, old, new)
    taken = set(pairs.values())
    for i0, i1, j0, j1 in _gaps(pairs, len(old), len(new)):
        if (
            (i1 - i0, j1 - j0) == (1, 1)
            and i0 not in pairs
            and j0 not in taken
            and likeness.of(i0, j0) >= ALONE
        ):
            pairs[i0] = j0
    return pairs


def _equal(old: Sequence[Text], new: Sequence[Text]) -> dict[int, int]:
    """Texts of the same words; where several are, those of the same number, then one after the other."""
    pairs: dict[int, int] = {}
    alike: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, texts in enumerate((old, new)):
        for at, text in enumerate(texts):
            alike[text.words][side].append(at)
    for olds, news in alike.values():
        numbered = (
            {(new[j].place, new[j].number): j for j in reversed(news)} if len(olds) + len(news) > 2 else {}
        )
        for i in olds:
            j = numbered.pop((old[i].place, old[i].number), None)
            if j is not None:
                pairs[i] = j
        taken = {pairs[i] for i in olds if i in pairs}
        rest = [i for i in olds if i not in pairs], [j for j in news if j not in taken]
        pairs |= dict(zip(*rest, strict=False))
    return pairs


def _take(
    pairs: dict[int, int],
    edges: dict[tuple[int, int], float],
    least: float,
    old: Sequence[Text],
    new: Sequence[Text],
) -> None:
    """The likest pairs first, as long as both are free; a nearly equal candidate in the same place goes before."""
    used = set(pairs.values())
    expected = _Expected(pairs, len(old), len(new))
    ranked = sorted(
        (-score - _ORDER * (expected.fits(i, j) + (old[i].place == new[j].place)) / 2, i, j)
        for (i, j), score in edges.items()
        if score >= least and i not in pairs and j not in used
    )
    for _, i, j in ranked:
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)


class Leftovers:
    """Texts of either list without a pair, each with the one of the other list that holds most of what is its own.

    What the other one has from its own counterpart, or from one that it is liker to, is not held for this one: two
    penalties or two registrations are alike in all but their subject.
    """

    def __init__(self, pairs: dict[int, int], likeness: Likeness) -> None:
        self._likeness = likeness
        self._likest: tuple[dict[int, int], dict[int, int]] = {}, {}
        edges = [(likeness.of(*pair), pair) for pair in sorted(likeness.weighed)]
        edges = [(score, pair) for score, pair in edges if score >= NEAR]
        for _, pair in sorted(edges, key=lambda edge: edge[0]):
            for side, at in enumerate(pair):
                self._likest[side][at] = pair[1 - side]
        expected = _Expected(pairs, len(likeness.old), len(likeness.new))
        counterparts = pairs, {j: i for i, j in pairs.items()}
        self._ranked: tuple[dict[int, list[tuple[float, bool, int]]], ...] = {}, {}
        for score, pair in edges:
            near = expected.borders(*pair)
            for side, at in enumerate(pair):
                if at not in counterparts[side]:
                    there = pair[1 - side]
                    rival = counterparts[1 - side].get(there, self._likest[1 - side][there])
                    own = score * self._own(side, pair, None if rival == at else rival)
                    self._ranked[side].setdefault(at, []).append((own, near, there))

    def _own(self, side: int, pair: tuple[int, int], rival: int | None) -> float:
        """What share of that which the text of ``side`` has in common with the other its ``rival`` has not."""
        held = self._likeness.held_of_new if side else self._likeness.held_of_old
        return held(*pair, rival) / (held(*pair, None) or 1)

    def home(self, side: int, at: int) -> int | None:
        """Where the old (0) or new (1) text ``at`` went or came from; None if it cannot be told."""
        ranked = sorted(self._ranked[side].get(at, []), reverse=True)
        if not ranked:
            return None
        (first, near, there), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
        by_far = first >= _BY_FAR * second
        return there if first >= _FAINT[near][by_far] else None


def match_faint(pairs: dict[int, int], likeness: Likeness) -> dict[int, int]:
    """More pairs among whole articles that were written anew: of those left over, the ones that are each other's home."""
    leftovers, used = Leftovers(pairs, likeness), set(pairs.values())
    found = {}
    for i in range(len(likeness.old)):
        j = None if i in pairs else leftovers.home(0, i)
        if j is not None and j not in used and leftovers.home(1, j) == i:
            found[i] = j
    return found


class _Expected:
    """Where a text would stand if order was kept: between the counterparts of those before and behind it."""

    def __init__(self, pairs: dict[int, int], olds: int, news: int) -> None:
        self._chain = [(-1, -1), *backbone(pairs), (olds, news)]
        self._starts = [i for i, _ in self._chain]

    def fits(self, i: int, j: int) -> bool:
        k = bisect_left(self._starts, i)
        return self._chain[k - 1][1] < j < self._chain[k][1]

    def borders(self, i: int, j: int) -> bool:
        """True if ``j`` stands there or is one of those counterparts itself."""
        before, behind = bisect_left(self._starts, i), bisect_right(self._starts, i)
        return self._chain[before - 1][1] <= j <= self._chain[min(behind, len(self._chain) - 1)][1]


def backbone(pairs: dict[int, int]) -> list[tuple[int, int]]:
    """The most pairs that stand in the same order on both sides."""
    return heaviest([(i, j, 1.0) for i, j in pairs.items()])


def heaviest(edges: Iterable[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """Of weighted pairs those that rise on both sides and weigh most together."""
    ordered = sorted(edges, key=lambda edge: (edge[0], -edge[1]))
    ranks = {j: rank for rank, j in enumerate(sorted({j for _, j, _ in ordered}), 1)}
    # A Fenwick tree over the new side: the best chain that ends at or before a rank.
    tree: list[tuple[float, int]] = [(0.0, -1)] * (len(ranks) + 1)
    before: list[int] = []
    for at, (_, j, weight) in enumerate(ordered):
        rank = ranks[j]
        best, k = (0.0, -1), rank - 1
        while k:
            best, k = max(best, tree[k]), k & (k - 1)
        before.append(best[1])
        reached, k = (best[0] + weight, at), rank
        while k < len(tree):
            tree[k] = max(tree[k], reached)
            k += k & -k
    best, k = (0.0, -1), len(ranks)
    while k:
        best, k = max(best, tree[k]), k & (k - 1)
    chain, at = [], best[1]
    while at >= 0:
        chain.append(ordered[at][:2])
        at = before[at]
    return chain[::-1]


def _gaps(pairs: dict[int, int], olds: int, news: int) -> list[tuple[int, int, int, int]]:
    """The stretches between pairs that stand in order, where both sides have something."""
    gaps = []
    last = (-1, -1)
    for i, j in [*backbone(pairs), (olds, news)]:
        if i > last[0] + 1 and j > last[1] + 1:
            gaps.append((last[0] + 1, i, last[1] + 1, j))
        last = (i, j)
    return gaps


def _follow(pairs: dict[int, int], edges: dict[tuple[int, int], float]) -> None:
    """Of all ways to pair what is left without breaking the order, the one that keeps the most likeness.

    A text that is liker to one already taken shares with the rest only what all of them speak of.
    """
    used = set(pairs.values())
    free = {(i, j): score for (i, j), score in edges.items() if i not in pairs and j not in used}
    best: tuple[dict[int, float], dict[int, float]] = {}, {}
    for pair, score in edges.items():
        for side, at in zip(best, pair, strict=True):
            side[at] = max(side.get(at, 0.0), score * (_RIVAL if pair in free else _TAKEN))
    loose = [(i, j, score) for (i, j), score in free.items() if score >= max(best[0][i], best[1][j])]
    # A sure pair weighs more than any number of faint ones beside it.
    sure = [(i, j, 10.0) for i, j in pairs.items()]
    pairs |= {i: j for i, j in heaviest([*sure, *loose]) if i not in pairs}
