"""What one sentence says of one document named in it, before it is settled what that comes to."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.reading.document import Citation
from gongkai.reading.relations.model import RelationKind
from gongkai.reading.relations.zones import Sentence
from gongkai.text.references import NUMBER, SHORT

_LEAST_TITLE = 6  # characters of a title that is known only because it was named before


@dataclass(frozen=True)
class Said:
    """``citation`` stands in ``kind``; ``start`` and ``end`` are the words that say so, offsets into the clause."""

    kind: RelationKind
    citation: Citation
    start: int
    end: int
    confidence: float


def spans_of(sentence: Sentence) -> list[tuple[int, int]]:
    """(start, end) of each document named in ``sentence``, offsets into its own text, in order."""
    return [(c.reference.start - sentence.start, c.reference.end - sentence.start) for c in sentence.cited]


def said(
    sentence: Sentence, place: int, kind: RelationKind, words: tuple[int, int], confidence: float
) -> Said:
    """``words`` of the sentence say ``kind`` of the document named at ``place`` in it."""
    start, end = words
    return Said(kind, sentence.cited[place], sentence.start + start, sentence.start + end, confidence)


def usable(one: Said) -> bool:
    """A name that only follows from what was named before (该条例) is too little to tell a document by."""
    reference = one.citation.reference
    if reference.kind == NUMBER:
        return True
    title = one.citation.target_title
    return bool(title) and (one.citation.certain or (reference.kind == SHORT and len(title) >= _LEAST_TITLE))


def inside(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether ``at`` lies within a name: 废止 in 《关于废止…的决定》 ends nothing here."""
    place = bisect_right(spans, (at, at + 1_000_000)) - 1
    return place >= 0 and spans[place][0] <= at < spans[place][1]
