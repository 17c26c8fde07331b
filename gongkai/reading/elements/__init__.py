"""The elements of an official document, each from several places, with what speaks for it and how sure that is.

A value is *sure* when the page names it and the text agrees, or the page names it in the form that such a value has
and nothing contradicts; what only the text suggests, or what two places tell differently, is left open for a person.
"""

from gongkai.reading.elements.addressing import (
    access_note,
    attachments,
    contact,
    disclosure_of,
    recipients,
)
from gongkai.reading.elements.dating import published_on, written_on
from gongkai.reading.elements.issuing import document_number, issuers, signature, split_issuers
from gongkai.reading.elements.naming import document_kind, index_number, kind, title, title_hint, topic

__all__ = [
    "access_note",
    "attachments",
    "contact",
    "disclosure_of",
    "document_kind",
    "document_number",
    "index_number",
    "issuers",
    "kind",
    "published_on",
    "recipients",
    "signature",
    "split_issuers",
    "title",
    "title_hint",
    "topic",
    "written_on",
]
