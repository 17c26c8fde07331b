"""Elements, running text with its references and doubtful characters, and tables."""

import re
from collections.abc import Callable, Iterable, Sequence

from lxml import etree

from gongkai.reading.document import Block, BlockKind, Cell, Citation, Table
from gongkai.text.dates import find_dates

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OWN_NAMESPACE = "urn:gongkai:reading"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Refs = Sequence[tuple[int, int, dict[str, str]]]


def legal(text: str) -> str:
    """``text`` with U+FFFD for each character that XML cannot hold; the length stays."""
    return _ILLEGAL.sub("\ufffd", text)


def sub(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    """A new child; attributes without a value are left out, ``as_`` and ``from_`` lose their underscore."""
    found = {key.rstrip("_"): legal(value) for key, value in attributes.items() if value}
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", found)
    if text:
        element.text = legal(text)
    return element


def refs_of(
    citations: Iterable[Citation],
    eid: dict[str, str],
    first: dict[str, str],
    cited: Callable[[Citation], str],
) -> Refs:
    """Where a clause's references stand, and the attributes of ``ref`` (or of ``rref`` for a range of clauses).

    ``eid`` and ``first`` give eIds by path, of clauses and of the first 款 of articles that have several.
    """
    found: list[tuple[int, int, dict[str, str]]] = []
    here = 0
    for each in sorted(citations, key=lambda one: one.reference.start):
        start, end = each.reference.start, each.reference.end
        if start < here or end <= start:
            continue
        inside = [eid[path] for path in each.target_paths if path in eid]
        if len(inside) == 1 and each.target_clause.endswith("第一款"):
            inside = [first.get(each.target_paths[0], inside[0])]
        if len(inside) > 1:
            link = {"from": f"#{inside[0]}", "upTo": f"#{inside[-1]}"}
        else:
            link = {"href": f"#{inside[0]}" if inside else cited(each)}
            if not link["href"]:
                continue
        if not each.certain:
            link["class"] = "doubtful"
        found.append((start, end, link))
        here = end
    return found


def write(element: etree._Element, text: str, refs: Refs = (), doubtful: Sequence[int] = ()) -> None:
    """Put ``text`` into ``element``; ``refs`` and ``doubtful`` are offsets into it."""
    here, unsure = 0, frozenset(doubtful)
    for start, end, link in refs:
        if end > len(text):
            break
        _plain(element, text, here, start, unsure)
        _plain(sub(element, "rref" if "upTo" in link else "ref", **link), text, start, end, unsure)
        here = end
    _plain(element, text, here, len(text), unsure)


def _plain(element: etree._Element, text: str, start: int, end: int, unsure: frozenset[int]) -> None:
    here = start
    while here < end:
        stop = here + 1
        if not unsure:
            stop = end
        while stop < end and (stop in unsure) == (here in unsure):
            stop += 1
        words = legal(text[here:stop])
        if here in unsure:
            sub(element, "span", words, class_="doubtful")
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + words
        else:
            element.text = (element.text or "") + words
        here = stop


# --- blocks --------------------------------------------------------------------------------------------------

_NAMED = {
    BlockKind.TITLE: "docTitle",
    BlockKind.NUMBER: "docNumber",
    BlockKind.LETTERHEAD: "docAuthority",
    BlockKind.SIGNATURE: "signature",
}


def set_block(parent: etree._Element, block: Block, eid: str = "", refs: Refs = ()) -> None:
    """A block as a paragraph or a table of its own."""
    if block.table:
        set_table(parent, block.table, eid)
        return
    kind = "" if block.kind is BlockKind.PARAGRAPH else block.kind.value
    element = sub(parent, "p", class_=kind, eId=eid)
    day = next(find_dates(block.text), None) if block.kind is BlockKind.DATE else None
    if block.kind in _NAMED:
        element = sub(element, _NAMED[block.kind])
    elif day:
        element = sub(element, "docDate", date=day.date.isoformat())
    write(element, block.text, refs, block.doubtful)


def set_table(parent: etree._Element, table: Table, eid: str = "") -> None:
    """A table with its spans; a row that others reach into altogether has no cell and is left out."""
    rows = [n for n, row in enumerate(table.rows) if row]
    if not rows:
        sub(parent, "p", table.caption, eId=eid)
        return
    element = sub(parent, "table", eId=eid)
    if table.unit:
        element.set(f"{{{OWN_NAMESPACE}}}unit", legal(table.unit))
    if table.caption:
        sub(element, "caption", table.caption)
    for n in rows:
        line = sub(element, "tr")
        for cell in table.rows[n]:
            reach = sum(n <= other < n + cell.rowspan for other in rows) if cell.rowspan > 1 else 1
            _set_cell(line, cell, reach)


def _set_cell(line: etree._Element, cell: Cell, rowspan: int) -> None:
    spans = {
        "rowspan": str(rowspan) if rowspan > 1 else "",
        "colspan": str(cell.colspan) if cell.colspan > 1 else "",
    }
    element = sub(line, "th" if cell.header else "td", class_="doubtful" if cell.doubtful else "", **spans)
    for paragraph in cell.text.split("\n"):
        if paragraph:
            sub(element, "p", paragraph)
