"""Word files set as GB/T 9704 asks: letterhead, number, title, body, signature, notes; tables with merged cells."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from tools.samples.packing import SAVED, repacked
from tools.samples.source import Source, cells

RED = RGBColor(0xC0, 0x00, 0x00)
CENTER, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
SONG, FANGSONG, HEI, TITLE = "宋体", "仿宋_GB2312", "黑体", "方正小标宋简体"


@dataclass(frozen=True)
class Look:
    """How one kind of paragraph is set: typeface, size in points, alignment, first line indented by two characters."""

    font: str = FANGSONG
    size: int = 16
    align: WD_ALIGN_PARAGRAPH = LEFT
    indent: bool = False
    red: bool = False
    border: str = ""
    style: str = "Normal"
    gap: int = 0


LOOKS = {
    "mark": Look("楷体_GB2312", 14, CENTER),
    "letterhead": Look(TITLE, 36, CENTER, red=True),
    "number": Look(align=CENTER, border="bottom"),
    "letter": Look(align=RIGHT, border="top"),
    "title": Look(TITLE, 22, CENTER),
    "to": Look(),
    "h1": Look(HEI, indent=True),
    "chapter": Look(HEI, align=CENTER, style="Heading 1"),
    "h2": Look("楷体_GB2312", indent=True),
    "p": Look(indent=True),
    "enc": Look(indent=True),
    "annex": Look(HEI),
    "unit": Look(size=12, align=RIGHT),
    "auto": Look(indent=True),
    "caption": Look(HEI, 14, CENTER),
    "sign": Look(align=RIGHT),
    "date": Look(align=RIGHT),
    "note": Look(indent=True),
    "cc": Look(size=14, border="top"),
    "imprint": Look(size=14, border="top"),
}

# The styles by which a careful typist lets Word make its outline; the oldest four files have only their chapters so.
STYLES = {
    "title": "Title", "chapter": "Heading 1", "h1": "Heading 1", "h2": "Heading 2", "p": "Body Text", "caption": "Caption",
}  # fmt: skip
# What LibreOffice can embed here, under the Open Font License.
PRINTED = {
    SONG: "Noto Serif CJK SC",
    FANGSONG: "Noto Serif CJK SC",
    TITLE: "Noto Serif CJK SC",
    HEI: "Noto Sans CJK SC",
}


def _set_run(paragraph: Paragraph, text: str, look: Look) -> None:
    """Adds the text as one run; `↵` is a line break inside a title."""
    for index, piece in enumerate(text.split("↵")):
        run = paragraph.add_run()
        if index:
            run.add_break()
        run.add_text(piece)
        # A letterhead is set as large as its line allows: 442 points between the margins.
        size = min(look.size, 440 // len(text)) if look.red else look.size
        run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), False
        run.font.color.rgb = RED if look.red else RGBColor(0, 0, 0)
        # Word picks the typeface of Chinese characters from eastAsia alone.
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.font)


def _set_paragraph(paragraph: Paragraph, text: str, look: Look) -> None:
    form = paragraph.paragraph_format
    form.alignment, form.space_before, form.space_after = look.align, Pt(look.gap), Pt(look.gap)
    if look.size <= 22:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(30)
    if look.border:
        colour = "C00000" if look.border == "bottom" or look.size == 16 else "000000"
        edge = f'<w:{look.border} w:val="single" w:sz="12" w:space="4" w:color="{colour}"/>'
        paragraph._p.get_or_add_pPr().insert_element_before(
            parse_xml(f"<w:pBdr {nsdecls('w')}>{edge}</w:pBdr>"), "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    if look.indent:
        form.first_line_indent = Pt(2 * look.size)
        paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
    _set_run(paragraph, text, look)


class _Numbering:
    """Word's own numbering 1. 2. 3.: every run of `auto` lines is a list that starts again at 1."""

    def __init__(self, document: DocumentType) -> None:
        self.root = document.part.numbering_part.element
        taken = [int(one.get(qn("w:abstractNumId"))) for one in self.root.findall(qn("w:abstractNum"))]
        self.abstract = max(taken, default=0) + 1
        definition = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{self.abstract}"><w:multiLevelType w:val="singleLevel"/>'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="nothing"/>'
            '<w:lvlText w:val="%1."/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
        )
        # The schema wants every abstractNum before the first num.
        self.root.find(qn("w:num")).addprevious(definition)

    def start(self) -> int:
        num = self.root.add_num(self.abstract)
        num.add_lvlOverride(0).add_startOverride(1)
        return int(num.numId)


