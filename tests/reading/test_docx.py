"""Word files built here: automatic numbers as Word would print them, what is hidden told, tables and text boxes whole."""

import base64
import io

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from gongkai.reading.document import BlockKind, OfficialDocument
from gongkai.reading.read import read

from .planting import blocks, clause, numbered

TEXT = "为了规范政府信息公开工作，保障公民知情权，制定本办法。"
LEVELS = [
    ("chineseCounting", "%1、"),
    ("chineseCounting", "（%2）"),
    ("decimal", "%3."),
    ("decimalEnclosedCircleChinese", "%4"),
]


def saved(document: WordDocument) -> OfficialDocument:
    buffer = io.BytesIO()
    document.save(buffer)
    return read(buffer.getvalue(), "built.docx")


def define(
    document: WordDocument, levels: list[tuple[str, str]], number: int = 90, restart: bool = False
) -> None:
    """Add a list definition; with ``restart`` another list over definition 90 that starts again at one."""
    root = document.part.numbering_part.element
    if not restart:
        inner = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for n, (form, text) in enumerate(levels)
        )
        root.insert(
            0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{inner}</w:abstractNum>')
        )
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restart else ""
    root.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="90"/>{override}</w:num>')
    )


def add(document: WordDocument, text: str, level: int, number: int = 90) -> Paragraph:
    """A paragraph that Word numbers by itself."""
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )
    return paragraph


def test_automatic_numbers_are_those_that_word_prints() -> None:
    word = Document()
    define(word, LEVELS)
    for text, level in [
        ("工作目标", 0),
        ("完成摸底。", 1),
        ("逐户走访。", 2),
        ("建立台账。", 2),
        ("完成建档。", 1),
        ("统一编号。", 2),
        ("工作要求", 0),
        ("加强领导。", 1),
    ]:
        add(word, text, level)
    document = saved(word)
    assert numbered(document) == [
        "一",
        "一/（一）",
        "一/（一）/1",
        "一/（一）/2",
        "一/（二）",
        "一/（二）/1",
        "二",
        "二/（一）",
    ]
    assert clause(document, "建立台账").label == "2."


def test_a_list_that_starts_again_starts_again() -> None:
    word = Document()
    define(word, LEVELS)
    define(word, LEVELS, 91, restart=True)
    add(word, "目标明确。", 0)
    add(word, "责任明确。", 0)
    word.add_paragraph("另有下列要求，请一并遵照执行：")
    add(word, "加强领导。", 0, 91)
    labels = [one.label for one in saved(word).clauses if one.numbered]
    assert labels == ["一、", "二、", "一、"]


@pytest.mark.parametrize(
    "form", ["chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"]
)
def test_articles_may_be_numbered_by_word(form: str) -> None:
    word = Document()
    define(word, [(form, "第%1条")])
    for n in range(1, 13):
        add(word, f"申请人应当提交第{n}号材料。", 0)
    assert numbered(saved(word)) == [
        f"第{one}条" for one in ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    ]


def test_a_style_may_bear_the_number() -> None:
    word = Document()
    define(word, LEVELS)
    word.styles["Heading 1"].element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>')
    )
    word.add_heading("工作目标", 1)
    word.add_paragraph(TEXT)
    word.add_heading("工作要求", 1)
    assert numbered(saved(word)) == ["一", "二"]


def test_number_zero_takes_the_number_away() -> None:
    word = Document()
    word.add_paragraph(TEXT)
    add(word, "本段没有编号，照原样保留。", 0, 0)
    assert numbered(saved(word)) == []


def test_inserted_words_are_read_and_deleted_words_are_not() -> None:
    word = Document()
    paragraph = word.add_paragraph("补贴标准为每月")
    mark = f'{nsdecls("w")} w:id="1" w:author="a" w:date="2025-01-01T00:00:00Z"'
    paragraph._p.append(parse_xml(f"<w:del {mark}><w:r><w:delText>100元</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {mark}><w:r><w:t>200元</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:moveFrom {mark}><w:r><w:t>移走的话</w:t></w:r></w:moveFrom>"))
    word.add_paragraph(TEXT)
    document = saved(word)
    assert "补贴标准为每月200元" in document.text
    assert "100元" not in document.text and "移走的话" not in document.text
    assert any("修订" in warning for warning in document.warnings)


