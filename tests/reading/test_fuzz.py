"""Real files of every format, spoilt in many ways, and bytes of no format at all: read or refused in a sentence, never a crash."""

import io
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from gongkai.reading.apart import read_apart
from gongkai.reading.document import OfficialDocument, Unreadable
from gongkai.reading.formats import detect
from gongkai.reading.read import read, read_here
from gongkai.reading.zipped import DAMAGED

from .planting import SAMPLES
from .soffice import converted, needs_soffice
from .test_ofd import ofd, words
from .test_pdf import pdf_of, text_at
from .test_refusals import zipped

# Formats whose readers are Python or well behaved enough to be run here; a crash of the others would end the tests.
HERE = {"docx", "html", "txt", "xlsx", "xls", "ofd"}
Change = Callable[[bytes, random.Random], bytes]


def docx() -> bytes:
    return (SAMPLES / "02_canteen_rules.docx").read_bytes()


def html() -> bytes:
    return (SAMPLES / "07_meal_point_rules.html").read_bytes()


def txt() -> bytes:
    return "关于公开的通知\n各街道：\n一、总则。\n（一）范围。根据《办法》第三条第二款。\n示例区政府\n2024年3月1日\n".encode()


def pdf() -> bytes:
    return pdf_of(
        [text_at("关于公开的通知", 200, 780, 16) + text_at("一、总则。为了公开，制定本办法。", 80, 700)] * 2
    )


def xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["预算表", None, None], ["项目", "本年", "上年"], ["教育", 12.5, 11], ["合计", 12.5, 11]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def page() -> bytes:
    return ofd(words("关于公开的通知"), words("一、总则。", 'DeltaX="g 3 5 5"'))


def eml() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.cn", "b@example.cn", "关于公开的通知"
    message.set_content("请查收。")
    message.add_attachment(txt(), maintype="text", subtype="plain", filename="通知.txt")
    message.add_attachment(docx(), maintype="application", subtype="octet-stream", filename="办法.docx")
    return message.as_bytes()


def archive() -> bytes:
    return zipped({"通知.txt": txt(), "附件/表.html": html(), "包.zip": zipped({"a.txt": txt()})})


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (200, 100), 255).save(buffer, "PNG")
    return buffer.getvalue()


def rtf() -> bytes:
    return b"{\\rtf1\\ansi {\\b Notice} of the office.\\par One.}"


