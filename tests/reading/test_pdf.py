"""PDF files: text and tables of real books, and what must be refused or told in made ones."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.reading.document import Table, Unreadable
from gongkai.reading.layout.sheet import Glyph, Sheet
from gongkai.reading.page import Page
from gongkai.reading.pdf import needs_ocr, read_pdf, sheets
from gongkai.reading.read import understand
from gongkai.reading.years import lines_of, pair_lines

MEDIA = "/MediaBox [0 0 595 842]"


def text_at(text: str, x: float, y: float, size: float = 12, mode: int = 0) -> str:
    """Chinese text in a font that every reader of PDF has."""
    return f"BT {mode} Tr /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"


def pdf_of(contents: list[str], extra: str = MEDIA, trailer: str = "", resources: str = "") -> bytes:
    """A PDF with a page for each content stream."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [{}] /Count {} >>".format(
            " ".join(f"{5 + 2 * n} 0 R" for n in range(len(contents))), len(contents)
        ),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>",
    ]
    for n, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R {extra} /Contents {6 + 2 * n} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> {resources} >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    return out


def image(x: float, y: float, wide: float, high: float) -> str:
    return f"q {wide} 0 0 {high} {x} {y} cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q"


PICTURE = image(0, 0, 595, 842)
WORDS = "某某区人民政府关于印发政府信息公开办法的通知，请认真贯彻执行。"


def test_text_is_read_with_its_place() -> None:
    page = read_pdf(pdf_of([text_at(WORDS, 100, 700)]))
    assert [line.text for line in page.lines] == [WORDS]
    sheet = next(sheets(pdf_of([text_at("公", 100, 700)])))
    assert (round(sheet.width), round(sheet.height)) == (595, 842)
    assert (round(sheet.glyphs[0].x0), round(sheet.glyphs[0].size)) == (100, 12)
    assert 125 < sheet.glyphs[0].top < 140


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_read_upright(turn: int) -> None:
    """The page is turned, and the text on it turned against that, so that a reader sees it upright."""
    set_as = {90: "0 1 -1 0 200 300", 180: "-1 0 0 -1 400 300", 270: "0 -1 1 0 200 600"}[turn]
    content = f"BT /F1 12 Tf {set_as} Tm <{'公开办法'.encode('utf-16-be').hex()}> Tj ET"
    sheet = next(sheets(pdf_of([content], f"{MEDIA} /Rotate {turn}")))
    assert [glyph.text for glyph in sorted(sheet.glyphs, key=lambda each: each.x0)] == list("公开办法")
    assert max(glyph.top for glyph in sheet.glyphs) - min(glyph.top for glyph in sheet.glyphs) < 1


def test_text_set_sideways_on_an_upright_page_is_turned_too() -> None:
    content = f"BT /F1 12 Tf 0 1 -1 0 200 300 Tm <{'公开办法'.encode('utf-16-be').hex()}> Tj ET"
    assert [line.text for line in read_pdf(pdf_of([content])).lines] == ["公开办法"]


def test_places_count_from_the_corner_of_the_crop_box() -> None:
    sheet = next(sheets(pdf_of([text_at("公", 100, 700)], f"{MEDIA} /CropBox [50 100 550 800]")))
    assert round(sheet.width) == 500
    assert round(sheet.glyphs[0].x0) == 50


def test_a_drawn_table_is_a_table() -> None:
    lines = "".join(f"100 {y} m 400 {y} l S " for y in (700, 680, 660))
    lines += "".join(f"{x} 660 0.5 40 re f " for x in (100, 250, 400))  # thin boxes are lines too
    words = [("项目", 110, 685), ("金额", 260, 685), ("合计", 110, 665), ("12", 260, 665)]
    page = read_pdf(pdf_of([lines + " ".join(text_at(text, x, y, 10) for text, x, y in words)]))
    assert [line.table.grid() for line in page.lines if line.table] == [[["项目", "金额"], ["合计", "12"]]]


