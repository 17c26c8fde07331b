"""Confirmed relations as effects on validity (law/effects.py), and the default period of a policy that states no end."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from gongkai.law.calendar import add_months
from gongkai.law.effects import Effect, EffectKind
from gongkai.law.figures import Figure, NotInForce, UnknownFigure, figure
from gongkai.law.validity import DefaultPeriod
from gongkai.orgs.queries import is_confirmed
from gongkai.policies.models import EFFECTS, Policy, Relation
from gongkai.text.dates import in_chinese

_LATEST_YEAR = 9900  # a slip of the pen must not stop a publication


def confirmed_effects() -> QuerySet[Relation]:
    """Relations that change whether their target holds: confirmed, not rejected by its owner, of a public source."""
    rows = Relation.objects.filter(state=Relation.State.CONFIRMED, kind__in=EFFECTS, source__live=True)
    return rows.exclude(answer=Relation.Answer.REJECTED).select_related("source").defer("source__body")


def attach(policies: Iterable[Policy]) -> None:
    """Give each of these policies its effects by one question for all: a list of twenty asks once, not twenty times."""
    asking = [each for each in policies if any((each.ended_by_on, each.in_question_from, each.amended_from))]
    rows: dict[int | None, list[Effect]] = {}
    if asking:
        found = confirmed_effects().filter(target__in=[each.pk for each in asking])
        for row in found.order_by("pk"):
            rows.setdefault(row.target_id, []).append(effect_of(row))
    for each in asking:
        each.__dict__["effects"] = rows.get(each.pk, [])


def effects_on(policy: Policy) -> list[Effect]:
    """What other documents confirmedly do to ``policy``."""
    return [effect_of(row) for row in confirmed_effects().filter(target=policy).order_by("pk")]


def effect_of(row: Relation) -> Effect:
    """A confirmed relation as an effect; where it states no day, the day on which its source takes effect counts."""
    source = row.source
    own = None if source.dates_doubtful else source.effective_from
    return Effect(
        kind=EffectKind(row.kind),
        by=named(source),
        begins=row.begins or own,
        published_on=source.published_on or source.written_on,
        asked=row.answer == Relation.Answer.ASKED,
        clauses=tuple(row.clauses),
    )


def named(policy: Policy) -> str:
    """A document as sentences name it: 《…》（文号）, or the day of its publication where versions bear one title."""
    told = policy.document_number
    if not told and policy.published_on:
        told = f"{in_chinese(policy.published_on)}公布"
    return f"《{policy.title}》（{told}）" if told else f"《{policy.title}》"


# --- default periods -----------------------------------------------------------------------------------------


def default_period(policy: Policy) -> DefaultPeriod | None:
    """Until when a normative document holds that states no end (RULES ND-02, ND-03); None where no figure is confirmed."""
    begins = policy.effective_from
    if not policy.is_normative or policy.effective_until or begins is None or policy.dates_doubtful:
        return None
    rule = _period_of(policy.title, policy.kind, policy.written_on or begins)
    if rule is None or begins.year > _LATEST_YEAR or not is_confirmed(rule):
        return None
    until = add_months(begins, 12 * rule.number) - timedelta(days=1)
    return DefaultPeriod(until, rule.citation)


def kept_period(policy: Policy) -> DefaultPeriod | None:
    """The default period as it was settled last, without asking again whether its figure is confirmed."""
    if policy.default_until is None or policy.effective_until:
        return None
    rule = _period_of(policy.title, policy.kind, policy.written_on or policy.effective_from or date.min)
    return DefaultPeriod(policy.default_until, rule.citation if rule else "")


def _period_of(title: str, kind: str, on: date) -> Figure | None:
    key = "normative.validity_max"
    if "试行" in title or "暂行" in title:
        key = "normative.validity_max_trial"
    elif kind == "通告" or title.endswith("通告"):
        key = "normative.validity_max_notice"
    try:
        return figure(key, on)
    except (UnknownFigure, NotInForce):
        return None
