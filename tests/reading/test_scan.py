"""Scans and photographs: what they say is read, what may be wrong is marked, what cannot be read is told."""

import io
import re
import socket
import struct
import sys
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gongkai.reading.document import Unreadable
from gongkai.reading.layout.rows import DOUBT
from gongkai.reading.layout.sheet import Glyph, Sheet
from gongkai.reading.scan import read_scan, recognise, recognise_with_notes
from gongkai.reading.scan.engine import Reading
from gongkai.reading.scan.mending import mend
from tests.reading import scan_pages as made

pytestmark = pytest.mark.skipif(not made.FOLDER.is_dir(), reason="no Noto CJK typefaces on this machine")


def rows(sheet: Sheet) -> list[list[Glyph]]:
    """Glyphs by lines from the top, by place across in each: enough of an order for pages of one column."""
    found: list[list[Glyph]] = []
    for glyph in sorted(sheet.glyphs, key=lambda g: g.top + g.bottom):
        middle = (glyph.top + glyph.bottom) / 2
        for row in found:
            if row[0].top < middle < row[0].bottom:
                row.append(glyph)
                break
        else:
            found.append([glyph])
    return [sorted(row, key=lambda g: g.x0) for row in found]


def said(sheet: Sheet) -> str:
    return "".join(glyph.text for row in rows(sheet) for glyph in row)


def wrong(read: str, truth: str) -> int:
    """Levenshtein's distance."""
    above = list(range(len(truth) + 1))
    for i, a in enumerate(read, 1):
        here = [i]
        for j, b in enumerate(truth, 1):
            here.append(min(above[j] + 1, here[-1] + 1, above[j - 1] + (a != b)))
        above = here
    return above[-1]


def reading(text: str, sure: float = 1.0) -> Reading:
    return Reading(text, tuple((i + 0.5) / len(text) for i in range(len(text))), (sure,) * len(text))


# Reading


@pytest.mark.slow
@pytest.mark.parametrize(
    "turn",
    [
        pytest.param(lambda page: page, id="as it is"),
        pytest.param(lambda page: made.leaning(page, 3), id="leaning by 3 degrees"),
        pytest.param(lambda page: made.leaning(page, -2), id="leaning the other way"),
        pytest.param(lambda page: page.rotate(90, expand=True), id="on its left side"),
        pytest.param(lambda page: page.rotate(270, expand=True), id="on its right side"),
        pytest.param(lambda page: page.rotate(180), id="upside down"),
        pytest.param(made.photographed, id="photographed"),
        pytest.param(lambda page: made.photographed(made.leaning(page, -2)), id="photographed leaning"),
    ],
)
def test_a_notice_is_read_whichever_way_it_lies(turn: Any) -> None:
    sheet = recognise(turn(made.notice()), 1, made.POINT)
    truth = made.notice_text()
    assert wrong(said(sheet), truth) <= len(truth) / 100
    assert sheet.height > sheet.width
    letterhead = next(row for row in rows(sheet) if row[0].text == "清")
    assert letterhead[0].size > 1.5 * rows(sheet)[-1][0].size


@pytest.mark.slow
@pytest.mark.parametrize("turn", [lambda page: page, made.photographed], ids=["clean", "photographed"])
def test_text_under_a_red_seal_is_read_and_the_seal_is_told(turn: Any) -> None:
    page, truth = made.sealed()
    sheet, notes = recognise_with_notes(turn(page), 4, made.POINT)
    assert said(sheet) == truth
    assert notes == ["第4页有1枚红色印章，印章中的文字没有读入。"]
    (x0, top, x1, bottom) = sheet.pictures[0]
    assert x1 - x0 == pytest.approx(bottom - top, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    "turn", [lambda page: page, lambda page: made.leaning(page, 2)], ids=["straight", "leaning"]
)
def test_ruling_lines_are_found_and_cells_are_read_apart(turn: Any) -> None:
    sheet = recognise(turn(made.table()), 1, made.POINT)
    across = [rule for rule in sheet.rules if rule.x1 - rule.x0 > rule.bottom - rule.top]
    down = sorted((rule for rule in sheet.rules if rule not in across), key=lambda rule: rule.x0)
    assert (len(across), len(down)) == (6, 5)
    edges = [(rule.x0 + rule.x1) / 2 for rule in down]
    read = [
        ["".join(g.text for g in row if a < (g.x0 + g.x1) / 2 < b) for a, b in pairwise(edges)]
        for row in rows(sheet)[1:]
    ]
    assert read == made.TABLE