def test_text_off_the_page_is_left_out_and_told() -> None:
    page = read_pdf(pdf_of([text_at(WORDS, 100, 700) + " " + text_at("看不见的文字在页外", 100, 2000)]))
    assert "看不见" not in "".join(line.text for line in page.lines)
    assert any("第1页在页面之外还有文字" in warning for warning in page.warnings)


def test_hidden_text_is_left_out_told_and_shown_to_the_clerk() -> None:
    page = read_pdf(pdf_of([text_at(WORDS, 100, 700) + " " + text_at("隐藏内容", 100, 600, mode=3)]))
    assert [line.text for line in page.lines] == [WORDS]
    assert any("隐藏" in warning for warning in page.warnings)
    assert page.concealed == ["第1页有看不见的文字：隐藏内容"]


def test_hidden_text_over_a_scan_is_its_reading() -> None:
    page = read_pdf(pdf_of([f"{PICTURE} {text_at(WORDS, 100, 700, mode=3)}"]))
    assert [line.text for line in page.lines] == [WORDS]
    assert any("识别" in warning for warning in page.warnings)


def test_pages_that_are_pictures_are_told_by_number() -> None:
    data = pdf_of([text_at(WORDS, 100, 700), PICTURE, PICTURE, PICTURE, text_at(WORDS, 100, 700), PICTURE])
    page = read_pdf(data)
    assert [line.sheet for line in page.lines] == [1, 5]
    assert any(warning.startswith("第2至4、6页是图片，没有读入") for warning in page.warnings)
    assert [needs_ocr(sheet) for sheet in sheets(data)] == [False, True, True, True, False, True]


def test_pictures_of_pages_are_given_to_the_recogniser() -> None:
    seen: list[tuple[int, float]] = []

    def recognise(picture: Any, number: int, scale: float) -> Sheet:
        seen.append((number, picture.width / scale))
        return Sheet(number, 595, 842, [Glyph("识", 100, 100, 112, 112, 12, confidence=0.5)])

    page = read_pdf(pdf_of([text_at(WORDS, 100, 700), PICTURE]), None, recognise)
    assert [number for number, _ in seen] == [2]
    assert abs(seen[0][1] - 595) < 2
    assert (page.lines[-1].text, page.lines[-1].sheet, page.lines[-1].doubtful) == ("识", 2, (0,))
    assert any("第2页是图片，文字是识别出来的" in warning for warning in page.warnings)


