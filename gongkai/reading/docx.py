"""Word files: paragraphs with their automatic numbers resolved, tables with merged cells, what is hidden told."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import PartFactory
from docx.oxml.exceptions import InvalidXmlError
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.table import Table as WordTable
from lxml import etree

from gongkai.reading.document import Cell, Table, Unreadable
from gongkai.reading.docx_notes import notes_of
from gongkai.reading.docx_numbering import Numbers
from gongkai.reading.docx_styles import Style, Styles, is_on, number_of
from gongkai.reading.labels import labels_of_table
from gongkai.reading.page import SHEET_EDGE, Align, Label, Line, Page
from gongkai.reading.zipped import DAMAGED, open_zip
from gongkai.text.normalise import clean

MAX_TEXT = 48 * 1024 * 1024
MAX_PARAGRAPHS = (
    60_000  # some 3,000 pages; more is no official document and would take the memory of the machine
)
_BROKEN = "文件已损坏，Word 结构不完整，请重新取得原件。"
_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
_TEMPLATES = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
# python-docx knows the plain kind alone; the others differ in what they carry beside the text.
PartFactory.part_type_for.update(dict.fromkeys((_MACROS, *_TEMPLATES), DocumentPart))
_ALIGN = {"center": Align.CENTRE, "right": Align.END, "end": Align.END, "distribute": Align.CENTRE}
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_docx(data: bytes) -> Page:
    """The paragraphs and tables of a Word file. Raises Unreadable when it is damaged, locked or empty."""
    try:
        return _read(data)
    except (*DAMAGED, AttributeError, TypeError, IndexError, InvalidXmlError, etree.LxmlError):
        # python-docx takes every part for what its name says; of another root element it knows nothing.
        raise Unreadable(_BROKEN) from None


def _read(data: bytes) -> Page:
    document = _open(data)
    page = Page()
    styles = Styles(document)
    _tell_hidden(document, styles, page)
    words = _Words(styles, Numbers(document))
    pictures: list[int] = []
    for n, outer in enumerate(document.element.body.iterchildren(), start=1):
        for item in _within(outer):
            if item.tag == qn("w:p"):
                page.lines += words.lines(item, f"p{n}")
            elif item.tag == qn("w:tbl"):
                table = read_table(WordTable(item, document))
                if table.rows:
                    page.lines.append(Line(table=table, origin=f"t{n}"))
        _note_pictures(outer, len(page.lines), pictures)
    if page.lines and page.lines[0].table and (told := labels_of_table(page.lines[0].table)):
        page.labels += told
        page.lines.pop(0)
    page.lines += notes_of(document)
    _tell_pictures(page, document, pictures)
    page.labels += [Label(SHEET_EDGE, text) for text in _headers(document)]
    if not page.lines:
        raise Unreadable("文件里没有文字，请检查是否选对了文件；如果是扫描件，请提供原来的电子文件。")
    return page


_WRAPPERS = {
    qn(name) for name in ("w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo")
}  # what may stand around paragraphs, rows and cells without being seen


def _within(element: etree._Element) -> Iterator[etree._Element]:
    """``element`` itself, or what it wraps: content controls stand around paragraphs, tables, rows and cells."""
    waiting = [element]
    while waiting:
        item = waiting.pop()
        if item.tag in _WRAPPERS:
            waiting += item[::-1]
        else:
            yield item


def _children(element: etree._Element, tag: str) -> list[etree._Element]:
    return [item for child in element for item in _within(child) if item.tag == tag]


def _headers(document: Document) -> Iterator[str]:
    """What stands in the headers and footers of its sheets, of the first sheet and of even ones too."""
    for part in document.part.package.iter_parts():
        if part.content_type in {CT.WML_HEADER, CT.WML_FOOTER}:
            root = getattr(part, "element", None)
            for p in root.iter(qn("w:p")) if root is not None else ():
                if text := clean("".join(text for text, _ in _runs(p))):
                    yield text


def _open(data: bytes) -> Document:
    try:
        with open_zip(data) as archive:
            text = (
                archive.read("word/document.xml")
                if _size(archive, "word/document.xml") <= MAX_TEXT
                else b"<w:p>" * (MAX_PARAGRAPHS + 1)
            )
            if text.count(b"<w:p>") + text.count(b"<w:p ") > MAX_PARAGRAPHS:
                raise Unreadable("文件的段落超过六万个，不像一份公文；请核实来源，或者拆分后再导入。")
        main = Package.open(io.BytesIO(data)).main_document_part
        if not isinstance(main, DocumentPart):
            raise ValueError(main.content_type)
        return main.document
    except (*DAMAGED, PackageNotFoundError, etree.XMLSyntaxError):
        raise Unreadable(_BROKEN) from None


def _size(archive: zipfile.ZipFile, name: str) -> int:
    return archive.getinfo(name).file_size


def _tell_hidden(document: Document, styles: Styles, page: Page) -> None:
    body = document.element.body
    if any(
        str(part.partname).lower().endswith("vbaproject.bin") for part in document.part.package.iter_parts()
    ):
        page.warnings.append("文件含有宏，宏没有运行，也未读入。")
    if next(body.iter(qn("w:del"), qn("w:ins"), qn("w:moveFrom")), None) is not None:
        page.conceal("文件含有未接受的修订，已按“接受全部修订”读取，请核对。")
    if next(body.iter(qn("w:commentReference")), None) is not None:
        page.conceal("文件含有批注，批注未读入。")
    styled = (s for s in body.iter(qn("w:rStyle"), qn("w:pStyle")) if s.get(qn("w:val")) in styles.hidden)
    direct = (v for v in body.iter(qn("w:vanish")) if is_on(v))
    if next(styled, None) is not None or next(direct, None) is not None:
        page.conceal("文件含有隐藏文字，未读入；请核对原件。")


_PICTURES = (qn("a:blip"), "{urn:schemas-microsoft-com:vml}imagedata")
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"


def _note_pictures(item: etree._Element, lines: int, pictures: list[int]) -> None:
    for found in item.iter(*_PICTURES, _CHART):
        # Word keeps a second copy of a drawing for old versions.
        if not any(parent.tag in {_FALLBACK, qn("w:object")} for parent in found.iterancestors()):
            pictures.append(lines)


def _tell_pictures(page: Page, document: Document, pictures: list[int]) -> None:
    if pictures:
        places = "、".join(f"第{n}段之后" if n else "最前面" for n in list(dict.fromkeys(pictures))[:8])
        page.warnings.append(
            f"正文里有{len(pictures)}张图片或图表（{places}），其中的文字和表格没有读入；请对照原件核对。"
        )
    objects = sum(1 for _ in document.element.body.iter(qn("w:object")))
    if objects:
        page.warnings.append(f"文件里嵌有{objects}个对象（附件、公式或表格），没有读入；请另行取出后导入。")


# --- paragraphs --------------------------------------------------------------------------------------------


@dataclass
class _Words:
    """Turns paragraphs into lines, in order: numbers are counted as they come."""

    styles: Styles
    numbers: Numbers

    def lines(self, p: etree._Element, origin: str) -> Iterator[Line]:
        properties = p.find(qn("w:pPr"))
        style = self.styles.of(properties)
        number = self.numbers.next_label(number_of(properties) or style.number)
        if number.endswith(("条", "章", "节", "编", "部分")):
            number += "\u3000"  # 第三条 before 规定的事项… would read as the mention of an article
        named = properties.find(qn("w:pStyle")) if properties is not None else None
        if named is not None and named.get(qn("w:val")) in self.styles.hidden:
            return
        runs = list(_runs(p, self.styles.hidden))
        strong = all(bold for text, bold in runs if text.strip())
        heading = _heading(style.name)
        align = _alignment(properties, style)
        for i, text in enumerate("".join(text for text, _ in runs).split("\n")):
            if clean(text):
                yield Line(
                    clean((number if i == 0 else "") + text),
                    align,
                    bool(strong or heading),
                    heading,
                    None,
                    origin,
                )
        for inner in _boxed(p):
            yield from self.lines(inner, origin)


def _boxed(p: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs of text boxes that hang on this one; Word keeps a second copy for old versions, which is left out."""
    for box in _own(p):
        if box.tag == qn("w:txbxContent") and not any(
            parent.tag == _FALLBACK for parent in box.iterancestors()
        ):
            yield from box.iterchildren(qn("w:p"))


