"""What is in an envelope: the files of a zip or an e-mail, with names as they were meant, within bounds."""

import contextlib
import email
import email.policy
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from pathlib import PurePosixPath

from gongkai.reading.document import Unreadable
from gongkai.reading.ole import SIGNATURE, ole_kind
from gongkai.reading.zipped import DAMAGED, TooLarge, open_zip
from gongkai.text.normalise import clean

MAX_FILES = 200
MAX_BYTES = 256 * 1024 * 1024  # of all files together, unpacked
MAX_DEPTH = 2  # a zip within a zip; a third is given back unopened
_MAX_PARTS = 1_000
_MAX_BOUNDARIES = 10_000  # lines that begin as one between parts does
_MAX_LINES = 2_000_000  # of a mail as it is sent: 64 MB in lines of 76 letters have 900,000, which may end in two signs
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._|\.~)", re.I)
BODY = "邮件正文"
"""The name under which the words of a mail are read."""
_OFFICE = ("[Content_Types].xml", "OFD.xml", "mimetype")
_TOO_MANY = f"压缩包或邮件里的文件超过 {MAX_FILES} 个，不像一件公文；请拆分后再导入。"
_TOO_LARGE = "压缩包或邮件展开后过大，可能是恶意构造的文件，没有读取；请核实来源后提供原来的文件。"
_LOCKED = "压缩包已加密，请去除密码后再导入。"
_FOREIGN = {
    b"Rar!": "这是 RAR 压缩包，本系统不能打开；请解压后逐个导入，或者重新压缩成 zip。",
    b"7z\xbc\xaf\x27\x1c": "这是 7z 压缩包，本系统不能打开；请解压后逐个导入，或者重新压缩成 zip。",
    b"\x1f\x8b": "这是 gzip 压缩包，本系统不能打开；请解压后逐个导入，或者重新压缩成 zip。",
}


