"""What cannot be read is refused in one Chinese sentence that says what to do; what looks odd but can be read is read."""

import io
import re
import subprocess
import sys
import time
import zipfile

import pytest
from docx import Document

from gongkai.reading.document import Unreadable
from gongkai.reading.read import read
from tests.reading.packing import zipped

from .planting import SAMPLES

WORD = (SAMPLES / "02_canteen_rules.docx").read_bytes()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_with(document_xml: bytes) -> bytes:
    """A Word file whose main part is ``document_xml``."""
    with zipfile.ZipFile(io.BytesIO(WORD)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | {"word/document.xml": document_xml})


def locked(data: bytes) -> bytes:
    """The same archive with every entry marked as encrypted."""
    out = bytearray(data)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = out.find(magic)
        while place >= 0:
            out[place + at] |= 1
            place = out.find(magic, place + 4)
    return bytes(out)


def blank_word() -> bytes:
    buffer = io.BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    """Under a megabyte that unpacks to half a gigabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with zipfile.ZipFile(io.BytesIO(WORD)) as source:
            for name in source.namelist():
                if name != "word/document.xml":
                    archive.writestr(name, source.read(name))
        with archive.open("word/document.xml", "w", force_zip64=True) as entry:
            entry.write(f"<w:document {W}><w:body><w:p><w:r><w:t>".encode())
            for _ in range(512):
                entry.write(b"a" * (1 << 20))
            entry.write(b"</w:t></w:r></w:p></w:body></w:document>")
    return buffer.getvalue()


UNREADABLE = {
    "empty": b"",
    "only spaces": " \n\t　\r\n".encode(),
    "only a byte order mark": b"\xef\xbb\xbf",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64),
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024),
    "zip of programs": zipped({"a.exe": b"MZ" + bytes(64)}),
    "empty zip": zipped({}),
    "spreadsheet": zipped({"xl/workbook.xml": b"<workbook/>"}),
    "word cut short": WORD[: len(WORD) // 2],
    "word without its end": WORD[:-30],
    "word with a broken document": word_with(b"<w:document"),
    "word without text": blank_word(),
    "locked word": locked(WORD),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(range(256)),
    "gzip": b"\x1f\x8b\x08\x00" + bytes(range(256)),
    "binary": bytes(range(256)) * 8,
    "zero bytes": bytes(4096),
    "page without text": b"<!DOCTYPE html><html><head><title></title></head><body><img src=a.png></body></html>",
    "page of scripts": b"<html><body><script>var a='1';</script><style>p{}</style></body></html>",
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_the_refusal_is_one_chinese_sentence_that_says_what_to_do(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data, "file")
    sentence = str(refused.value)
    assert sentence.endswith("。") and sentence.count("。") == 1, sentence
    assert "请" in sentence, sentence
    assert len(re.findall(r"[\u4e00-\u9fff]", sentence)) > 10, sentence
    assert not re.search(r"Error|Exception|Traceback|0x", sentence), sentence


def test_the_refusal_names_what_the_file_is() -> None:
    for kind, word in (
        ("pdf", "PDF"),
        ("spreadsheet", "表格"),
        ("locked word", "加密"),
        ("empty", "空"),
        ("zip of programs", "a.exe"),
    ):
        with pytest.raises(Unreadable, match=word):
            read(UNREADABLE[kind], "file")


def test_a_zip_bomb_is_refused_at_once_and_says_what_to_do() -> None:
    data = bomb()
    assert len(data) < 2_000_000
    start = time.perf_counter()
    with pytest.raises(Unreadable, match="请"):
        read(data, "bomb.docx")
    assert time.perf_counter() - start < 2


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def test_an_entity_bomb_in_word_is_harmless() -> None:
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "公开公开">{LAUGHS}]><w:document {W}><w:body><w:p><w:r><w:t>正文&a9;</w:t></w:r></w:p></w:body></w:document>'
    start = time.perf_counter()
    try:
        assert len(read(word_with(xml.encode()), "laughs.docx").text) < 100_000
    except Unreadable as refused:
        assert "请" in str(refused)
    assert time.perf_counter() - start < 5


def test_a_word_file_reads_no_file_of_the_machine() -> None:
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:body><w:p><w:r><w:t>正文&x;内容</w:t></w:r></w:p></w:body></w:document>'
    try:
        assert "root:" not in read(word_with(xml.encode()), "outside.docx").text
    except Unreadable as refused:
        assert "请" in str(refused)


def test_an_entity_bomb_in_a_page_is_harmless() -> None:
    start = time.perf_counter()
    document = read(
        f'<!DOCTYPE html [<!ENTITY a0 "公开公开">{LAUGHS}]><html><body><p>为了规范公开工作，制定本办法。&a9;</p></body></html>'.encode(),
        "laughs.html",
    )
    assert time.perf_counter() - start < 5
    assert "制定本办法" in document.text and len(document.text) < 10_000


@pytest.mark.parametrize("depth", [500, 2_000])
def test_a_deeply_nested_page_is_read_all_the_same(depth: int) -> None:
    data = b"<html><body>" + b"<div>" * depth + "为了规范公开工作，制定本办法。".encode()
    assert "制定本办法" in read(data, "deep.html").text


def test_a_page_nested_without_end_is_dealt_with_in_ten_seconds() -> None:
    """In a child process: it could not be stopped here."""
    data = b"<html><body>" + b"<div>" * 100_000 + "为了规范公开工作，制定本办法。".encode()
    code = (
        "import sys; from gongkai.reading.read import Unreadable, read\n"
        "try: read(sys.stdin.buffer.read(), 'deep.html')\n"
        "except Unreadable as refused: assert '请' in str(refused)"
    )
    subprocess.run([sys.executable, "-c", code], input=data, check=True, timeout=10, capture_output=True)


def test_a_long_line_does_no_harm() -> None:
    start = time.perf_counter()
    read(("为了规范公开工作（" * 100_000).encode(), "long.txt")
    assert time.perf_counter() - start < 10


PAGE = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body><p>经办人王喆、朱镕，联系人李㛃。</p></body></html>'


@pytest.mark.parametrize("declared", ["gb2312", "gbk", "gb18030", "GB2312", "utf-8", ""])
def test_a_page_in_gb18030_is_read_whatever_it_declares(declared: str) -> None:
    assert "经办人王喆、朱镕，联系人李㛃。" in read(PAGE.format(declared).encode("gb18030"), "old.html").text


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_pages_are_read_whatever_they_declare(encoding: str, declared: str) -> None:
    assert "经办人王喆、朱镕，联系人李㛃。" in read(PAGE.format(declared).encode(encoding), "page.html").text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_is_read_in_every_encoding_in_use(encoding: str) -> None:
    assert (
        "经办人王喆、朱镕。"
        in read("关于公开工作的通知\n\n经办人王喆、朱镕。\n".encode(encoding), "a.txt").text
    )


def test_the_name_of_the_file_does_not_decide() -> None:
    assert read(WORD, "rules.html").format == "docx"
    assert (
        read("<html><body><p>为了规范公开工作，制定本办法。</p></body></html>".encode(), "page.docx").format
        == "html"
    )
    with pytest.raises(Unreadable):
        read(UNREADABLE["pdf"], "file.txt")
