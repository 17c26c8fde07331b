"""The front door: bytes in, an official document out, whatever the format; judged by content, not by name."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from gongkai.reading import effect, elements
from gongkai.reading.apart import Progress, page_apart
from gongkai.reading.document import Classified, OfficialDocument, Unreadable
from gongkai.reading.docx import read_docx
from gongkai.reading.formats import detect
from gongkai.reading.html import read_html
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.matter import as_one, main_of, open_matter
from gongkai.reading.numbering import clauses_of
from gongkai.reading.page import Page
from gongkai.reading.plain import read_plain
from gongkai.reading.resolve import resolve
from gongkai.reading.structure import divide

if TYPE_CHECKING:
    from PIL import Image

# Small files of these formats are read where we are: 50 a second; their readers have limits of their own.
_LIGHT = {"html", "docx", "txt"}
_LIGHT_BYTES = 4 * 1024 * 1024


def read(data: bytes, name: str = "", progress: Progress | None = None) -> OfficialDocument:
    """Read one file, or a letter or an archive of several as one matter.

    ``data`` is the file's content, ``name`` its name, kept for the report only; ``progress`` is told (pages done, pages
    in all) where files have pages. Raises Unreadable with one Chinese sentence when nothing can be read, Classified when
    the file may not be held at all.
    """
    form = detect(data)
    if form in _PACKED:
        return _read_matter(data, name, form, progress)
    page = page_of(data, form, progress)
    refuse_classified(page)
    return understand(page, name=name, form=form, sha256=hashlib.sha256(data).hexdigest())


def page_of(data: bytes, form: str, progress: Progress | None = None) -> Page:
    """The page that ``data`` holds, read apart unless it is small and of a light format."""
    if form in _LIGHT and len(data) <= _LIGHT_BYTES:
        try:
            return page_here(data, form)
        except RecursionError:
            raise Unreadable("文件的结构嵌套过深，不是正常的公文；请另存为新的文件后再导入。") from None
    return page_apart(data, form, progress)


def page_here(data: bytes, form: str, progress: Progress | None = None) -> Page:
    """The page that ``data`` holds, read in this process. Readers are loaded when they are needed."""
    light: dict[str, Callable[[bytes], Page]] = {"html": read_html, "docx": read_docx, "txt": read_plain}
    if form in light:
        return light[form](data)
    if form == "pdf":
        return _pdf_here(data, progress)
    if form == "image":
        from gongkai.reading.scan import read_scan

        return read_scan(data, progress)
    if form in {"xlsx", "xls"}:
        from gongkai.reading.sheets import read_xls, read_xlsx

        return read_xlsx(data) if form == "xlsx" else read_xls(data)
    if form == "ofd":
        from gongkai.reading.ofd import read_ofd

        return read_ofd(data, progress)
    from gongkai.reading.office import read_office

    return read_office(data, form)


def _pdf_here(data: bytes, progress: Progress | None) -> Page:
    """A PDF; its pages that are pictures are recognised where that is installed."""
    from gongkai.reading.pdf import read_pdf
    from gongkai.reading.scan import available, recognise_with_notes

    told: list[str] = []

    def recognise(image: "Image.Image", number: int, scale: float) -> Sheet:
        sheet, notes = recognise_with_notes(image, number, scale)
        told.extend(notes)
        return sheet

    page = read_pdf(data, progress, recognise if available() else None)
    page.warnings += told
    return page


# --- several files, one matter -------------------------------------------------------------------------------

_PACKED = {"zip", "eml"}
_LETTER = "这是一封邮件，正文里可能有不对外公开的内容。"


def _read_matter(data: bytes, name: str, form: str, progress: Progress | None) -> OfficialDocument:
    """One document of all that a letter or an archive holds; what could not be read of it is told."""
    matter = open_matter(data)
    documents: list[OfficialDocument] = []
    warnings = list(matter.warnings)
    for enclosure in matter.files():
        try:
            documents.append(read(enclosure.data, enclosure.name, progress))
        except Classified:
            raise
        except Unreadable as problem:
            warnings.append(f"“{enclosure.name}”没有读入，{problem}")
    if not documents:
        why = warnings[0] if warnings else "请检查是否选对了文件。"
        raise Unreadable(f"里面没有能读的文件：{why}")
    whole = as_one(documents, main_of(documents))
    return replace(
        whole,
        name=name,
        format=form,
        sha256=hashlib.sha256(data).hexdigest(),
        warnings=(*warnings, *whole.warnings),
        concealed=(*whole.concealed, *([_LETTER] if form == "eml" else [])),
    )


# --- state secrets -------------------------------------------------------------------------------------------

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
    issued_by = elements.issuers(page, parts, title.value or "")
    written = elements.written_on(page, parts)
    starts = effect.effective_from(page, parts, written.value)
    clauses = clauses_of(parts)
    citations = resolve(clauses, title.value or "", parts)
    return OfficialDocument(
        name=name,
        format=form,
        sha256=sha256,
        title=title,
        document_number=elements.document_number(page, parts),
        kind=elements.kind(title, parts),
        issuers=issued_by,
        recipients=elements.recipients(parts),
        signature=elements.signature(parts, issued_by),
        attachments=elements.attachments(page, parts),
        contact=elements.contact(parts),
        index_number=elements.index_number(page),
        written_on=written,
        published_on=elements.published_on(page, written.value),
        effective_from=starts,
        effective_until=effect.effective_until(page, parts, starts),
        access_note=elements.access_note(page, parts),
        topic=elements.topic(page),
        called_ended=effect.called_ended(page),
        parts=parts,
        clauses=clauses,
        citations=citations,
        warnings=tuple(page.warnings),
        concealed=tuple(page.concealed),
    )
