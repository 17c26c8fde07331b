"""Broken and hostile spreadsheets are refused in a sentence, with bounds on time and memory."""

from collections.abc import Callable

import pytest
from openpyxl import Workbook

from gongkai.reading.apart import read_apart
from gongkai.reading.document import Unreadable
from gongkai.reading.sheets import read_xls, read_xlsx
from tests.reading.soffice import directory, needs_soffice
from tests.reading.test_spreadsheets import MAIN, budget, changed, saved, tables, texts, with_sheet


def cells(columns: str, rows: int, value: str = "<v>1.5</v>") -> str:
    return (
        "<sheetData>"
        + "".join(
            f'<row r="{r}">{"".join(f"""<c r="{c}{r}" s="0">{value}</c>""" for c in columns)}</row>'
            for r in range(1, rows + 1)
        )
        + "</sheetData>"
    )


def test_places_far_apart_and_ranges_over_the_whole_worksheet_cost_nothing() -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert texts(read_xlsx(with_sheet(f"<sheetData>{far}</sheetData>"))) == ["1", "2"]
    page = read_xlsx(with_sheet(cells("AB", 3) + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))
    assert page.lines
    hidden = f'<cols><col min="3" max="16384" hidden="1"/></cols>{cells("AB", 3)}'
    assert tables(read_xlsx(with_sheet(hidden)))[0].width == 2


@pytest.mark.parametrize(
    "inside",
    [
        cells("AB", 200_000),
        cells("ABCDEFGHIJ", 101_000, ""),
        cells("AB", 20_000) + "<mergeCells>" + '<mergeCell ref="A1:XFD20000"/>' * 50_000 + "</mergeCells>",
        "<sheetData>"
        + "".join(f'<row r="{r}"><c r="{"AZ"[r % 2]}{r}"><v>1</v></c></row>' for r in range(1, 99_999)),
        "<sheetData><row",
        cells("A", 70_000),
    ],
    ids=["two hundred thousand rows", "empty cells", "ranges over one another", "scattered", "cut", "lines"],
)
def test_what_is_too_large_or_broken_is_refused_in_a_sentence_within_bounds(inside: str) -> None:
    data = with_sheet(inside)
    # In the child that may have a gigabyte and ten seconds; who runs into these is told in other words.
    with pytest.raises(Unreadable, match=r"。$") as refusal:
        read_apart(data, "xlsx")
    assert "异常中止" not in str(refusal.value) and "已停止" not in str(refusal.value)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/sharedStrings.xml"]
)
def test_entities_are_refused_in_every_part(part: str) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "a"}">' for n in range(10))
    bomb = f"<!DOCTYPE x [{entities}]><x>&a9;</x>".encode()
    with pytest.raises(Unreadable, match=r"。$"):
        read_xlsx(changed(saved(budget()), {part: bomb}))


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        cut(saved(budget())),
        saved(Workbook()),
        changed(saved(budget()), {"xl/workbook.xml": b"<workbook/>"}),
        changed(saved(budget()), {"xl/_rels/workbook.xml.rels": b"<a"}),
        changed(saved(budget()), {"xl/workbook.bin": b"x"}),
    ],
    ids=["nothing", "no zip", "cut", "empty workbook", "no worksheets", "broken relations", "xlsb"],
)
def test_broken_and_empty_workbooks_are_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"。$"):
        read_xlsx(data)


def test_style_sheets_that_say_nothing_sensible_do_not_stop_the_reading() -> None:
    odd = f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="x"/></numFmts><cellXfs><xf numFmtId="-1" fontId="99"/></cellXfs></styleSheet>'
    assert tables(read_xlsx(changed(saved(budget()), {"xl/styles.xml": odd.encode()})))[0].width == 6


@needs_soffice
@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        lambda d: d[:512],
        lambda d: d[:600] + bytes(len(d) - 600),
        lambda d: d[:2048] + b"\xff" * 4096 + d[6144:],
    ],
    ids=["cut", "header alone", "zeroes", "overwritten"],
)
def test_a_broken_old_workbook_is_refused_in_a_sentence_or_read(
    old: bytes, spoil: Callable[[bytes], bytes]
) -> None:
    try:
        assert read_xls(spoil(old)).lines
    except Unreadable as refusal:
        assert str(refusal).endswith("。")


@needs_soffice
def test_an_old_workbook_with_every_byte_range_damaged_never_crashes(old: bytes) -> None:
    refused = 0
    for at in range(0, len(old), max(1, len(old) // 60)):
        damaged = old[:at] + b"\xfe\xff\x00\x80" + old[at + 4 :]
        try:
            read_xls(damaged)
        except Unreadable:
            refused += 1
    assert refused


def test_an_encrypted_workbook_is_told() -> None:
    # RC4 in the old format: a FILEPASS record (0x2F) behind the beginning of the workbook (BOF).
    stream = (
        b"\x09\x08\x10\x00" + b"\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00\x06\x00" + bytes(6) + bytes(4096)
    )
    with pytest.raises(Unreadable, match="加密"):
        read_xls(stream)


def test_an_encrypted_new_workbook_comes_in_a_compound_file_and_is_told() -> None:
    with pytest.raises(Unreadable, match="加密"):
        read_xls(directory("EncryptionInfo", "EncryptedPackage"))
