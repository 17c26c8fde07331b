"""The fields of the two halves of the index, and how a document and its passages are written into them.

Two halves, because a question is judged twice: which document is it about (all its words together), and
which passage answers it. Counts of documents, facets and validity are exact in the first half alone.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from hashlib import blake2b
from typing import Any

from tantivy import Document, Schema, SchemaBuilder

from gongkai.engine.passage import DocumentFacts, Part, Passage
from gongkai.engine.tokens import all_terms, fold, number_keys

NEVER = 10_000_000  # later than every ordinal of a date
UNDATED = 0
_FACETS = ("kind", "unit", "topic")
# A private-use character, never a unit of any text: phrases do not run from one passage into the next.
_MARK = "\ue000"


def document_schema() -> Schema:
    """One entry a document: everything it says, its facets, its interval of validity, what a result shows."""
    made = SchemaBuilder()
    _common(made)
    for name in ("body", "title"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    made.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    for name in ("number", "mention"):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _FACETS:
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    # Signed: the Python binding hands every int over as signed, and an unsigned fast field panics on it.
    for name in ("year", "dated", "begins", "ends", "open"):
        made.add_integer_field(name, indexed=True, fast=True)
    return made.build()


def passage_schema() -> Schema:
    """One entry a passage: its text and headings, and what is needed to show it. No positions: phrases are looked for in the document, and in the stored text of the few passages shown."""
    made = SchemaBuilder()
    _common(made)
    made.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    made.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    return made.build()


def _common(made: SchemaBuilder) -> None:
    made.add_text_field("document", tokenizer_name="raw", index_option="basic")
    made.add_integer_field("key", indexed=True, fast=True)
    made.add_bytes_field("stored", stored=True)


DOCUMENTS = document_schema()
PASSAGES = passage_schema()


def document_key(document: str) -> int:
    """A number for a document's id, the same everywhere: grouping then reads a column and no stored text."""
    return int.from_bytes(blake2b(document.encode(), digest_size=8).digest(), "big") >> 1


def entries(passages: Sequence[Passage]) -> tuple[Document, list[Document]]:
    """The entry of a document and those of its passages, of which there is at least one.

    Headings count as words of their passages, for they say what these are about. Each text is cut once for both.
    """
    facts = passages[0]
    wholes = ["\n".join([*p.heading, p.text]) for p in passages]
    cut = [all_terms(text) for text in wholes]
    title, title_words = all_terms(facts.title)
    grams = [" ".join(terms) for terms, _ in cut]
    words = [" ".join(terms) for _, terms in cut]
    mentions = (key for text in (facts.title, *wholes) for n in number_keys(text) for key in n.keys)
    entry: dict[str, Any] = {
        "document": facts.document,
        "key": document_key(facts.document),
        "title": " ".join(title),
        "body": f" {_MARK} ".join([" ".join(title), *grams]),
        "words": " ".join([*title_words, *words]),
        "number": _own_keys(facts),
        "mention": list(dict.fromkeys(mentions)),
        "kind": [facts.kind] if facts.kind else [],
        "unit": list(facts.units),
        "topic": list(facts.topics),
        "year": facts.dated.year if facts.dated else UNDATED,
        "dated": facts.dated.toordinal() if facts.dated else UNDATED,
        "begins": facts.begins if facts.begins is not None else UNDATED,
        "ends": facts.ends if facts.ends is not None else NEVER,
        "open": facts.in_question_from.toordinal() if facts.in_question_from else NEVER,
        "stored": _packed(_facts_out(facts)),
    }
    made = [_passage_entry(*each) for each in zip(passages, grams, words, strict=True)]
    return Document.from_dict(entry, DOCUMENTS), made


def _own_keys(facts: DocumentFacts) -> list[str]:
    keys = [key for n in number_keys(facts.document_number or "") for key in n.keys]
    # Numbers of other make (国务院令第706号) and index numbers are found as they are written.
    for plain in (facts.document_number, facts.index_number):
        keys += [exact_key(plain)] if plain and exact_key(plain) else []
    return list(dict.fromkeys(keys))


def exact_key(text: str) -> str:
    """A number or index number without spaces and width: ``=aa0100-2025-001``; empty if nothing is left."""
    bare = "".join(fold(text).split())
    return f"={bare}" if bare else ""


def _passage_entry(passage: Passage, grams: str, words: str) -> Document:
    shown = {
        "d": passage.document,
        "o": passage.order,
        "h": passage.heading,
        "x": passage.text,
        "p": [[p.path, p.anchor, p.start, p.end, p.at, p.row] for p in passage.parts],
    }
    entry: dict[str, Any] = {
        "document": passage.document,
        "key": document_key(passage.document),
        "text": grams,
        "words": words,
        "stored": _packed(shown),
    }
    return Document.from_dict(entry, PASSAGES)


def _packed(shown: dict[str, Any]) -> bytes:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def passage_shown(stored: bytes) -> tuple[str, int, tuple[str, ...], str, tuple[Part, ...]]:
    """Document, order, heading chain, text and parts as `entries` stored them."""
    read = json.loads(stored)
    return read["d"], read["o"], tuple(read["h"]), read["x"], tuple(Part(*p) for p in read["p"])


_DATES = (
    "written_on",
    "published_on",
    "effective_from",
    "effective_until",
    "repealed_on",
    "in_question_from",
)
_TUPLES = ("issuers", "topics", "units")


def _facts_out(facts: DocumentFacts) -> dict[str, Any]:
    names = DocumentFacts.__dataclass_fields__
    known = {name: value for name, value in asdict(facts).items() if name in names and value}
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in known.items()}


def facts_shown(stored: bytes) -> DocumentFacts:
    """The facts of a document as `entries` stored them."""
    read = json.loads(stored)
    for name in _DATES:
        if name in read:
            read[name] = date.fromisoformat(read[name])
    for name in _TUPLES:
        if name in read:
            read[name] = tuple(read[name])
    return DocumentFacts(**read)