@pytest.mark.slow
def test_two_columns_stand_apart() -> None:
    sheet = recognise(made.columns(), 1, made.POINT)
    middle = sheet.width / 2
    assert not [g for g in sheet.glyphs if g.x0 < middle < g.x1]
    read = ""
    for half in (True, False):
        read += said(Sheet(1, 0, 0, [g for g in sheet.glyphs if (g.x1 < middle) is half]))
    truth = "".join("".join(made.NOTICE).split())
    assert wrong(read, truth) <= len(truth) / 100


@pytest.mark.slow
def test_wrong_characters_of_a_blurred_page_are_mostly_marked() -> None:
    blurred = made.notice().resize((200, 283)).resize((600, 848))
    sheet = recognise(blurred, 1, 600 / 595)
    glyphs = [glyph for row in rows(sheet) for glyph in row]
    read, truth = "".join(g.text for g in glyphs), made.notice_text()
    assert wrong(read, truth) > len(truth) / 50, "not blurred enough to prove anything"
    lost = [g for g in glyphs if g.text not in truth]
    assert lost and sum(g.confidence < DOUBT for g in lost) >= 0.7 * len(lost)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "begins", "ends"), [("397_1.png", 0, 479), ("397_2.png", 479, 1082), ("397_3.png", 1082, 1650)]
)
def test_a_real_page_has_at_most_one_wrong_character_in_a_hundred(
    data: Path, name: str, begins: int, ends: int
) -> None:
    folder = data / "documents" / "scan"
    truth = re.sub(r"\s", "", (folder / "397.txt").read_text(encoding="utf-8"))[begins:ends]
    read = "".join(re.sub(r"\s", "", line.text) for line in read_scan((folder / name).read_bytes()).lines)
    read = re.sub(r"—\d+—$", "", read)
    assert wrong(read, truth) <= len(truth) / 100


# Mending


@pytest.mark.parametrize(
    ("read", "mended"),
    [
        ("会议要求,各单位:", "会议要求，各单位："),
        ("1,268.5万元", "1,268.5万元"),
        ("上午8:30报到", "上午8:30报到"),
        ("网址http://a.cn/", "网址http://a.cn/"),
        ("里程(公里)", "里程（公里）"),
        ('称为"补助"', "称为“补助”"),
        ("国发[2019]5号", "国发〔2019〕5号"),
        ("国发【2019]5号", "国发〔2019〕5号"),
        ("国发(2019）5号", "国发（2019）5号"),
        ("函数f(x)的值", "函数f(x)的值"),
        ("（2019）京01民初5号", "（2019）京01民初5号"),
        ("二0一九年", "二〇一九年"),
        ("5月1曰", "5月1日"),
        ("1O5万元", "105万元"),
        ("-2一", "—2—"),
        ("Notes: a, b", "Notes: a, b"),
    ],
)
def test_marks_and_lookalikes_are_settled_where_the_context_leaves_no_choice(read: str, mended: str) -> None:
    assert mend(reading(read)).text == mended


def test_what_was_changed_by_context_and_unsure_twins_are_doubtful() -> None:
    changed = mend(reading("5月1曰"))
    assert [sure < DOUBT for sure in changed.confidences] == [False, False, False, True]
    assert mend(reading("自己", 0.95)).confidences[1] < DOUBT
    assert mend(reading("自己", 0.999)).confidences[1] > DOUBT
    assert mend(reading("会议,各", 0.99)).confidences == (0.99,) * 4, "a wide comma is no other character"


# Files that cannot be read


