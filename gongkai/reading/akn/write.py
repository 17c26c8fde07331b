"""One official document as one XML file: the first part is the document, what follows it in the file its attachments."""

from collections import defaultdict

from lxml import etree

from gongkai.reading.akn.body import Clauses, is_act, set_part
from gongkai.reading.akn.inline import NAMESPACE, OWN_NAMESPACE, legal, refs_of, sub
from gongkai.reading.akn.meta import set_meta, sure
from gongkai.reading.akn.names import cited, eids, first_paragraphs, work_name
from gongkai.reading.document import BlockKind, Citation, Clause, OfficialDocument, Part, PartKind

_OF_THE_FILE = {PartKind.MAIN, PartKind.COVER}


def akn(document: OfficialDocument) -> bytes:
    """``document`` as Akoma Ntoso 3.0 in UTF-8, valid against the strict schema.

    Texts divided into 第X条 are ``act``, all others ``doc``; enclosed texts and attachments are ``attachment``. Metadata
    hold only what is sure; everything read stands with its evidence in ``proprietary`` under ``urn:gongkai:reading``.
    A date is required where none may be known: then it is 0001-01-01 and named "unknown". No word of the text is lost;
    characters that XML cannot hold become U+FFFD.
    """
    parts = document.parts or (Part(PartKind.MAIN, "", ()),)
    clauses = _by_part(document)
    acts = [is_act(clauses[n].values()) for n in range(len(parts))]
    prefixes = {n: f"att_{n}" if n else "" for n in range(len(parts))}
    eid = eids(document.clauses, prefixes)
    citations: dict[str, list[Citation]] = defaultdict(list)
    for citation in document.citations:
        citations[citation.path].append(citation)
    first = first_paragraphs(document.clauses, eid)
    refs = {path: refs_of(found, eid, first, cited) for path, found in citations.items()}
    work = work_name(document, "act" if acts[0] else "doc")

    root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE, "gk": OWN_NAMESPACE})
    whole = attachments = None
    for n, part in enumerate(parts):
        parent = root
        if whole is not None:
            attachments = sub(whole, "attachments") if attachments is None else attachments
            parent = sub(attachments, "attachment", eId=prefixes[n])
            if part.label:
                sub(parent, "num", part.label)
        text = sub(parent, "act" if acts[n] else "doc", name=_name(document, part, acts[n]))
        set_meta(text, document, work, prefixes[n] or "main")
        set_part(
            text,
            part,
            Clauses(clauses[n], eid, refs),
            act=acts[n],
            title=_title(document, part),
            label="" if n else part.label,
        )
        whole = text if whole is None else whole
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return found


def _by_part(document: OfficialDocument) -> dict[int, dict[int, Clause]]:
    found: dict[int, dict[int, Clause]] = defaultdict(dict)
    for clause in document.clauses:
        found[clause.part][clause.block] = clause
    return found


def _name(document: OfficialDocument, part: Part, act: bool) -> str:
    """What the element calls itself: the kind of the document (通知) if it is sure, or of the part."""
    kind = sure(document.kind) if part.kind in _OF_THE_FILE else ""
    return legal(kind) or ("act" if act else part.kind.value)


def _title(document: OfficialDocument, part: Part) -> str:
    """The title that stands above the part's blocks and is none of them."""
    if part.kind not in _OF_THE_FILE:
        return part.title
    if any(block.kind is BlockKind.TITLE for block in part.blocks):
        return ""
    return sure(document.title)
