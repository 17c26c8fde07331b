"""Marks on sheets become lines and tables: checked on sheets drawn here, so that each habit of printing stands alone."""

from gongkai.reading.document import Table
from gongkai.reading.layout import read_sheets
from gongkai.reading.layout.sheet import Glyph, Rule, Sheet
from gongkai.reading.page import Align, Line, Page

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT = 90.0, 505.0
SIZE = 16.0


def write(
    sheet: Sheet, text: str, x: float, y: float, size: float = SIZE, bold: bool = False, sure: float = 1.0
) -> float:
    """Sets ``text`` from ``x`` on; letters and figures are half as wide. Gives back where it ends."""
    for char in text:
        wide = size / 2 if char.isascii() else size
        if char not in " \u3000":
            sheet.glyphs.append(Glyph(char, x, y, x + wide, y + size, size, bold, sure))
        x += wide
    return x


def centred(sheet: Sheet, text: str, y: float, size: float = SIZE, bold: bool = False) -> None:
    wide = sum(size / 2 if char.isascii() else size for char in text)
    write(sheet, text, (WIDTH - wide) / 2, y, size, bold)


def paragraph(
    sheet: Sheet, text: str, y: float, left: float = LEFT, right: float = RIGHT, indent: bool = True
) -> float:
    """Running text as a word processor sets it; gives back where the next row would stand."""
    x = left + (2 * SIZE if indent else 0)
    for char in text:
        if x + SIZE > right + 1:
            x, y = left, y + 28
        x = write(sheet, char, x, y)
    return y + 28


def ruled(sheet: Sheet, xs: list[float], ys: list[float]) -> None:
    for y in ys:
        sheet.rules.append(Rule(xs[0], y, xs[-1], y + 0.5))
    for x in xs:
        sheet.rules.append(Rule(x, ys[0], x + 0.5, ys[-1]))


def fill(sheet: Sheet, xs: list[float], ys: list[float], rows: list[list[str]]) -> None:
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            write(sheet, text, xs[c] + 3, ys[r] + 5, 10)


def blank(number: int = 1) -> Sheet:
    return Sheet(number, WIDTH, HEIGHT)


def read(*sheets: Sheet) -> list[Line]:
    page = Page()
    read_sheets(sheets, page)
    return page.lines


def only_table(lines: list[Line]) -> Table:
    tables = [line.table for line in lines if line.table]
    assert len(tables) == 1
    return tables[0]


LONG = "为了规范政府信息公开工作，保障公民、法人和其他组织依法获取政府信息，提高政府工作的透明度，建设法治政府，充分发挥政府信息对人民群众生产、生活和经济社会活动的服务作用，制定本办法。"
NEXT = "本办法适用于本区各级行政机关在履行行政管理职能过程中制作或者获取的，以一定形式记录、保存的信息的公开活动，法律、行政法规另有规定的，从其规定办理。"


def test_indented_rows_begin_paragraphs_and_full_rows_go_on() -> None:
    sheet = blank()
    paragraph(sheet, NEXT, paragraph(sheet, LONG, 200))
    assert [line.text for line in read(sheet)] == [LONG, NEXT]


def test_a_paragraph_goes_on_over_the_page_without_the_page_numbers_between() -> None:
    sheets = [blank(number) for number in (1, 2, 3)]
    for sheet in sheets:
        centred(sheet, f"— {sheet.number} —", 790, 12)
    paragraph(sheets[0], LONG[:60], paragraph(sheets[0], NEXT, 600))
    # the last row on the first page is full: 24 characters with the indent, 25 without
    full = LONG[: 24 + 25]
    sheets[0].glyphs.clear()
    centred(sheets[0], "— 1 —", 790, 12)
    paragraph(sheets[0], full, 700)
    paragraph(sheets[1], NEXT, paragraph(sheets[1], LONG[24 + 25 :], 80, indent=False))
    paragraph(sheets[2], NEXT, 80)
    lines = read(*sheets)
    assert [line.text for line in lines] == [LONG, NEXT, NEXT]
    assert [line.sheet for line in lines] == [1, 2, 3]
    assert lines[1].origin == "第2页"


