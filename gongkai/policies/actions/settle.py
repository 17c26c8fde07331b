"""A person's word on a file that seems to be another one of a document on record."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit
from gongkai.policies import originals, permissions
from gongkai.policies.actions.publish import Refused, actor_of
from gongkai.policies.actions.take_in import take_apart
from gongkai.policies.models import Likeness, Original, Upload
from gongkai.reading.document import OfficialDocument
from gongkai.reading.read import read


def settle(*, offered: Likeness, by: Any, joined: bool) -> Likeness:
    """Join an offered file to its document, or keep it apart: then it becomes a draft of its own.

    Raises PermissionDenied, and Refused when it was settled already.
    """
    _must_be_allowed(by, offered, joined)
    original = offered.original
    # Read again before anything is locked: a scan takes its time.
    document = read(originals.content(original), original.name) if original and not joined else None
    with transaction.atomic():
        current = Likeness.objects.select_for_update().get(pk=offered.pk)
        _must_be_allowed(by, current, joined)
        if current.state != Likeness.State.OFFERED:
            raise Refused(_("这份文件已经处理过了，不需要再次处理。"))
        current.state = Likeness.State.JOINED if joined else Likeness.State.APART
        current.save(update_fields=["state"])
        audit.append(
            actor_of(by), f"policy.file_{current.state}", current.policy.reference, file=current.original_id
        )
        if original and document:
            _draft_of_its_own(original, document, current, by)
    return current


def _draft_of_its_own(original: Original, document: OfficialDocument, offered: Likeness, by: Any) -> None:
    """It belongs to the unit that handed the file in, else to that of whoever decides; the batch leads to it."""
    uploads = Upload.objects.filter(sha256=original.sha256, policy=offered.policy)
    first = uploads.select_related("batch__unit").first()
    unit = first.batch.unit if first else getattr(by, "unit", None)
    made = take_apart(original, document, actor=actor_of(by), unit=unit or offered.policy.unit)
    uploads.filter(outcome=Upload.Outcome.OFFERED).update(policy=made.policy, outcome=Upload.Outcome.DRAFT)


def _must_be_allowed(by: Any, offered: Likeness, joined: bool) -> None:
    """A file that is joined to a published document is public at once: that is the publisher's word."""
    public = joined and offered.policy.live
    allowed = permissions.may_publish if public else permissions.may_change
    if not isinstance(by, str) and not allowed(by, offered.policy):
        raise PermissionDenied(_("您不能处理这份文件，请联系它的责任单位。"))
