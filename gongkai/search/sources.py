"""The one list of what is searched: every app that offers passages."""

from collections.abc import Iterable, Iterator
from types import ModuleType

from gongkai.engine.passage import Passage
from gongkai.policies import passages as policy_passages

SOURCES: tuple[ModuleType, ...] = (policy_passages,)


def everything() -> Iterator[tuple[str, Iterable[Passage]]]:
    """(document, passages) of all sources."""
    for source in SOURCES:
        yield from source.all_documents()
