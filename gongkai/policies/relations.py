"""What a policy page tells of other documents: what it rests on, what carries it out, what ended it, who cites which clause."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.db.models.functions import Coalesce

from gongkai.kernel.prepared import Prepared, by_key
from gongkai.law.validity import State
from gongkai.policies.effects import attach
from gongkai.policies.models import EFFECTS, RESTS_ON, Citation, Policy, Relation, RelationKind
from gongkai.reading.address import Addresses

ENDED = frozenset({State.REPEALED, State.LAPSED})
_SHOWN = 30  # neighbours of one kind on a page; the rest is behind a link
_MOST_ROWS = 200  # looked at for a page: a constitution has thousands
_MOST_LEVELS = 20
# What a neighbour's title, number, address and validity are made of.
TOLD = (
    "title", "document_number", "kind", "live", "effective_from", "effective_until", "repealed_on", "published_on", "written_on",
    "found_ended_on", "open_points", "ended_by_on", "in_question_from", "amended_from", "default_until",
)  # fmt: skip


@dataclass(frozen=True)
class Neighbour:
    """Another document as this one stands to it. ``says`` is true where this one says it, false where the other does."""

    kind: RelationKind
    says: bool
    title: str
    number: str
    policy: Policy | None
    state: State | None
    words: str

    @property
    def ended(self) -> bool:
        return self.state in ENDED


def confirmed(rows: QuerySet[Relation]) -> QuerySet[Relation]:
    """Relations that everyone may see."""
    return rows.filter(state=Relation.State.CONFIRMED).exclude(answer=Relation.Answer.REJECTED)


class _Row(NamedTuple):
    """Of a relation what its line on a page needs."""

    kind: str
    source_id: int
    target_id: int | None
    target_title: str
    target_number: str
    words: str


def _said(key: int) -> QuerySet[Any, Any]:
    # Whether the other document is public is seen from its record: no join.
    return (
        confirmed(Relation.objects.filter(source=key)).order_by("pk").values_list(*_Row._fields)[:_MOST_ROWS]
    )


def _said_of(key: int) -> QuerySet[Any, Any]:
    rows = confirmed(Relation.objects.filter(target=key, source__live=True))
    # What ended or changed it is never left out for the many that rest on it.
    effects_first = Case(When(kind__in=EFFECTS, then=0), default=1, output_field=IntegerField())
    return rows.order_by(effects_first, "-pk").values_list(*_Row._fields)[: 2 * _MOST_ROWS]


_SAID, _SAID_OF = Prepared(_said), Prepared(_said_of)


def neighbours(policy: Policy, on: date) -> list[Neighbour]:
    """Every confirmed relation of ``policy`` with documents that everyone may read, or that are not on record."""
    said = [_Row(*row) for row in _SAID(policy.pk)] if policy.there_is.says else []
    of_it = [_Row(*row) for row in _SAID_OF(policy.pk)] if policy.there_is.said_of else []
    of_it = [row for n, row in _counted(of_it) if n < _SHOWN]
    others = {row.target_id for row in said if row.target_id} | {row.source_id for row in of_it}
    records = by_key(Policy, others, TOLD)
    attach(records.values())
    said = [row for row in said if row.target_id is None or records[row.target_id].live]
    return [
        *(_neighbour(row, records.get(row.target_id or 0), on, says=True) for row in said),
        *(_neighbour(row, records.get(row.source_id), on, says=False) for row in of_it),
    ]


def _counted(rows: list[_Row]) -> Iterator[tuple[int, _Row]]:
    """Each row with how many of its kind came before it."""
    seen: Counter[str] = Counter()
    for row in rows:
        yield seen[row.kind], row
        seen[row.kind] += 1


def _neighbour(row: _Row, other: Policy | None, on: date, *, says: bool) -> Neighbour:
    return Neighbour(
        kind=RelationKind(row.kind),
        says=says,
        title=other.title if other else row.target_title,
        number=other.document_number if other else row.target_number,
        policy=other,
        state=other.validity_on(on).state if other else None,
        words=row.words,
    )


# --- who cites which clause -----------------------------------------------------------------------------------


def _citing(key: int) -> QuerySet[Citation]:
    """The clauses of other public documents that cite the policy with this key or a clause of it."""
    return Citation.objects.filter(target=key, source__live=True).exclude(source=key)


# Of citations those that may mean this wording: 第二条 of an earlier version, cited before this one, is another clause.
_THIS_WORDING = ~Q(source__written_on__lt=Coalesce("target__written_on", "target__published_on"))


def _by_clause(key: int) -> QuerySet[Any, Any]:
    rows = _citing(key).order_by().values_list("target_clause")
    return rows.annotate(n=Count("pk"), here=Count("pk", filter=_THIS_WORDING))


_BY_CLAUSE = Prepared(_by_clause)


def _places(policy: Policy, clauses: Iterable[str]) -> dict[str, str]:
    """Clause in standard form (第十二条第二款) → path of the clause of ``policy`` that it means, as far as it has one."""
    addresses = Addresses(policy.read_clauses)
    found = {clause: addresses.find(clause.partition("至")[0]) for clause in clauses if clause}
    return {clause: at.path for clause, at in found.items() if at}


def citing_by_path(policy: Policy) -> tuple[int, dict[str, int]]:
    """How many clauses elsewhere cite ``policy``, and of these by path of its clause those that may mean this wording."""
    if not policy.there_is.citations:
        return 0, {}
    counted = _BY_CLAUSE(policy.pk)
    by_clause = {clause: here for clause, _n, here in counted if clause and here}
    found: Counter[str] = Counter()
    for clause, path in _places(policy, by_clause).items() if by_clause else ():
        found[path] += by_clause[clause]
    return sum(n for _clause, n, _here in counted), dict(found)


def citations_of(policy: Policy, path: str = "") -> QuerySet[Citation]:
    """The clauses elsewhere that cite ``policy``, or only its clause at ``path``, newest document first."""
    rows = _citing(policy.pk)
    if path:
        rows = rows.filter(_THIS_WORDING)
        clauses = rows.values_list("target_clause", flat=True).distinct()
        rows = rows.filter(target_clause__in=[c for c, at in _places(policy, clauses).items() if at == path])
    rows = rows.select_related("source").defer("source__body")
    return rows.order_by("-source__published_on", "source", "pk")


# --- what falls with it ---------------------------------------------------------------------------------------


def resting_on(policy: Policy) -> list[tuple[int, int]]:
    """(level, pk) of every public document that rests on ``policy``, directly (1) or through others (2, 3, …).

    Resting is being based on it or carrying it out, as confirmed. One query a level; a circle ends by itself.
    """
    seen, edge, found = {policy.pk}, {policy.pk}, []
    for level in range(1, _MOST_LEVELS + 1):
        edge = _one_level(edge) - seen
        if not edge:
            break
        seen |= edge
        found += [(level, pk) for pk in sorted(edge)]
    return found


def _one_level(below: Iterable[int]) -> set[int]:
    found: set[int] = set()
    keys = sorted(below)
    # SQLite takes so many variables in one question, and not many more.
    for start in range(0, len(keys), 500):
        rows: Any = Relation.objects.filter(
            target__in=keys[start : start + 500],
            kind__in=RESTS_ON,
            state=Relation.State.CONFIRMED,
            source__live=True,
        )
        found.update(rows.values_list("source_id", flat=True))
    return found


def bases_ended(found: list[Neighbour]) -> list[Policy]:
    """Of the neighbours of a document those that it directly rests on and that no longer hold on their day."""
    ended = [each.policy for each in found if each.says and each.kind in RESTS_ON and each.ended]
    return [policy for policy in dict.fromkeys(ended) if policy]
