"""What becomes of hand-ins and schedules when their document is edited, published or taken back otherwise.

Each is called inside the action that does it, with the row of the policy locked.
"""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Revision

from gongkai.kernel import audit, clock
from gongkai.policies.models import HandIn, Policy, Schedule


def is_bound(revision: Revision) -> bool:
    """True if somebody was handed this revision or it waits for its hour: an autosave must not write over it."""
    return (
        HandIn.objects.filter(revision=revision).exists()
        or Schedule.objects.filter(revision=revision, state=Schedule.State.SET).exists()
    )


def edited(policy: Policy, *, actor: str) -> None:
    """An edit takes back what was handed in; what is scheduled stays, with the text that it was set with."""
    for row in HandIn.objects.filter(policy=policy, state__in=HandIn.OPEN):
        close(row, HandIn.State.OVERTAKEN, actor=actor)


def published(policy: Policy, revision: Revision | None, *, by: Any, actor: str) -> None:
    """What was published is done, and an older text no longer comes at an hour set before."""
    key = revision.pk if revision else None
    for row in HandIn.objects.filter(policy=policy, revision=key, state__in=HandIn.OPEN):
        close(row, HandIn.State.PUBLISHED, actor=actor, by=by)
    for schedule in Schedule.objects.filter(policy=policy, state=Schedule.State.SET):
        if schedule.revision_id == key:
            settle(schedule, Schedule.State.DONE, actor=actor)
        else:
            why = _("设定之后已另行发布，定时发布随之取消。")
            settle(schedule, Schedule.State.CANCELLED, actor=actor, why=why)


def ended(policy: Policy, *, actor: str) -> None:
    """A text that was taken back does not come again by an hour set before."""
    for schedule in Schedule.objects.filter(policy=policy, state=Schedule.State.SET):
        why = _("文件已撤回、下架或者收回，定时发布随之取消。")
        settle(schedule, Schedule.State.CANCELLED, actor=actor, why=why)


def close(row: HandIn, state: HandIn.State, *, actor: str, by: Any = None, remark: str = "") -> None:
    """Write what became of a hand-in."""
    row.state, row.decided_at = state, clock.now()
    row.decided_by = None if by is None or isinstance(by, str) else by
    row.remark = remark[:300]
    row.save(update_fields=["state", "decided_at", "decided_by", "remark"])
    audit.append(actor, f"policy.hand_in_{state}", row.policy.reference, revision=row.revision_id)


def settle(row: Schedule, state: Schedule.State, *, actor: str, why: str = "") -> None:
    """Write what became of a schedule."""
    row.state, row.settled_at, row.why = state, clock.now(), why[:600]
    row.save(update_fields=["state", "settled_at", "why"])
    audit.append(actor, f"policy.schedule_{state}", row.policy.reference, revision=row.revision_id)
