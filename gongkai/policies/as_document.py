"""A record on file as the reader's own document, so that every form of the text is written by the same code."""

from typing import Any

from gongkai.policies.models import Policy
from gongkai.reading.document import Element, Evidence, OfficialDocument
from gongkai.reading.resolve import resolve

_ELEMENTS = (
    "title", "document_number", "kind", "index_number", "written_on", "published_on", "effective_from",
    "effective_until", "access_note",
)  # fmt: skip
_RECORD = (Evidence("record", ""),)


def as_document(policy: Policy) -> OfficialDocument:
    """The text and elements of ``policy`` as published; what is still open about it is given as not sure."""
    elements: dict[str, Any] = {name: _element(policy, name, getattr(policy, name)) for name in _ELEMENTS}
    return OfficialDocument(
        name=f"policy-{policy.pk}",
        format="record",
        sha256=policy.original.sha256 if policy.original else "",
        **elements,
        issuers=_element(policy, "issuers", tuple(policy.issuer_names)),
        topic=_element(policy, "subject", policy.subject),
        parts=policy.parts,
        clauses=policy.read_clauses,
        citations=resolve(policy.read_clauses, policy.title, policy.parts),
    )


def _element(policy: Policy, name: str, value: Any) -> Element[Any]:
    return Element(value, name not in policy.open_points, _RECORD) if value else Element()
