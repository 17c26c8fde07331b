"""Saving a draft: a new revision beside what is published, which stays as it is."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from gongkai.kernel import audit
from gongkai.policies import permissions
from gongkai.policies.actions.locks import lock_with_targets
from gongkai.policies.models import Edition, Policy
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import clean


@transaction.atomic
def save_draft(*, policy: Policy, by: Any, overwrite: Revision | None = None) -> Revision:
    """Keep ``policy`` as it stands in memory as its newest revision; the row itself is not touched.

    ``overwrite`` names the revision that an autosave replaces. Fields that a person has filled in are no longer open.
    Raises PermissionDenied.
    """
    current = lock_with_targets(policy.pk)
    if not permissions.may_change(by, current):
        raise PermissionDenied(_("您不能修改这份文件，请联系它的责任单位。"))
    if overwrite and Edition.objects.filter(revision=overwrite).exists():
        overwrite = None  # what readers have seen is never overwritten
    policy.title = clean(policy.title)  # feeds and letters break on what cannot be seen
    number = parse_number(policy.document_number)
    policy.number_key = number.key if number else ""
    policy.open_points = {
        name: point for name, point in policy.open_points.items() if not getattr(policy, name, None)
    }
    revision = policy.save_revision(user=by, overwrite_revision=overwrite, clean=False, log_action=True)
    if overwrite is None:  # an autosave goes on with the version that its first save has entered already
        audit.append(by.reference, "policy.draft_saved", policy.reference, revision=revision.pk)
    return revision