def test_progress_is_told_after_each_page() -> None:
    told: list[tuple[int, int]] = []
    read_pdf(pdf_of([text_at(WORDS, 100, 700)] * 3), lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


ENCRYPTED = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "41" * 32 + "> /U <" + "42" * 32 + "> >> "
    "/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"%PDF-1.4 nothing more", "损坏"),
        (pdf_of([text_at(WORDS, 100, 700)], trailer=ENCRYPTED), "密码"),
        (pdf_of([]), "没有页面"),
        (pdf_of([PICTURE]), "全是图片"),
        (pdf_of([""]), "没有文字"),
        (pdf_of([""] * 2001), "2000 页"),
        (pdf_of([text_at("\ue001\ue002\ue003\ue004\ue005\ue006\ue007", 100, 700)]), "乱码"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        read_pdf(data)
    assert str(caught.value).endswith("。")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.binary(max_size=12), st.integers(0, 12))
def test_mutated_files_are_read_or_refused(at: int, put: bytes, drop: int) -> None:
    data = pdf_of([text_at(WORDS, 100, 700) + " 100 600 m 300 600 l S", PICTURE])
    at %= len(data)
    try:
        page = read_pdf(data[:at] + put + data[at + drop :])
    except Unreadable as problem:
        assert str(problem)
    else:
        assert page.lines


def test_a_page_with_very_many_lines_is_read_in_time() -> None:
    grid = " ".join(f"{x} 0 m {x} 842 l S" for x in range(0, 595)) + " "
    grid += " ".join(f"0 {y} m 595 {y} l S" for y in range(0, 842)) + " "
    start = time.monotonic()
    read_pdf(pdf_of([grid * 20 + text_at(WORDS, 100, 700)]))
    assert time.monotonic() - start < 10


# --- real books ---------------------------------------------------------------------------------------------


def book(data: Path, name: str) -> Page:
    return read_pdf((data / "documents" / "pdf" / name).read_bytes())


def tables(page: Page) -> dict[str, Table]:
    return {line.table.caption: line.table for line in page.lines if line.table}


WANLI = "上海市普陀区万里街道办事处{}年部门预算.pdf"


@pytest.mark.data
def test_tables_of_a_budget_book_are_whole(data: Path) -> None:
    found = tables(book(data, WANLI.format(2023)))
    for caption, rows, columns, total in (
        ("2023年部门财务收支预算总表", 16, 4, "164,978,640"),
        ("2023年部门收入预算总表", 70, 9, "164,978,640"),
        ("2023年部门支出预算总表", 70, 7, "65,572,343"),
        ("2023年部门财政拨款收支预算总表", 16, 7, "164,978,640"),
        ("2023年部门一般公共预算支出功能分类预算表", 70, 7, "65,572,343"),
        ("2023年部门一般公共预算基本支出部门预算经济分类预算表", 34, 6, "15,381,432"),
    ):
        table = found[caption]
        assert (len(table.rows), table.width, table.unit) == (rows, columns, "元"), caption
        assert total in table.grid()[-1], caption


@pytest.mark.data
def test_tables_of_an_account_book_are_whole(data: Path) -> None:
    found = tables(book(data, "上海市普陀区规划和自然资源局2024年度部门决算.pdf"))
    for caption, rows, columns in (
        ("收入支出决算总表", 30, 4),
        ("收入决算表", 27, 9),
        ("支出决算表", 27, 8),
        ("财政拨款收入支出决算总表", 32, 7),
        ("一般公共预算财政拨款支出决算表", 27, 5),
        ("一般公共预算财政拨款基本支出决算表", 40, 6),
        ("财政拨款“三公”经费支出决算表", 5, 12),
    ):
        assert (len(found[caption].rows), found[caption].width, found[caption].unit) == (
            rows,
            columns,
            "万元",
        )


@pytest.mark.data
def test_lines_in_both_years_are_found(data: Path) -> None:
    books = [
        understand(book(data, WANLI.format(year)), name="", form="pdf", sha256="") for year in (2023, 2024)
    ]
    pairs = pair_lines(*books)
    shared = {(line.table, line.code) for line in lines_of(books[0]) if line.code} & {
        (line.table, line.code) for line in lines_of(books[1]) if line.code
    }
    assert len(shared) > 150
    assert len({(pair.after.table, pair.after.code) for pair in pairs} & shared) >= 0.95 * len(shared)
    assert all(pair.before.path[-1] == pair.after.path[-1] for pair in pairs)


@pytest.mark.data
def test_no_false_alarm_about_sums_in_real_books(data: Path) -> None:
    for path in sorted((data / "documents" / "pdf").glob("*部门*算.pdf")):
        assert not [w for w in read_pdf(path.read_bytes()).warnings if "分项" in w], path.name


@pytest.mark.data
def test_a_merged_cell_that_the_page_cuts_in_two_is_whole(data: Path) -> None:
    page = book(data, "淮安市2024政府信息公开年报.pdf")
    grids = [line.table for line in page.lines if line.table]
    assert [(len(each.rows), each.width) for each in grids] == [(14, 4), (28, 10), (4, 15)]
    column = [row[1] for row in grids[1].grid()]
    assert column.count("（四）无法提供") == 3
    assert all(row[0] == "三、本年度办理结果" for row in grids[1].grid()[5:26])
    assert not any(line.text.strip("- ").isdecimal() for line in page.lines if not line.table)


@pytest.mark.data
@pytest.mark.slow
def test_a_book_of_331_pages_is_read_in_a_minute(data: Path) -> None:
    start = time.monotonic()
    page = book(data, "北京市产业政策导引_2024.pdf")
    assert time.monotonic() - start < 60
    cards = [line.table for line in page.lines if line.table]
    assert len(cards) >= 145
    assert not any(line.linked for line in page.lines)  # the table of contents is not the text