@dataclass(frozen=True)
class Enclosure:
    """One file of a matter; ``name`` is its own name with the folders above it, never a path to write to."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Matter:
    """What came in one envelope: ``kind`` is "zip" or "eml", ``body`` the words of the mail itself (text or html)."""

    kind: str
    subject: str = ""
    body: bytes = b""
    enclosures: tuple[Enclosure, ...] = ()
    warnings: tuple[str, ...] = ()

    def files(self) -> tuple[Enclosure, ...]:
        """Everything there is to read: the words of the mail, if it has any, and then the enclosures."""
        if not clean(re.sub(rb"<[^<>]{0,2000}>", b" ", self.body).decode("utf-8", errors="replace")):
            return self.enclosures
        return (Enclosure(BODY, self.body), *self.enclosures)


@dataclass
class _Bag:
    """Files as they are found, within the bounds of one matter."""

    files: list[Enclosure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    taken: int = 0

    def room(self) -> int:
        return MAX_BYTES - self.taken

    def add(self, name: str, data: bytes) -> None:
        self.taken += len(data)
        if self.taken > MAX_BYTES:
            raise TooLarge(_TOO_LARGE)
        if len(self.files) >= MAX_FILES:
            raise TooLarge(_TOO_MANY)
        self.files.append(Enclosure(name, data))


def open_matter(data: bytes) -> Matter:
    """The files in an e-mail or a zip.

    Raises Unreadable when the archive is damaged, encrypted, too large, empty, or of a kind that cannot be opened.
    """
    if not data.strip():
        raise Unreadable("文件是空的，请检查是否选对了文件。")
    for mark, sentence in _FOREIGN.items():
        if data.startswith(mark):
            raise Unreadable(sentence)
    if data.startswith(SIGNATURE):
        if ole_kind(data) == "msg":
            raise Unreadable(
                "这是 Outlook 的邮件（.msg），本系统不能打开；请另存为 eml，或者把正文和附件分别导入。"
            )
        raise Unreadable("这不是压缩包，也不是邮件，请作为单个文件导入。")
    bag = _Bag()
    matter = _mail(data, bag) if not data.startswith(b"PK") else Matter("zip")
    if matter.kind == "zip":
        _unpack(data, "", 1, bag)
        if not bag.files:
            raise Unreadable("压缩包里没有文件，请检查是否选对了文件。")
    return replace(matter, enclosures=tuple(bag.files), warnings=tuple(dict.fromkeys(bag.warnings)))


_MAIL_LINE = re.compile(
    rb"^(?:return-path|received|from|to|date|subject|message-id|mime-version|delivered-to|x-[\w-]+|dkim-signature|content-type|reply-to|cc|thread-index|sender|importance):",
    re.I,
)


def is_mail(data: bytes) -> bool:
    """True if the file begins with the headers of a letter: nothing else, or among others those that only mail has."""
    head = data[:20_000].lstrip(b"\xef\xbb\xbf").lstrip().lower()
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    lines = [line for line in block.splitlines() if not line[:1].isspace()]
    named = sum(bool(_MAIL_LINE.match(line)) for line in lines)
    mime = any(line.startswith((b"mime-version:", b"content-type:", b"message-id:")) for line in lines)
    return named == len(lines) >= 2 or (mime and named >= 3 and named >= 0.6 * len(lines))


# --- zip ---------------------------------------------------------------------------------------------------


def _unpack(data: bytes, folder: str, depth: int, bag: _Bag) -> None:
    archive = open_zip(data, bag.room())
    with archive:
        for entry in archive.infolist():
            name = _entry_name(entry)
            if entry.filename.endswith("/") or not name or _JUNK.search(name):
                continue
            try:
                content = archive.read(entry)
            except (*DAMAGED, RuntimeError):
                bag.warnings.append(f"压缩包里的“{name}”已损坏，没有读取；请重新取得原件。")
                continue
            _take(f"{folder}{name}", content, depth, bag)


def _take(name: str, content: bytes, depth: int, bag: _Bag) -> None:
    """A file, or the files in it when it is a zip of files and not an office document, which is a zip too."""
    if not content.startswith(b"PK\x03\x04") or _is_office(content):
        bag.add(name, content)
    elif depth >= MAX_DEPTH:
        bag.warnings.append(f"“{name}”是压缩包里的压缩包里的压缩包，没有打开；请解压后再导入。")
        bag.add(name, content)
    else:
        try:
            _unpack(content, f"{name}/", depth + 1, bag)
        except TooLarge:
            raise
        except Unreadable as refusal:
            bag.warnings.append(f"“{name}”：{refusal}")
            bag.add(name, content)


def _is_office(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(name in _OFFICE for name in archive.namelist())
    except DAMAGED:
        return True  # a damaged file is told of by whoever reads it


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows in Chinese writes GBK without saying so, which zipfile takes for cp437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        name = _chinese(entry.orig_filename.encode("cp437", errors="replace"))
    return _safe(name)


def _chinese(raw: bytes) -> str:
    """UTF-8 or GB18030, whichever it is: 通知 in GBK is valid UTF-8 too, of letters that no Chinese office uses."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
    if any("\x80" <= ch < "\u0800" for ch in text) and not any(ch >= "\u0800" for ch in text):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode("gb18030")
    return text


def _safe(name: str) -> str:
    """Folders and name without drive, root, .. or control characters."""
    name = re.sub(r"^[A-Za-z]:", "", name.replace("\\", "/"))
    pieces = [clean(piece)[:120] for piece in PurePosixPath(name).parts if piece not in {"/", "..", "."}]
    return "/".join(piece for piece in pieces if piece)


# --- e-mail ------------------------------------------------------------------------------------------------


