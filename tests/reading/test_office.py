"""Old Word, WPS and RTF files go through LibreOffice and leave nothing behind; without it the reader says so."""

import io
import os
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docx import Document

from gongkai.reading import office
from gongkai.reading.document import Unreadable
from gongkai.reading.office import convert, read_office
from gongkai.reading.ole import ole_kind, stream

from .soffice import converted, directory, needs_soffice


def word(text: str = "一、总体要求") -> bytes:
    document = Document()
    document.add_paragraph("关于开展检查的通知")
    document.add_paragraph(text)
    table = document.add_table(2, 3, style="Table Grid")
    for n, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{n}"
    document.add_paragraph("示例区水务局")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def doc(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return converted(word(), ".docx", "doc", tmp_path_factory.mktemp("doc"))


@pytest.fixture(scope="module")
def rtf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return converted(word(), ".docx", "rtf", tmp_path_factory.mktemp("rtf"))


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test alone, to see what is left in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["WordDocument", "1Table"], "doc"),
        (["Workbook"], "xls"),
        (["Book"], "xls"),
        (["PowerPoint Document", "Current User"], "ppt"),
        (["__properties_version1.0", "__nameid_version1.0"], "msg"),
        (["EncryptionInfo", "EncryptedPackage"], "encrypted"),
        (["a", "b", "c", "d", "e", "f", "WordDocument"], "doc"),
        (["Contents"], ""),
    ],
)
def test_compound_files_are_told_apart_by_their_streams(names: list[str], kind: str) -> None:
    assert ole_kind(directory(*names)) == kind


@needs_soffice
def test_a_stream_is_found_with_its_content(doc: bytes) -> None:
    assert ole_kind(doc) == "doc"
    assert (stream(doc, "WordDocument") or b"")[:2] == b"\xec\xa5"
    assert stream(doc, "no such") is None


@pytest.mark.parametrize(
    "data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024), directory("Workbook")[:400]]
)
def test_a_broken_directory_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"。$"):
        ole_kind(data)


def test_chains_that_lead_in_circles_end() -> None:
    data = bytearray(directory(*(f"s{n}" for n in range(12))))
    struct.pack_into("<I", data, 512 + 4, 1)
    begun = time.process_time()
    assert ole_kind(bytes(data)) == ""
    assert time.process_time() - begun < 2


@needs_soffice
@pytest.mark.parametrize("form", ["doc", "wps", "rtf"])
def test_paragraphs_and_tables_are_read(form: str, doc: bytes, rtf: bytes, rooms: Path) -> None:
    page = read_office(rtf if form == "rtf" else doc, form)
    assert [line.text for line in page.lines if not line.table] == [
        "关于开展检查的通知",
        "一、总体要求",
        "示例区水务局",
    ]
    (table,) = [line.table for line in page.lines if line.table]
    assert table.grid() == [["格0", "格1", "格2"], ["格3", "格4", "格5"]]
    assert list(rooms.iterdir()) == []


@needs_soffice
def test_two_conversions_at_once_do_not_disturb_each_other(tmp_path: Path, rooms: Path) -> None:
    files = [converted(word(text), ".docx", "rtf", tmp_path) for text in ("甲方意见", "乙方意见")]
    for folder in list(rooms.iterdir()):
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda data: read_office(data, "rtf"), files))
    assert [page.lines[1].text for page in pages] == ["甲方意见", "乙方意见"]
    assert list(rooms.iterdir()) == []


def test_without_libreoffice_the_reader_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "soffice", lambda: None)
    with pytest.raises(Unreadable, match=r"LibreOffice.*没有安装.*。$"):
        read_office(b"{\\rtf1 x}", "rtf")


@pytest.mark.parametrize(
    ("names", "word"), [(["EncryptedPackage"], "加密"), (["Workbook"], "不是 Word")], ids=["encrypted", "xls"]
)
def test_what_is_no_word_file_never_reaches_libreoffice(
    names: list[str], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "convert", lambda *_: pytest.fail("it was started"))
    with pytest.raises(Unreadable, match=f"{word}.*。"):
        read_office(directory(*names), "doc")


def program(folder: Path, script: str) -> str:
    """A program that stands in for LibreOffice."""
    path = folder / "stand-in"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(path: Path) -> int:
    for _ in range(100):
        if path.exists() and path.read_text().strip():
            return int(path.read_text())
        time.sleep(0.05)
    pytest.fail("the stand-in did not start")


def gone(pid: int) -> bool:
    for _ in range(60):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_a_program_that_does_not_end_is_stopped_with_all_that_it_started(
    tmp_path: Path, rooms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "pid"
    monkeypatch.setattr(office, "soffice", lambda: program(tmp_path, f"sleep 60 & echo $! > {note}; wait"))
    begun = time.monotonic()
    with pytest.raises(Unreadable, match=r"没有读完.*。$"):
        convert(b"x", ".rtf", seconds=0.5)
    assert time.monotonic() - begun < 5
    assert gone(wait_for(note))
    assert not [path for path in rooms.iterdir() if path.name.startswith("gongkai-office")]


def test_were_we_killed_the_program_ends_and_its_folder_goes(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    stand_in = program(tmp_path, f"sleep 60 & echo $! > {note}; wait")
    code = (
        "from gongkai.reading import office; "
        f"office.soffice = lambda: {stand_in!r}; office.convert(b'secret', '.rtf', seconds=50)"
    )
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    ours = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(rooms)})
    try:
        child = wait_for(note)
        assert len(list(rooms.iterdir())) == 1
    finally:
        ours.kill()
        ours.wait()
    assert gone(child)
    for _ in range(60):
        if not list(rooms.iterdir()):
            break
        time.sleep(0.05)
    assert list(rooms.iterdir()) == []


def test_nobody_else_can_look_into_the_folder_and_no_proxy_or_display_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "seen"
    monkeypatch.setenv("GONGKAI_SECRET_KEY", "x")
    monkeypatch.setattr(office, "soffice", lambda: program(tmp_path, f"(stat -c %a . in.rtf; env) > {note}"))
    with pytest.raises(Unreadable, match=r"不能读取.*。$"):
        convert(b"x", ".rtf", seconds=5)
    seen = note.read_text().splitlines()
    assert seen[:2] == ["700", "600"]
    assert not any(line.startswith(("GONGKAI_", "DISPLAY=", "http_proxy=")) for line in seen)


@needs_soffice
def test_a_broken_file_is_refused_in_a_sentence_or_read(doc: bytes) -> None:
    try:
        assert read_office(doc[: len(doc) // 2], "doc").lines
    except Unreadable as refusal:
        assert str(refusal).endswith("。")
