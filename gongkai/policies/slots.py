"""What policies put into the slots of other pages: the clauses behind a service, what a unit has published, a feed."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from gongkai.kernel import clock
from gongkai.policies import queries
from gongkai.policies.effects import attach
from gongkai.policies.library import row
from gongkai.policies.models import ServiceLink, Topic
from gongkai.reading.address import cite


def guide_basis(_context: Context, service: Any) -> SafeString:
    """The clauses that a person has linked to a service: 用政策 → 看政策."""
    links = ServiceLink.objects.filter(
        service=service, state=ServiceLink.State.CONFIRMED, policy__live=True
    ).select_related("policy")
    rows = []
    for link in links.order_by("policy", "path"):
        clause = link.policy.clauses.filter(path=link.path).first() if link.path else None
        rows.append(
            {
                "title": link.policy.title,
                "clause": cite(link.path) if clause else "",
                "url": link.policy.clause_url(clause.anchor if clause else ""),
                "text": clause.text[:120] if clause else "",
            }
        )
    return render_to_string("policies/parts/guide_basis.html", {"rows": rows}) if rows else SafeString("")


_NEWEST = 8


def unit_line(context: Context, unit: Any) -> SafeString:
    """How much a unit has published; one question for all units of a page."""
    kept = context.render_context
    if "unit_line" not in kept:
        rows = (
            queries.public().filter(unit__isnull=False).order_by().values_list("unit").annotate(n=Count("pk"))
        )
        kept["unit_line"] = dict(rows)
    return render_to_string("policies/parts/unit_line.html", {"n": kept["unit_line"].get(unit.pk, 0)})


def unit_documents(_context: Context, unit: Any) -> SafeString:
    """A unit's newest documents, and how many there are of each kind."""
    found, library = queries.for_lists().filter(unit=unit), reverse("policies:library")
    newest = list(found[:_NEWEST])
    attach(newest)
    today = clock.today()
    context = {
        "rows": [row(policy, today) for policy in newest],
        "total": found.order_by().count(),
        "url": f"{library}?{urlencode({'unit': unit.code})}",
        "kinds": [
            {"label": kind, "url": f"{library}?{urlencode({'unit': unit.code, 'kind': kind})}", "count": n}
            for kind, n in queries.counts(found, "kind")[:20]
        ],
    }
    return render_to_string("policies/parts/unit_documents.html", context)


def unit_topics(_context: Context, unit: Any) -> SafeString:
    """The topics that a unit keeps."""
    topics = [
        {"label": topic.name, "url": topic.get_absolute_url()}
        for topic in Topic.objects.filter(unit=unit, active=True)
    ]
    return (
        render_to_string("policies/parts/unit_topics.html", {"topics": topics}) if topics else SafeString("")
    )


def feed(_context: Context, key: str = "") -> SafeString:
    """The feed of what a reader wanted to subscribe to: a topic's, or the whole library's."""
    what, _colon, name = str(key).partition(":")
    query = f"?{urlencode({'topic': name})}" if what == "topic" and name else ""
    return render_to_string("policies/parts/feed.html", {"url": reverse("policies_api:feed") + query})


def topic_feed(context: Context, topic: Any) -> SafeString:
    """The feed of a topic's new documents, beside the letters."""
    box = feed(context, topic.subscription_key)
    return render_to_string("policies/parts/topic_feed.html", {"feed": box})
