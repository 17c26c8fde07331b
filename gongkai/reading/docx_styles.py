"""Word's paragraph styles: names, alignment and numbering, each from the style or what it is based on.

python-docx looks a style up by walking the whole style sheet; asked for every paragraph that is most of the reading time.
"""

from dataclasses import dataclass

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

_DEPTH = 20  # a style based on itself must not hang the reader


@dataclass(frozen=True)
class Style:
    """What a reader needs of a style; ``number`` is (list, level)."""

    name: str = ""
    align: str = ""
    number: tuple[str, int] | None = None


class Styles:
    """All paragraph styles of one document, resolved once."""

    def __init__(self, document: Document) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._default = ""
        self._resolved: dict[str, Style] = {}
        #: Ids of the paragraph and character styles whose text a reader does not see.
        self.hidden = _hidden(document.styles.element)
        for style in document.styles.element.findall(qn("w:style")):
            if style.get(qn("w:type")) != "paragraph":
                continue
            identity = style.get(qn("w:styleId")) or ""
            self._elements[identity] = style
            if style.get(qn("w:default")) in {"1", "true", "on"}:
                self._default = identity

    def of(self, properties: etree._Element | None) -> Style:
        """The style that a paragraph's properties (w:pPr) name, else the document's default."""
        named = properties.find(qn("w:pStyle")) if properties is not None else None
        identity = (named.get(qn("w:val")) if named is not None else "") or self._default
        if identity not in self._resolved:
            self._resolved[identity] = self._resolve(identity)
        return self._resolved[identity]

    def _resolve(self, identity: str) -> Style:
        chain = list(self._chain(identity))
        if not chain:
            return Style()
        name = chain[0].find(qn("w:name"))
        properties = [found for style in chain if (found := style.find(qn("w:pPr"))) is not None]
        align = next((jc for p in properties if (jc := p.find(qn("w:jc"))) is not None), None)
        number = next((n for p in properties if (n := number_of(p)) is not None), None)
        return Style(
            (name.get(qn("w:val")) or "") if name is not None else "",
            (align.get(qn("w:val")) or "") if align is not None else "",
            number,
        )

    def _chain(self, identity: str) -> list[etree._Element]:
        chain: list[etree._Element] = []
        while identity in self._elements and len(chain) < _DEPTH:
            style = self._elements[identity]
            chain.append(style)
            based = style.find(qn("w:basedOn"))
            identity = (based.get(qn("w:val")) or "") if based is not None else ""
        return chain


def is_on(element: etree._Element | None) -> bool:
    """A switch in Word's markup: present means on unless its value says off."""
    return element is not None and (element.get(qn("w:val")) or "true").lower() not in {
        "0",
        "false",
        "off",
        "none",
    }


def _hidden(sheet: etree._Element) -> frozenset[str]:
    own: dict[str, bool | None] = {}
    based: dict[str, str] = {}
    for style in sheet.findall(qn("w:style")):
        identity = style.get(qn("w:styleId")) or ""
        properties = style.find(qn("w:rPr"))
        vanish = properties.find(qn("w:vanish")) if properties is not None else None
        own[identity] = is_on(vanish) if vanish is not None else None
        parent = style.find(qn("w:basedOn"))
        based[identity] = (parent.get(qn("w:val")) or "") if parent is not None else ""

    def vanishes(identity: str, depth: int = 0) -> bool:
        said = own.get(identity)
        return (
            bool(said)
            if said is not None or depth > _DEPTH
            else identity in based and vanishes(based[identity], depth + 1)
        )

    return frozenset(identity for identity in own if vanishes(identity))


def number_of(properties: etree._Element | None) -> tuple[str, int] | None:
    """(list, level) that properties (w:pPr) set; list "0" switches numbering off; None when they say nothing."""
    number = properties.find(qn("w:numPr")) if properties is not None else None
    identity = number.find(qn("w:numId")) if number is not None else None
    if number is None or identity is None:
        return None
    level = number.find(qn("w:ilvl"))
    text = (level.get(qn("w:val")) or "0") if level is not None else "0"
    return identity.get(qn("w:val")) or "0", int(text) if text.isdigit() else 0