def test_running_heads_that_differ_only_in_figures_are_no_text() -> None:
    sheets = [blank(number) for number in range(1, 6)]
    for sheet in sheets:
        write(sheet, f"某某区人民政府公报 2024年第{sheet.number}期", 90, 40, 9)
        paragraph(sheet, LONG, 120)
    assert [line.text for line in read(*sheets)] == [LONG] * 5


def test_two_sheets_lose_a_small_head_that_both_bear_and_keep_words_of_the_text() -> None:
    sheets = [blank(1), blank(2)]
    for sheet in sheets:
        write(sheet, "示例文件", 450, 60, 10)
        paragraph(sheet, LONG, 120)
    assert [line.text for line in read(*sheets)] == [LONG] * 2
    for sheet in sheets:
        sheet.glyphs.clear()
        write(sheet, "申请人须知", 240, 60, SIZE)
        paragraph(sheet, LONG, 120)
    assert [line.text for line in read(*sheets)].count("申请人须知") == 2


def test_a_number_inside_the_text_is_kept() -> None:
    sheet = blank()
    paragraph(sheet, LONG, 300)
    centred(sheet, "3", 600)
    assert read(sheet)[-1].text == "3"


def test_titles_are_centred_and_strong_and_signatures_stand_right() -> None:
    sheet = blank()
    centred(sheet, "某某区政府信息公开办法", 100, 22)
    y = paragraph(sheet, NEXT, paragraph(sheet, LONG, 200))
    write(sheet, "某某区人民政府", 360, y + 40)
    write(sheet, "2024年3月5日", 365, y + 68)
    lines = read(sheet)
    assert (lines[0].align, lines[0].strong, lines[0].heading > 0) == (Align.CENTRE, True, True)
    assert [line.align for line in lines[-2:]] == [Align.END, Align.END]
    assert [line.text for line in lines[-2:]] == ["某某区人民政府", "2024年3月5日"]


def test_two_columns_are_read_one_after_the_other() -> None:
    sheet = blank()
    centred(sheet, "公报", 60, 22)
    left, right = (60.0, 60 + 13 * SIZE), (320.0, 320 + 13 * SIZE)
    paragraph(sheet, LONG, 150, *left)
    paragraph(sheet, NEXT, 157, *right)  # the columns' rows need not stand at one height
    assert [line.text for line in read(sheet)] == ["公报", LONG, NEXT]


def test_footnotes_never_stand_inside_a_sentence() -> None:
    first, second = blank(1), blank(2)
    paragraph(first, LONG[: 24 + 25], 640)
    first.rules.append(Rule(LEFT, 720, LEFT + 120, 720.5))
    write(first, "①本办法所称政府信息，见条例第二条。", LEFT, 728, 9)
    paragraph(second, NEXT, paragraph(second, LONG[24 + 25 :], 80, indent=False))
    assert [line.text for line in read(first, second)] == [LONG, "①本办法所称政府信息，见条例第二条。", NEXT]


def test_entries_with_dot_leaders_are_links_and_a_long_one_is_whole() -> None:
    sheet = blank()
    write(sheet, "一、总体要求................................1", LEFT, 100)
    write(sheet, "二、关于进一步规范和加强全区各级行政机关政府信息公开", LEFT, 130)
    write(sheet, "工作................................12", LEFT, 158)
    lines = read(sheet)
    assert [(line.text, line.linked) for line in lines] == [
        ("一、总体要求 1", True),
        ("二、关于进一步规范和加强全区各级行政机关政府信息公开工作 12", True),
    ]


