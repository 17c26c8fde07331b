"""What the desk shows of batches: whose a person may see, each file's state in words, and where it leads on."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from gongkai.orgs.permissions import reads_all_units, reads_in_unit, works_for
from gongkai.policies import queries
from gongkai.policies.models import Batch, Policy, Upload

_O, _S = Upload.Outcome, Upload.State


@dataclass(frozen=True)
class Line:
    """One file as it is shown: what is said of it, and a link where there is something to do."""

    upload: Upload
    sentences: tuple[str, ...]
    url: str = ""
    label: str = ""


def batches(user: Any) -> QuerySet[Batch]:
    """The batches of a person's own unit, newest first; the district office and the auditor see all."""
    every = Batch.objects.select_related("by", "unit")
    if reads_all_units(user):
        return every
    return every.filter(unit=user.unit_id) if reads_in_unit(user) else every.none()


def counted(found: QuerySet[Batch]) -> QuerySet[Batch]:
    """The same batches with ``files``, ``waiting`` (not yet read) and ``refused``."""
    return found.annotate(
        files=Count("uploads"),
        waiting=Count("uploads", filter=Q(uploads__state__in=[_S.RECEIVED, _S.READING])),
        refused=Count("uploads", filter=Q(uploads__state=_S.REFUSED)),
    ).order_by("-pk")  # grouped, the model's own order is lost


def lines(batch: Batch, user: Any) -> list[Line]:
    """Every file of a batch, those of a zip below it."""
    rows = list(batch.uploads.select_related("policy__unit").defer("policy__body"))
    known = {row.policy_id for row in rows if row.policy_id}
    readable = set(queries.draft_readable_by(user).filter(pk__in=known).values_list("pk", flat=True))
    below: dict[int | None, list[Upload]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    ordered = [each for row in below.get(None, []) for each in (row, *below.get(row.pk, []))]
    return [_line(row, user, readable) for row in ordered]


def summary(found: list[Line]) -> str:
    """How far the batch is, in one sentence."""
    states = Counter(line.upload.state for line in found)
    words = _("共 %(all)d 个文件：已读完 %(done)d 个，没有收下 %(refused)d 个，还在等待或读取 %(open)d 个。")
    return words % {
        "all": len(found),
        "done": states[_S.DONE],
        "refused": states[_S.REFUSED],
        "open": states[_S.RECEIVED] + states[_S.READING],
    }


def _line(upload: Upload, user: Any, readable: set[int]) -> Line:
    told = tuple(upload.sentence.splitlines())
    policy = upload.policy
    if policy is None:
        return Line(upload, told)
    if not policy.live and policy.pk not in readable:
        return Line(upload, (_elsewhere(upload),))
    url = (
        _way_on(policy) if works_for(user, policy.unit) else policy.get_absolute_url() if policy.live else ""
    )
    return Line(upload, told, url, policy.title)


def _way_on(policy: Policy) -> str:
    """Where what was read is settled beside the file; the form, where that page is not installed."""
    try:
        return reverse("records:settle", args=[policy.pk])
    except NoReverseMatch:
        return reverse("wagtailsnippets_policies_policy:edit", args=[policy.pk])


def _elsewhere(upload: Upload) -> str:
    """Of another unit's draft nothing is told but that it is there."""
    if upload.outcome == _O.OFFERED:
        return _("其他单位已有这份文件，已作为另一份原件交它的责任单位确认；有疑问的，请联系区府办。")
    return _("其他单位已有这份文件或者文号、标题相同的记录，没有重复收下；请联系区府办核对。")
