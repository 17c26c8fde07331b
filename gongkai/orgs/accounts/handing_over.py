"""What of a leaver's work goes over to another person, and what stays as history; each app offers its part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.module_loading import import_string

from gongkai.orgs.models import User


@dataclass(frozen=True)
class Work:
    """One sort of rows that name a person: how many, and how they go over; None for what stays as history.

    ``move`` is called in the transaction of the action, and raises Refused where the successor may not do this work.
    """

    label: str
    count: int
    move: Callable[[User], None] | None = None


Source = Callable[[User], list[Work]]
_sources: tuple[str, ...] = ()


def fill(paths: Sequence[str]) -> None:
    """Say which callables know of a person's work, by dotted path; called by project/wiring.py alone."""
    global _sources  # noqa: PLW0603 - one registry of one process, filled at start
    _sources = tuple(paths)


def sources() -> tuple[str, ...]:
    """What was filled in, for the test that looks at the wiring."""
    return _sources


def work_of(person: User) -> list[Work]:
    """All that names this person, app by app."""
    found: list[Work] = []
    for path in _sources:
        found += import_string(path)(person)
    return found