def test_merged_cells_are_counted_as_the_lines_say() -> None:
    sheet = blank()
    xs, ys = [100.0, 200.0, 300.0, 400.0], [200.0, 220.0, 240.0, 260.0]
    for y in (200.0, 240.0, 260.0):
        sheet.rules.append(Rule(100, y, 400, y + 0.5))
    sheet.rules.append(Rule(200, 220, 400, 220.5))  # none below the first heading: it goes down two rows
    for x in (100.0, 200.0, 400.0):
        sheet.rules.append(Rule(x, 200, x + 0.5, 260))
    sheet.rules.append(Rule(300, 220, 300.5, 260))  # none in the first row: a heading over two columns
    write(sheet, "项目", 120, 215, 10)
    write(sheet, "预算数", 270, 205, 10)
    fill(sheet, xs, ys, [[], ["", "收入", "支出"], ["合计", "1,200", "1,100"]])
    table = only_table(read(sheet))
    assert [[(c.text, c.rowspan, c.colspan) for c in row] for row in table.rows] == [
        [("项目", 2, 1), ("预算数", 1, 2)],
        [("收入", 1, 1), ("支出", 1, 1)],
        [("合计", 1, 1), ("1,200", 1, 1), ("1,100", 1, 1)],
    ]
    assert [[c.header for c in row] for row in table.rows] == [[True, True], [True, True], [False] * 3]


def test_double_lines_and_lines_drawn_cell_by_cell_are_one() -> None:
    sheet = blank()
    xs, ys = [100.0, 200.0, 300.0], [200.0, 220.0, 240.0]
    for r in range(2):
        for c in range(2):
            box = (xs[c] + 0.8, ys[r] + 0.8, xs[c + 1] - 0.8, ys[r + 1] - 0.8)
            ruled(sheet, [box[0], box[2]], [box[1], box[3]])
    fill(sheet, xs, ys, [["甲", "乙"], ["丙", "丁"]])
    assert only_table(read(sheet)).grid() == [["甲", "乙"], ["丙", "丁"]]


def test_a_table_open_at_its_sides_keeps_its_outer_columns() -> None:
    sheet = blank()
    xs, ys = [100.0, 200.0, 300.0, 400.0], [200.0, 220.0, 240.0]
    for y in ys:
        sheet.rules.append(Rule(100, y, 400, y + 0.5))
    for x in xs[1:-1]:
        sheet.rules.append(Rule(x, 200, x + 0.5, 240))
    fill(sheet, xs, ys, [["街道", "户数", "人数"], ["甲", "12", "34"]])
    assert only_table(read(sheet)).grid() == [["街道", "户数", "人数"], ["甲", "12", "34"]]


def test_rows_of_figures_without_lines_between_them_are_rows() -> None:
    sheet = blank()
    xs = [100.0, 200.0, 300.0, 400.0]
    ruled(sheet, xs, [200.0, 220.0, 300.0])
    rows = [
        ["项目", "上年", "本年"],
        ["人员经费", "120", "130"],
        ["公用经费", "34", "36"],
        ["合计", "154", "166"],
    ]
    fill(sheet, xs, [200.0, 224.0, 248.0, 272.0], rows)
    assert only_table(read(sheet)).grid() == rows


def test_words_over_several_rows_stay_in_one_cell() -> None:
    sheet = blank()
    xs, ys = [100.0, 200.0, 300.0], [200.0, 260.0, 320.0]
    ruled(sheet, xs, ys)
    for n, text in enumerate(["社会保障和", "就业支出的", "合计"]):
        write(sheet, text, 105, 203 + 18 * n, 10)
    write(sheet, "12.50", 250, 221, 10)
    fill(sheet, xs, [270.0], [["其他", "3"]])
    assert only_table(read(sheet)).grid() == [["社会保障和就业支出的合计", "12.50"], ["其他", "3"]]


def test_a_framed_text_is_no_table() -> None:
    sheet = blank()
    ruled(sheet, [80.0, 520.0], [180.0, 400.0])
    paragraph(sheet, LONG, 200)
    assert [line.text for line in read(sheet)] == [LONG]


def test_caption_and_unit_above_a_table_are_its_own() -> None:
    sheet = blank()
    xs, ys = [100.0, 250.0, 495.0], [200.0, 220.0, 240.0, 260.0]
    centred(sheet, "2024年部门收入预算总表", 150, 18)
    write(sheet, "编制部门：某某局", 100, 182, 10)
    write(sheet, "单位：万元", 445, 182, 10)
    ruled(sheet, xs, ys)
    fill(sheet, xs, ys, [["项目", "预算数"], ["事业收入", "12.50"], ["合计", "12.50"]])
    lines = read(sheet)
    table = only_table(lines)
    assert (table.caption, table.unit) == ("2024年部门收入预算总表", "万元")
    assert [line.text for line in lines if not line.table] == ["2024年部门收入预算总表", "编制部门：某某局"]


