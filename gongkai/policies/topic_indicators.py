"""Figures about topics for oversight, unit by unit: how much is in a topic, and how fresh the topics are."""

from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.orgs.indicators import Behind, Indicator
from gongkai.orgs.models import Unit
from gongkai.policies import queries
from gongkai.policies.models import TopicEntry

FRESH = 365  # days; our own measure, no rule of law: the definition tells it
_IN = (TopicEntry.How.RULE, TopicEntry.How.HAND)


def coverage() -> list[Indicator]:
    """For every unit with published policies, the share that is in at least one public topic; behind it the others."""
    entries = TopicEntry.objects.filter(policy=OuterRef("pk"), topic__active=True, how__in=_IN)
    rows = queries.public().annotate(in_topic=Exists(entries)).order_by("unit__kind", "unit__code", "pk")
    found: dict[str, tuple[int, list[Behind]]] = {}
    for unit, in_topic, pk, title, number in rows.values_list(
        "unit__short_name", "in_topic", "pk", "title", "document_number"
    ):
        name = unit or _("未定责任单位")
        total, lacking = found.get(name, (0, []))
        if not in_topic:
            lacking.append(Behind(title, reverse("policies:policy", args=[pk]), number))
        found[name] = (total + 1, lacking)
    return [
        Indicator(
            name=_("主题收录率：%(unit)s") % {"unit": name},
            definition=_("已发布的政策文件中，至少收录在一个公开的主题里的所占的比例。"),
            numerator=total - len(lacking),
            denominator=total,
            rows=tuple(lacking),
        )
        for name, (total, lacking) in found.items()
    ]


def freshness(on: date | None = None) -> list[Indicator]:
    """For every responsible unit, the share of public topics with policies of its own whose newest one is fresh.

    Fresh is at most ``FRESH`` days old on ``on`` (today when None); behind the figure stand the topics where it is older.
    """
    on = on or clock.today()
    rows = (
        TopicEntry.objects.filter(
            how__in=_IN, topic__active=True, policy__live=True, policy__unit__isnull=False
        )
        .order_by()
        .values("policy__unit", "topic__name", "topic__slug")
        .annotate(newest=Max(Coalesce("policy__published_on", "policy__written_on")))
        .order_by("policy__unit__kind", "policy__unit__code", "topic__name")
    )
    names = dict(Unit.objects.values_list("pk", "short_name"))
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["policy__unit"], []).append(dict(row))
    return [_freshness(names[unit], topics, on) for unit, topics in found.items()]


def _freshness(unit: str, topics: list[dict[str, Any]], on: date) -> Indicator:
    stale = [each for each in topics if each["newest"] is None or (on - each["newest"]).days > FRESH]
    return Indicator(
        name=_("主题更新率：%(unit)s") % {"unit": unit},
        definition=_(
            "收录了该单位文件的公开主题中，该单位最近一份文件在%(days)d天以内的所占的比例；天数为本平台自定。"
        )
        % {"days": FRESH},
        numerator=len(topics) - len(stale),
        denominator=len(topics),
        rows=tuple(
            Behind(each["topic__name"], _address(each["topic__slug"]), _age(each["newest"], on))
            for each in stale
        ),
    )


def _address(slug: str) -> str:
    return reverse("topics:topic", args=[slug])


def _age(newest: date | None, on: date) -> str:
    if newest is None:
        return _("文件没有载明日期")
    return _("最近一份是%(days)d天前的") % {"days": (on - newest).days}
