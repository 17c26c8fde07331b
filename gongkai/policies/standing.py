"""How one record stands at the desk and what a person may do with it next: for the form and for the page beside it."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from gongkai.orgs.waiting import waited
from gongkai.policies import permissions
from gongkai.policies.actions.editions import reason_against_silent_change
from gongkai.policies.actions.hand_in import open_hand_in
from gongkai.policies.actions.publish import reasons_against
from gongkai.policies.actions.schedule import shown, standing
from gongkai.policies.models import HandIn, Policy, Schedule


def standing_context(policy: Policy, user: Any) -> dict[str, Any]:
    """Context of policies/desk/standing.html: the last hand-in, the hour set or missed, and what is allowed now."""
    last = policy.hand_ins.select_related("by", "decided_by").first()
    published = policy.last_published_at
    if (
        last
        and last.state == HandIn.State.SENT_BACK
        and published
        and last.decided_at
        and published > last.decided_at
    ):
        last = None  # published all the same
    clock = policy.schedules.select_related("by").first()
    set_for = clock if clock and clock.state == Schedule.State.SET else None
    missed = clock if clock and clock.state == Schedule.State.FAILED else None
    handed = last if last and last.state in HandIn.OPEN else None
    new = not policy.live or policy.has_unpublished_changes
    may_change, may_review, may_publish = (
        may(user, policy) for may in (permissions.may_change, permissions.may_review, permissions.may_publish)
    )
    return {
        "last": last if last and last.state != HandIn.State.PUBLISHED else None,
        "waited": waited(last.decided_at or last.at) if last else "",
        "set_for": set_for,
        "due": shown(set_for.due_at) if set_for else "",
        # What is edited after the hour was set does not slip in.
        "newer": bool(set_for and set_for.revision_id != policy.latest_revision_id),
        "missed": missed,
        "missed_at": shown(missed.due_at) if missed else "",
        "may_change": may_change,
        "may_hand_in": may_change and new and handed is None and set_for is None,
        "may_take_back": may_change and handed is not None and set_for is None,
        "may_pass": may_review and bool(handed and handed.state == HandIn.State.WAITING),
        "may_send_back": may_review and handed is not None and set_for is None,
        "may_publish": may_publish and new,
        "may_unschedule": may_publish and set_for is not None,
        "may_end": may_publish and policy.live,
        "settle_url": _settle_url(policy) if may_change else "",
    }


def hand_in_context(policy: Policy, user: Any) -> dict[str, Any]:
    """Context of policies/desk/hand_in.html: the same with what stands against publishing, and what went before."""
    draft = policy.get_latest_revision_as_object()
    history = policy.hand_ins.select_related("by", "decided_by")[:10]
    context = standing_context(policy, user)
    asked = context["may_hand_in"] or context["may_publish"]
    return context | {
        "policy": policy,
        "title": draft.title,
        "reasons": reasons_against(draft) + reason_against_silent_change(policy, draft) if asked else [],
        "seen": policy.draft_version,
        "history": history,
        "handed": open_hand_in(policy),
        "clock": standing(policy),
        "preview_words": _("以读者看到的样子打开，只有本单位能看到。"),
    }


def _settle_url(policy: Policy) -> str:
    """Where the original stands beside what was read, where there is one."""
    try:
        return reverse("records:settle", args=[policy.pk]) if policy.original_id else ""
    except NoReverseMatch:
        return ""
