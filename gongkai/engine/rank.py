"""How well a passage answers: weights in one place, chosen by hand on round numbers and measured in ADR 0005."""

import math
from collections.abc import Mapping
from itertools import pairwise

from gongkai.engine.tokens import unit_terms
from gongkai.engine.understand import Sought

# Entry of the document: bigrams count 1.
TITLE = 0.3
WORDS = 0.5
TITLE_PHRASE = 2.0  # the query stands in the title as it was typed
NUMBER = 1000.0  # the document's own number was asked for: nothing comes before it
MENTION = 20.0  # the text cites the number that was asked for

# Passage: how fast repetition stops counting, and how far length is held against it. Both below the usual
# (1.2, 0.75), because passages are alike in length and few words come twice.
SATURATION = 0.6
LENGTH = 0.4
USUAL_LENGTH = (
    170.0  # units; a constant rather than the index's mean, so that scores do not move with others' texts
)
WHOLE_RUN = (
    1.0  # the longest stretch of the query that stands in the passage unbroken, in its share of the query
)


def rarity(documents: int, having: int) -> float:
    """Inverse document frequency as BM25 counts it; never negative."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def passage_score(text: str, sought: Sought, rare: Mapping[str, float]) -> float:
    """The lexical score of one passage's own words; ``rare`` gives the rarity of each term of the query."""
    found = unit_terms(text)
    count: dict[str, int] = {}
    run = longest = 0
    for left, right in pairwise(found):
        if (gram := left + right) in rare:
            count[gram] = count.get(gram, 0) + 1
            run += 1
            longest = max(longest, run + 1)
        else:
            run = 0
    for single in (*sought.singles, *sought.characters):
        if times := found.count(single):
            count[single] = times
    held = SATURATION * (1 - LENGTH + LENGTH * len(found) / USUAL_LENGTH)
    score = sum(rare[term] * times * (1 + SATURATION) / (times + held) for term, times in count.items())
    return score + WHOLE_RUN * longest / len(sought.whole) if len(sought.whole) > 2 else score


def has_phrases(text: str, sought: Sought) -> bool:
    """Whether every quoted phrase stands in ``text``, whatever punctuation is between its characters."""
    found = unit_terms(text)
    return all(
        any(tuple(found[i : i + len(phrase)]) == phrase for i in range(len(found) - len(phrase) + 1))
        for phrase in sought.phrases
    )
