"""Taking a text back: withdraw (a notice stays), take down (gone, the reason kept), pull back (within minutes of release)."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.policies import permissions
from gongkai.policies.actions import waiting
from gongkai.policies.actions.editions import latest
from gongkai.policies.actions.effects import settle_targets
from gongkai.policies.actions.locks import lock_with_targets
from gongkai.policies.actions.publish import Refused, actor_of, settle_published
from gongkai.policies.actions.relate import link_arrived
from gongkai.policies.models import Edition, Policy
from gongkai.subscriptions.actions import retract

WITHDRAWN = "policy.withdrawn"
PULL_BACK_MINUTES = 30


@transaction.atomic
def withdraw(*, policy: Policy, by: Any, reason: str) -> Policy:
    """撤回: the text goes from page, lists and search; its address stays and says why.

    Raises PermissionDenied, and Refused when no reason is given or nothing is published.
    """
    current = _published(policy, by, reason, _("请写明撤回原因，原因会显示在原来的地址上。"))
    return _end(current, by, reason, "policy.withdrawn")


@transaction.atomic
def take_down(*, policy: Policy, by: Any, reason: str) -> Policy:
    """下架: page and title are gone for readers; the reason stays in the record for those who work on it.

    Raises PermissionDenied, and Refused when no reason is given or nothing is published.
    """
    why = _("请写明下架原因，原因会留在记录里备查。")
    current = _published(policy, by, reason, why, or_withdrawn=True)
    current.taken_down = True
    return _end(current, by, reason, "policy.taken_down")


@transaction.atomic
def pull_back(*, policy: Policy, by: Any, reason: str) -> Policy:
    """Within 30 minutes of release: the last edition is undone; the one before it is public again, or none.

    What had been withdrawn or taken down before that release is so again.

    Raises PermissionDenied, and Refused when no reason is given, nothing is published or the time is over.
    """
    current = _published(policy, by, reason, _("请写明收回原因，原因会留在记录里备查。"))
    last = latest(current)
    if last is None or clock.now() - last.published_at > timedelta(minutes=PULL_BACK_MINUTES):
        raise Refused(
            _("发布已超过%d分钟，不能收回；有误请作勘误，不应公开的请撤回或者下架。") % PULL_BACK_MINUTES
        )
    Edition.objects.filter(pk=last.pk).update(pulled_back=True)
    audit.append(
        actor_of(by), "policy.pulled_back", current.reference, edition=last.number, reason=reason.strip()
    )
    before = latest(current)
    if before is None:
        ended = current.editions.exclude(closed="").last()
        return _end_again(current, ended, by, reason) if ended else _out_of_sight(current, by)
    before.revision.publish(log_action=False, skip_permission_checks=True)
    restored = Policy.objects.get(pk=policy.pk)
    settle_published(restored, by=by)
    return restored


@transaction.atomic
def open_files(*, policy: Policy, by: Any, reason: str) -> Policy:
    """Let readers have the files again after a text that was withdrawn or taken down was published anew.

    Raises PermissionDenied, and Refused when no reason is given, nothing is published or the files are open.
    """
    current = lock_with_targets(policy.pk)
    if not permissions.may_publish(by, current):
        raise PermissionDenied(_("您不能重新公开这份文件的原件，请联系它的责任单位。"))
    if not reason.strip():
        raise Refused(_("请写明重新公开原件的理由，理由会留在记录里备查。"))
    if not (current.live and current.files_closed):
        raise Refused(_("这份文件没有发布，或者原件没有停止公开，不需要这一步。"))
    current.files_closed = False
    current.save(update_fields=["files_closed"])
    audit.append(actor_of(by), "policy.files_opened", current.reference, reason=reason.strip())
    return current


def _published(
    policy: Policy, by: Any, reason: str, without_reason: str, *, or_withdrawn: bool = False
) -> Policy:
    current = lock_with_targets(policy.pk)
    if not isinstance(by, str) and not permissions.may_publish(by, current):
        raise PermissionDenied(_("您不能撤回这份文件，请联系它的责任单位。"))
    if not reason.strip():
        raise Refused(without_reason)
    shown = current.live or (or_withdrawn and current.withdrawn_on and not current.taken_down)
    if not shown:
        raise Refused(_("这份文件没有发布，不需要撤回。"))
    waiting.ended(current, actor=actor_of(by))
    return current


def _end_again(current: Policy, ended: Edition, by: Any, reason: str) -> Policy:
    current.taken_down = ended.closed == Edition.Closed.TAKEN_DOWN
    return _end(current, by, reason, f"policy.{ended.closed}")


def _end(current: Policy, by: Any, reason: str, what: str) -> Policy:
    """Every text that was public, and the files, end with it: published again, the record shows its new text alone."""
    current.withdrawn_on, current.withdrawn_reason = clock.today(), reason.strip()[:300]
    current.files_closed = True
    current.save(update_fields=["withdrawn_on", "withdrawn_reason", "taken_down", "files_closed"])
    kind = Edition.Closed.TAKEN_DOWN if current.taken_down else Edition.Closed.WITHDRAWN
    current.editions.update(closed=kind)
    audit.append(actor_of(by), what, current.reference, reason=reason.strip())
    return _out_of_sight(current, by)


def _out_of_sight(current: Policy, by: Any) -> Policy:
    """What a text that is no longer public leaves behind: nothing that others could find or rest on."""
    current.live = False
    current.save(update_fields=["live"])
    # Letters that have not gone yet would lead nowhere.
    retract(path=current.get_absolute_url(), actor=actor_of(by))
    current.clauses.all().delete()
    current.cites.all().delete()
    link_arrived(set(current.names.values_list("key", flat=True)))  # a living namesake may be meant now
    settle_targets(current, actor=actor_of(by))
    events.record(WITHDRAWN, subject=current.reference, policy=current.pk)
    return current
