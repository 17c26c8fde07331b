"""What confirmed relations and confirmed default periods do to a policy's validity, kept where lists can ask for it."""

from datetime import date

from gongkai.kernel import audit, events
from gongkai.law.effects import amendments, first_end, first_question
from gongkai.policies.effects import default_period, effects_on
from gongkai.policies.models import EFFECTS, Policy, Relation

CHANGED = "policy.validity_changed"
_KEPT = ("ended_by_on", "in_question_from", "amended_from", "default_until")
_RECKONED_FROM = (
    "title",
    "kind",
    "is_normative",
    "effective_from",
    "effective_until",
    "open_points",
    "written_on",
    "live",
)


def settle_effects(policy: Policy, *, actor: str, told: bool = False) -> bool:
    """Reckon anew what others do to ``policy``, in the caller's transaction; True if anything changed.

    Reckoned from the row as it stands under its lock, for a colleague may have settled it since ``policy`` was read;
    whoever appends to the audit chain before calls ``locks.lock`` first. ``told`` records the event even where what is
    kept stays the same: a second amendment does not move the first day.
    """
    policy.refresh_from_db(from_queryset=Policy.objects.select_for_update(), fields=[*_KEPT, *_RECKONED_FROM])
    effects = effects_on(policy)
    end, question = first_end(effects), first_question(effects)
    changes = amendments(effects)
    default = default_period(policy)
    kept: dict[str, date | None] = {
        "ended_by_on": end.begins if end else None,
        "in_question_from": question.open_from if question else None,
        "amended_from": changes[0].amends_from if changes else None,
        "default_until": default.until if default else None,
    }
    same = all(getattr(policy, name) == value for name, value in kept.items())
    if same and not told:
        return False
    for name, value in kept.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(_KEPT))
    if policy.live:
        days = {name: value.isoformat() if value else "" for name, value in kept.items()}
        audit.append(actor, CHANGED, policy.reference, **days)
        events.record(CHANGED, subject=policy.reference, policy=policy.pk)
    policy.__dict__.pop("effects", None)
    return not same


def settle_targets(policy: Policy, *, actor: str) -> None:
    """The same for all that ``policy`` repeals, replaces or amends: its own dates or its being public have changed."""
    targets = Policy.objects.filter(
        said_of__source=policy, said_of__state=Relation.State.CONFIRMED, said_of__kind__in=EFFECTS
    )
    for target in targets.distinct().order_by("pk"):
        settle_effects(target, actor=actor)
