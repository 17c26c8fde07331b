"""Spreadsheets are read as the office sees them, from either Excel format; what is hidden or cannot be read is told."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from gongkai.reading.document import Table
from gongkai.reading.page import Align, Page
from gongkai.reading.sheets import read_xls, read_xlsx
from gongkai.reading.sheets.formats import show

from .soffice import needs_soffice

CENTRE = Alignment(horizontal="center")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, files: dict[str, bytes]) -> bytes:
    """The same workbook with these parts put in or replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in {**{name: source.read(name) for name in source.namelist()}, **files}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_sheet(inside: str) -> bytes:
    """A workbook whose only worksheet is ``inside``; it claims to fill every row and column."""
    xml = f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/>{inside}</worksheet>'
    return changed(saved(Workbook()), {"xl/worksheets/sheet1.xml": xml.encode()})


def sheet_of(*rows: list[object]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    return book, sheet


def read(book: Workbook) -> Page:
    return read_xlsx(saved(book))


def tables(page: Page) -> list[Table]:
    return [line.table for line in page.lines if line.table]


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines if not line.table]


def budget() -> Workbook:
    """A budget table as offices make it: titles, labels, two rows of headings, figures, a note, who filled it in."""
    book, sheet = sheet_of()
    sheet.title = "收支总表"
    for place, value in {
        "A1": "附件1",
        "A2": "2024年一般公共预算收支表",
        "A3": "编制单位：示例街道",
        "F3": "单位：万元",
        "A4": "序号",
        "B4": "项目",
        "C4": "预算数",
        "E4": "占比",
        "F4": "批准日期",
        "C5": "上年",
        "D5": "本年",
        "A9": "合计",
        "C9": 300,
        "D9": 3000,
        "A10": "注：本表不含上级补助。",
        "A11": "单位负责人：张三",
        "D11": "填表人：李四",
    }.items():
        sheet[place] = value
    sheet["A2"].alignment = CENTRE
    for merged in ("A2:F2", "A4:A5", "B4:B5", "C4:D4", "E4:E5", "F4:F5", "A9:B9"):
        sheet.merge_cells(merged)
    for n in range(3):
        for column, value in enumerate(
            [n + 1, f"项目{n}", 12345.678, 1000, 0.125, date(2024, 3, 1)], start=1
        ):
            sheet.cell(6 + n, column, value)
        sheet.cell(6 + n, 3).number_format = "#,##0.00"
        sheet.cell(6 + n, 4).number_format = "#,##0"
        sheet.cell(6 + n, 5).number_format = "0.0%"
        sheet.cell(6 + n, 6).number_format = 'yyyy"年"m"月"d"日"'
    return book


GRID = [
    ["序号", "项目", "预算数", "预算数", "占比", "批准日期"],
    ["序号", "项目", "上年", "本年", "占比", "批准日期"],
    *[[str(n + 1), f"项目{n}", "12,345.68", "1,000", "12.5%", "2024年3月1日"] for n in range(3)],
    ["合计", "合计", "300", "3000", "", ""],
]


def test_a_budget_table_is_read_with_titles_unit_headings_spans_and_notes() -> None:
    page = read(budget())
    (table,) = tables(page)
    assert table.grid() == GRID
    assert table.unit == "万元"
    assert [[cell.header for cell in row] for row in table.rows[:3]] == [[True] * 5, [True] * 2, [False] * 6]
    assert texts(page) == [
        "附件1",
        "2024年一般公共预算收支表",
        "编制单位：示例街道　单位：万元",
        "注：本表不含上级补助。",
        "单位负责人：张三　填表人：李四",
    ]
    title = page.lines[1]
    assert (title.align, title.strong, page.headline) == (Align.CENTRE, True, "2024年一般公共预算收支表")
    assert page.warnings == []


@needs_soffice
def test_the_old_format_is_read_alike_and_tells_the_same(old: bytes) -> None:
    page = read_xls(old)
    assert tables(page)[0].grid() == GRID
    assert tables(page)[1].grid() == [["姓名", "编码"], ["王五", "007"]]
    assert "名单" in texts(page)
    told = "".join(page.warnings)
    for word in ("草稿", "隐藏的 1 行", "批注"):
        assert word in told


def test_a_unit_alone_in_its_row_is_the_tables_unit() -> None:
    book, _ = sheet_of(
        ["2024年预算表"], [None, None, "（单位：亿元）"], ["科目", "预算", "决算"], ["税收", 1, 2]
    )
    page = read(book)
    assert (tables(page)[0].unit, texts(page), len(tables(page)[0].rows)) == ("亿元", ["2024年预算表"], 2)