def _fill_table(table: Table, cells: list[list[str]]) -> None:
    for y, row in enumerate(cells):
        for x, text in enumerate(row):
            if text == "^":
                table.cell(y - 1, x).merge(table.cell(y, x))
            elif text == "<":
                table.cell(y, x - 1).merge(table.cell(y, x))
            else:
                _set_paragraph(
                    table.cell(y, x).paragraphs[0], text, Look(HEI if y == 0 else FANGSONG, 12, CENTER)
                )


def _add_row(document: DocumentType, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    header: _Row = table.rows[0]
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _fill_table(table, rows)


def _add_lines(document: DocumentType, lines: list[tuple[str, str]], looked: Callable[[str], Look]) -> None:
    numbering: _Numbering | None = None
    list_id, rows = 0, []
    for (kind, text), following in zip(lines, [*lines[1:], ("", "")], strict=True):
        if kind == "row":
            rows.append(cells(text))
            if following[0] != "row":
                _add_row(document, rows)
                rows = []
            continue
        if kind == "break":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            continue
        look = looked(kind)
        paragraph = document.add_paragraph(style=look.style)
        if kind == "auto":
            numbering = numbering or _Numbering(document)
            list_id = list_id or numbering.start()
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, list_id
        else:
            list_id = 0
        _set_paragraph(paragraph, text, look)


def _set_page(document: DocumentType) -> None:
    """A4 with the margins of GB/T 9704, a header that marks the sample, the page number in the footer."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _set_paragraph(section.header.paragraphs[0], "示例文件", Look(SONG, 10, RIGHT))
    footer = section.footer.paragraphs[0]
    _set_paragraph(footer, "— ", Look(SONG, 14, CENTER))
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:sz w:val="28"/></w:rPr><w:t>1</w:t></w:r>'))
    footer._p.append(field)
    _set_run(footer, " —", Look(SONG, 14, CENTER))


def _drop_ballast(document: DocumentType) -> None:
    """python-docx's template brings 800 KB of styles, a thumbnail and a data store that no sample uses."""
    package = document.part.package
    for owner in (document.part.rels, package.rels):
        for key in [
            k
            for k, rel in owner.items()
            if rel.reltype.endswith(("stylesWithEffects", "customXml", "thumbnail"))
        ]:
            del owner[key]
    for style in list(document.styles.element):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in {
            "TableNormal",
            "TableGrid",
        }:
            document.styles.element.remove(style)


def docx_from(source: Source, *, printed: bool = False) -> bytes:
    """The bytes of a docx; ``printed`` with typefaces that can be embedded here. Raises KeyError for an unknown kind."""
    document = Document()
    for name, value in {
        "author": "示例区",
        "last_modified_by": "示例区",
        "comments": "",
        "language": "zh-CN",
    }.items():
        setattr(document.core_properties, name, value)
    document.core_properties.title = source.first("title")
    document.core_properties.created = document.core_properties.modified = SAVED
    styles = STYLES if "as" in source.about else {}

    def looked(kind: str) -> Look:
        look = LOOKS[kind]
        if styles:
            look = replace(look, style=styles.get(kind, look.style), gap=14 if kind == "title" else 0)
        return replace(look, font=PRINTED.get(look.font, "Noto Serif CJK SC")) if printed else look

    # Word's Title comes with a blue line underneath.
    for line in document.styles["Title"].element.xpath("./w:pPr/w:pBdr") if styles else ():
        line.getparent().remove(line)
    _set_page(document)
    _add_lines(document, source.lines, looked)
    _drop_ballast(document)
    raw = BytesIO()
    document.save(raw)
    return repacked(raw.getvalue())