def test_comments_are_told_and_not_read() -> None:
    word = Document()
    paragraph = word.add_paragraph(TEXT)
    word.add_comment(paragraph.runs, text="领导批示：暂缓", author="a", initials="a")
    document = saved(word)
    assert "暂缓" not in document.text
    assert any("批注" in warning for warning in document.warnings)


def test_hidden_words_are_told_and_not_read() -> None:
    word = Document()
    word.add_paragraph(TEXT).add_run("内部掌握").font.hidden = True
    document = saved(word)
    assert "内部掌握" not in document.text
    assert any("隐藏" in warning for warning in document.warnings)


def test_words_hidden_by_their_style_are_not_read_either() -> None:
    word = Document()
    word.styles.add_style("Secret", 2).font.hidden = True
    word.add_paragraph(TEXT).add_run("内部掌握", style="Secret")
    document = saved(word)
    assert "内部掌握" not in document.text
    assert any("隐藏" in warning for warning in document.warnings)


def test_a_clean_file_gives_no_warning() -> None:
    word = Document()
    word.add_paragraph(TEXT)
    assert saved(word).warnings == ()


def test_a_text_box_is_read_once() -> None:
    word = Document()
    word.add_paragraph(TEXT)
    inner = "<w:txbxContent><w:p><w:r><w:t>咨询窗口设在一楼大厅。</w:t></w:r></w:p></w:txbxContent>"
    spaces = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
    word.add_paragraph()._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} {spaces}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert saved(word).text.count("咨询窗口设在一楼大厅。") == 1


def test_merged_cells_stand_once_where_they_begin() -> None:
    word = Document()
    word.add_paragraph(TEXT)
    table = word.add_table(rows=4, cols=3)
    for r, row in enumerate(
        [["类别", "标准", ""], ["", "每月", "每年"], ["一类", "100", "1200"], ["", "另行规定", ""]]
    ):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    for one, other in [((0, 0), (1, 0)), ((0, 1), (0, 2)), ((2, 0), (3, 0)), ((3, 1), (3, 2))]:
        table.cell(*one).merge(table.cell(*other))
    (block,) = blocks(saved(word), BlockKind.TABLE)
    assert block.table is not None
    assert [[cell.text for cell in row] for row in block.table.rows] == [
        ["类别", "标准"],
        ["每月", "每年"],
        ["一类", "100", "1200"],
        ["另行规定"],
    ]
    assert block.table.grid() == [
        ["类别", "标准", "标准"],
        ["类别", "每月", "每年"],
        ["一类", "100", "1200"],
        ["一类", "另行规定", "另行规定"],
    ]
    assert (block.table.rows[0][0].rowspan, block.table.rows[0][1].colspan) == (2, 2)


