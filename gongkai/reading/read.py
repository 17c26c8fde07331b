"""The front door: bytes in, an official document out, whatever the format; judged by content, not by name."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable

from gongkai.reading import effect, elements
from gongkai.reading.document import Citation, Classified, OfficialDocument, Unreadable
from gongkai.reading.docx import read_docx
from gongkai.reading.html import read_html
from gongkai.reading.numbering import clauses_of
from gongkai.reading.page import Page
from gongkai.reading.plain import read_plain
from gongkai.reading.structure import divide
from gongkai.text.references import find_references

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
_FOREIGN = {
    b"%PDF": "这是 PDF 文件，本版本能读 html、docx 和纯文本；请提供原来的 docx 或网页。",
    b"\xd0\xcf\x11\xe0": "这是旧版 Word、Excel（.doc/.xls）或加密的文件，请另存为不加密的 docx 后再导入。",
    b"{\\rtf": "这是 RTF 文件，请另存为 docx 后再导入。",
    b"\x89PNG": "这是图片，图片里的文字还不能读入；请提供原来的 docx 或网页。",
    b"\xff\xd8\xff": "这是图片，图片里的文字还不能读入；请提供原来的 docx 或网页。",
    b"Rar!": "这是压缩包，请解压后逐个导入。",
    b"\x1f\x8b": "这是压缩包，请解压后逐个导入。",
}


def detect(data: bytes) -> str:
    """ "html", "docx" or "txt" by what is in the file.

    Raises Unreadable with a sentence that says what the file is and what to do.
    """
    if not data.strip():
        raise Unreadable("文件是空的，请检查是否选对了文件。")
    if len(data) > MAX_BYTES:
        raise Unreadable("文件超过 64 MB，请拆分或压缩图片后再导入。")
    for mark, sentence in _FOREIGN.items():
        if data.startswith(mark):
            raise Unreadable(sentence)
    if data.startswith(b"PK\x03\x04"):
        return _zip_format(data)
    head = data[:20000].lower()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = data[:40000].decode("utf-16", errors="ignore").lower().encode("utf-8")
    elif b"\x00" in data[:8000]:
        raise Unreadable("这不是文字文件，请提供 html、docx 或 txt 文件。")
    return "html" if any(mark in head for mark in _MARKUP) else "txt"


def _zip_format(data: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except zipfile.BadZipFile:
        raise Unreadable("文件已损坏（压缩结构不完整），请重新取得原件。") from None
    if "word/document.xml" in names:
        return "docx"
    if any(name.startswith("xl/") for name in names):
        raise Unreadable("这是电子表格，本版本还不能读入；请提供 html 或 docx。")
    if any(name.startswith("ppt/") for name in names):
        raise Unreadable("这是演示文稿，请提供 html 或 docx。")
    raise Unreadable("这是压缩包，请解压后逐个导入。")


_READERS: dict[str, Callable[[bytes], Page]] = {"html": read_html, "docx": read_docx, "txt": read_plain}


def read(data: bytes, name: str = "") -> OfficialDocument:
    """Read one file.

    ``data`` is the file's content, ``name`` its name, kept for the report only. Raises Unreadable with one Chinese
    sentence when nothing can be read.
    """
    form = detect(data)
    try:
        page = _READERS[form](data)
    except RecursionError:
        raise Unreadable("文件的结构嵌套过深，不是正常的公文；请另存为新的文件后再导入。") from None
    refuse_classified(page)
    return understand(page, name=name, form=form, sha256=hashlib.sha256(data).hexdigest())


_SECRET = re.compile(
    r"^(?:密级(?:和保密期限)?[:：]?)?(绝密|机密|秘密)(?:[★☆*].{0,12})?$|^.{0,6}(绝密|机密|秘密)[★☆].{0,12}"
)


def refuse_classified(page: Page) -> None:
    """Raises Classified when a line at the head of the page, or a label, is a mark of state secrecy.

    Marks stand alone above the title (GB/T 9704, 7.2.2); the word in a sentence is no mark.
    """
    heads = [re.sub(r"\s+", "", line.text) for line in page.lines[:20] if not line.table]
    cells = [
        re.sub(r"\s+", "", c.text)
        for line in page.lines[:3]
        if line.table
        for row in line.table.rows
        for c in row
    ]
    mark = next((m for text in [*heads, *cells] if len(text) <= 24 and (m := _SECRET.match(text))), None)
    if mark:
        raise Classified(
            f"文件带有“{mark[1] or mark[2]}”标志，联网的系统不得存储、处理国家秘密，本系统没有保存它；"
            "请立即断开网络，按《保守国家秘密法》报告本单位保密工作机构处理。"
        )


def understand(page: Page, *, name: str, form: str, sha256: str) -> OfficialDocument:
    """The official document on a page: parts, clauses, elements with evidence, references."""
    parts = divide(page.lines, elements.title_hint(page))
    title = elements.title(page, parts)
    written = elements.written_on(page, parts)
    starts = effect.effective_from(page, parts, written.value)
    clauses = clauses_of(parts)
    citations = tuple(
        Citation(clause.path, each) for clause in clauses for each in find_references(clause.text)
    )
    return OfficialDocument(
        name=name,
        format=form,
        sha256=sha256,
        title=title,
        document_number=elements.document_number(page, parts),
        issuers=elements.issuers(page, parts, title.value or ""),
        index_number=elements.index_number(page),
        written_on=written,
        published_on=elements.published_on(page, written.value),
        effective_from=starts,
        effective_until=effect.effective_until(page, parts, starts.value if starts.sure else None),
        access_note=elements.access_note(page, parts),
        topic=elements.topic(page),
        called_ended=effect.called_ended(page),
        parts=parts,
        clauses=clauses,
        citations=citations,
        warnings=tuple(page.warnings),
    )