_DELETED = {qn("w:del"), qn("w:moveFrom")}
_CLOSED = {*_DELETED, qn("w:p"), qn("w:pPr"), qn("w:rPr"), qn("w:t")}


def _own(p: etree._Element) -> Iterator[etree._Element]:
    """What is in a paragraph, in order; what is deleted, and paragraphs inside it, are not entered.

    Each element of a file is seen once so, however deep its paragraphs are nested.
    """
    waiting = p[::-1]
    while waiting:
        element = waiting.pop()
        if element.tag not in _CLOSED:
            yield element
            waiting += element[::-1]


def _runs(p: etree._Element, hidden: frozenset[str] = frozenset()) -> Iterator[tuple[str, bool]]:
    """(text, bold) of what a reader sees: insertions accepted, deletions and hidden text left out."""
    if any(parent.tag in _DELETED for parent in p.iterancestors()):
        return
    for run in _own(p):
        if run.tag == _FORMULA:
            yield run.text or "", False
        if run.tag != qn("w:r"):
            continue
        properties = run.find(qn("w:rPr"))
        if properties is not None and _is_hidden(properties, hidden):
            continue
        bold = properties is not None and is_on(properties.find(qn("w:b")))
        for child in run.iterchildren():
            if child.tag == qn("w:t"):
                yield child.text or "", bold
            elif child.tag == qn("w:tab"):
                yield "\u3000", bold
            elif child.tag in {qn("w:br"), qn("w:cr")}:
                yield ("" if child.get(qn("w:type")) in {"page", "column"} else "\n"), bold
            elif child.tag == qn("w:noBreakHyphen"):
                yield "-", bold


