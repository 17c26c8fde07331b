"""Named querysets over policies, always with who is looking."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear

from gongkai.law.validity import State
from gongkai.orgs.permissions import reads_all_units, reads_in_unit, works_across_units, works_in_unit
from gongkai.orgs.queries import by_kind
from gongkai.policies.models import Audience, Likeness, Policy, ServiceLink, TopicEntry
from gongkai.policies.models.audience import UNMARKED

# The day a document is listed under: published, else written.
DATED = Coalesce("published_on", "written_on")


def public() -> QuerySet[Policy]:
    """What everyone may read."""
    return Policy.objects.filter(live=True)


def other_files(policy: Policy) -> QuerySet[Likeness]:
    """The further files of a document that a person has joined to it and that everyone may have."""
    joined = policy.likenesses.filter(
        state=Likeness.State.JOINED, original__conceals=False, policy__files_closed=False
    )
    return joined.select_related("original").order_by("pk")


def with_offers(found: QuerySet[Policy]) -> QuerySet[Policy]:
    """The same policies, each knowing as ``has_offers`` whether a file waits to be joined to it."""
    waiting = Likeness.objects.filter(policy=OuterRef("pk"), state=Likeness.State.OFFERED)
    return found.annotate(has_offers=Exists(waiting))


def copies(policy: Policy) -> list[tuple[str, Policy]]:
    """("source" or "copy", record): what this one sends on or reprints, and where it is sent on, as far as published."""
    if not (policy.there_is.likenesses or policy.there_is.copied_from):
        return []
    links = Likeness.objects.filter(Q(policy=policy) | Q(copy=policy), state=Likeness.State.LINKED)
    keys = list(links.order_by("pk").values_list("policy_id", "copy_id"))
    records = Policy.objects.defer("body").in_bulk([key for pair in keys for key in pair if key])
    found = [
        ("copy", records.get(copy)) if of == policy.pk else ("source", records.get(of)) for of, copy in keys
    ]
    return [(way, record) for way, record in found if record is not None and record.live]


def services_by_path(policy: Policy) -> dict[str, list[dict[str, str]]]:
    """Path of a clause, "" for the whole → the services that a person has linked to it, for theme/markup.clause."""
    found: dict[str, list[dict[str, str]]] = {}
    if not policy.there_is.services:
        return found
    links = policy.service_links.filter(state=ServiceLink.State.CONFIRMED, service__active=True)
    for link in links.select_related("service").order_by("path", "service__name"):
        shown = {"label": link.service.name, "url": link.service.get_absolute_url()}
        found.setdefault(link.path, []).append(shown)
    return found


def for_lists() -> QuerySet[Policy]:
    """Published policies with what a list shows and without their bodies, newest first."""
    return public().select_related("unit").defer("body").order_by(DATED.desc(nulls_last=True), "-pk")


def changeable_by(user: Any) -> QuerySet[Policy]:
    """What a person may work on at the desk; ``permissions.may_change`` says the same."""
    if works_across_units(user):
        return Policy.objects.all()
    return Policy.objects.filter(unit=user.unit_id) if works_in_unit(user) else Policy.objects.none()


def draft_readable_by(user: Any) -> QuerySet[Policy]:
    """Whose drafts and history a person may read; ``permissions.may_read_draft`` says the same."""
    if reads_all_units(user):
        return Policy.objects.all()
    return Policy.objects.filter(unit=user.unit_id) if reads_in_unit(user) else Policy.objects.none()


def in_state(state: State, on: date) -> Q:
    """The condition that picks the policies in ``state`` on ``on``; ``law.validity`` says the same, a test compares."""
    until = Coalesce("effective_until", "default_until")
    by_repeal, is_repealed = Q(pk__in=[]), Q(pk__in=[])
    for first_day in ("repealed_on", "ended_by_on"):  # its own dates, and what another document does to it
        in_time = Q(**{f"{first_day}__isnull": False}) & (
            Q(effective_until__isnull=True, default_until__isnull=True) | Q(**{f"{first_day}__lte": until})
        )
        by_repeal |= in_time
        is_repealed |= in_time & Q(**{f"{first_day}__lte": on})
    ran_out = (Q(effective_until__lt=on) | Q(effective_until__isnull=True, default_until__lt=on)) & ~by_repeal
    open_end = Q(open_points__has_key="effective_until", effective_until__isnull=False)
    surely_ended = Q(repealed_on__isnull=False, repealed_on__lte=on) | Q(
        ended_by_on__isnull=False, ended_by_on__lte=on
    )
    is_lapsed = ran_out & (~open_end | surely_ended)
    ended = is_repealed | is_lapsed
    # That it was found ended says nothing new where it is known to have ended by then.
    known_why = Q(repealed_on__isnull=False, repealed_on__lte=F("found_ended_on")) | Q(
        ended_by_on__isnull=False, ended_by_on__lte=F("found_ended_on")
    )
    only_found = Q(found_ended_on__isnull=False) & ~known_why
    found_ended = ~ended & only_found
    open_still = ~ended & ~only_found
    asked = Q(in_question_from__isnull=False, in_question_from__lte=on)
    doubtful = asked | Q(open_points__has_any_keys=["effective_from", "effective_until"])
    unknown = Q(effective_from__isnull=True) | doubtful | (ran_out & ~is_lapsed)
    conditions = {
        State.REPEALED: is_repealed | (found_ended & Q(found_ended_on__lte=on)),
        State.LAPSED: is_lapsed,
        State.UNKNOWN: (open_still & unknown) | (found_ended & Q(found_ended_on__gt=on)),
        State.NOT_YET_IN_FORCE: open_still & ~doubtful & Q(effective_from__gt=on),
        State.IN_FORCE: open_still & ~doubtful & Q(effective_from__lte=on),
    }
    return conditions[state]


def known_by(day: date) -> Q:
    """What was there on a day, as far as dates say: nothing that was written, published or in force only later."""
    return (
        Q(written_on__lte=day)
        | Q(published_on__lte=day)
        | Q(effective_from__lte=day)
        | Q(written_on=None, published_on=None, effective_from=None)
    )


def library(
    *,
    on: date,
    unit: str = "",
    kind: str = "",
    subject: str = "",
    year: str = "",
    state: str = "",
    topic: str = "",
    audience: str = "",
    disclosure: str = "",
    q: str = "",
    until: date | None = None,
) -> QuerySet[Policy]:
    """Published policies under all filters given; an unknown value finds nothing rather than everything.

    ``topic`` is a slug; each word of ``q`` must stand in the title or be part of the number; ``until`` leaves out what
    did not exist by then.
    """
    found = for_lists()
    if until:
        found = found.filter(known_by(until))
    for word in q.split():
        found = found.filter(Q(title__icontains=word) | Q(document_number__icontains=word))
    if topic:
        found = found.filter(in_topic(topic))
    if audience:
        found = found.filter(for_audience(audience))
    if disclosure:
        found = found.filter(disclosure=disclosure)
    if unit:
        found = found.filter(unit__code=unit)
    if kind:
        found = found.filter(kind=kind)
    if subject:
        found = found.filter(subject=subject)
    if year:
        known = len(year) == 4 and year.isdecimal() and 1900 <= int(year) <= 2200
        found = found.annotate(dated=DATED).filter(dated__year=int(year)) if known else found.none()
    if state:
        found = found.filter(in_state(State(state), on)) if state in set(State) else found.none()
    return found


def in_topic(slug: str) -> Q:
    """The condition that picks what is in a public topic."""
    entries = TopicEntry.objects.filter(topic__slug=slug, topic__active=True)
    return Q(pk__in=entries.exclude(how=TopicEntry.How.EXCLUDED).values("policy"))


def for_audience(value: str) -> Q:
    """The condition that picks what is for an audience, or what nobody has marked; an unknown value picks nothing."""
    if value == UNMARKED:
        return Q(audiences="")
    return Q(audiences__contains=f",{value},") if value in Audience.values else Q(pk__in=[])


def counts(found: QuerySet[Policy], field: str) -> list[tuple[Any, int]]:
    """(value, number of policies) for one facet, most first; empty values are left out."""
    found = found.annotate(value=ExtractYear(DATED) if field == "year" else F(field))
    rows = found.order_by().values("value").annotate(n=Count("pk")).order_by("-n", "value")
    counted = [(row["value"], row["n"]) for row in rows if row["value"] not in (None, "")]
    # Years are looked for in their order, the newest first; everything else by how much there is.
    return sorted(counted, reverse=True) if field == "year" else counted


def state_counts(found: QuerySet[Policy], on: date) -> list[tuple[State, int]]:
    """(state, number of policies) on a day, in the order of ``State``; states without any are left out."""
    totals = found.order_by().aggregate(
        **{state.value: Count("pk", filter=in_state(state, on)) for state in State}
    )
    return [(state, totals[state.value]) for state in State if totals[state.value]]


def unit_counts() -> list[tuple[tuple[str, str], int]]:
    """((code, short name), number of published policies) of every unit that has any, in the units' order."""
    rows = public().filter(unit__isnull=False).order_by(by_kind("unit__kind"), "unit__code")
    counted = rows.values("unit__code", "unit__short_name").annotate(n=Count("pk"))
    return [((row["unit__code"], row["unit__short_name"]), row["n"]) for row in counted]
