"""Marks of state secrecy in every format and every place: refused; the same words in a sentence or a table are none."""

import io
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml
from openpyxl import Workbook

from gongkai.reading.document import Classified
from gongkai.reading.read import read
from gongkai.reading.scan import available

from .soffice import converted, needs_soffice
from .test_ofd import ofd, words
from .test_pdf import pdf_of, text_at
from .test_refusals import W, zipped

needs_ocr = pytest.mark.skipif(not available(), reason="the recogniser is not installed")
TITLE = "关于加强安全检查工作的通知"
BODY = (
    TITLE,
    "各镇人民政府：",
    "为了做好检查工作，现通知如下。",
    "一、总体要求。各单位应当落实。",
    "示例区人民政府",
    "2024年3月1日",
)


# --- files -------------------------------------------------------------------------------------------------------


def word(*before: str, body: tuple[str, ...] = BODY, change: Callable[[Word], object] = bool) -> bytes:
    document = Document()
    for text in (*before, *body):
        document.add_paragraph(text)
    change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def header(mark: str, first: bool = False) -> Callable[[Word], object]:
    def change(document: Word) -> None:
        section = document.sections[0]
        section.different_first_page_header_footer = first
        (section.first_page_header if first else section.header).paragraphs[0].text = mark

    return change


