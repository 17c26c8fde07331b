"""Which day a reader asks about: ?at=2025-01-31, today where nothing is asked."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from gongkai.kernel import clock

_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True)
class Asked:
    """The day that a page is about; ``given`` where the address names it, ``problem`` where it names one badly."""

    day: date
    given: bool = False
    problem: str = ""

    @property
    def parameter(self) -> str:
        """What the addresses of this page's links must carry to stay on that day: "at=2025-01-31" or ""."""
        return f"at={self.day.isoformat()}" if self.given else ""


def asked(query: QueryDict) -> Asked:
    """The day in the address; a bad one is told and today is shown, for a reader must see something."""
    text = query.get("at", "").strip()
    if not text:
        return Asked(clock.today())
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # fromisoformat also reads 20250131 and 2025-W05-5.
    if day is None or day.isoformat() != text or not _EARLIEST <= day <= _LATEST:
        told = _("地址中的日期“%s”看不懂，请写成 at=2025-01-31 的样子；下面是今天的情况。")
        return Asked(clock.today(), problem=told % text[:20])
    return Asked(day, given=True)
