"""What is indexed and what is found: passages of documents, hits in them, and results grouped by document."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

# Raised whenever chunking, tokens or fields change: an index of another generation is rebuilt, never read.
PASSAGE_GENERATION = 2


class Validity(StrEnum):
    """Whether a text is in force on a day, as far as its dates say; repealed and lapsed are both ``ENDED``."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class DocumentFacts:
    """What every passage of one document shares. Dates that nobody knows are None, never guessed.

    ``effective_until`` is the last day in force; on ``repealed_on`` the text no longer is. From ``in_question_from`` on
    it is not settled whether it holds.
    """

    document: str
    title: str = ""
    document_number: str | None = None
    index_number: str | None = None
    issuers: tuple[str, ...] = ()
    kind: str = ""
    topics: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    written_on: date | None = None
    published_on: date | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    repealed_on: date | None = None
    in_question_from: date | None = None

    @property
    def begins(self) -> int | None:
        """First day in force as a proleptic ordinal, None where nothing says."""
        return self.effective_from.toordinal() if self.effective_from else None

    @property
    def ends(self) -> int | None:
        """Last day in force as a proleptic ordinal, None where no end is stated."""
        known = [self.effective_until.toordinal()] if self.effective_until else []
        known += [self.repealed_on.toordinal() - 1] if self.repealed_on else []
        return min(known, default=None)

    @property
    def dated(self) -> date | None:
        """The day that the document is sorted and filed under: published, else written."""
        return self.published_on or self.written_on

    def validity_on(self, day: date) -> Validity:
        """The state on ``day``; both ends of the interval count as in force. The index filters by the same rule."""
        if self.ends is not None and self.ends < day.toordinal():
            return Validity.ENDED
        if self.begins is None or (self.in_question_from and self.in_question_from <= day):
            return Validity.UNKNOWN
        return Validity.IN_FORCE if self.begins <= day.toordinal() else Validity.NOT_YET


@dataclass(frozen=True)
class Part:
    """One clause's share of a passage: ``passage.text[at:at + end - start] == clause.text[start:end]``.

    A table row has ``row`` (0 is the first row as given, the header) and start = end = 0: its text is
    written from the header and the cells and stands nowhere in that form.
    """

    path: str
    anchor: str
    start: int
    end: int
    at: int
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class Passage(DocumentFacts):
    """A piece of one document small enough to be shown whole; ``path`` and ``anchor`` are its first clause's."""

    path: str = ""
    anchor: str = ""
    heading: tuple[str, ...] = ()
    text: str = ""
    order: int = 0
    parts: tuple[Part, ...] = ()


Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Hit:
    """A passage that answers the query; ``ranges`` are offsets into ``text``, end exclusive, in order.

    ``path`` and ``anchor`` are of the clause in which the best marked place stands; ``figures`` are what the score was
    made of, where the engine can tell (`evidence.NAMES`).
    """

    document: str
    path: str
    anchor: str
    heading: tuple[str, ...]
    text: str
    order: int
    score: float
    ranges: Ranges
    parts: tuple[Part, ...]
    figures: tuple[float, ...] = ()


@dataclass(frozen=True)
class DocumentHits:
    """One document found, with its best passages, best first; ``title_ranges`` are offsets into the title."""

    facts: DocumentFacts
    score: float
    hits: tuple[Hit, ...]
    title_ranges: Ranges = ()
    by_number: bool = False

    @property
    def document(self) -> str:
        return self.facts.document


@dataclass(frozen=True)
class Understood:
    """What was made of the query: the text searched, and what in it was recognised.

    ``cut`` tells that the query was longer than is read; ``loosened`` that no document held enough of
    the query's words, so any of them was enough.
    """

    text: str = ""
    numbers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    cut: bool = False
    loosened: bool = False


@dataclass(frozen=True)
class Results:
    """A page of documents. ``total`` and ``facets`` count documents, not passages, under all filters given.

    ``hidden_ended`` counts lapsed and repealed documents that match but were filtered out by validity.
    """

    total: int = 0
    groups: tuple[DocumentHits, ...] = ()
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    understood: Understood = field(default_factory=Understood)
    hidden_ended: int = 0
