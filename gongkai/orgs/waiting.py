"""What waits for a person at the desk: each app offers its lines, the home page and the menu show all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongkai.kernel import clock
from gongkai.law.calendar import Calendar
from gongkai.law.figures import unchecked
from gongkai.orgs.models import ConfirmedFigure
from gongkai.orgs.permissions import works_across_units

# Working days after which the desk says that something waits long; a habit of this desk, no period of any statute.
LONG = 5


class Group(StrEnum):
    """Under which heading a line stands."""

    NOW = "now"
    OTHERS = "others"
    WATCH = "watch"


@dataclass(frozen=True)
class Item:
    """One thing of a line that is worth a sentence of its own: why it was sent back, why it was not published."""

    title: str
    url: str
    words: str = ""


@dataclass(frozen=True)
class Waiting:
    """One line: how many, of them late, where the list of exactly these is; ``menu`` puts it into the menu as well.

    ``count`` is None in the menu where counting is dear: the menu stands on every page.
    """

    label: str
    count: int | None
    url: str
    group: Group = Group.NOW
    late: int = 0
    note: str = ""
    items: Sequence[Item] = ()
    menu: str = ""
    icon: str = "tasks"


class Source(Protocol):
    """What an app offers: the lines of a person, or those of the menu alone."""

    def __call__(self, user: Any, *, in_menu: bool = False) -> list[Waiting]: ...


_sources: tuple[str, ...] = ()


def fill(paths: Sequence[str]) -> None:
    """Say which callables offer lines, by dotted path and in order; called by project/wiring.py alone."""
    global _sources  # noqa: PLW0603 - one registry of one process, filled at start
    _sources = tuple(paths)


def sources() -> tuple[str, ...]:
    """What was filled in, for the test that looks at the wiring."""
    return _sources


def lines(user: Any, *, in_menu: bool = False) -> list[Waiting]:
    """Every line that concerns a person, also those with nothing in them: the menu leads there all the same."""
    found: list[Waiting] = []
    for path in _sources:
        source: Source = import_string(path)
        found += source(user, in_menu=in_menu)
    return [line for line in found if line.menu] if in_menu else found


def lines_of(request: HttpRequest, *, in_menu: bool = False) -> list[Waiting]:
    """The same, counted once for a request: on the home page the menu shows what the page has counted."""
    known: dict[bool, list[Waiting]] = request.__dict__.setdefault("desk_lines", {})
    if False not in known and in_menu not in known:
        known[in_menu] = lines(request.user, in_menu=in_menu)
    found = known.get(in_menu, known.get(False, []))
    return [line for line in found if line.menu] if in_menu else found


def working_days_since(moment: datetime) -> int:
    """Working days that lie after the day of ``moment``, today included."""
    since, today = clock.local_day(moment), clock.today()
    return Calendar().count_working_days(since, today).count if since < today else 0


def waited(moment: datetime) -> str:
    """已等候 3 个工作日, in the reader's language; empty on the first day."""
    days = working_days_since(moment)
    return ngettext("已等候 %d 个工作日", "已等候 %d 个工作日", days) % days if days else _("今天")


def office(user: Any, *, in_menu: bool = False) -> list[Waiting]:
    """What the offices themselves offer: figures of the law that the district office has not confirmed yet."""
    if not works_across_units(user):
        return []
    # Asked once for all of them; ``queries.is_confirmed`` says the same of one.
    confirmed = set(ConfirmedFigure.objects.values_list("key", "valid_from", "value"))
    open_figures = sum((each.key, each.valid_from, str(each.value)) not in confirmed for each in unchecked())
    return [
        Waiting(
            _("待确认的法定数值"),
            open_figures,
            reverse("orgs_desk:figures"),
            menu="orgs-figures",
            icon="list-ul",
        )
    ]