def test_a_row_that_repeats_on_every_page_is_a_header() -> None:
    word = Document()
    word.add_paragraph(TEXT)
    table = word.add_table(rows=2, cols=2)
    for n, text in enumerate(["类别", "标准", "一类", "100"]):
        table.cell(n // 2, n % 2).text = text
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    (block,) = blocks(saved(word), BlockKind.TABLE)
    assert block.table is not None
    assert [[cell.header for cell in row] for row in block.table.rows] == [[True, True], [False, False]]


def test_a_table_stands_between_the_paragraphs_around_it() -> None:
    word = Document()
    word.add_paragraph("第一条　补贴标准按照下表执行，逐年调整。")
    word.add_table(rows=1, cols=2).cell(0, 0).text = "一类"
    word.add_paragraph("第二条　补贴按月发放，不得拖欠挪用。")
    assert [one.table is not None for one in saved(word).clauses] == [False, True, False]


def test_a_line_break_in_a_title_does_not_divide_it() -> None:
    word = Document()
    title = word.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run("示例区民政局关于印发").bold = True
    title.add_run().add_break()
    title.add_run("《养老服务管理办法》的通知").bold = True
    number = word.add_paragraph("示例民〔2025〕1号")
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.add_paragraph("各街道办事处：")
    word.add_paragraph(TEXT)
    document = saved(word)
    assert document.title.value == "示例区民政局关于印发《养老服务管理办法》的通知"
    assert document.document_number.value == "示例民〔2025〕1号"


def test_line_breaks_divide_numbered_lines_and_tabs_and_page_breaks_divide_words() -> None:
    word = Document()
    paragraph = word.add_paragraph("一、目标应当明确。")
    paragraph.add_run().add_break()
    paragraph.add_run("二、责任应当落实。")
    tabbed = word.add_paragraph("联系人：张三")
    tabbed.add_run("\t电话：00000000")
    tabbed.add_run().add_break(WD_BREAK.PAGE)
    document = saved(word)
    assert numbered(document) == ["一", "二"]
    assert "张三电话" not in document.text


@pytest.mark.parametrize("style", ["Title", "Heading 1"])
def test_the_style_of_a_title_makes_it_the_title(style: str) -> None:
    word = Document()
    word.add_paragraph("示例区公园管理办法", style=style)
    word.add_paragraph("第一条　" + TEXT)
    document = saved(word)
    assert document.title.value == "示例区公园管理办法"
    assert [one.text for one in blocks(document, BlockKind.TITLE)] == ["示例区公园管理办法"]


def test_headers_and_footers_are_not_the_text() -> None:
    word = Document()
    word.sections[0].header.paragraphs[0].text = "页眉文字"
    word.sections[0].footer.paragraphs[0].text = "— 1 —"
    word.add_paragraph(TEXT)
    assert saved(word).text == TEXT


def test_content_controls_links_and_fields_show_what_word_shows() -> None:
    word = Document()
    ns = nsdecls("w")
    word.add_paragraph(TEXT)
    body = word.element.body
    body.insert(
        1,
        parse_xml(
            f"<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>控件里的段落应当读入。</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    paragraph = word.add_paragraph("详见")
    paragraph._p.append(
        parse_xml(f'<w:hyperlink {ns} w:anchor="a"><w:r><w:t>办事指南</w:t></w:r></w:hyperlink>')
    )
    paragraph._p.append(parse_xml(f"<w:r {ns}><w:instrText>PAGE HIDDENCODE</w:instrText></w:r>"))
    paragraph._p.append(
        parse_xml(f"<w:sdt {ns}><w:sdtContent><w:r><w:t>（二〇二五年版）</w:t></w:r></w:sdtContent></w:sdt>")
    )
    text = saved(word).text
    assert "控件里的段落应当读入。" in text
    assert "详见办事指南（二〇二五年版）" in text
    assert "HIDDENCODE" not in text


def test_the_right_hand_signature_and_date_are_read() -> None:
    word = Document()
    for text in ["示例区民政局关于公开工作的通知", "示例民〔2025〕1号"]:
        word.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.add_paragraph("各街道办事处：")
    word.add_paragraph(TEXT)
    for text in ["示例区民政局", "2025年3月4日"]:
        word.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document = saved(word)
    assert document.issuers.value == ("示例区民政局",)
    assert document.written_on.value is not None and document.written_on.value.isoformat() == "2025-03-04"


def test_pictures_in_a_word_file_are_told_with_their_places() -> None:
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    document = Document()
    document.add_paragraph("示例区民政局关于开展示例工作的通知")
    document.add_paragraph("服务点的分布见下图，可以就近办理。")
    document.add_picture(io.BytesIO(pixel))
    document.add_paragraph("请遵照执行。")
    found = saved(document)
    assert any("1张图片" in each and "第2段之后" in each for each in found.warnings)
