"""What a policy page tells of other documents: what it rests on, what carries it out, what ended it, who cites which clause."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from gongkai.law.validity import State
from gongkai.policies.effects import attach
from gongkai.policies.models import EFFECTS, RESTS_ON, Citation, Policy, Relation, RelationKind
from gongkai.reading.address import Addresses

ENDED = frozenset({State.REPEALED, State.LAPSED})
_SHOWN = 30  # neighbours of one kind on a page; the rest is behind a link
_MOST_ROWS = 200  # looked at for a page: a constitution has thousands
_MOST_LEVELS = 20
# What a neighbour's title, number, address and validity are made of.
_TOLD = (
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


def neighbours(policy: Policy, on: date) -> list[Neighbour]:
    """Every confirmed relation of ``policy`` with documents that everyone may read, or that are not on record."""
    said = confirmed(policy.says.all()).filter(Q(target=None) | Q(target__live=True))
    rows = list(said.order_by("pk")[:_MOST_ROWS])
    of_it = confirmed(policy.said_of.all()).filter(source__live=True).order_by("-pk")
    # What ended or changed it is never left out for the many that rest on it.
    others = [*of_it.filter(kind__in=EFFECTS)[:_MOST_ROWS], *of_it.exclude(kind__in=EFFECTS)[:_MOST_ROWS]]
    others = [row for n, row in _counted(others) if n < _SHOWN]
    records = _records([*(row.target_id for row in rows), *(row.source_id for row in others)])
    found = [_neighbour(row, records.get(row.target_id), on, says=True) for row in rows]
    return found + [_neighbour(row, records.get(row.source_id), on, says=False) for row in others]


def _records(keys: Iterable[int | None]) -> dict[int | None, Policy]:
    """The records by key, with as much as is told of a neighbour: whole rows twice over are half the time of a page."""
    wanted = {key for key in keys if key}
    found: dict[int | None, Policy] = {}
    if wanted:
        found |= {row.pk: row for row in Policy.objects.filter(pk__in=wanted).only(*_TOLD)}
        attach(found.values())
    return found


def _counted(rows: list[Relation]) -> Iterator[tuple[int, Relation]]:
    """Each row with how many of its kind came before it."""
    seen: Counter[str] = Counter()
    for row in rows:
        yield seen[row.kind], row
        seen[row.kind] += 1


def _neighbour(row: Relation, other: Policy | None, on: date, *, says: bool) -> Neighbour:
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


def citing(policy: Policy) -> QuerySet[Citation]:
    """The clauses of other public documents that cite ``policy`` or a clause of it."""
    return Citation.objects.filter(target=policy, source__live=True).exclude(source=policy)


def _citing_this_wording(policy: Policy) -> QuerySet[Citation]:
    """Those of them that may mean this wording: 第二条 of an earlier version, cited before this one, is another clause."""
    since = policy.written_on or policy.published_on
    return citing(policy).exclude(source__written_on__lt=since) if since else citing(policy)


def _places(policy: Policy, clauses: Iterable[str]) -> dict[str, str]:
    """Clause in standard form (第十二条第二款) → path of the clause of ``policy`` that it means, as far as it has one."""
    addresses = Addresses(policy.read_clauses)
    found = {clause: addresses.find(clause.partition("至")[0]) for clause in clauses if clause}
    return {clause: at.path for clause, at in found.items() if at}


def citing_by_path(policy: Policy) -> dict[str, int]:
    """Path of a clause of ``policy`` → number of clauses elsewhere that cite it or a piece of it."""
    rows = _citing_this_wording(policy).exclude(target_clause="").values_list("target_clause")
    counted = dict(rows.annotate(n=Count("pk")).order_by("target_clause"))
    found: Counter[str] = Counter()
    for clause, path in _places(policy, counted).items():
        found[path] += counted[clause]
    return dict(found)


def citations_of(policy: Policy, path: str = "") -> QuerySet[Citation]:
    """The clauses elsewhere that cite ``policy``, or only its clause at ``path``, newest document first."""
    rows = citing(policy)
    if path:
        rows = _citing_this_wording(policy)
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