def sentence(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_scan(data)
    text = str(caught.value)
    assert text.endswith("。") and re.search("请", text)
    return text


def huge_png(width: int, height: int) -> bytes:
    """A png of a few hundred bytes that says that it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    assert "6000 万像素" in sentence(huge_png(side, side))


def test_a_tiff_whose_second_page_is_a_bomb_is_refused() -> None:
    pages = [Image.new("1", (900, 900), 1), Image.new("1", (9000, 9000), 1)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    assert "6000 万像素" in sentence(buffer.getvalue())


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "WEBP"])
def test_a_picture_cut_off_is_told(form: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    whole = made.encoded(Image.fromarray(noise), form)
    for part in (whole[: len(whole) // 2], whole[:40]):
        assert "损坏" in sentence(part)


def test_empty_and_foreign_bytes_are_told() -> None:
    assert "空" in sentence(b"")
    assert "损坏" in sentence(b"%PDF-1.7 and so on")
    assert "损坏" in sentence(b"GIF89a" + b"\0" * 100)


def test_a_picture_too_small_to_hold_a_line_is_told() -> None:
    assert "1×1 像素" in sentence(made.encoded(Image.new("RGB", (1, 1))))


@pytest.mark.parametrize("size", [(32, 900_000), (900_000, 32), (40, 40), (33, 5000)])
def test_a_picture_that_is_all_length_holds_no_text(size: tuple[int, int]) -> None:
    assert "没有找到文字" in sentence(made.encoded(Image.new("1", size, 1)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_a_blank_picture_of_any_kind_is_told(mode: str) -> None:
    picture = Image.new(mode, (300, 400))
    assert "没有找到文字" in sentence(made.encoded(picture, "TIFF"))


def test_a_blank_page_from_a_pdf_is_a_sheet_without_glyphs() -> None:
    sheet = recognise(Image.new("RGB", (595, 842), "white"), 3, 1.0)
    assert (sheet.number, sheet.width, sheet.height, sheet.glyphs, sheet.rules) == (3, 595, 842, [], [])


def test_without_the_recogniser_the_clerk_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    text = sentence(made.encoded(Image.new("RGB", (300, 300), "white")))
    assert "make ocr" in text and "docx" in text
    with pytest.raises(Unreadable):
        recognise(Image.new("RGB", (300, 300)), 1, 1.0)


def test_nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai.reading.scan import engine

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    engine._load.cache_clear()
    page = made.blank((800, 300))
    made.write(page, ["联系电话：0571-86345210。"], top=100, left=60, right=780)
    assert said(recognise(page, 1, made.POINT)) == "联系电话：0571-86345210。"


def test_a_recogniser_without_its_models_is_told_not_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import rapidocr

    from gongkai.reading.scan import engine

    monkeypatch.setattr(rapidocr, "__file__", str(tmp_path / "rapidocr" / "__init__.py"))
    engine._load.cache_clear()
    assert "缺少模型" in sentence(made.encoded(Image.new("RGB", (300, 300), "white")))
    engine._load.cache_clear()


# Whole files


@pytest.mark.slow
def test_a_tiff_of_many_pages_is_read_page_by_page() -> None:
    first, blank, last = made.blank((1000, 500)), made.blank((1000, 500)), made.blank((1000, 500))
    made.write(first, ["关于公布办事指南的通告"], left=60, right=940, top=100)
    made.write(last, ["特此通告。"], left=60, right=940, top=100)
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=[blank, last], dpi=(200, 200))
    told: list[tuple[int, int]] = []
    page = read_scan(buffer.getvalue(), lambda done, total: told.append((done, total)))
    assert [(line.text, line.sheet) for line in page.lines] == [
        ("关于公布办事指南的通告", 1),
        ("特此通告。", 3),
    ]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert page.warnings == ["第2页上没有找到文字，请核对它是否为空白页。"]


@pytest.mark.slow
def test_the_camera_s_word_on_which_way_is_up_is_heeded() -> None:
    page = made.blank((1000, 500))
    made.write(page, ["关于公布办事指南的通告"], left=60, right=940, top=100)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be seen, the picture must be turned clockwise
    data = made.encoded(page.rotate(90, expand=True), "JPEG", exif=exif, quality=92)
    assert [line.text for line in read_scan(data).lines] == ["关于公布办事指南的通告"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "turn",
    [lambda page: page, lambda page: made.leaning(page, 2), made.photographed],
    ids=["straight", "leaning", "photographed"],
)
def test_a_ruled_table_becomes_a_table(turn: Any) -> None:
    lines = read_scan(made.encoded(turn(made.table()))).lines
    assert [line.table.grid() for line in lines if line.table] == [made.TABLE]
    assert lines[0].text == "各乡镇养护资金分配情况见下表："


@pytest.mark.slow
def test_two_columns_and_a_signature_under_its_seal_are_read_in_order() -> None:
    read = [line.text for line in read_scan(made.encoded(made.columns())).lines]
    assert [line.split("，")[0][:8] for line in read] == [
        line.strip()[:8] for line in map(first_clause, made.NOTICE)
    ]
    page, _ = made.sealed()
    assert [line.text for line in read_scan(made.encoded(page)).lines][1:] == [
        "清源县交通运输局",
        "2023年3月18日",
    ]


def first_clause(paragraph: str) -> str:
    return paragraph.strip().split("，")[0]


@pytest.mark.slow
def test_doubtful_characters_reach_the_lines() -> None:
    page = made.notice().resize((200, 283)).resize((600, 848))
    lines = [line for line in read_scan(made.encoded(page)).lines if line.text]
    assert any(line.doubtful for line in lines)
    assert all(0 <= at < len(line.text) for line in lines for at in line.doubtful)
    assert min(line.confidence for line in lines) < 1
