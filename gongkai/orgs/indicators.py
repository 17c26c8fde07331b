"""The form of a figure that an app offers to oversight: what it means, how it was counted, and the rows behind it."""

from dataclasses import dataclass
from typing import NamedTuple


class Behind(NamedTuple):
    """One row behind a figure: what it is called, its address, and what there is to say about it."""

    label: str
    url: str
    note: str


@dataclass(frozen=True)
class Indicator:
    """A share: ``numerator`` of ``denominator``. ``rows`` are those that need work, so that a figure can be acted on."""

    name: str
    definition: str
    numerator: int
    denominator: int
    rows: tuple[Behind, ...] = ()

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where there is nothing to count, which is not the same as nothing done."""
        return self.numerator / self.denominator if self.denominator else None
