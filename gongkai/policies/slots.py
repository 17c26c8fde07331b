"""What policies put into the slots of other pages: the clauses behind a service."""

from typing import Any

from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gongkai.policies.models import ServiceLink
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
