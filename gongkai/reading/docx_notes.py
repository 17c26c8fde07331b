"""Footnotes and endnotes of Word files: read in their order and set behind the text, where they disturb no clause."""

from collections.abc import Iterator

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from gongkai.reading.page import Line
from gongkai.text.normalise import clean

_KINDS = (("footnote", "脚注"), ("endnote", "尾注"))


def notes_of(document: Document) -> Iterator[Line]:
    """A line for each note that the text refers to: 脚注1：本通知所称…, numbered as Word prints them."""
    for kind, name in _KINDS:
        references = [
            each.get(qn("w:id")) or "" for each in document.element.body.iter(qn(f"w:{kind}Reference"))
        ]
        texts = _texts(document, kind) if references else {}
        for n, identity in enumerate(dict.fromkeys(references), start=1):
            if texts.get(identity):
                yield Line(f"{name}{n}：{texts[identity]}", origin=f"{kind}{n}")


def _texts(document: Document, kind: str) -> dict[str, str]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}s") and not relation.is_external:
            try:
                root = parse_xml(relation.target_part.blob)
            except etree.XMLSyntaxError:
                return {}
            return {note.get(qn("w:id")) or "": _text(note) for note in root.findall(qn(f"w:{kind}"))}
    return {}


def _text(note: etree._Element) -> str:
    """The words of a note; what is deleted stands in other elements (w:delText)."""
    return clean(" ".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in note.iter(qn("w:p"))))
