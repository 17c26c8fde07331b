"""What the home page shows: what is new, what comes into force soon, and the ways in by topic, service, unit and kind."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.guides import queries as guides
from gongkai.law.validity import State
from gongkai.policies import queries, topics
from gongkai.policies.effects import attach
from gongkai.policies.library import row
from gongkai.policies.models import Policy
from gongkai.policies.words import day
from gongkai.portal.doors import doors

LATEST = 8
SOON = 3
TOPICS = 8
SERVICES = 6
KINDS = 12


def home_context(today: date) -> dict[str, Any]:
    """Context of portal/home.html."""
    latest = list(queries.for_lists()[:LATEST])
    soon = list(
        queries.for_lists()
        .filter(queries.in_state(State.NOT_YET_IN_FORCE, today))
        .order_by("effective_from", "-pk")[:SOON]
    )
    attach([*latest, *soon])
    return {
        "latest": [row(policy, today) for policy in latest],
        "soon": [_soon(policy, today) for policy in soon],
        "total": queries.public().count(),
        "topics": _topics(today),
        "services": [
            {"label": service.name, "url": service.get_absolute_url()}
            for service in guides.public()[:SERVICES]
        ],
        "services_total": guides.public().count(),
        "units": [
            {"label": name, "url": _library(unit=code), "count": n}
            for (code, name), n in queries.unit_counts()
        ],
        "kinds": [
            {"label": kind, "url": _library(kind=kind), "count": n}
            for kind, n in queries.counts(queries.public(), "kind")[:KINDS]
        ],
        "doors": doors(),
        "has_search_box": True,
    }


def _soon(policy: Policy, today: date) -> dict[str, Any]:
    """A row whose chip says from when."""
    label = _("%(day)s起施行") % {"day": day(policy.effective_from)}
    return row(policy, today) | {"chips": [{"state": State.NOT_YET_IN_FORCE.value, "label": label}]}


def _topics(today: date) -> list[dict[str, Any]]:
    """The fullest topics, each with how many documents it gathers."""
    counted = topics.counted(today)
    shown = [
        {
            "label": topic.name,
            "url": topic.get_absolute_url(),
            "count": counted[topic.pk]["total"],
        }
        for topic in topics.public()
        if topic.pk in counted
    ]
    return sorted(shown, key=lambda each: -each["count"])[:TOPICS]


def _library(**chosen: str) -> str:
    return f"{reverse('policies:library')}?{urlencode(chosen)}"
