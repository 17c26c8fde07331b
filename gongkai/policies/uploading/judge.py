"""What is refused for what is in it, whatever its name says: programs, scripts, macros, calls to elsewhere, two natures at once.

What a file cannot be read for, the reader says (reading/formats.py); here stands what could harm whoever opens it.
"""

import contextlib
import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from gongkai.reading.document import Unreadable
from gongkai.reading.formats import detect
from gongkai.reading.zipped import DAMAGED

_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")
_CODE = (b"#!", b"<?php", b"<%@", b"@echo off")
_SVG = re.compile(
    rb"\A\s*(?:<\?xml[^>]{0,400}\?>|<!--.{0,2000}?-->|<!doctype[^>]{0,400}>|\s)*<svg[\s>]", re.S
)
_MARKUP = re.compile(rb"<(?:html|script|body|iframe|svg)[\s>]", re.I)
_VBA = "_VBA_PROJECT".encode("utf-16-le")
_HEAD = 1024
# A script of its own, or a program that it starts; names in a PDF may be written with #-escapes. Not /JS: every script
# stands under one of these as well, and three bytes occur by chance in any scan of some megabytes.
_ACTS = re.compile(rb"/(?:JavaScript|Launch|Rendition)(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.S)
_UNPACKED_MOST = 64 * 1024 * 1024
_PIECE = 64 * 1024
# Word fetches such a template, with its macros, whenever the file is opened; one on a disk (file:///C:) is mere habit.
_TEMPLATE = re.compile(
    rb"""<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*Target=["'](?:https?:|ftp:|\\\\|file:[/\\]{2}[^/\\]))""",
    re.I,
)


def refuse_harmful(data: bytes) -> None:
    """Return if nothing in ``data`` could run or pass for something else. Raises Unreadable with a sentence."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if data.startswith(_PROGRAMS):
        raise Unreadable(_("这是程序文件，不是公文，没有收下；请核实它的来源，不要打开。"))
    if head.startswith(_CODE):
        raise Unreadable(_("这是程序代码，不是公文，没有收下；请核实它的来源。"))
    if _SVG.match(data[:8192].removeprefix(b"\xef\xbb\xbf").lower()):
        raise Unreadable(
            _("这是 SVG 图片，里面可以带有程序，没有收下；请另存为 PDF、PNG 或者 JPEG 后再上传。")
        )
    if _has_macros(data):
        raise Unreadable(
            _("文件带有宏（会自动运行的程序），没有收下；请另存为不带宏的 docx 或者 xlsx 后再上传。")
        )
    if data.startswith(b"%PDF") and _acts(data):
        raise Unreadable(
            _("PDF 里带有脚本或者会启动程序的动作，没有收下；请用“打印为 PDF”另存一份后再上传。")
        )
    if _calls_out(data):
        raise Unreadable(
            _("文件打开时会从别处取模板（可能带有宏），没有收下；请在文字处理软件里去掉模板后另存再上传。")
        )
    if _is_double(data):
        raise Unreadable(
            _(
                "文件同时像两种格式，可能是恶意构造的，没有收下；请核实来源，或者用原来的软件另存一份后再上传。"
            )
        )


def refuse_not_chinese(data: bytes) -> None:
    """A plain text without a single Chinese character is no official document, whatever else it is."""
    if data.isascii() and detect(data) == "txt":
        raise Unreadable(
            _("这个文本文件里没有中文，看不出是公文，没有收下；确是外文文件的，请存为 docx 后再上传。")
        )


def _has_macros(data: bytes) -> bool:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _VBA in data
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name.lower() for name in archive.namelist()]
            types = _small(archive, "[Content_Types].xml").lower()
    except DAMAGED:
        return False  # the reader says that it is damaged
    # The part may have any name; its type says what Word takes it for.
    by_type = b"vbaproject" in types or b"macroenabled" in types
    return by_type or any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names)


def _acts(data: bytes) -> bool:
    """True for a PDF in which a script or a program stands, also within a packed stream of objects."""
    if _ACTS.search(_ESCAPED.sub(_plain, data)):
        return True
    left = _UNPACKED_MOST
    for found in _PACKED.finditer(data):
        with contextlib.suppress(zlib.error):
            objects = _unpacked(data, found.end(), left)
            left -= len(objects)
            if _ACTS.search(_ESCAPED.sub(_plain, objects)):
                return True
        if left <= 0:
            return True  # a bomb, and no document
    return False


def _unpacked(data: bytes, start: int, most: int) -> bytes:
    """The stream that begins at ``start``, ``most`` bytes of it at most; a piece at a time, for nobody knows where it ends."""
    engine, found = zlib.decompressobj(), bytearray()
    for place in range(start, len(data), _PIECE):
        found += engine.decompress(data[place : place + _PIECE], most - len(found))
        if engine.eof or len(found) >= most:
            break
    return bytes(found)


def _plain(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped[1], 16)])


def _calls_out(data: bytes) -> bool:
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(_TEMPLATE.search(_small(archive, "word/_rels/settings.xml.rels")))
    except DAMAGED:
        return False


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part's first megabyte; b"" if there is no such part."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(1024 * 1024)


def _is_double(data: bytes) -> bool:
    """A picture or PDF that is a web page as well, or anything with an archive hung on behind."""
    try:
        form = detect(data)
    except Unreadable:
        return False  # nobody reads it in any nature
    if form in {"pdf", "image"} and _MARKUP.search(data[:_HEAD]):
        return True
    # Not of doc and xls: these hold whole files within them by right.
    return form in {"pdf", "image", "html", "txt"} and zipfile.is_zipfile(io.BytesIO(data))
