"""What waits for a person at the desk: proposed relations, questions to owners, texts that run out, doubts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext as _

from gongkai.law.calendar import add_months
from gongkai.law.validity import EXPIRING_MONTHS, State
from gongkai.policies import queries
from gongkai.policies.models import Policy, Relation, ServiceLink
from gongkai.policies.names import Known, known_by

# From this on a proposal whose document is on record is ticked beforehand; a person still presses the key.
SURE = 0.9
_FAR = date(9999, 12, 31)


def with_proposals(user: Any) -> QuerySet[Policy]:
    """A person's documents that have undecided proposals, those with effects on others first."""
    mine = queries.changeable_by(user).filter(live=True)
    waiting = Count("says", filter=Q(says__state=Relation.State.PROPOSED))
    on_others = Count(
        "says",
        filter=Q(says__state=Relation.State.PROPOSED, says__kind__in=["repeals", "replaces", "amends"]),
    )
    counted = mine.annotate(waiting=waiting, on_others=on_others).filter(waiting__gt=0)
    return counted.defer("body").order_by("-on_others", "-published_on", "-pk")


@dataclass(frozen=True)
class Proposal:
    """One proposed relation on the screen: the row, whether it is ticked beforehand, and documents of that name."""

    row: Relation
    ticked: bool
    candidates: tuple[Known, ...]


def proposals(policies: list[Policy], *, decided: bool = False) -> dict[int, list[Proposal]]:
    """pk of a document → its proposals in the order of the text; with ``decided`` what was decided on as well."""
    rows = Relation.objects.filter(source__in=policies)
    rows = rows if decided else rows.filter(state=Relation.State.PROPOSED)
    rows = rows.select_related("target", "source").defer("target__body", "source__body").order_by("pk")
    known = known_by(row.target_key for row in rows)
    found: dict[int, list[Proposal]] = {}
    for row in rows:
        others = tuple(each for each in known.get(row.target_key, []) if each.pk != row.source_id)
        # Of several documents of one name a person chooses; one that is not here may be confirmed by its name.
        plain = row.target_id is not None or not others
        found.setdefault(row.source_id, []).append(Proposal(row, plain and row.confidence >= SURE, others))
    return found


def asked_of(user: Any) -> QuerySet[Relation]:
    """Changes to a person's documents that others have confirmed and that wait for an answer."""
    rows = Relation.objects.filter(
        state=Relation.State.CONFIRMED,
        answer=Relation.Answer.ASKED,
        target__in=queries.changeable_by(user),
        source__live=True,
    )
    return rows.select_related("source", "target").defer("source__body", "target__body").order_by("pk")


def expiring(found: QuerySet[Policy], on: date) -> QuerySet[Policy]:
    """What is in force on ``on`` and ends within six months (RULES ND-04), the soonest first, with ``last_day`` known."""
    last = _last_warned(on)
    # Not by Least over empty columns: SQLite and PostgreSQL differ on what is least beside nothing.
    ends = Least(
        Coalesce("effective_until", "default_until", _FAR),
        Coalesce("repealed_on", _FAR),
        Coalesce("ended_by_on", _FAR),
    )
    first_without = last + timedelta(days=1)
    soon = Q(until__lte=last) | Q(repealed_on__lte=first_without) | Q(ended_by_on__lte=first_without)
    current = found.filter(queries.in_state(State.IN_FORCE, on), live=True)
    current = current.annotate(ends=ends, until=Coalesce("effective_until", "default_until")).filter(soon)
    return current.select_related("unit").defer("body").order_by("ends", "pk")


def _last_warned(on: date) -> date:
    """The latest last day in force six months before which is ``on`` or earlier: months differ in length."""
    day = add_months(on, EXPIRING_MONTHS)
    while add_months(day + timedelta(days=1), -EXPIRING_MONTHS) <= on:
        day += timedelta(days=1)
    return day


def doubts(user: Any) -> QuerySet[Relation]:
    """Relations that hold although something about them is still to be looked at, such as dates that are missing."""
    rows = Relation.objects.filter(state=Relation.State.CONFIRMED, source__in=queries.changeable_by(user))
    rows = rows.exclude(doubt="").select_related("source", "target")
    return rows.defer("source__body", "target__body").order_by("source__title", "pk")


def proposed_links(user: Any) -> QuerySet[ServiceLink]:
    """Links to services that the texts of a person's documents propose, the surest first."""
    rows = ServiceLink.objects.filter(
        state=ServiceLink.State.PROPOSED,
        policy__in=queries.changeable_by(user),
        policy__live=True,
        service__active=True,
    )
    return rows.select_related("policy", "service").defer("policy__body").order_by("-confidence", "pk")


def links_of(user: Any, policy: int) -> QuerySet[ServiceLink]:
    """All links of one of a person's documents, decided ones too, in the order of the text."""
    rows = ServiceLink.objects.filter(
        policy=policy, policy__in=queries.changeable_by(user), policy__live=True
    )
    return rows.select_related("policy", "service").defer("policy__body").order_by("path", "pk")


def proposals_sheet(user: Any) -> tuple[list[str], Iterator[list[Any]]]:
    """The queue of proposed relations as a table: headings, and a row for each relation."""
    headings = [
        _("编号"), _("文件"), _("发文字号"), _("关系"), _("对方文件"), _("对方文号"), _("原文"), _("自何日起"), _("把握"),
    ]  # fmt: skip
    rows = Relation.objects.filter(
        state=Relation.State.PROPOSED, source__live=True, source__in=queries.changeable_by(user)
    )
    found = rows.select_related("source").defer("source__body").order_by("source__title", "pk")
    return headings, (
        [
            row.source_id,
            row.source.title,
            row.source.document_number,
            row.get_kind_display(),
            row.target_title,
            row.target_number,
            row.words,
            row.begins,
            round(row.confidence, 2),
        ]
        for row in found.iterator(chunk_size=500)
    )