def box(mark: str) -> Callable[[Word], object]:
    xml = (
        f'<w:p {W} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape><v:textbox><w:txbxContent>'
        f"<w:p><w:r><w:t>{mark}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    return lambda document: document.element.body.insert(0, parse_xml(xml))


def table(*rows: tuple[str, ...]) -> Callable[[Word], object]:
    def change(document: Word) -> None:
        made = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        document.element.body.insert(0, made._tbl)

    return change


def excel(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def leaf(*top: str) -> str:
    lines = [(text, 60, 790 - 20 * n) for n, text in enumerate(top)]
    lines += [(text, 90, 660 - 26 * n) for n, text in enumerate(BODY)]
    return " ".join(text_at(text, x, y, 14) for text, x, y in lines)


def web(*lines: str, box: str = "") -> bytes:
    return f"<html><body>{box}{''.join(f'<p>{line}</p>' for line in lines)}</body></html>".encode()


def mail(data: bytes, name: str, text: str = "请查收。") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.cn", "b@example.cn", "通知"
    message.set_content(text)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def picture(mark: str, form: str = "PNG") -> bytes:
    from PIL import ImageDraw

    from . import scan_pages

    page = scan_pages.blank()
    draw = ImageDraw.Draw(page)
    draw.text((230, 200), mark, font=scan_pages.font(16, serif=False), fill="black")
    for n, text in enumerate(BODY):
        draw.text((300, 520 + n * 110), text, font=scan_pages.font(16), fill="black")
    buffer = io.BytesIO()
    page.save(buffer, form, **({"dpi": (200, 200)} if form == "PNG" else {"resolution": 200}))
    return buffer.getvalue()


# --- marks of secrecy --------------------------------------------------------------------------------------------

MARKS = ["机密★10年", "秘密", "绝密★", "秘 密★1 年", "机密☆5年", "绝密", "秘密★长期", "秘密1年", "密级：秘密", "000001 机密★1年 特急", "机密级", "秘密*5年"]  # fmt: skip
LABELS = "<table><tr><td>索引号：</td><td>1/2024</td><td>密级：</td><td>秘密</td></tr></table>"
SECRET: dict[str, Callable[[], bytes]] = {
    "header of a Word file": lambda: word(change=header("机密★10年")),
    "bare word in a header": lambda: word(change=header("秘 密")),
    "header of the first sheet alone": lambda: word(change=header("机密★10年", first=True)),
    "text box": lambda: word(change=box("秘密★1年")),
    "table at the head": lambda: word(change=table(("000123", "特急"), ("机密★10年", ""))),
    "bare word in a table at the head": lambda: word(change=table(("秘密", "特急"))),
    "bare word beside its label": lambda: word(change=table(("文号", "示府发〔2024〕1号"), ("密级", "秘密"))),
    "a second document in the same file": lambda: word(body=(*BODY, "机密★10年", *BODY)),
    "label of a web page": lambda: web(*BODY, box=LABELS),
    "list of labels": lambda: web(*BODY, box="<ul><li>发文字号：示府发〔2024〕1号</li><li>密级：机密</li></ul>"),
    "first cell": lambda: excel(("机密★10年",), ("预算表",), ("项目", "金额"), ("甲", 1)),
    "bare word in the first cell": lambda: excel(("秘密",), ("预算表",), ("项目", "金额"), ("甲", 1)),
    "cell at the right": lambda: excel(("", "", "机密★10年"), ("预算表",), ("项目", "金额"), ("甲", 1)),
    "ofd": lambda: ofd(words("机密★10年", box="20 20 100 10") + words(TITLE, box="20 60 150 10")),
    "first page of a PDF": lambda: pdf_of([leaf("秘 密★1 年", "特 急")]),
    "running head of every page of a PDF": lambda: pdf_of([leaf("机密★10年")] * 5),
    "page 3 of a PDF behind an open cover": lambda: pdf_of([leaf(), leaf(), leaf("机密")]),
    "file in a zip": lambda: zipped({"a.docx": word(), "b/c.docx": word("机密★10年")}),
    "file in a zip in a zip": lambda: zipped({"a.zip": zipped({"c.docx": word("机密★10年")})}),
    "attachment of a mail": lambda: mail(word("机密★10年"), "a.docx"),
    "zip attached to a mail": lambda: mail(zipped({"a.txt": f"秘密★1年\n{TITLE}".encode()}), "a.zip"),
    "mail in a zip": lambda: zipped({"a.eml": mail(word("机密★10年"), "a.docx")}),
    "words of a mail": lambda: mail(word(), "a.docx", "机密★10年\n" + "\n".join(BODY)),
}  # fmt: skip


@pytest.mark.parametrize("make", SECRET.values(), ids=SECRET)
def test_a_mark_of_secrecy_is_refused_wherever_it_stands(make: Callable[[], bytes]) -> None:
    with pytest.raises(Classified, match="保密工作机构"):
        read(make(), "file")


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_of_secrecy_is_known_in_every_form(mark: str) -> None:
    for data in ("\n".join((mark, *BODY)).encode(), word(mark), web(mark, *BODY)):
        with pytest.raises(Classified):
            read(data, "file")


@pytest.mark.slow
@needs_ocr
@pytest.mark.parametrize("mark", ["机密★10年", "秘密", "秘 密★1 年", "绝密★长期"])
@pytest.mark.parametrize("form", ["PNG", "PDF"])
def test_a_mark_of_secrecy_on_a_scan_is_refused(mark: str, form: str) -> None:
    with pytest.raises(Classified):
        read(picture(mark, form), "scan")


@pytest.mark.slow
@needs_soffice
@pytest.mark.parametrize(("suffix", "to"), [(".docx", "doc"), (".docx", "rtf"), (".xlsx", "xls")])
def test_a_mark_of_secrecy_in_an_old_office_file_is_refused(suffix: str, to: str, tmp_path: Path) -> None:
    data = word("机密★10年") if suffix == ".docx" else excel(("机密★10年",), ("预算表",), ("项目", "金额"))
    with pytest.raises(Classified):
        read(converted(data, suffix, to, tmp_path), "old")


INNOCENT = [
    "根据《保守国家秘密法》和有关规定，涉及商业秘密的不予公开。", "第三章 国家秘密", "一、商业秘密", "国家秘密", "涉及国家秘密", "绝密、机密、秘密三级",
    "《中华人民共和国保守国家秘密法》", "国家秘密的密级分为绝密、机密、秘密三级。", "秘密级事项管理", "商业秘密保护", "（三）机密", "密级：公开",
]  # fmt: skip


@pytest.mark.parametrize("text", INNOCENT)
def test_the_word_in_a_sentence_or_a_heading_is_no_mark(text: str) -> None:
    for body in ((text, *BODY), (*BODY[:1], text, *BODY[1:]), (*BODY[:4], text, *BODY[4:])):
        for data in ("\n".join(body).encode(), word(body=body), web(*body)):
            assert text.replace(" ", "") in read(data, "file").text.replace(" ", "").replace("\u3000", "")


FIGURES = (
    ("项目", "本年", "上年"),
    ("三、本年度办理结果", "", ""),
    ("1.属于国家秘密", "3", "2"),
    ("涉及国家秘密", "1", "0"),
)
LEVELS = (("年度", "绝密", "机密", "秘密"), ("2023", "0", "0", "0"))
MATTERS = (("序号", "事项", "密级"), ("1", "规划", "秘密"), ("2", "方案", "机密"))


@pytest.mark.parametrize(
    "rows", [FIGURES, LEVELS, MATTERS], ids=["yearly report", "counts by level", "list of matters"]
)
def test_tables_about_secrecy_are_no_marks(rows: tuple[tuple[str, ...], ...]) -> None:
    assert read(excel(*rows), "a.xlsx").text
    assert read(word(change=table(*rows)), "a.docx").text
