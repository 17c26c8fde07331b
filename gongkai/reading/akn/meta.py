"""Metadata: FRBR names, publication, dates in force and references from what is sure; all else with its evidence apart."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from lxml import etree

from gongkai.reading.akn.inline import OWN_NAMESPACE, legal, sub
from gongkai.reading.akn.names import WorkName, organ
from gongkai.reading.document import Element, OfficialDocument

_SOURCE = "#gongkai"  # who says what stands in the metadata: this program


def set_meta(
    parent: etree._Element, document: OfficialDocument, work: WorkName, component: str = "main"
) -> None:
    """The ``meta`` of the whole or, with its identification only, of a ``component`` such as att_2."""
    meta = sub(parent, "meta")
    _identification(sub(meta, "identification", source=_SOURCE), document, work, component)
    if component != "main":
        return
    if document.published_on.sure and document.published_on.value:
        day, number = document.published_on.value.isoformat(), sure(document.document_number)
        sub(meta, "publication", date=day, name="公开", showAs="公开发布", number=number)
    if topic := sure(document.topic):
        classification = sub(meta, "classification", source=_SOURCE)
        sub(classification, "keyword", value=topic, showAs=topic, dictionary="公文主题分类")
    _in_force(meta, document, work)
    _references(sub(meta, "references", source=_SOURCE), document, work)
    _reading(sub(meta, "proprietary", source=_SOURCE), document)


def sure(element: Element[str]) -> str:
    """The value if it is sure, "" otherwise."""
    return element.value or "" if element.sure else ""


def _issuers(document: OfficialDocument) -> tuple[str, ...]:
    return tuple(filter(None, document.issuers.value or ())) if document.issuers.sure else ()


def _identification(
    parent: etree._Element, document: OfficialDocument, work: WorkName, component: str
) -> None:
    title, number = sure(document.title), sure(document.document_number)
    day, whole = work.day.isoformat(), component == "main"
    manifestation = f"{work.expression}.xml"
    levels = {
        "FRBRWork": (f"{work.work}/!{component}", work.work),
        "FRBRExpression": (f"{work.expression}/!{component}", work.expression),
        "FRBRManifestation": (f"{work.expression}/!{component}.xml", manifestation),
    }
    for level, (this, uri) in levels.items():
        element = sub(parent, level)
        sub(element, "FRBRthis", value=this)
        sub(element, "FRBRuri", value=uri)
        if level == "FRBRWork" and title and whole:
            sub(element, "FRBRalias", value=title, name="title")
        sub(element, "FRBRdate", date=day, name=work.day_is)
        if level == "FRBRManifestation":
            sub(element, "FRBRauthor", href=_SOURCE)
            sub(element, "FRBRformat", value="application/akn+xml")
            continue
        for n in range(len(_issuers(document))) or [-1]:
            sub(element, "FRBRauthor", href=f"#org_{n + 1}" if n >= 0 else "#org_unknown", as_="#issuer")
        if level == "FRBRExpression":
            sub(element, "FRBRlanguage", language="zho")
            continue
        sub(element, "FRBRcountry", value="cn")
        if kind := sure(document.kind):
            sub(element, "FRBRsubtype", value=kind)
        if number and whole:
            sub(element, "FRBRnumber", value=number)
        if title and whole:
            sub(element, "FRBRname", value=title)


def _in_force(meta: etree._Element, document: OfficialDocument, work: WorkName) -> None:
    """The text's beginning and, where sure, from when until when it is in force."""
    events: dict[str, tuple[date, str]] = {}
    if work.day_is in {"written", "published"}:
        events["eref_generation"] = (work.day, "generation")
    start, end = document.effective_from, document.effective_until
    if start.sure and start.value:
        events["eref_start"] = (start.value, "")
    if end.sure and end.value:
        events["eref_end"] = (end.value, "repeal")
    if not events:
        return
    lifecycle = sub(meta, "lifecycle", source=_SOURCE)
    for eid, (day, kind) in events.items():
        sub(lifecycle, "eventRef", eId=eid, date=day.isoformat(), source="#original", type=kind)
    if "eref_start" in events or "eref_end" in events:
        group = sub(sub(meta, "temporalData", source=_SOURCE), "temporalGroup", eId="tmpg_1")
        begins = "#eref_start" if "eref_start" in events else ""
        ends = "#eref_end" if "eref_end" in events else ""
        sub(group, "timeInterval", start=begins, end=ends, refersTo="#in_force")


def _references(parent: etree._Element, document: OfficialDocument, work: WorkName) -> None:
    sub(
        parent,
        "original",
        eId="original",
        href=work.expression,
        showAs=sure(document.title) or document.name or "原件",
    )
    for n, issuer in enumerate(_issuers(document)):
        sub(parent, "TLCOrganization", eId=f"org_{n + 1}", href=organ(issuer), showAs=issuer)
    if not _issuers(document):
        sub(parent, "TLCOrganization", eId="org_unknown", href=organ(""), showAs="未能确定")
    sub(parent, "TLCRole", eId="issuer", href="/akn/ontology/role/cn/issuer", showAs="发文机关")
    sub(parent, "TLCConcept", eId="in_force", href="/akn/ontology/concept/cn/in-force", showAs="施行")
    sub(parent, "TLCObject", eId="gongkai", href="/akn/ontology/object/gongkai", showAs="gongkai")


# --- what was read, with evidence ----------------------------------------------------------------------------


def elements_of(document: OfficialDocument) -> Iterator[tuple[str, Element[Any]]]:
    """Every element of ``document`` by its name."""
    for each in fields(document):
        value = getattr(document, each.name)
        if isinstance(value, Element):
            yield each.name, value


def _own(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(
        parent, f"{{{OWN_NAMESPACE}}}{tag}", {k: legal(v) for k, v in attributes.items()}
    )
    element.text = legal(text) or None
    return element


def _reading(parent: etree._Element, document: OfficialDocument) -> None:
    """Every element that was read, sure or not, with the words it was read from; and what the reader has to say."""
    report = _own(parent, "reading", name=document.name, format=document.format, sha256=document.sha256)
    for label, element in elements_of(document):
        if element.value is None and not element.evidence:
            continue
        entry = _own(report, "element", name=label, sure="true" if element.sure else "false")
        for value in element.value if isinstance(element.value, tuple) else (element.value,):
            if value is not None:
                _own(entry, "value", str(value))
        for evidence in element.evidence:
            _own(entry, "evidence", evidence.text, source=evidence.source)
    for warning in document.warnings:
        _own(report, "warning", warning)
    for concealed in document.concealed:
        _own(report, "concealed", concealed)
