"""Which format a file has, judged by what is in it and never by its name; what no reader here takes is told."""

import io
import zipfile

from gongkai.reading.document import Unreadable
from gongkai.reading.matter.opening import is_mail
from gongkai.reading.ole import ole_kind
from gongkai.reading.zipped import DAMAGED

MAX_BYTES = 64 * 1024 * 1024
_MARKUP = (
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<meta",
    b"<div",
    b"<table",
    b"<p>",
    b"<p ",
    b"<td",
    b"</p>",
    b"</div>",
    b"</td>",
    b"</html>",
)
_STARTS = {
    b"%PDF": "pdf",
    b"{\\rtf": "rtf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"II*\x00": "image",
    b"MM\x00*": "image",
    b"BM": "image",
}
_REFUSED = {
    b"Rar!": "这是 RAR 压缩包，请解压后逐个导入，或者改存为 zip。",
    b"7z\xbc\xaf": "这是 7z 压缩包，请解压后逐个导入，或者改存为 zip。",
    b"\x1f\x8b": "这是 gzip 压缩包，请解压后逐个导入，或者改存为 zip。",
    b"GIF8": "这是 GIF 图片，请提供扫描件的 PDF、PNG 或 JPEG，最好是原来的电子文件。",
    b"MZ": "这是程序文件，不是公文，没有读取；请核实来源。",
    b"\x7fELF": "这是程序文件，不是公文，没有读取；请核实来源。",
}
_OLE = b"\xd0\xcf\x11\xe0"
_OLE_REFUSED = {
    "ppt": "这是演示文稿，请另存为 PDF 或者 docx 后再导入。",
    "msg": "这是 Outlook 邮件（.msg），请在 Outlook 里另存为 .eml，或者把附件逐个存下来再导入。",
    "encrypted": "文件已加密，请去除密码后再导入。",
}


def detect(data: bytes) -> str:
    """The format: html, docx, txt, pdf, image, xlsx, xls, doc, rtf, ofd, zip or eml.

    Raises Unreadable with a sentence that says what the file is and what to do, when no reader takes it.
    """
    if not data.strip():
        raise Unreadable("文件是空的，请检查是否选对了文件。")
    if len(data) > MAX_BYTES:
        raise Unreadable("文件超过 64 MB，请拆分或压缩图片后再导入。")
    for mark, sentence in _REFUSED.items():
        if data.startswith(mark):
            raise Unreadable(sentence)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image"
    for mark, form in _STARTS.items():
        if data.startswith(mark) and (form != "image" or b"\x00" in data[:64]):
            return form
    if data.startswith(_OLE):
        return _ole_format(data)
    if data.startswith(b"PK\x03\x04"):
        return _zip_format(data)
    # Some producers put a line or a byte order mark before it; readers of PDF take it within the first kilobyte.
    if b"%PDF-" in data[:1024]:
        return "pdf"
    return _text_format(data)


def _text_format(data: bytes) -> str:
    head = data[:20000].lower()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = data[:40000].decode("utf-16", errors="ignore").lower().encode("utf-8")
    elif b"\x00" in data[:8000]:
        raise Unreadable("这不是能读的文件；请提供 docx、PDF、html、xlsx、OFD、扫描图片或 txt 文件。")
    if is_mail(data):
        return "eml"
    return "html" if any(mark in head for mark in _MARKUP) else "txt"


def _ole_format(data: bytes) -> str:
    kind = ole_kind(data)
    if kind in _OLE_REFUSED:
        raise Unreadable(_OLE_REFUSED[kind])
    if kind not in {"doc", "xls"}:
        raise Unreadable("这个文件不是 Word、表格或者演示文稿，不能读入；请提供原来的 docx、xlsx 或 PDF。")
    return kind


def _zip_format(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except DAMAGED:
        raise Unreadable("文件已损坏（压缩结构不完整），请重新取得原件。") from None
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.lower() == "ofd.xml" for name in names):
        return "ofd"
    if any(name.startswith("ppt/") for name in names):
        raise Unreadable("这是演示文稿，请另存为 PDF 或者 docx 后再导入。")
    if "mimetype" in names or "xl/workbook.bin" in names:
        raise Unreadable("这是其他办公软件的文件（odt、ods、xlsb 等），请另存为 docx 或者 xlsx 后再导入。")
    return "zip"
