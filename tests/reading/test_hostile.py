"""Files made to do harm: each ends in time, within its memory, with one sentence, and leaves nothing behind."""

import base64
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai.reading.document import Unreadable
from gongkai.reading.read import read

from .soffice import converted, directory, needs_soffice
from .test_ofd import ofd, path, words
from .test_pdf import MEDIA, pdf_of, text_at
from .test_refusals import WORD, W, word_with, zipped
from .test_secrecy import BODY, TITLE, leaf, needs_ocr, picture, web, word

ROOT = Path(__file__).resolve().parents[2]
P = "<w:p><w:r><w:t>公开</w:t></w:r></w:p>"


# --- refusals ----------------------------------------------------------------------------------------------------


def nested_zip(depth: int) -> bytes:
    data = zipped({"a.txt": "\n".join(BODY).encode()})
    for n in range(depth):
        data = zipped({"n.zip": data, f"{n}.txt": "\n".join(BODY).encode()})
    return data


def test_zips_in_zips_are_opened_to_a_depth_and_what_is_deeper_is_told() -> None:
    document = read(nested_zip(10), "n.zip")
    assert any("没有打开" in warning for warning in document.warnings)


def test_a_tree_of_zips_is_not_walked_to_its_end() -> None:
    data = zipped({f"{n}.txt": "关于公开的通知".encode() for n in range(14)})
    for _ in range(5):
        data = zipped({f"{n}.zip": data for n in range(14)})
    started = time.monotonic()
    with pytest.raises(Unreadable):
        read(data, "tree.zip")
    assert time.monotonic() - started < 5