def _is_hidden(properties: etree._Element, hidden: frozenset[str]) -> bool:
    own = properties.find(qn("w:vanish"))
    if own is not None:
        return is_on(own)
    style = properties.find(qn("w:rStyle"))
    return style is not None and style.get(qn("w:val")) in hidden


def _heading(style: str) -> int:
    name = style.lower()
    if name == "title":
        return 1
    digits = "".join(ch for ch in name if ch.isdigit())
    return int(digits[0]) if name.startswith(("heading", "标题")) and digits else 0


def _alignment(properties: etree._Element | None, style: Style) -> Align:
    """The paragraph's own setting, else its style's."""
    own = properties.find(qn("w:jc")) if properties is not None else None
    value = (own.get(qn("w:val")) or "") if own is not None else style.align
    return _ALIGN.get(value, Align.START)


# --- tables ------------------------------------------------------------------------------------------------


def read_table(table: WordTable) -> Table:
    """Rows with merged cells once, where they begin; a row that Word repeats on every page is a header."""
    rows: list[list[tuple[etree._Element, Cell]]] = []
    open_merges: dict[int, list[int]] = {}
    for r, tr in enumerate(tr for tr in _children(table._tbl, qn("w:tr")) if not _is_deleted(tr)):
        row: list[tuple[etree._Element, Cell]] = []
        column = 0
        header = tr.trPr is not None and is_on(tr.trPr.find(qn("w:tblHeader")))
        for tc in _children(tr, qn("w:tc")):
            span = tc.grid_span
            if tc.vMerge == "continue" and column in open_merges:
                at, index = open_merges[column]
                _, cell = rows[at][index] if at < r else row[index]
                grown = Cell(cell.text, cell.header, cell.colspan, r - at + 1)
                rows[at][index] = (rows[at][index][0], grown)
            else:
                open_merges.pop(column, None)
                if tc.vMerge == "restart":
                    open_merges[column] = [r, len(row)]
                row.append((tc, Cell(_cell_text(tc), header, span, 1)))
            column += span
        rows.append(row)
    filled = [tuple(cell for _, cell in row) for row in rows]
    return (
        Table(tuple(row for row in filled if row))
        if any(c.text for row in filled for c in row)
        else Table(())
    )


def _is_deleted(tr: etree._Element) -> bool:
    return tr.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _cell_text(tc: etree._Element) -> str:
    lines = ["".join(text for text, _ in _runs(p)) for p in tc.iter(qn("w:p"))]
    return "\n".join(line for line, _ in groupby(clean(each) for each in lines) if line)
