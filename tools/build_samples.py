"""Builds the sample documents that are not written by hand: four docx files and one page in GBK.

Run `python tools/build_samples.py [FOLDER]`; without a folder the files in gongkai/project/sample are replaced.
Building twice gives the same bytes. A text in sample_texts/ holds one paragraph a line as `kind: text`; the kinds
are the keys of LOOKS and the cases of `_add_lines`. In a table row `^` joins the cell above and `<` the cell to the left.
"""

import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

TEXTS = Path(__file__).with_name("sample_texts")
SAMPLES = Path(__file__).parents[1] / "gongkai" / "project" / "sample"
SAVED = datetime(2026, 11, 23)  # noqa: DTZ001  docx keeps UTC without a zone
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
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


LOOKS = {
    "mark": Look("楷体_GB2312", 14, CENTER),
    "letterhead": Look(TITLE, 36, CENTER, red=True),
    "number": Look(align=CENTER, border="bottom"),
    "letter": Look(align=RIGHT, border="top"),
    "title": Look(TITLE, 22, CENTER),
    "to": Look(),
    "h1": Look(HEI, indent=True),
    "chapter": Look(HEI, align=CENTER, style="Heading 1"),
    "p": Look(indent=True),
    "auto": Look(indent=True),
    "caption": Look(HEI, 14, CENTER),
    "sign": Look(align=RIGHT),
    "date": Look(align=RIGHT),
    "note": Look(indent=True),
    "cc": Look(size=14, border="top"),
    "imprint": Look(size=14, border="top"),
}


def _set_run(paragraph: Paragraph, text: str, look: Look) -> None:
    """Adds the text as one run; `↵` is a line break inside a title."""
    for index, piece in enumerate(text.split("↵")):
        run = paragraph.add_run()
        if index:
            run.add_break()
        run.add_text(piece)
        run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(look.size), False
        run.font.color.rgb = RED if look.red else RGBColor(0, 0, 0)
        # Word picks the typeface of Chinese characters from eastAsia alone.
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.font)


def _set_paragraph(paragraph: Paragraph, text: str, look: Look) -> None:
    form = paragraph.paragraph_format
    form.alignment, form.space_before, form.space_after = look.align, Pt(0), Pt(0)
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


def _add_lines(document: DocumentType, lines: list[str]) -> None:
    numbering: _Numbering | None = None
    list_id, rows = 0, []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        kind, _, text = line.partition(":")
        text = text.strip()
        if kind == "row":
            rows.append([cell.strip() for cell in text.split("|")])
            if not following.startswith("row:"):
                _add_row(document, rows)
                rows = []
            continue
        if kind == "break":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            continue
        look = LOOKS[kind]
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


def _packed(document: DocumentType) -> bytes:
    """The document as zip with fixed times, stored: compressors differ between machines, stored bytes do not."""
    raw, packed = BytesIO(), BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return packed.getvalue()


def docx_from(text: str) -> bytes:
    """The bytes of a docx made of lines `kind: text`; raises KeyError for a kind that is not known."""
    lines = [line for line in text.splitlines() if line]
    document = Document()
    for name, value in {
        "author": "示例区",
        "last_modified_by": "示例区",
        "comments": "",
        "language": "zh-CN",
    }.items():
        setattr(document.core_properties, name, value)
    document.core_properties.title = (
        next(line for line in lines if line.startswith("title:"))[6:].strip().replace("↵", "")
    )
    document.core_properties.created = document.core_properties.modified = SAVED
    _set_page(document)
    _add_lines(document, lines)
    _drop_ballast(document)
    return _packed(document)


def build(folder: Path) -> list[Path]:
    """Writes every built sample into the folder and returns the paths in order."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sorted(TEXTS.iterdir()):
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".txt":
            target, content = folder / f"{source.stem}.docx", docx_from(text)
        else:
            target, content = folder / source.name, text.encode("gbk")
        target.write_bytes(content)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES):
        print(path)