def test_mails_in_mails_are_opened_to_a_depth() -> None:
    head = b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    data = head + b"\r\nhi"
    for n in range(20):
        part = (
            b"Content-Type: application/octet-stream; name=x.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        )
        data = b"%bContent-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n%b%b\r\n--B%d--" % (
            head, n, n, part, base64.encodebytes(data), n,
        )  # fmt: skip
    with pytest.raises(Unreadable, match="层层"):
        read(data, "x.eml")


@pytest.mark.parametrize("body", [b"<" * 3_000_000, b"<meta" * 600_000], ids=["angles", "meta"])
def test_a_mail_of_open_brackets_is_dealt_with_in_time(body: bytes) -> None:
    head = b"From: a@b.cn\r\nTo: c@d.cn\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
    ended_well(head + body, "a.eml")


def test_a_mail_of_millions_of_lines_is_refused_before_it_is_taken_apart() -> None:
    started = time.monotonic()
    with pytest.raises(Unreadable, match="邮件过大"):
        read(b"From: a@b.cn\r\nTo: c@d.cn\r\nMIME-Version: 1.0\r\n\r\n" + b"a\n" * 3_000_000, "a.eml")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("mark", [b"Rar!\x1a\x07\x01\0", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08\0"])
def test_archives_that_nobody_opens_here_are_told(mark: bytes) -> None:
    with pytest.raises(Unreadable, match="zip"):
        read(mark + bytes(100), "a")


def test_an_encrypted_office_file_is_told() -> None:
    with pytest.raises(Unreadable, match="加密"):
        read(directory("EncryptionInfo", "EncryptedPackage"), "a.docx")


def test_a_word_file_with_macros_is_read_and_the_macros_told() -> None:
    with zipfile.ZipFile(io.BytesIO(WORD)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    types = files["[Content_Types].xml"]
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert plain in types
    files["[Content_Types].xml"] = types.replace(
        plain, b"application/vnd.ms-word.document.macroEnabled.main+xml"
    ).replace(
        b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    relations = files["word/_rels/document.xml.rels"]
    kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    link = b'<Relationship Id="rIdMacro" Type="%b" Target="vbaProject.bin"/></Relationships>' % kind
    files["word/_rels/document.xml.rels"] = relations.replace(b"</Relationships>", link)
    document = read(zipped(files | {"word/vbaProject.bin": b"macro"}), "a.docm")
    assert document.title.value == read(WORD, "a.docx").title.value
    assert any("宏" in warning for warning in document.warnings)


def test_paragraphs_deep_in_tables_cost_no_more_than_others() -> None:
    inner = "<w:tbl><w:tr><w:tc>" * 50 + P * 4_000 + "</w:tc></w:tr></w:tbl>" * 50
    started = time.monotonic()
    read(word_with(f"<w:document {W}><w:body>{inner}</w:body></w:document>".encode()), "deep.docx")
    assert time.monotonic() - started < 5


def test_a_folder_of_documents_does_not_bring_its_own_programs(tmp_path: Path) -> None:
    """The reader is started where the clerk stands: among files that came from anywhere."""
    (tmp_path / "json.py").write_text(f"open({str(tmp_path / 'was_run')!r}, 'w')")
    code = "import sys; sys.path[:] = [p for p in sys.path if p]; sys.path.insert(0, sys.argv[1])\nfrom gongkai.reading.apart import read_apart\nprint(len(read_apart('通知'.encode(), 'txt').text))"  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    assert done.stdout.strip() == b"2" and not (tmp_path / "was_run").exists()


@needs_ocr
def test_the_recogniser_reports_to_nobody_and_leaves_nothing(tmp_path: Path) -> None:
    """onnxruntime has a reporter in it that writes .ses into the temporary folder before it calls its makers."""
    code = "import sys; sys.path.insert(0, sys.argv[1])\nfrom gongkai.reading.scan import _need_extra\n_need_extra()"
    surroundings = os.environ | {"TMPDIR": str(tmp_path)}
    surroundings.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code, str(ROOT)], check=True, timeout=60, env=surroundings)
    assert not list(tmp_path.iterdir())


# --- bounds ------------------------------------------------------------------------------------------------------

PROBE = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
from gongkai.reading.document import Unreadable
from gongkai.reading.read import read
data, told = open(sys.argv[2], "rb").read(), ""
last = [time.monotonic()]
gaps = [0.0]
def heard(done, of):
    now = time.monotonic()
    gaps.append(now - last[0])
    last[0] = now
try:
    read(data, "file", heard)
except Unreadable as refusal:
    told = str(refusal)
heard(0, 0)
# What was before exec counts in the one's own usage, but not in its VmHWM.
own = [int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")]
most = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, *own)
print(json.dumps([max(gaps), most / 1024, told]))
"""


def ended_well(data: bytes, name: str) -> str:
    """Reads ``data`` in a process of its own; checks time, memory and what is left behind; gives the refusal, if any."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        file, room = Path(folder) / name, Path(folder) / "tmp"
        file.write_bytes(data)
        room.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", PROBE, str(ROOT), str(file)],
            capture_output=True,
            check=True,
            timeout=120,
            env=os.environ | {"TMPDIR": str(room)},
        )
        assert not list(room.iterdir())
    silence, most, told = json.loads(done.stdout)
    assert silence < 14, (
        silence,
        told,
    )  # ten seconds, and the start and the end of a process on a busy machine
    assert most < 1024, (most, told)
    assert not told or (told.endswith("。") and "请" in told), told
    return str(told)


def packed_pdf(content: bytes, extra: str = MEDIA) -> bytes:
    """One page whose content is compressed."""
    packed = zlib.compress(content)
    text = pdf_of(["@@"], extra).decode()
    old = "<< /Length 2 >>\nstream\n@@\nendstream"
    head, _, tail = text.partition(old)
    assert tail
    new = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)
    return head.encode() + new + tail.encode()


def drawn(extra: bytes) -> bytes:
    return text_at("为了规范公开工作", 50, 700).encode() + extra


def docx(inner: str) -> bytes:
    return word_with(f"<w:document {W}><w:body>{inner}</w:body></w:document>".encode())


def form_of_itself() -> bytes:
    """A drawing that draws itself twice."""
    data = pdf_of([text_at("公开", 50, 700) + " /I Do"], resources="/XObject << /I 7 0 R >>")
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /I 7 0 R >> >> /Length 12 >>"
    return data.replace(
        b"xref\n", b"7 0 obj\n" + form + b"\nstream\n/I Do /I Do \nendstream\nendobj\nxref\n", 1
    )


BOMBS: dict[str, Callable[[], bytes]] = {
    "text of one line": ("公开政府信息的通知，" * 2_000_000).encode,
    "text of one word": lambda: b"1" * 60_000_000,
    "text of dates": lambda: "2020年1月1日\n".encode() * 200_000,
    "text of numbers": lambda: "国发〔2019〕5号".encode() * 180_000,
    "page of 57 MB": lambda: web("为了规范公开工作，制定本办法。") * 700_000,
    "page of 200,000 nested tags": lambda: b"<html><body>" + b"<div>" * 200_000 + TITLE.encode(),
    "page of 300,000 attributes": lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">" + TITLE.encode(),
    "page of nested tables": lambda: b"<html><body>" + b"<table><tr><td>" * 50_000 + TITLE.encode(),
    "Word file of 100,000 cells": lambda: docx("<w:tbl>" + ("<w:tr>" + f"<w:tc>{P}</w:tc>" * 100 + "</w:tr>") * 1000 + "</w:tbl>"),
    "Word file of 2,000,000 empty cells": lambda: docx("<w:tbl>" + ("<w:tr>" + "<w:tc/>" * 200 + "</w:tr>") * 10_000 + "</w:tbl>" + P),
    "Word file of 6,000,000 runs": lambda: docx("<w:p>" + "<w:r/>" * 6_000_000 + "<w:r><w:t>公开</w:t></w:r></w:p>"),
    "PDF of 10,000 pages": lambda: pdf_of([text_at("公开", 50, 700)] * 10_000),
    "PDF of 2,000,000 lines": lambda: packed_pdf(drawn(b" 0 0 m 100 0 l S" * 2_000_000)),
    "PDF of 2,000,000 glyphs": lambda: packed_pdf(b"BT /F1 1 Tf 1 0 0 1 50 700 Tm " + b"<516c>Tj " * 2_000_000 + b"ET"),
    "PDF of spaces": lambda: packed_pdf(drawn(b" " * 400_000_000)),
    "PDF on a sheet of 350 km": lambda: packed_pdf(drawn(b""), "/MediaBox [0 0 1000000000 1000000000]"),
    "OFD of 900,000 characters": lambda: ofd(words("公" * 900_000)),
    "OFD of 400,000 lines": lambda: ofd(path("M 0 0 L 50 0 " * 400_000)),
    "OFD of 900,000 objects": lambda: ofd("<ofd:PathObject/>" * 900_000 + words("公开")),
    "PDF of forms that hold themselves": form_of_itself,
    "zip of pages that take too long": lambda: zipped({f"{n}.html": BOMBS["page of 300,000 attributes"]() for n in range(3)}),
    "mail of 300,000 fields": lambda: b"".join(b"X-%d: a\r\n" % n for n in range(300_000)).join([b"From: a\r\nTo: b\r\nMIME-Version: 1.0\r\n", b"\r\n"]),
    "mail of 10,000 parts": lambda: b"From: a\r\nTo: b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    + b"--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n" * 10_000,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_a_bomb_ends_in_time_within_its_memory(make: Callable[[], bytes]) -> None:
    ended_well(make(), "bomb")


# --- killed in the middle ------------------------------------------------------------------------------------------

READS = "import sys; sys.path.insert(0, sys.argv[1]); from gongkai.reading.read import read; read(open(sys.argv[2], 'rb').read())"


def long_pdf(folder: Path) -> bytes:
    return pdf_of([leaf("第一页")] * 1500)


def long_scan(folder: Path) -> bytes:
    return picture("示例区文件")


def old_word(folder: Path) -> bytes:
    return converted(word(), ".docx", "doc", folder)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    ("make", "after"),
    [
        (long_pdf, 1.2),
        pytest.param(long_scan, 2.0, marks=needs_ocr),
        pytest.param(old_word, 1.5, marks=needs_soffice),
    ],
)
def test_a_reader_whose_parent_is_killed_ends_and_leaves_nothing(
    make: Callable[[Path], bytes], after: float, tmp_path: Path
) -> None:
    room = tmp_path / "tmp"
    room.mkdir()
    file = tmp_path / "file"
    file.write_bytes(make(tmp_path))
    started = subprocess.Popen(
        [sys.executable, "-c", READS, str(ROOT), str(file)], env=os.environ | {"TMPDIR": str(room)}
    )
    time.sleep(after)
    assert running(room), "nothing had begun yet"
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    until = time.monotonic() + 8
    while (running(room) or any(room.iterdir())) and time.monotonic() < until:
        time.sleep(0.2)
    assert not running(room)
    assert not list(room.iterdir())


def running(room: Path) -> list[str]:
    """The processes whose temporary folder is this one, readers and converters."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                about = (place / "environ").read_bytes()
                if f"TMPDIR={room}".encode() in about and (place / "stat").read_text().split()[2] != "Z":
                    found.append(place.name)
            except OSError:
                continue
    return found
