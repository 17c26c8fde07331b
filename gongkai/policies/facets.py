"""The library's list kept in memory: which policies stand under which filters in which order, and what each filter counts.

Ten filters that count each other would be ten questions over every record for each page. Instead the few columns that
filters and orders need are read once and kept for as long as nothing public changes (kernel/generation.py).
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import ExtractYear

from gongkai.kernel import generation
from gongkai.law.validity import State
from gongkai.orgs.models import Unit
from gongkai.policies import queries
from gongkai.policies.models import Audience, Topic, TopicEntry
from gongkai.policies.models.audience import UNMARKED, apart

#: The filters whose values are counted; words in the title are a filter without values.
COUNTED = ("state", "topic", "audience", "unit", "kind", "subject", "year", "disclosure")
_SEVERAL = {"topic", "audience"}  # a policy may have more than one
_COUNTS = 200  # choices whose counts are kept, of each day
_KEPT = 3  # days asked about lately; some 10 MB each with 10,000 policies
_COLUMNS = (
    "pk",
    "in_state",
    "unit__code",
    "kind",
    "subject",
    "in_year",
    "disclosure",
    "audiences",
    "effective_from",
    "title",
    "document_number",
    "number_key",
)


@dataclass(frozen=True)
class Listed:
    """Every policy that is listed on a day, newest first: one list for each column, a place in all of them for each policy.

    ``values`` has a text for each policy, "" for none, or a tuple of texts where there may be several.
    """

    pks: list[int]
    values: dict[str, list[Any]]
    effective_from: list[date | None]
    titles: list[str]
    numbers: list[str]
    number_keys: list[str]
    words: list[str]
    unit_names: dict[str, str]
    topic_names: dict[str, str]
    counted: dict[tuple[str, ...], dict[str, Counter[str]]] = field(default_factory=dict, repr=False)

    def under(self, chosen: dict[str, str], without: str = "") -> Sequence[int]:
        """The places of the policies under all filters, or all but one."""
        places: Sequence[int] = range(len(self.pks))
        for name in COUNTED:
            value = chosen.get(name, "") if name != without else ""
            if value and isinstance(places, range):
                places = self._places[name].get(value, [])
            elif value:
                column, several = self.values[name], name in _SEVERAL
                places = [i for i in places if (value in column[i] if several else column[i] == value)]
        for word in chosen.get("q", "").casefold().split():
            places = [i for i in places if word in self.words[i]]
        return places

    @cached_property
    def _places(self) -> dict[str, dict[str, list[int]]]:
        """Filter → value → the places of the policies that have it."""
        found: dict[str, dict[str, list[int]]] = {name: {} for name in COUNTED}
        for name, places in found.items():
            for i, value in enumerate(self.values[name]):
                for each in value if name in _SEVERAL else (value,):
                    places.setdefault(each, []).append(i)
        return found

    def counts(self, chosen: dict[str, str]) -> dict[str, Counter[str]]:
        """Filter → value → number of policies under all the *other* filters, so that a choice can be changed for another."""
        key = tuple(chosen.get(name, "") for name in (*COUNTED, "q"))
        if found := self.counted.get(key):
            return found
        if len(self.counted) >= _COUNTS:
            self.counted.clear()
        self.counted[key] = found = self._counts(chosen)
        return found

    def _counts(self, chosen: dict[str, str]) -> dict[str, Counter[str]]:
        everything = self.under(chosen)
        return {
            name: self._count(name, self.under(chosen, without=name) if chosen.get(name) else everything)
            for name in COUNTED
        }

    def _count(self, name: str, places: Sequence[int]) -> Counter[str]:
        column = self.values[name]
        found: Iterable[Any] = column if isinstance(places, range) else (column[i] for i in places)
        counted = Counter(chain.from_iterable(found) if name in _SEVERAL else found)
        counted.pop("", None)
        return counted

    def ordered(self, places: Sequence[int], sort: str) -> Sequence[int]:
        """The places in another order than newest first; what lacks the date or the number stands last."""
        if sort == "effective":
            return sorted(places, key=lambda i: self.effective_from[i] or date.min, reverse=True)
        if sort == "title":
            return sorted(places, key=lambda i: self.titles[i])
        return sorted(places, key=self._number_order) if sort == "number" else places

    def _number_order(self, place: int) -> tuple[Any, ...]:
        """By issuing code, then year and serial from the newest: as text, 12 would stand before 2."""
        written, key = self.numbers[place], self.number_keys[place]
        code, year, serial = [*key.split(":"), "", ""][:3] if key else (written, "", "")
        return (not written, code, *(-int(part) if part.isdecimal() else 0 for part in (year, serial)))


_lock = Lock()
_tables: OrderedDict[tuple[str, date, date | None], Listed] = OrderedDict()


def listed(on: date, until: date | None) -> Listed:
    """The list with the states of ``on``, without what did not exist by ``until``; kept until something public changes."""
    # The token is read first: what is committed while the rows are read belongs to the next one.
    token = "" if connection.in_atomic_block else generation.token(connection)
    if not token:
        return _read(on, until)
    key = (token, on, until)
    with _lock:
        found = _tables.get(key)
        if found is not None:
            _tables.move_to_end(key)
            return found
        if until is None:  # today, which everybody asks: one thread reads, the others wait for it
            return _keep(key, _read(on, until))
    # A day of the past: whoever asks for one after the other holds up nobody else.
    found = _read(on, until)
    with _lock:
        return _keep(key, found)


def _keep(key: tuple[str, date, date | None], found: Listed) -> Listed:
    for old in [each for each in _tables if each[0] != key[0]]:
        del _tables[old]
    _tables[key] = found
    while len(_tables) > _KEPT:
        # Today's list is never pushed out by those of other days.
        past = (each for each in _tables if each != key and each[2] is not None)
        del _tables[next(past, next(iter(_tables)))]
    return found


def _read(on: date, until: date | None) -> Listed:
    states = [When(queries.in_state(state, on), then=Value(state.value)) for state in State]
    found = queries.library(on=on, until=until).annotate(
        in_state=Case(*states, default=Value(State.UNKNOWN.value), output_field=CharField()),
        in_year=ExtractYear(queries.DATED),
    )
    rows = list(found.values_list(*_COLUMNS))
    columns = (
        dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(_COLUMNS, ())
    )
    topics = _topics()
    pks = list(columns["pk"])
    return Listed(
        pks=pks,
        values={
            "state": list(columns["in_state"]),
            "topic": [topics.get(pk, ()) for pk in pks],
            "audience": [tuple(apart(each)) or (UNMARKED,) for each in columns["audiences"]],
            "unit": [each or "" for each in columns["unit__code"]],
            "kind": list(columns["kind"]),
            "subject": list(columns["subject"]),
            "year": [str(each) if each else "" for each in columns["in_year"]],
            "disclosure": list(columns["disclosure"]),
        },
        effective_from=list(columns["effective_from"]),
        titles=list(columns["title"]),
        numbers=list(columns["document_number"]),
        number_keys=list(columns["number_key"]),
        words=[
            f"{title}\n{number}".casefold()
            for title, number in zip(columns["title"], columns["document_number"], strict=True)
        ],
        unit_names=dict(Unit.objects.values_list("code", "short_name")),
        topic_names=dict(Topic.objects.filter(active=True).values_list("slug", "name")),
    )


def _topics() -> dict[int, tuple[str, ...]]:
    """Policy → slugs of the public topics that it is in."""
    entries = TopicEntry.objects.filter(topic__active=True).exclude(how=TopicEntry.How.EXCLUDED)
    found: dict[int, tuple[str, ...]] = {}
    for policy, slug in entries.order_by("topic").values_list("policy_id", "topic__slug"):
        found[policy] = (*found.get(policy, ()), slug)
    return found


def in_order(name: str, counted: Counter[str]) -> list[tuple[str, int]]:
    """(value, number) in the order in which a reader looks: years from the newest, states and audiences as they are listed."""
    if name == "year":
        return sorted(counted.items(), reverse=True)
    known = {"state": list(State), "audience": [*Audience, UNMARKED]}.get(name)
    if known:
        return [(str(value), counted[str(value)]) for value in known if counted[str(value)]]
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))