def broken_table(second_rows: list[list[str]], shift: float = 0.0) -> list[Line]:
    first, second = blank(1), blank(2)
    xs, ys = [100.0, 250.0, 495.0], [690.0, 710.0, 730.0, 750.0]
    ruled(first, xs, ys)
    fill(first, xs, ys, [["名称", "说明"], ["甲", "12"], ["乙", "本项工作由街道办事处会同有关部门组织"]])
    moved = [x + shift for x in xs]
    below = [80 + 20.0 * n for n in range(len(second_rows) + 1)]
    ruled(second, moved, below)
    fill(second, moved, below, second_rows)
    for sheet in (first, second):
        centred(sheet, f"- {sheet.number} -", 800, 9)
    return read(first, second)


def test_a_table_broken_over_pages_is_one_and_its_head_stands_once() -> None:
    lines = broken_table([["名称", "说明"], ["丙", "34"]], shift=40)
    assert only_table(lines).grid() == [
        ["名称", "说明"],
        ["甲", "12"],
        ["乙", "本项工作由街道办事处会同有关部门组织"],
        ["丙", "34"],
    ]
    assert lines[0].sheet == 1


def test_a_row_broken_over_pages_is_one_row() -> None:
    table = only_table(broken_table([["", "实施，每年检查一次。"], ["丙", "34"]]))
    assert [row[0] for row in table.grid()] == ["名称", "甲", "乙", "丙"]
    assert table.grid()[2][1].replace("\n", "") == "本项工作由街道办事处会同有关部门组织实施，每年检查一次。"


def test_a_table_with_other_columns_on_the_next_page_is_another() -> None:
    first, second = blank(1), blank(2)
    ruled(first, [100.0, 250.0, 495.0], [700.0, 720.0, 740.0])
    fill(first, [100.0, 250.0, 495.0], [700.0, 720.0], [["甲", "1"], ["乙", "2"]])
    ruled(second, [100.0, 180.0, 390.0, 495.0], [80.0, 100.0, 120.0])
    fill(second, [100.0, 180.0, 390.0, 495.0], [80.0, 100.0], [["丙", "3", "4"], ["丁", "5", "6"]])
    assert len([line for line in read(first, second) if line.table]) == 2


def test_a_three_line_table_has_columns_without_lines_between_them() -> None:
    sheet = blank()
    for y in (200.0, 222.0, 290.0):
        sheet.rules.append(Rule(100, y, 480, y + 0.8))
    rows = [
        ["指标", "2023年", "2024年"],
        ["户数", "120", "135"],
        ["人口", "3,400", "3,560"],
        ["面积", "12.5", "12.5"],
    ]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            write(sheet, text, [105.0, 250.0, 400.0][c], 205 + 22 * r, 10)
    assert only_table(read(sheet)).grid() == rows


def test_prose_is_never_a_table() -> None:
    sheet = blank()
    y = 100.0
    for number in range(1, 6):
        y = paragraph(sheet, f"{number}.联系人：张某某　电话：12345　地址：某某路{number}号。", y)
    assert not [line for line in read(sheet) if line.table]


def test_doubtful_characters_keep_their_places_through_the_paragraph() -> None:
    sheet = blank()
    paragraph(sheet, LONG, 200)
    index = next(i for i, glyph in enumerate(sheet.glyphs) if glyph.text == "法")
    glyph = sheet.glyphs[index]
    sheet.glyphs[index] = Glyph(
        glyph.text, glyph.x0, glyph.top, glyph.x1, glyph.bottom, glyph.size, False, 0.4
    )
    line = read(sheet)[0]
    assert [line.text[offset] for offset in line.doubtful] == ["法"]
    assert line.doubtful == (LONG.index("法"),)
    assert line.confidence < 1


def test_an_empty_sheet_gives_nothing() -> None:
    assert read(blank()) == []
    assert read() == []
