"""The one contract between those who search or write and whichever engine serves; nothing above knows which."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from gongkai.engine.passage import Passage, Results, Validity

MAX_QUERY = 200  # characters read of a query; the rest is left out and `Understood.cut` says so


class IndexMissing(Exception):
    """There is no index here, or one of an older generation: rebuild it."""


class IndexDamaged(Exception):
    """The index cannot be read: rebuild it; the record is not affected."""


class IndexBusy(Exception):
    """Another process is writing this index; only one may."""


class Sort(StrEnum):
    """``DATE`` is newest first by publication, else by writing; undated documents come last."""

    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True)
class Filters:
    """Within one field any value is enough; all fields must hold. Empty means no filter.

    ``validity`` is judged on the day ``on`` and does nothing without it. Unknown validity is a state of its own.
    ``there_by`` leaves out what was published and took effect only after that day.
    """

    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    on: date | None = None
    validity: frozenset[Validity] = frozenset()
    there_by: date | None = None

    @classmethod
    def in_force(cls, day: date, *, known_only: bool = False) -> "Filters":
        """In force on ``day``; a text whose validity nobody knows stays in unless ``known_only``."""
        states = {Validity.IN_FORCE} if known_only else {Validity.IN_FORCE, Validity.UNKNOWN}
        return cls(on=day, validity=frozenset(states))


@dataclass(frozen=True)
class SearchRequest:
    """A query as typed; ``offset`` and ``limit`` count documents, ``passages`` is how many each shows."""

    text: str
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    passages: int = 3


class Engine(Protocol):
    """Finds. Safe to share between threads; many processes may each have one while another writes."""

    def search(self, request: SearchRequest) -> Results:
        """Results for any text whatever; raises only IndexMissing and IndexDamaged."""
        ...


class IndexWriter(Protocol):
    """Writes. One at a time; what is written is found after ``commit``."""

    def replace(self, document: str, passages: Iterable[Passage]) -> None:
        """Makes these the passages of ``document``; none of its earlier ones stays."""
        ...

    def remove(self, document: str) -> None: ...

    def commit(self) -> None: ...

    def rebuild(
        self,
        passages_by_document: Iterable[tuple[str, Iterable[Passage]]],
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """A new index beside the old one, swapped in when complete; returns the number of documents."""
        ...

    def close(self) -> None: ...
