"""Saving a draft: a new revision beside what is published, which stays as it is; of a new document the desk's lists see it."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from gongkai.kernel import audit
from gongkai.orgs.permissions import works_across_units
from gongkai.policies import permissions
from gongkai.policies.actions import waiting
from gongkai.policies.actions.locks import lock_with_targets
from gongkai.policies.models import Edition, Policy
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import clean

# What the desk's lists show and search. The unit is not among them: it says who may go on with the draft.
_SHOWN = (
    "title", "document_number", "number_key", "index_number", "issuers", "kind", "subject", "written_on", "published_on",
    "effective_from", "effective_until", "disclosure", "access_note", "open_points", "body",
)  # fmt: skip


@transaction.atomic
def save_draft(*, policy: Policy, by: Any, overwrite: Revision | None = None) -> Revision:
    """Keep ``policy`` as it stands in memory as its newest revision; the row of a published text is not touched.

    ``overwrite`` names the revision that an autosave replaces. Fields that a person has filled in are no longer open.
    What was handed in is taken back by it. Raises PermissionDenied.
    """
    current = lock_with_targets(policy.pk)
    _must_be_allowed(by, current)
    if overwrite and (Edition.objects.filter(revision=overwrite).exists() or waiting.is_bound(overwrite)):
        overwrite = None  # what readers have seen, or somebody was handed, is never overwritten
    _settle_derived(policy)
    revision = policy.save_revision(user=by, overwrite_revision=overwrite, clean=False, log_action=True)
    if not current.live and current.withdrawn_on is None:
        show_in_lists(policy)
        _hand_to_unit(policy, current, by)
    waiting.edited(policy, actor=by.reference)
    if overwrite is None:  # an autosave goes on with the version that its first save has entered already
        audit.append(by.reference, "policy.draft_saved", policy.reference, revision=revision.pk)
    return revision


@transaction.atomic
def keep_aside(*, policy: Policy, by: Any) -> Revision:
    """Keep ``policy`` as it stands in memory as a version of ``by`` that is not the newest: a colleague was faster.

    The colleague's version stays the one that everybody goes on with; both stand in the history, to be compared. Kept
    aside again beside the same version, one's own is written over. Raises PermissionDenied.
    """
    current = lock_with_targets(policy.pk)
    _must_be_allowed(by, current)
    newest = current.latest_revision
    if newest is None:
        return save_draft(policy=policy, by=by)
    _settle_derived(policy)
    # A moment before the newest: what Wagtail takes for the newest by its hour stays what it is.
    moment = newest.created_at - timedelta(microseconds=1)
    mine = current.revisions.filter(user=by, created_at=moment).exclude(pk=newest.pk).first()
    kept = mine or Revision(content_object=current, user=by, created_at=moment)
    kept.content, kept.object_str = policy.serializable_data(), str(policy)
    kept.save()
    if mine is None:
        audit.append(by.reference, "policy.draft_kept_aside", current.reference, revision=kept.pk)
    return kept


def _must_be_allowed(by: Any, current: Policy) -> None:
    if not permissions.may_change(by, current):
        raise PermissionDenied(_("您不能修改这份文件，请联系它的责任单位。"))


def _hand_to_unit(policy: Policy, current: Policy, by: Any) -> None:
    """The unit of the row says who may go on with a draft: the district office gives it to another."""
    if policy.unit_id == current.unit_id or not works_across_units(by):
        return
    Policy.objects.filter(pk=policy.pk).update(unit=policy.unit_id)
    audit.append(
        by.reference, "policy.handed_to_unit", policy.reference, unit=policy.unit and policy.unit.code
    )


def _settle_derived(policy: Policy) -> None:
    policy.title = clean(policy.title)  # feeds and letters break on what cannot be seen
    number = parse_number(policy.document_number)
    policy.number_key = number.key if number else ""
    policy.open_points = {
        name: point for name, point in policy.open_points.items() if _is_open(policy, name, point)
    }


def _is_open(policy: Policy, name: str, point: dict[str, Any]) -> bool:
    """Whether nobody has answered yet. Title and text are never empty: the screen of settling answers for these."""
    if name == "body":
        return True
    value = getattr(policy, name, None)
    return value == point.get("value") if name == "title" else not value


def show_in_lists(policy: Policy) -> None:
    """Nobody reads the row of a document that was never published: the lists of the desk find the draft in it."""
    begins, ends = policy.effective_from, policy.effective_until
    consistent = begins is None or ends is None or begins <= ends  # the table takes no other
    names = [name for name in _SHOWN if consistent or not name.startswith("effective_")]
    Policy.objects.filter(pk=policy.pk, live=False).update(**{name: getattr(policy, name) for name in names})
