"""Handing a draft in, passing it on, sending it back, taking it back: one person's word each, told to whom it concerns.

Kept small on purpose: nothing here stops a publisher from passing an own draft or publishing without a reviewer. Signed
review by three different people (三审三校), bound to a content hash, is an app of its own that will stand between.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.orgs.accounts.queries import open_accounts
from gongkai.orgs.models import Role, User
from gongkai.policies import permissions
from gongkai.policies.actions import waiting
from gongkai.policies.actions.editions import reason_against_silent_change
from gongkai.policies.actions.locks import lock
from gongkai.policies.actions.publish import Refused, actor_of, must_be_as_seen, reasons_against
from gongkai.policies.models import HandIn, Policy, Schedule
from gongkai.subscriptions.actions import tell

CHANGED = "policy.hand_in_changed"
_MOST_TITLE = 200


@transaction.atomic
def hand_in(*, policy: Policy, by: Any, note: str = "", seen: str | None = None) -> HandIn:
    """送审: the newest draft waits for a reviewer, bound to that revision.

    Raises PermissionDenied, and Refused when nothing is new, it waits already, or something stands against publishing.
    """
    current = _locked(policy)
    must_be_as_seen(current, seen)
    if not permissions.may_change(by, current):
        raise PermissionDenied(_("您不能送审这份文件，请联系它的责任单位。"))
    if open_hand_in(current):
        raise Refused(_("这份文件已经送审，不需要再送；要修改的，修改后会自动收回，再送一次即可。"))
    if current.live and not current.has_unpublished_changes:
        raise Refused(_("这份文件已发布，也没有未发布的修改，不需要送审。"))
    if Schedule.objects.filter(
        policy=current, revision=current.latest_revision, state=Schedule.State.SET
    ).exists():
        raise Refused(_("这一版已定时发布，不需要送审；要改的，请先取消定时。"))
    revision = current.latest_revision or current.save_revision(user=by, clean=False, changed=False)
    draft: Policy = revision.as_object()
    reasons = reasons_against(draft) + reason_against_silent_change(current, draft)
    if reasons:
        raise Refused(" ".join(reasons))
    row = HandIn.objects.create(
        policy=current, revision=revision, by=by, at=clock.now(), note=note.strip()[:300]
    )
    audit.append(actor_of(by), "policy.hand_in_waiting", current.reference, revision=revision.pk)
    _tell(row, by, _reviewers(current), _("请审核：%s"), note.strip() or _("有一份文件送审，请审核。"))
    return row


@transaction.atomic
def pass_on(*, policy: Policy, by: Any, note: str = "", seen: int | None = None) -> HandIn:
    """审核通过: what was handed in waits for a publisher; ``seen`` is the key of the hand-in that was looked at.

    Raises PermissionDenied, and Refused when nothing waits."""
    row = _open(policy, by, (HandIn.State.WAITING,), permissions.may_review, seen)
    waiting.close(row, HandIn.State.PASSED, actor=actor_of(by), by=by, remark=note.strip())
    people = [*_publishers(row.policy), row.by]
    _tell(row, by, people, _("审核通过，待发布：%s"), note.strip() or _("审核通过，等待发布。"))
    return row


@transaction.atomic
def send_back(*, policy: Policy, by: Any, reason: str, seen: int | None = None) -> HandIn:
    """退回: the clerk is told why; ``seen`` as in ``pass_on``.

    Raises PermissionDenied, and Refused without a reason or when nothing waits."""
    row = _open(policy, by, HandIn.OPEN, permissions.may_review, seen)
    if not reason.strip():
        raise Refused(_("请写明退回的原因和要改的地方，经办人会在工作台首页看到。"))
    _must_not_be_due(row)
    waiting.close(row, HandIn.State.SENT_BACK, actor=actor_of(by), by=by, remark=reason.strip())
    _tell(row, by, [row.by], _("已退回：%s"), reason.strip())
    return row


@transaction.atomic
def take_back(*, policy: Policy, by: Any) -> HandIn:
    """收回送审: the draft is the clerk's again. Raises PermissionDenied, and Refused when nothing waits."""
    row = _open(policy, by, HandIn.OPEN, permissions.may_change)
    _must_not_be_due(row)
    waiting.close(row, HandIn.State.TAKEN_BACK, actor=actor_of(by), by=by)
    events.record(CHANGED, subject=row.policy.reference, policy=row.policy_id, state=row.state)
    return row


def open_hand_in(policy: Policy) -> HandIn | None:
    """What of this document waits for somebody now."""
    return HandIn.objects.filter(policy=policy, state__in=HandIn.OPEN).select_related("by").first()


# --- what they share -----------------------------------------------------------------------------------------------


def _locked(policy: Policy) -> Policy:
    return lock([policy.pk])[policy.pk]


def _open(
    policy: Policy, by: Any, states: tuple[HandIn.State, ...], allowed: Any, seen: int | None = None
) -> HandIn:
    current = _locked(policy)
    if not allowed(by, current):
        raise PermissionDenied(_("您不能处理这份送审，请联系它的责任单位。"))
    row = open_hand_in(current)
    if row is None:
        raise Refused(
            _("这份文件现在没有送审：可能刚才已由别人处理，或者送审后又有修改而自动收回，请刷新页面再看。")
        )
    if seen is not None and row.pk != seen:
        raise Refused(_("您看过以后，这份文件又修改并重新送审，请看过新的内容再操作。"))
    if row.state not in states:
        raise Refused(_("这份文件已经审核通过，等待发布，不需要再次审核。"))
    return row


def _must_not_be_due(row: HandIn) -> None:
    """What is set to be published is first taken off the clock, by who may: else it would come all the same."""
    if Schedule.objects.filter(revision=row.revision_id, state=Schedule.State.SET).exists():
        raise Refused(_("这一版已设定定时发布，请发布人先取消定时，再退回或者收回。"))


def _reviewers(policy: Policy) -> list[User]:
    """The unit's reviewers; where it has none, its publishers; where it has neither, the district office."""
    active = open_accounts()
    of_unit = active.filter(unit=policy.unit_id) if policy.unit_id else active.none()
    for role in (Role.REVIEWER, Role.PUBLISHER):
        found = list(of_unit.filter(role=role))
        if found:
            return found
    return list(active.filter(role=Role.OFFICE))


def _publishers(policy: Policy) -> list[User]:
    active = open_accounts()
    of_unit = active.filter(unit=policy.unit_id, role=Role.PUBLISHER) if policy.unit_id else active.none()
    return list(of_unit) or list(active.filter(role=Role.OFFICE))


def _tell(row: HandIn, by: Any, people: list[User], title: str, words: str) -> None:
    policy = row.policy
    tell(
        users=[each for each in people if each.pk != by.pk],
        category="task",
        title=title % policy.title[:_MOST_TITLE],
        text=words,
        path=reverse("records:hand_in", args=[policy.pk]),
        key=f"policy.hand_in:{row.pk}:{row.state}",
        actor=actor_of(by),
    )
    events.record(CHANGED, subject=policy.reference, policy=policy.pk, state=row.state)
