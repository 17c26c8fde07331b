"""What of a person's work on documents goes over to a successor (orgs/accounts/handing_over.py), and what stays."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Revision

from gongkai.orgs.accounts.handing_over import Work
from gongkai.orgs.accounts.refused import Refused
from gongkai.orgs.models import User
from gongkai.orgs.permissions import publishes_for, works_for
from gongkai.policies.models import Batch, Edition, HandIn, Policy, Relation, Schedule, TopicEntry


def work_of(person: User) -> list[Work]:
    """Open hand-ins and set hours go over, so that somebody hears of them; what was done stays under its name."""
    handed = HandIn.objects.filter(by=person, state__in=HandIn.OPEN)
    hours = Schedule.objects.filter(by=person, state=Schedule.State.SET)
    decided = Relation.objects.filter(Q(decided_by=person) | Q(answered_by=person))
    saved = Revision.objects.filter(content_type=ContentType.objects.get_for_model(Policy), user=person)
    return [
        Work(_("送审中的文件"), handed.count(), lambda successor: _move(handed, successor, works_for)),
        Work(_("定时发布"), hours.count(), lambda successor: _move(hours, successor, publishes_for)),
        Work(_("上传的批次"), Batch.objects.filter(by=person).count()),
        Work(_("保存的草稿版本"), saved.count()),
        Work(_("发布的版本"), Edition.objects.filter(by=person).count()),
        Work(_("对文件关系的决定"), decided.count()),
        Work(_("主题中的人工收录"), TopicEntry.objects.filter(added_by=person).count()),
    ]


def _move(rows: QuerySet[Any], successor: User, allowed: Any) -> None:
    """Raises Refused where the successor may not do this for the document's unit."""
    for row in rows.select_for_update(of=("self",)).select_related("policy__unit").order_by("pk"):
        if not allowed(successor, row.policy.unit):
            raise Refused(
                _("“%(title)s”%(what)s，接手人的岗位不能办理，请选择岗位合适的人，或者先取消。")
                % {"title": row.policy.title[:60], "what": row.get_state_display()}
            )
        row.by = successor
        row.save(update_fields=["by"])
