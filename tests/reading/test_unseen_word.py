"""Word files as offices make them: notes, content controls, formulas, heads and signatures in tables, marks in footers."""

import io
from datetime import date

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from gongkai.reading.document import BlockKind, Classified
from gongkai.reading.read import read

from .planting import blocks, numbered
from .test_docx import add, saved

W = nsdecls("w")
TITLE = "关于做好统计工作的通知"


def letter() -> WordDocument:
    word = Document()
    title = word.add_paragraph()
    title.add_run(TITLE).bold = True
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.add_paragraph("各镇人民政府：")
    word.add_paragraph("为做好统计工作，现将有关事项通知如下：")
    return word


def sign(word: WordDocument, *names: str) -> None:
    for text in (*names, "2025年2月20日"):
        word.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT


@pytest.mark.parametrize(("kind", "name"), [("footnote", "脚注1："), ("endnote", "尾注1：")])
def test_notes_are_read_behind_the_text_and_are_no_clauses(kind: str, name: str) -> None:
    word = letter()
    paragraph = word.add_paragraph("一、特困人员按月报送。")
    note = f"<w:{kind} w:id='4'><w:p><w:r><w:t>指符合条件的老年人。</w:t></w:r></w:p></w:{kind}>"
    part = Part(
        PackURI(f"/word/{kind}s.xml"),
        f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml",
        f"<w:{kind}s {W}>{note}</w:{kind}s>".encode(),
        word.part.package,
    )
    word.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s")
    paragraph._p.append(parse_xml(f"<w:r {W}><w:{kind}Reference w:id='4'/></w:r>"))
    sign(word, "云溪区统计局")
    document = saved(word)
    assert document.text.endswith(f"{name}指符合条件的老年人。")
    assert numbered(document) == ["一"] and not any("老年人" in one.text for one in document.clauses)
    assert document.signature.value == ("云溪区统计局",) and document.written_on.value == date(2025, 2, 20)


def test_tables_rows_and_cells_inside_content_controls_are_read() -> None:
    word = letter()

    def cell(text: str) -> str:
        return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    second = "<w:tr>" + cell("丙") + cell("丁") + "</w:tr>"
    row = "<w:tr>" + cell("甲") + control(cell("乙")) + "</w:tr>" + control(second)
    table = f"<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>{row}</w:tbl>"
    word.element.body[-1].addprevious(parse_xml(control(table).replace("<w:sdt>", f"<w:sdt {W}>", 1)))
    (block,) = blocks(saved(word), BlockKind.TABLE)
    assert block.table is not None and block.table.grid() == [["甲", "乙"], ["丙", "丁"]]


def test_a_deleted_row_is_not_read_and_changes_are_concealed_matter() -> None:
    word = letter()
    table = word.add_table(rows=2, cols=1)
    table.cell(0, 0).text, table.cell(1, 0).text = "保留", "删去"
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="1" w:author="a"/>'))
    paragraph = word.add_paragraph("请遵照执行。")
    word.add_comment(paragraph.runs, text="暂缓", author="a", initials="a")
    paragraph.add_run("内部掌握").font.hidden = True
    document = saved(word)
    assert "保留" in document.text and "删去" not in document.text
    assert len(document.concealed) == 3 and set(document.concealed) <= set(document.warnings)


def test_formulas_keep_their_signs() -> None:
    word = letter()
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    word.add_paragraph("补贴按照")._p.append(
        parse_xml(f'<m:oMath xmlns:m="{math}"><m:r><m:t>S=a×b</m:t></m:r></m:oMath>')
    )
    assert "补贴按照S=a×b" in saved(word).text


def test_articles_count_on_through_chapters_and_legal_numbers_are_digits() -> None:
    word = Document()
    levels = [("第%1章", ""), ("第%2条", '<w:lvlRestart w:val="0"/>'), ("%1.%3", "<w:isLgl/>")]
    inner = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (text, more) in enumerate(levels)
    )
    root = word.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{inner}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for text, level in [
        ("总则", 0),
        ("规定的目的。", 1),
        ("管理", 0),
        ("规定的事项。", 1),
        ("设备应当合格。", 2),
    ]:
        add(word, text, level)
    assert numbered(saved(word)) == ["第一章", "第一条", "第二章", "第二条", "第二条/2.1"]


def test_head_and_signatures_set_as_tables_are_lines() -> None:
    word = Document()
    head = word.add_table(rows=2, cols=2)
    head.cell(0, 0).text, head.cell(0, 1).text = "云溪区统计局\n云溪区财政局", "文件"
    head.cell(1, 0).text, head.cell(1, 1).text = "云统〔2025〕3号", "签发人：何某"
    word.add_paragraph(TITLE).alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.add_paragraph("各镇人民政府：")
    word.add_paragraph("现将有关事项通知如下，请遵照执行。")
    names = word.add_table(rows=1, cols=2)
    names.cell(0, 0).text, names.cell(0, 1).text = "云溪区统计局", "云溪区财政局"
    sign(word)
    document = saved(word)
    organs = ("云溪区统计局", "云溪区财政局")
    assert (document.title.value, document.document_number.value) == (TITLE, "云统〔2025〕3号")
    assert document.signature.value == organs and document.issuers.value == organs and document.issuers.sure
    assert blocks(document, BlockKind.TABLE) == []


def test_a_box_of_labels_above_an_exported_file_is_read_as_labels() -> None:
    word = Document()
    box = word.add_table(rows=2, cols=4)
    for i, text in enumerate(
        [
            "索引号",
            "YX0001-2025-0088",
            "发布机构",
            "云溪区统计局",
            "文号",
            "云统〔2025〕3号",
            "公开方式",
            "主动公开",
        ]
    ):
        box.cell(i // 4, i % 4).text = text
    word.add_paragraph(TITLE).alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.add_paragraph("各镇人民政府：")
    word.add_paragraph("现将有关事项通知如下，请遵照执行。")
    document = saved(word)
    assert (document.title.value, document.index_number.value) == (TITLE, "YX0001-2025-0088")
    assert (document.document_number.value, document.access_note.value) == ("云统〔2025〕3号", "主动公开")


@pytest.mark.parametrize("place", ["header", "footer"])
def test_a_mark_of_secrecy_in_header_or_footer_refuses_the_file(place: str) -> None:
    word = letter()
    getattr(word.sections[0], place).paragraphs[0].text = "秘密★5年"
    buffer = io.BytesIO()
    word.save(buffer)
    with pytest.raises(Classified):
        read(buffer.getvalue(), "a.docx")
