"""What speaks for a passage as the answer to a query: fourteen figures, most of them shares between nought and one.

They are what `weights.json` weighs; that file is made from questions with known answers by `gongkai evaluate tune`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from gongkai.engine.tokens import unit_terms
from gongkai.engine.understand import Sought

# How fast repetition stops counting, and how far length is held against a passage. Both below the usual (1.2, 0.75),
# because passages are alike in length and few words come twice.
SATURATION = 0.6
LENGTH = 0.4
USUAL_LENGTH = 170.0  # units; a constant, so that scores do not move with others' texts
WINDOW = 40  # units in which words of the query are near each other
_LONGEST = 250.0  # characters of a passage

NAMES = (
    "document",  # the score of the document's entry, per term asked for
    "best_document",  # the same in its share of the best document's
    "terms",  # BM25 of the passage's bigrams
    "words",  # BM25 of its words
    "coverage",  # the share of the query's terms, by rarity, that stand in the passage
    "word_coverage",
    "run",  # the longest stretch of the query that stands in it unbroken
    "rarest",  # the rarest term that stands in it, against the rarest asked for
    "near",  # the best share of the terms that stand within a window
    "length",
    "opening",  # the passage is the document's first, which repeats its title
    "beyond_title",  # the share, of the terms that the title lacks, that stand in the passage
    "title",  # the share of the terms that stand in the title
    "only_headings",  # the share that the headings above the passage have and it has not
)


def rarity(documents: int, having: int) -> float:
    """Inverse document frequency as BM25 counts it; never negative."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


@dataclass(frozen=True)
class Question:
    """A query made ready for judging many passages: the rarity of its terms and words."""

    terms: Mapping[str, float]
    words: Mapping[str, float]
    alone: frozenset[str]  # terms of one unit
    length: int  # units

    @classmethod
    def of(cls, sought: Sought, terms: Mapping[str, float], words: Mapping[str, float]) -> "Question":
        alone = frozenset((*sought.singles, *sought.characters))
        return cls(terms, words, alone, max(1, len(sought.whole)))

    # Summed once a query: every passage asks for them.
    @cached_property
    def total(self) -> float:
        return sum(self.terms.values()) or 1.0

    @cached_property
    def words_total(self) -> float:
        return sum(self.words.values()) or 1.0

    @cached_property
    def rarest(self) -> float:
        return max(self.terms.values(), default=0.0) or 1.0

    def share(self, terms: Iterable[str]) -> float:
        """The share of what is asked for, by rarity, that is among ``terms``."""
        return sum(self.terms[term] for term in terms) / self.total


@dataclass(frozen=True)
class Above:
    """What all passages of one document share: its score, its share of the best score, the terms in its title.

    ``beyond`` are the terms that the title lacks, ``beyond_total`` their rarity.
    """

    own: float
    of_best: float
    title: frozenset[str]
    beyond: frozenset[str]
    beyond_total: float

    @classmethod
    def of(cls, question: Question, own: float, best: float, title: str) -> "Above":
        held = frozenset(_held(question, title))
        beyond = frozenset(question.terms) - held
        rest = sum(question.terms[term] for term in beyond) or 1.0
        return cls(own / question.total, own / best if best else 0.0, held, beyond, rest)


def evidence(question: Question, above: Above, heading: Sequence[str], text: str, order: int) -> list[float]:
    """The figures of one passage, in the order of `NAMES`; an empty ``text`` gives those of the document alone."""
    found = unit_terms(text)
    count, run, near = _counted(question, found)
    have = set(count)
    words = {word: text.count(word) for word in question.words} if text else {}
    in_headings = _held(question, "\n".join(heading)) if heading else set()
    return [
        above.own,
        above.of_best,
        _bm25(count, question.terms, len(found)) / question.total,
        _bm25(words, question.words, len(found)) / question.words_total,
        question.share(have),
        sum(question.words[word] for word, times in words.items() if times) / question.words_total,
        run / question.length,
        max((question.terms[term] for term in have), default=0.0) / question.rarest,
        near / question.total,
        len(text) / _LONGEST,
        1.0 if text and order == 1 else 0.0,
        sum(question.terms[term] for term in above.beyond & have) / above.beyond_total,
        question.share(above.title),
        question.share(in_headings - have),
    ]


def _held(question: Question, text: str) -> set[str]:
    """The terms of the query that stand in ``text``."""
    found = unit_terms(text)
    return {gram for a, b in pairwise(found) if (gram := a + b) in question.terms} | (
        question.alone & set(found)
    )


def _counted(question: Question, found: Sequence[str]) -> tuple[Counter[str], int, float]:
    """How often each term stands among the units ``found``, the longest unbroken run of them, the best window."""
    count: Counter[str] = Counter(unit for unit in found if unit in question.alone)
    run = longest = 0
    places: list[tuple[int, str]] = []
    terms = question.terms
    for place, (left, right) in enumerate(pairwise(found)):
        if (gram := left + right) in terms:
            run += 1
            longest = max(longest, run + 1)
            places.append((place, gram))
        else:
            run = 0
    count.update(gram for _, gram in places)
    return count, longest, _window(places, terms)


def _window(places: Sequence[tuple[int, str]], terms: Mapping[str, float]) -> float:
    """The most rarity of different terms that stands within `WINDOW` units."""
    inside: Counter[str] = Counter()
    best = now = 0.0
    first = 0
    for place, gram in places:
        inside[gram] += 1
        if inside[gram] == 1:
            now += terms[gram]
        while places[first][0] < place - WINDOW:
            gone = places[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                now -= terms[gone]
            first += 1
        best = max(best, now)
    return best


def _bm25(count: Mapping[str, int], rare: Mapping[str, float], units: int) -> float:
    held = SATURATION * (1 - LENGTH + LENGTH * units / USUAL_LENGTH)
    return sum(rare[term] * times * (1 + SATURATION) / (times + held) for term, times in count.items())
