"""What other documents do to one: they end it, take its place or change clauses of it, each from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EffectKind(StrEnum):
    """The three relations that change what holds."""

    REPEALS = "repeals"
    REPLACES = "replaces"
    AMENDS = "amends"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one other document does; only what a person has confirmed becomes an effect.

    ``by`` names it as readers see it (《…》（文号）). ``begins`` is the first day of the effect, None where nothing says;
    ``published_on`` the day on which the other document was published. ``asked`` says that the unit which made the other
    document has confirmed the effect and the owner of this one has not answered yet. ``clauses`` are those that are
    changed, in standard form (第三条, 第十二条第二款); none means that nobody said which.
    """

    kind: EffectKind
    by: str
    begins: date | None = None
    published_on: date | None = None
    asked: bool = False
    clauses: tuple[str, ...] = ()

    @property
    def ends_it(self) -> bool:
        """True if the whole text no longer holds once the effect has begun."""
        return self.kind is not EffectKind.AMENDS

    @property
    def open(self) -> bool:
        """True if it is not settled whether, or from when on, the text has ended."""
        return self.ends_it and (self.asked or self.begins is None)

    @property
    def open_from(self) -> date:
        """The first day that an open effect puts in doubt; every day where not even its publication is known."""
        return self.begins or self.published_on or date.min

    @property
    def amends_from(self) -> date:
        """The first day on which a change of clauses must be told: where no day is stated, that of its publication."""
        return self.begins or self.published_on or date.min


def first_end(effects: Iterable[Effect]) -> Effect | None:
    """The settled effect that ends the text first."""
    ends = [each for each in effects if each.ends_it and not each.open]
    return min(ends, key=lambda each: each.begins or date.max, default=None)


def first_question(effects: Iterable[Effect]) -> Effect | None:
    """The open effect that puts the text in doubt first."""
    return min((each for each in effects if each.open), key=lambda each: each.open_from, default=None)


def amendments(effects: Iterable[Effect], clause: str = "") -> list[Effect]:
    """Changes of the text, or of ``clause`` of it (第三条), the earliest first; what waits for an answer is none yet."""
    found = [
        each
        for each in effects
        if each.kind is EffectKind.AMENDS and not each.asked and (not clause or covers(each.clauses, clause))
    ]
    return sorted(found, key=lambda each: each.amends_from)


def covers(changed: Sequence[str], clause: str) -> bool:
    """True if a change of the clauses ``changed`` touches ``clause``; one that names no clauses may touch any."""
    return not changed or any(_within(clause, each) or _within(each, clause) for each in changed)


def _within(inner: str, outer: str) -> bool:
    """第三条第二款 stands within 第三条; 第三条之一 is another article."""
    return inner == outer or (inner.startswith(outer) and inner[len(outer)] != "之")
