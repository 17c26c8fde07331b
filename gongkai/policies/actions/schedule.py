"""Publishing at a set time: the revision is fixed when it is set, rights and reasons are asked again when it is due.

Wagtail's own ``go_live_at`` is not used: its command would publish past our actions.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.policies import permissions
from gongkai.policies.actions import waiting
from gongkai.policies.actions.editions import reason_against_silent_change
from gongkai.policies.actions.locks import lock, lock_with_targets
from gongkai.policies.actions.publish import Refused, actor_of, must_be_as_seen, publish, reasons_against
from gongkai.policies.models import Disclosure, Policy, Schedule
from gongkai.subscriptions.actions import tell

CHANGED = "policy.schedule_changed"
LATEST = timedelta(days=366)  # a slip of the finger in the year is caught
_ACTOR = "system:schedule"
_MOST_TITLE = 200
_log = logging.getLogger(__name__)


@transaction.atomic
def schedule(*, policy: Policy, by: Any, at: datetime, seen: str | None = None) -> Schedule:
    """Publish the newest draft as it stands now at ``at`` (aware). One set before is replaced.

    ``seen`` is the draft that this person looked at (Policy.draft_version). Raises PermissionDenied, and Refused for a time that is past or far off, or with what stands against publishing.
    """
    current = lock([policy.pk])[policy.pk]
    must_be_as_seen(current, seen)
    if not permissions.may_publish(by, current):
        raise PermissionDenied(_("您不能发布这份文件，请联系本单位的发布人。"))
    if at <= clock.now():
        raise Refused(_("定时发布的时间已经过去，请写一个以后的时间；要马上公开的，请直接发布。"))
    if at > clock.now() + LATEST:
        raise Refused(_("定时发布的时间在一年以后，请核对年份。"))
    if current.live and not current.has_unpublished_changes:
        raise Refused(_("这份文件已发布，也没有未发布的修改，不需要定时发布。"))
    revision = current.latest_revision or current.save_revision(user=by, clean=False, changed=False)
    draft: Policy = revision.as_object()
    reasons = reasons_against(draft) + reason_against_silent_change(current, draft)
    if reasons:
        raise Refused(" ".join(reasons))
    for before in Schedule.objects.filter(policy=current, state=Schedule.State.SET):
        waiting.settle(before, Schedule.State.CANCELLED, actor=actor_of(by), why=_("改为另一个时间。"))
    row = Schedule.objects.create(policy=current, revision=revision, due_at=at, by=by, made_at=clock.now())
    audit.append(
        actor_of(by), "policy.schedule_set", current.reference, revision=revision.pk, due=at.isoformat()
    )
    _recorded(row)
    return row


@transaction.atomic
def unschedule(*, policy: Policy, by: Any) -> Schedule:
    """Take a document off the clock. Raises PermissionDenied, and Refused when nothing is set."""
    current = lock([policy.pk])[policy.pk]
    if not permissions.may_publish(by, current):
        raise PermissionDenied(_("您不能取消这份文件的定时发布，请联系本单位的发布人。"))
    row = standing(current)
    if row is None:
        raise Refused(_("这份文件没有设定定时发布，或者刚才已经发布、取消，请刷新页面再看。"))
    waiting.settle(row, Schedule.State.CANCELLED, actor=actor_of(by), why=_("由发布人取消。"))
    _recorded(row)
    return row


def standing(policy: Policy) -> Schedule | None:
    """The hour that is set for this document."""
    return Schedule.objects.filter(policy=policy, state=Schedule.State.SET).select_related("by").first()


def publish_due() -> int:
    """A periodic job: publish what is due, each in a transaction of its own; gives how many were published.

    Cut off anywhere, the row and the publication are both there or neither: the next run goes on.
    """
    due = Schedule.objects.filter(state=Schedule.State.SET, due_at__lte=clock.now()).order_by("due_at", "pk")
    return sum(_publish_one(pk) for pk in list(due.values_list("pk", flat=True)))


def _publish_one(pk: int) -> bool:
    try:
        return _release(pk)
    except (Refused, PermissionDenied) as refusal:
        _failed(pk, str(refusal))
    except Exception:
        # One document must not hold up the others; it is tried again at the next run, and is late on the home page.
        _log.exception("schedule %s could not be published", pk)
    return False


@transaction.atomic
def _release(pk: int) -> bool:
    """Publish one that is due. False if another run or a person was faster."""
    asked = Schedule.objects.filter(pk=pk).first()
    if asked is None:
        return False
    lock_with_targets(asked.policy_id)
    row = (
        Schedule.objects.select_for_update(of=("self",))
        .select_related("policy", "revision", "by")
        .filter(pk=pk, state=Schedule.State.SET)
        .first()
    )
    if row is None or row.due_at > clock.now():
        return False
    _refuse_what_was_reconsidered(row)
    # The account as it stands now: who has left or moved publishes nothing.
    publish(policy=row.policy, by=row.by, revision=row.revision)
    row.refresh_from_db()
    if row.state == Schedule.State.SET:  # a publication that settled another row than this one
        waiting.settle(row, Schedule.State.DONE, actor=_ACTOR)
    _recorded(row)
    return True


def _refuse_what_was_reconsidered(row: Schedule) -> None:
    """A newer draft that says the document is not for publication is a person's later word on all of it."""
    newest: Policy = row.policy.get_latest_revision_as_object()
    if newest.disclosure in {Disclosure.ON_REQUEST, Disclosure.WITHHELD}:
        raise Refused(
            _("设定之后，公开属性已改为“%s”，不能主动公开；仍要公开的，请先更正公开属性。")
            % newest.get_disclosure_display()
        )


@transaction.atomic
def _failed(pk: int, why: str) -> None:
    row = Schedule.objects.select_for_update().filter(pk=pk, state=Schedule.State.SET).first()
    if row is None:
        return
    waiting.settle(row, Schedule.State.FAILED, actor=_ACTOR, why=why)
    policy = row.policy
    words = _("原定 %(at)s 的定时发布没有进行：%(why)s") % {"at": shown(row.due_at), "why": why}
    tell(
        users=[row.by],
        units=[policy.unit],
        category="task",
        title=_("没有按时发布：%s") % policy.title[:_MOST_TITLE],
        text=words,
        path=reverse("records:hand_in", args=[policy.pk]),
        key=f"policy.schedule:{row.pk}:failed",
        actor=_ACTOR,
    )
    _recorded(row)


def shown(moment: datetime) -> str:
    """A moment as the desk writes it, in the office's time zone: 2026-11-23 17:00（北京时间）."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return f"{local:%Y-%m-%d %H:%M}" + _("（北京时间）")


def _recorded(row: Schedule) -> None:
    events.record(CHANGED, subject=row.policy.reference, policy=row.policy_id, state=row.state)
