"""How documents and passages are weighed: the entry of a document by hand on round numbers, passages by `weights.json`."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from gongkai.engine.evidence import NAMES
from gongkai.engine.tokens import unit_terms
from gongkai.engine.understand import Sought

WEIGHTS = Path(__file__).with_name("weights.json")

# Entry of the document: bigrams count 1.
TITLE = 0.3
WORDS = 0.5
TITLE_PHRASE = 2.0  # the query stands in the title as it was typed
NUMBER = 1000.0  # the document's own number was asked for: nothing comes before it
MENTION = 20.0  # the text cites the number that was asked for


@cache
def weights() -> tuple[float, ...]:
    """The weights of `evidence.NAMES`, as `gongkai evaluate tune` wrote them; what they were made from stands beside them."""
    kept: Mapping[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return tuple(kept[name] for name in NAMES)


def score(figures: Sequence[float]) -> float:
    """The score of a passage from its `evidence`."""
    return sum(figure * weight for figure, weight in zip(figures, weights(), strict=True))


def has_phrases(text: str, sought: Sought) -> bool:
    """Whether every quoted phrase stands in ``text``, whatever punctuation is between its characters."""
    found = unit_terms(text)
    return all(
        any(tuple(found[i : i + len(phrase)]) == phrase for i in range(len(found) - len(phrase) + 1))
        for phrase in sought.phrases
    )
