"""Which piece of a long text a page shows, and the addresses of the others; the whole has one address too."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from gongkai.policies.at import Asked
from gongkai.policies.models import Policy
from gongkai.policies.sections import Section, section_of, sections


class Pieces:
    """The pieces of ``policy`` as the address asks for them: ?chapter=3, ?clause=t12, ?whole=1, else the first.

    ``base`` is the address that they share: the record's own, or that of one edition.
    """

    def __init__(self, policy: Policy, query: QueryDict, asked: Asked, base: str = "") -> None:
        self.policy, self.asked = policy, asked
        self.base = base or policy.get_absolute_url()
        self.found: list[Section] = sections(policy)
        self.whole = not self.found or query.get("whole") == "1"
        self.number = self._number(query)

    def _number(self, query: QueryDict) -> int:
        if anchor := query.get("clause", ""):
            return section_of(self.found, self.policy.read_clauses, str(anchor))
        text = query.get("chapter", "")
        # Any Unicode digit is decimal for Python; an address has plain ones.
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1
        return number if 1 <= number <= len(self.found) else 1

    @property
    def current(self) -> Section | None:
        """The piece shown; None where all is shown."""
        return None if self.whole else self.found[self.number - 1]

    def shows(self, part: int, block: int) -> bool:
        """True if the block stands on this page."""
        return self.current is None or self.current.holds(part, block)

    def url(self, part: int, block: int, anchor: str) -> str:
        """The address of a place in the text, on this page or on that of another piece."""
        if self.shows(part, block):
            return f"#{anchor}"
        number = next((each.number for each in self.found if each.holds(part, block)), 1)
        return f"{self.address(chapter=str(number))}#{anchor}"

    def address(self, **choice: str) -> str:
        """The address with a choice, on the day asked."""
        day = {"at": self.asked.day.isoformat()} if self.asked.given else {}
        query = urlencode(choice | day)
        return f"{self.base}?{query}" if query else self.base

    @property
    def whole_url(self) -> str:
        """The address at which the whole text stands on one page."""
        return self.address(whole="1")

    @cached_property
    def links(self) -> list[dict[str, Any]]:
        """Every piece with its address and whether it is the one shown."""
        return [
            {
                "label": each.title or str(each.number),
                "url": self.address(chapter=str(each.number)),
                "current": not self.whole and each.number == self.number,
            }
            for each in self.found
        ]

    @property
    def before(self) -> dict[str, Any] | None:
        """The piece before this one."""
        return self.links[self.number - 2] if self.current and self.number > 1 else None

    @property
    def after(self) -> dict[str, Any] | None:
        """The piece behind this one."""
        return self.links[self.number] if self.current and self.number < len(self.found) else None
