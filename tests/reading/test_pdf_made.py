"""PDF files made for the test as offices make them: spreadsheets and letters printed by LibreOffice, and drawn pages."""

from io import BytesIO
from pathlib import Path

import docx
import openpyxl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from openpyxl.styles import Alignment, Border, Font, Side

from gongkai.reading.document import Table
from gongkai.reading.page import Page
from gongkai.reading.pdf import read_pdf
from gongkai.reading.pdf.dotted import dotted_lines
from tests.reading.soffice import converted, needs_soffice
from tests.reading.test_pdf import pdf_of, text_at

TITLE = "2025年部门支出预算总表"
HEAD = [["项目", "", "合计", "支出"], ["科目编码", "科目名称", "", "基本支出"]]


def tables(page: Page) -> list[Table]:
    return [line.table for line in page.lines if line.table]


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines if not line.table]


def words_at(*placed: tuple[str, float, float]) -> str:
    return " ".join(text_at(text, x, y, 10) for text, x, y in placed)


# --- printed by an office suite ---------------------------------------------------------------------------------


def spreadsheet(lines: int, repeated: str) -> bytes:
    """A ledger with a merged heading; the rows ``repeated`` are printed on each page."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["D2"], sheet["D3"] = TITLE, "预算公开表2", "单位：元"
    sheet.merge_cells("A1:D1")
    sheet["A1"].font, sheet["A1"].alignment = Font(size=20), Alignment(horizontal="center")
    sheet["D2"].alignment = sheet["D3"].alignment = Alignment(horizontal="right")
    body = [[str(2010000 + n), f"第{n}项支出", f"{n * 3:,}", f"{n * 3:,}"] for n in range(1, lines + 1)]
    thin = Side(style="thin")
    for r, row in enumerate([*HEAD, *body], 4):
        for c, text in enumerate(row, 1):
            cell = sheet.cell(r, c)
            cell.value, cell.border = text or None, Border(left=thin, right=thin, top=thin, bottom=thin)
    sheet.merge_cells("A4:B4")
    sheet.merge_cells("C4:C5")
    for letter, wide in zip("ABCD", (10, 24, 12, 12), strict=True):
        sheet.column_dimensions[letter].width = wide
    sheet.print_title_rows = repeated
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@needs_soffice
def test_a_spreadsheet_printed_with_its_title_on_each_page_is_one_table(tmp_path: Path) -> None:
    page = read_pdf(converted(spreadsheet(140, "1:5"), ".xlsx", "pdf", tmp_path))
    [table] = tables(page)
    assert (len(table.rows), table.width, table.caption, table.unit) == (142, 4, TITLE, "元")
    assert table.grid()[0] == ["项目", "项目", "合计", "支出"]
    assert table.grid()[-1] == ["2010140", "第140项支出", "420", "420"]
    assert texts(page) == [TITLE, "预算公开表2"]


@needs_soffice
def test_a_spreadsheet_printed_with_its_heading_on_each_page_is_one_table(tmp_path: Path) -> None:
    page = read_pdf(converted(spreadsheet(140, "4:5"), ".xlsx", "pdf", tmp_path))
    assert [(len(table.rows), table.unit) for table in tables(page)] == [(142, "元")]


@needs_soffice
def test_a_row_that_breaks_beside_a_merged_cell_is_one_row(tmp_path: Path) -> None:
    document = docx.Document()
    grid = document.add_table(7, 3)
    grid.style = "Table Grid"
    sentence = "建立健全部门联动机制，明确责任分工，细化工作措施，确保各项任务按时完成。"
    for cell, text in zip(grid.rows[0].cells, ("一级指标", "二级指标", "评分标准"), strict=True):
        cell.text = text
    for n in range(1, 7):
        grid.cell(n, 1).text, grid.cell(n, 2).text = f"指标{n}", sentence * 8
    for first, name in ((1, "主动公开"), (4, "依申请公开")):
        grid.cell(first, 0).merge(grid.cell(first + 2, 0)).text = name
    out = BytesIO()
    document.save(out)
    [table] = tables(read_pdf(converted(out.getvalue(), ".docx", "pdf", tmp_path)))
    assert [row[0] for row in table.grid()] == ["一级指标", *["主动公开"] * 3, *["依申请公开"] * 3]
    assert [row[1] for row in table.grid()][1:] == [f"指标{n}" for n in range(1, 7)]
    assert all(row[2].replace("\n", "") == sentence * 8 for row in table.grid()[1:])


@needs_soffice
def test_a_cover_gives_the_title_without_its_date_and_the_next_page(tmp_path: Path) -> None:
    document = docx.Document()
    for text, size in (("示例区民政局", 28), ("2024年度部门决算", 28), ("2025年9月", 16)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).font.size = Pt(size)
    document.add_page_break()
    document.add_paragraph("前言").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("本局主管全区民政工作，负责救助、养老和社会组织管理，接受社会监督。" * 4)
    out = BytesIO()
    document.save(out)
    page = read_pdf(converted(out.getvalue(), ".docx", "pdf", tmp_path))
    assert page.headline == "示例区民政局2024年度部门决算"


# --- drawn ------------------------------------------------------------------------------------------------------


def test_a_first_page_with_sentences_is_no_cover() -> None:
    words = text_at("示例区政务公开办法", 200, 760, 20) + text_at("为了公开，制定本办法。", 100, 700)
    assert read_pdf(pdf_of([words, text_at("第二条　略。", 100, 700)])).headline == ""


def test_specks_in_a_row_are_a_line() -> None:
    across = [(100 + 1.5 * n, 50.0) for n in range(60)]
    down = [(100.0, 50 + 1.5 * n) for n in range(20)]
    rules = dotted_lines([*across, *down])
    assert sorted((round(r.x1 - r.x0), round(r.bottom - r.top)) for r in rules) == [(0, 28), (88, 0)]
    assert not dotted_lines([(100.0 + 20 * n, 50.0) for n in range(20)])


def test_a_table_of_dotted_lines_is_a_table() -> None:
    dots = "".join(f"{100 + 3 * n} {y} .7 .7 re f " for y in (700, 680, 660) for n in range(101))
    dots += "".join(f"{x} {660 + 3 * n} .7 .7 re f " for x in (100, 250, 400) for n in range(14))
    words = words_at(("项目", 110, 685), ("金额", 260, 685), ("合计", 110, 665), ("12", 260, 665))
    assert [t.grid() for t in tables(read_pdf(pdf_of([dots + words])))] == [
        [["项目", "金额"], ["合计", "12"]]
    ]


ROWS = [
    ("项目", "一季度", "二季度"),
    ("来信", "12", ""),
    ("来访", "", "34"),
    ("来电", "5", "6"),
    ("合计", "17", "40"),
]


def placed(bottom: float = 640) -> str:
    """Five rows in three columns, some cells empty."""
    return words_at(
        *(
            (text, 110 + 100 * c, bottom + 5 + 20 * (len(ROWS) - 1 - r))
            for r, row in enumerate(ROWS)
            for c, text in enumerate(row)
            if text
        )
    )


def test_a_table_with_lines_across_alone_has_its_empty_cells() -> None:
    cells = "".join(
        f"{100 + 100 * c} {y} m {200 + 100 * c} {y} l S " for y in range(640, 741, 20) for c in range(3)
    )
    [table] = tables(read_pdf(pdf_of([cells + placed()])))
    assert table.grid() == [list(row) for row in ROWS]


def test_a_table_with_shaded_rows_and_no_lines_has_its_rows() -> None:
    shades = "0.8 0.9 1 rg " + "".join(
        f"{100 + 100 * c} {y} 100 20 re f " for y in (640, 680, 720) for c in range(3)
    )
    [table] = tables(read_pdf(pdf_of([f"{shades} 0 g {placed()}"])))
    assert table.grid() == [list(row) for row in ROWS]


def test_what_is_clipped_away_rules_no_table() -> None:
    lines = "".join(f"100 {y} m 400 {y} l S " for y in (700, 680, 660))
    sides = "q 90 660 320 200 re W n " + "".join(f"{x} 600 m {x} 700 l S " for x in (100, 250, 400)) + "Q "
    words = words_at(("项目", 110, 685), ("金额", 260, 685), ("合计", 110, 665), ("12", 260, 665))
    page = read_pdf(
        pdf_of([lines + sides + words + text_at("本表金额以万元计算，含上年结转。", 110, 630, 10)])
    )
    assert [t.grid() for t in tables(page)] == [[["项目", "金额"], ["合计", "12"]]]
    assert texts(page) == ["本表金额以万元计算，含上年结转。"]