MAKERS = {
    "docx": docx,
    "html": html,
    "txt": txt,
    "xlsx": xlsx,
    "ofd": page,
    "eml": eml,
    "zip": archive,
    "pdf": pdf,
}


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def flip(data: bytes, dice: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(dice.choice([1, 3, 30])):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def drop(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice([1, 10, 500]) :]


def repeat(data: bytes, dice: random.Random) -> bytes:
    at, long = dice.randrange(len(data)), dice.choice([5, 100, 1000])
    return data[:at] + data[at : at + long] * dice.choice([2, 20]) + data[at:]


def blank(data: bytes, dice: random.Random) -> bytes:
    at, long = dice.randrange(len(data)), dice.choice([4, 64, 700])
    return data[:at] + dice.choice([b"\0", b"\xff", b" "]) * long + data[at + long :]


def inside(data: bytes, dice: random.Random) -> bytes:
    """An entry of the archive spoilt, and the archive whole: what is behind the checksum is reached only so."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
    except (*DAMAGED, RuntimeError):
        return flip(data, dice)
    if not files:  # spoilt before so that its list of entries is empty
        return flip(data, dice)
    name = dice.choice(sorted(files))
    files[name] = dice.choice([cut, flip, drop, repeat, blank])(files[name] or b"x", dice)
    return zipped(files)


CHANGES: list[Change] = [cut, flip, drop, repeat, blank, inside, inside]


def survives(data: bytes, *, apart: bool = False) -> bool:
    """True if it is read; False if it is refused as it should be."""
    try:
        form = detect(data)
        if form in HERE and not apart:
            found = read_here(data, form)
        elif apart and form not in {"zip", "eml"}:
            found = read_apart(data, form)
        else:
            found = read(data)
    except Unreadable as refusal:
        assert str(refusal).endswith("。") and "Error" not in str(refusal), str(refusal)
        return False
    except RecursionError:
        return False  # told by read()
    assert isinstance(found, OfficialDocument)
    return True


def spoilt(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    for _ in range(count):
        changed = data
        for _ in range(dice.choice([1, 1, 2, 4])):
            changed = dice.choice(CHANGES)(changed or b"x", dice)
        yield changed


@pytest.mark.parametrize("name", sorted(set(MAKERS) - {"pdf"}))
def test_a_spoilt_file_is_read_or_refused_in_a_sentence(name: str) -> None:
    data = MAKERS[name]()
    assert survives(data)
    for changed in spoilt(data, 20, 12):
        if detect_or_none(changed) in {"pdf", "image", "doc", "rtf"}:
            continue
        survives(changed)


def detect_or_none(data: bytes) -> str | None:
    try:
        return detect(data)
    except Unreadable:
        return None


@pytest.mark.parametrize("make", [pdf, png, rtf])
def test_a_spoilt_file_of_a_heavy_format_is_read_or_refused_in_a_sentence(make: Callable[[], bytes]) -> None:
    for changed in spoilt(make(), 7, 1):
        survives(changed, apart=True)


@pytest.mark.parametrize("name", sorted(set(MAKERS) - {"pdf"}))
def test_a_file_cut_at_every_tenth_is_read_or_refused_in_a_sentence(name: str) -> None:
    data = MAKERS[name]()
    for tenth in range(10):
        survives(data[: len(data) * tenth // 10])


@pytest.mark.slow
@pytest.mark.parametrize("make", [pdf, png, rtf])
def test_a_heavy_file_cut_at_every_tenth_is_read_or_refused_in_a_sentence(make: Callable[[], bytes]) -> None:
    data = make()
    for tenth in range(10):
        survives(data[: len(data) * tenth // 10], apart=True)


MAGICS = [
    b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0",
    b"II*\0", b"MM\0*", b"BM", b"RIFF    WEBP", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"<html>", b"<!DOCTYPE html>",
    b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"From: a\r\nTo: b\r\nMIME-Version: 1.0\r\n\r\n",
]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(MAGICS), st.binary(max_size=600))
def test_bytes_behind_the_magic_of_a_format_are_told_apart(magic: bytes, rest: bytes) -> None:
    form = detect_or_none(magic + rest)
    if form in HERE | {"zip", "eml"}:
        survives(magic + rest)


LETTERS = st.sampled_from(
    list(
        "第一二三十条款项（）()《》〔〕年月日号附件：:、，。 \t\n\r\0\u202e\u3000\ufeff1234567890关于的通知办法令局★"
    )
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(LETTERS, max_size=400))
def test_any_text_of_the_marks_that_documents_are_made_of_is_read(text: str) -> None:
    survives(text.encode() or b" ")


NAMES = ["a.pdf", "a.docx", "a.xls", "a.png", "a", "../../a.html", "\u202e\0.eml"]


@pytest.mark.parametrize(
    ("taken", "named"), list(zip(["docx", "html", "txt", "xlsx", "ofd", "eml", "zip"], NAMES, strict=True))
)
def test_the_name_of_a_file_changes_nothing(taken: str, named: str) -> None:
    assert read(MAKERS[taken](), named).format == taken


# --- long runs ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(MAKERS) - {"pdf"}))
def test_many_spoilt_files_are_read_or_refused_in_a_sentence(name: str) -> None:
    read_ones, until = 0, time.monotonic() + 20
    for changed in spoilt(MAKERS[name](), 1, 100_000):
        if time.monotonic() > until:
            break
        if detect_or_none(changed) not in {"pdf", "image", "doc", "rtf"}:
            read_ones += survives(changed)
    assert read_ones


@pytest.mark.slow
@pytest.mark.parametrize("make", [pdf, png])
def test_many_spoilt_files_of_a_heavy_format_are_read_or_refused(make: Callable[[], bytes]) -> None:
    until = time.monotonic() + 20
    for changed in spoilt(make(), 2, 1000):
        survives(changed, apart=True)
        if time.monotonic() > until:
            break


@pytest.mark.slow
@needs_soffice
@pytest.mark.parametrize(
    ("suffix", "to", "make"), [(".docx", "doc", docx), (".docx", "rtf", docx), (".xlsx", "xls", xlsx)]
)
def test_old_office_files_that_are_spoilt_are_read_or_refused(
    suffix: str, to: str, make: Callable[[], bytes], tmp_path: Path
) -> None:
    data = converted(make(), suffix, to, tmp_path)
    assert survives(data, apart=True)
    for changed in spoilt(data, 3, 8):
        survives(changed, apart=True)


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    ["pdf/上海市普陀区财政局2025年部门预算.pdf", "gov_cn", "guangzhou"],
    ids=["pdf", "gov_cn", "guangzhou"],
)
def test_real_files_that_are_spoilt_are_read_or_refused(data: Path, name: str) -> None:
    place = data / "documents" / name
    files = sorted(place.glob("*.html"))[:6] if place.is_dir() else [place]
    assert files
    for path in files:
        for changed in spoilt(path.read_bytes(), len(files), 5):
            survives(changed, apart=path.suffix == ".pdf")