def _mail(data: bytes, bag: _Bag) -> Matter:
    if not is_mail(data):
        raise Unreadable("这不是压缩包，也不是邮件，请作为单个文件导入。")
    if data.count(b"\n") + data.count(b"\r") > _MAX_LINES or data.count(b"\n--") > _MAX_BOUNDARIES:
        raise TooLarge("邮件过大，不像一封往来公文的邮件；请把正文和附件分别导入。")
    try:
        message = email.message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=email.policy.compat32)
        _in_words(message)
        subject = _words(message.get("Subject", ""))
        body = b""
        for part in _leaves(message):
            _in_words(part)
            name = _file_name(part)
            content = part.get_payload(decode=True)
            content = content if isinstance(content, bytes) else b""
            if not name and part.get_content_type() in {"text/plain", "text/html"}:
                body = _better(body, part, content)
            elif name or part.get_content_maintype() not in {"image", "multipart"}:
                _take(name or f"未命名{len(bag.files) + 1}", content, 1, bag)
            else:
                bag.warnings.append("邮件正文里嵌有图片，图片里的文字未读入；请核对原件。")
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):
        raise Unreadable("邮件已损坏，结构不完整；请重新取得原件，或者把正文和附件分别导入。") from None
    return Matter("eml", subject, body)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail forwarded within is walked through as well."""
    waiting: list[Message] = [message]
    count = 0
    while waiting:
        part = waiting.pop(0)
        count += 1
        if count > _MAX_PARTS:
            raise TooLarge(_TOO_MANY)
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting[:0] = [each for each in payload if isinstance(each, Message)]
        else:
            yield part


def _better(body: bytes, part: Message, content: bytes) -> bytes:
    """The first text, or the same in html, which keeps tables. Text is given back in UTF-8."""
    charset = part.get_content_charset() or "utf-8"
    charset = "gb18030" if charset.lower() in {"gb2312", "gbk", "x-gbk"} else charset
    try:
        text = content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        text = content.decode("gb18030", errors="replace")
    is_html = part.get_content_type() == "text/html"
    if is_html:
        text = re.sub(r"(<meta[^<>]{0,200}charset\s*=\s*[\"']?)[\w-]+", r"\g<1>utf-8", text, flags=re.I)
        if "<html" not in text[:2000].lower():
            text = f"<html><meta charset=utf-8><body>{text}</body></html>"
    had_html = body[:300].lower().lstrip().startswith((b"<html", b"<!doctype"))
    return text.encode("utf-8") if not body or (is_html and not had_html) else body


def _file_name(part: Message) -> str:
    """RFC 2231 (filename*=), RFC 2047 (=?gb2312?B?…?=, against the rule but usual), or raw bytes of GBK."""
    raw = part.get_param("filename", None, "content-disposition") or part.get_param("name", None)
    if isinstance(raw, tuple):
        charset, _, value = raw
        raw = value.encode("latin-1", errors="replace").decode(_known(charset), errors="replace")
    return _safe(_words(raw)).rpartition("/")[2] if raw else ""


def _words(value: object) -> str:
    """A header's words; bytes without a declared character set are UTF-8 or GB18030."""
    pieces: list[str] = []
    text = str(value).replace("\r", "").replace("\n", "")
    try:
        found = decode_header(text)
    except HeaderParseError:
        return clean(text)
    for piece, charset in found:
        raw = piece.encode("utf-8", errors="surrogateescape") if isinstance(piece, str) else piece
        pieces.append(_decoded(raw, charset))
    return clean("".join(pieces))


def _decoded(raw: bytes, charset: str | None) -> str:
    if charset:
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            return raw.decode(_known(charset))
    return _chinese(raw)


def _in_words(part: Message) -> None:
    """Bytes in headers without a declared character set, which the rules forbid and old programs write, become words."""
    for name, value in list(part.raw_items()):
        if isinstance(value, str) and any("\ud800" <= ch <= "\udfff" for ch in value):
            part.replace_header(name, _chinese(value.encode("utf-8", errors="surrogateescape")))


def _known(charset: str | None) -> str:
    name = (charset or "utf-8").lower()
    return "gb18030" if name in {"gb2312", "gbk", "gb18030", "cp936", "x-gbk"} else name