def test_codes_keep_their_zeros_and_lines_of_a_cell_stay_apart() -> None:
    book, sheet = sheet_of(["编码", "说明"], ["00123", "第一行\n 第二行 "], [7, "x"])
    sheet["A3"].number_format = "00000"
    assert tables(read(book))[0].grid()[1:] == [["00123", "第一行\n第二行"], ["00007", "x"]]


def test_tables_apart_on_one_worksheet_stay_apart_above_and_beside_each_other() -> None:
    book, sheet = sheet_of(
        ["甲表"], ["名称", "数"], ["a", 1], [], ["乙表"], ["名称", "数", "备注"], ["b", 2, "x"]
    )
    for row in ((2, "姓名", "电话"), (3, "王五", "1")):
        sheet.cell(row[0], 6, row[1])
        sheet.cell(row[0], 7, row[2])
    page = read(book)
    assert [table.grid() for table in tables(page)] == [
        [["名称", "数"], ["a", "1"]],
        [["姓名", "电话"], ["王五", "1"]],
        [["名称", "数", "备注"], ["b", "2", "x"]],
    ]
    assert texts(page) == ["甲表", "乙表"]


def test_a_second_table_close_below_begins_at_its_title_and_unit() -> None:
    rows: list[list[object]] = [["甲表"], [None, "单位：万元"], ["科目", "数"], ["a", 1]]
    book, _ = sheet_of(*rows, ["乙表"], [None, "单位：人"], ["科目", "数"], ["b", 2])
    page = read(book)
    assert [(table.unit, len(table.rows)) for table in tables(page)] == [("万元", 2), ("人", 2)]
    assert texts(page) == ["甲表", "乙表"]


def test_an_empty_row_inside_a_table_does_not_end_it() -> None:
    book, _ = sheet_of(["科目", "数"], ["a", 1], [], ["b", 200.5])
    assert [len(table.rows) for table in tables(read(book))] == [3]


def test_merged_section_rows_within_a_table_stay_in_it() -> None:
    book, sheet = sheet_of(
        ["科目", "数", "备注"], ["一、收入"], ["税", 1, "x"], ["二、支出"], ["教育", 2, "y"]
    )
    sheet.merge_cells("A2:C2")
    sheet.merge_cells("A4:C4")
    (table,) = tables(read(book))
    assert [[(cell.text, cell.colspan) for cell in row] for row in table.rows][1] == [("一、收入", 3)]
    assert len(table.rows) == 5


def test_empty_edges_are_cut_and_bordered_blanks_of_a_form_are_kept() -> None:
    book, sheet = sheet_of()
    line = Side(style="thin")
    form: list[list[str | None]] = [["姓名", None, "性别", None], ["单位", None, "电话", None], [None] * 4]
    for row, labels in enumerate(form, start=5):
        for column, label in enumerate(labels, start=3):
            sheet.cell(row, column, label).border = Border(line, line, line, line)
    sheet["Z90"].font = Font(bold=True)
    assert [table.grid() for table in tables(read(book))] == [[["姓名", "", "性别"], ["单位", "", "电话"]]]


def test_columns_that_are_merged_throughout_count_once() -> None:
    book, sheet = sheet_of(["名称", "备注", None, None], ["a", "x"], ["b", "y"])
    for row in (1, 2, 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=4)
    (table,) = tables(read(book))
    assert (table.width, table.grid()[2]) == (2, ["b", "y"])


def test_worksheets_come_in_order_under_their_names_and_empty_ones_leave_nothing() -> None:
    book, _ = sheet_of(["a", "b"], ["c", "d"])
    book.active.title = "甲"
    book.create_sheet("空")
    book.create_sheet("乙").append(["e", "f"])
    page = read(book)
    assert [(line.text, line.heading) for line in page.lines if not line.table] == [("甲", 2), ("乙", 2)]


def test_the_title_of_the_first_worksheet_stands_before_any_name() -> None:
    book, first = sheet_of(["某区2026年收支公开表", None], ["收入", "支出"], [1, 2])
    first.title = "收支总表"
    first.merge_cells("A1:B1")
    first["A1"].alignment, first["A1"].font = CENTRE, Font(bold=True)
    second = book.create_sheet("三公经费")
    second.append(["项目", "预算"])
    second.append(["接待费", 3])
    assert [line.text for line in read(book).lines if not line.table] == ["某区2026年收支公开表", "三公经费"]


def test_hidden_worksheets_rows_and_columns_are_not_read_but_told() -> None:
    book, sheet = sheet_of(["a", "密", "c"], ["d", "密", "f"], ["密", "密", "密"], ["g", "密", "i"])
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("草稿")["A1"] = "密"
    book["草稿"].sheet_state = "veryHidden"
    page = read(book)
    assert tables(page)[0].grid() == [["a", "c"], ["d", "f"], ["g", "i"]]
    assert "密" not in "".join(cell for row in tables(page)[0].grid() for cell in row)
    assert any("隐藏的 1 行和 1 列" in warning for warning in page.warnings)
    assert any("“草稿”" in warning for warning in page.warnings)


def test_a_merged_cell_that_begins_in_a_hidden_row_shows_where_it_comes_into_sight() -> None:
    book, sheet = sheet_of(["x", "y"], ["甲", "1"], [None, "2"], [None, "3"])
    sheet.merge_cells("A2:A4")
    sheet.row_dimensions[2].hidden = True
    assert tables(read(book))[0].grid() == [["x", "y"], ["甲", "2"], ["甲", "3"]]


def test_figures_that_their_format_does_not_show_are_told() -> None:
    book, sheet = sheet_of(["a", "b"], ["c", 5], ["d", 0])
    sheet["B2"].number_format = sheet["B3"].number_format = ";;;"
    page = read(book)
    assert tables(page)[0].grid() == [["a", "b"], ["c", ""], ["d", ""]]
    assert [warning for warning in page.warnings if "1 个数值" in warning] == page.warnings


def test_a_formula_shows_its_stored_value_and_one_without_is_told() -> None:
    data = with_sheet(
        '<sheetData><row r="1"><c r="A1" t="str"><v>合计</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>余</v></c><c r="B2"><f>B1*2</f></c></row></sheetData>'
    )
    page = read_xlsx(data)
    assert tables(page)[0].grid() == [["合计", "2"], ["余", ""]]
    assert any("1 个公式没有存下计算结果" in warning for warning in page.warnings)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("xl/comments1.xml", "批注"),
        ("xl/vbaProject.bin", "宏"),
        ("xl/media/image1.png", "图片"),
        ("xl/charts/chart1.xml", "图表"),
        ("xl/embeddings/a.docx", "嵌入"),
        ("xl/externalLinks/externalLink1.xml", "其他工作簿"),
    ],
)
def test_what_is_there_and_not_read_is_told(name: str, word: str) -> None:
    page = read_xlsx(changed(saved(budget()), {name: b"<a/>"}))
    assert [word in warning for warning in page.warnings] == [True]


def test_text_boxes_are_told() -> None:
    drawing = b'<d xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:t>x</a:t></d>'
    page = read_xlsx(changed(saved(budget()), {"xl/drawings/drawing1.xml": drawing}))
    assert any("文本框" in warning for warning in page.warnings)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.125, "0.0%", "12.5%"),
        (45352, 'yyyy"年"m"月"d"日"', "2024年3月1日"),
        (45352, "yyyy年m月d日", "2024年3月1日"),
        (45352, '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "二〇二四年三月一日"),
        (45352, "yyyy\\-mm\\-dd", "2024-03-01"),
        (45352, "aaaa", "星期五"),
        (45352.5, "yyyy/m/d h:mm", "2024/3/1 12:00"),
        (0.75, "h:mm AM/PM", "6:00 PM"),
        (1.5, "[h]:mm", "36:00"),
        (1, "yyyy/m/d", "1900/1/1"),
        (1234567.891, "#,##0.00_);[Red](#,##0.00)", "1,234,567.89"),
        (-1234.5, "#,##0.00_);[Red](#,##0.00)", "(1,234.50)"),
        (-5, "¥#,##0.00", "-¥5.00"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (12345678, '0!.0,"万"', "1234.6万"),
        (202403, '0000"年"00"月"', "2024年03月"),
        (3, '"第"0"号"', "第3号"),
        (86, '[>=60]"及格";"不及格"', "及格"),
        (123456, "0.00,", "123.46"),
        (5, "000", "005"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (-0.001, "0.00", "0.00"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.333333333"),
        (13800000000, "General", "13800000000"),
        (-3, "0;;", ""),
        (1e300, "0.00", "1.00000E+300"),
        (1e9, "yyyy", "1000000000"),
    ],
)
def test_figures_are_shown_by_their_format(value: float, code: str, shown: str) -> None:
    assert show(value, code) == shown
