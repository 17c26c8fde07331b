"""The front door: bytes in, an official document out, whatever the format; judged by content, not by name."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gongkai.reading import effect, elements
from gongkai.reading.apart import (
    RECOGNISING_SECONDS,
    SILENCE_SECONDS,
    Progress,
    Stopped,
    may_take,
    read_apart,
)
from gongkai.reading.document import Classified, Leaf, OfficialDocument, Unreadable
from gongkai.reading.docx import read_docx
from gongkai.reading.formats import detect
from gongkai.reading.html import read_html
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.matter import MAX_FILES, Enclosure, as_one, main_of, open_matter
from gongkai.reading.numbering import clauses_of
from gongkai.reading.page import Page
from gongkai.reading.plain import read_plain
from gongkai.reading.resolve import resolve
from gongkai.reading.secrecy import refuse_classified
from gongkai.reading.structure import divide
from gongkai.reading.zipped import DAMAGED, TooLarge

if TYPE_CHECKING:
    from PIL import Image

# Small files of these formats are read where we are: 50 a second; their readers have limits of their own.
_LIGHT_BYTES = 1024 * 1024
_MOST_LINES = 60_000  # some 3,000 pages
_TOO_LONG = "文件的段落超过六万个，不像一份公文；请核实来源，或者拆分后再导入。"


def read(data: bytes, name: str = "", progress: Progress | None = None) -> OfficialDocument:
    """Read one file, or a letter or an archive of several as one matter.

    ``data`` is the file's content, ``name`` its name, kept for the report only; ``progress`` is told (pages done, pages
    in all) where files have pages. Raises Unreadable with one Chinese sentence when nothing can be read, Classified when
    the file may not be held at all.
    """
    form = detect(data)
    if form in _PACKED:
        return _read_matter(data, name, form, progress, _Bounds())
    return _read_one(data, name, form, progress)


def _read_one(data: bytes, name: str, form: str, progress: Progress | None) -> OfficialDocument:
    if not _is_light(data, form):
        return read_apart(data, form, name, progress)
    try:
        return read_here(data, form, name, progress)
    except RecursionError:
        raise Unreadable("文件的结构嵌套过深，不是正常的公文；请另存为新的文件后再导入。") from None


def read_here(data: bytes, form: str, name: str = "", progress: Progress | None = None) -> OfficialDocument:
    """The document in ``data``, read and understood in this process: nothing stops it here."""
    page = page_here(data, form, progress)
    refuse_classified(page)
    if len(page.lines) > _MOST_LINES:
        raise Unreadable(_TOO_LONG)
    return understand(page, name=name, form=form, sha256=hashlib.sha256(data).hexdigest())


def _is_light(data: bytes, form: str) -> bool:
    """Small enough that no content, however odd, can hold this process up for long."""
    if form != "docx":
        return form in {"html", "txt"} and len(data) <= _LIGHT_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {each.filename: each.file_size for each in archive.infolist()}
    except DAMAGED:
        return False
    text = sum(size for name, size in parts.items() if name.endswith((".xml", ".rels")))
    return parts.get("word/document.xml", 0) <= _LIGHT_BYTES and text <= 4 * _LIGHT_BYTES


def page_here(data: bytes, form: str, progress: Progress | None = None) -> Page:
    """The page that ``data`` holds, read in this process. Readers are loaded when they are needed."""
    light: dict[str, Callable[[bytes], Page]] = {"html": read_html, "docx": read_docx, "txt": read_plain}
    if form in light:
        return light[form](data)
    if form == "pdf":
        return _pdf_here(data, progress)
    if form == "image":
        from gongkai.reading.scan import read_scan

        may_take(RECOGNISING_SECONDS)
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
    leaves: list[Leaf] = []

    def recognise(image: "Image.Image", number: int, scale: float) -> Sheet:
        may_take(RECOGNISING_SECONDS)
        sheet, notes = recognise_with_notes(image, number, scale)
        may_take(SILENCE_SECONDS)
        told.extend(notes)
        leaves.extend([sheet.leaf] if sheet.leaf else [])
        return sheet

    page = read_pdf(data, progress, recognise if available() else None)
    page.warnings += told
    page.leaves += leaves
    return page


# --- several files, one matter -------------------------------------------------------------------------------

_PACKED = {"zip", "eml"}
_LETTER = "这是一封邮件，正文里可能有不对外公开的内容。"


@dataclass
class _Bounds:
    """What may still be opened within one matter, those inside it counted: a zip may hold itself."""

    files: int = MAX_FILES
    stops: int = 2  # files that take too long
    depth: int = 2  # a mail in a zip


def _read_matter(
    data: bytes, name: str, form: str, progress: Progress | None, bounds: _Bounds
) -> OfficialDocument:
    """One document of all that a letter or an archive holds; what could not be read of it is told."""
    matter = open_matter(data)
    documents: list[OfficialDocument] = []
    warnings = list(matter.warnings)
    for number, enclosure in enumerate(matter.files()):
        if progress:
            progress(number, number + 1)  # a file that took its ten seconds is behind us: the next one begins
        try:
            documents.append(_read_enclosed(enclosure, progress, bounds))
        except (Classified, TooLarge):
            raise
        except Unreadable as problem:
            bounds.stops -= isinstance(problem, Stopped)
            if bounds.stops <= 0:
                raise Unreadable(
                    "里面不止一个文件读了 10 秒仍没有结果，已停止，没有读入；请逐个导入。"
                ) from None
            warnings.append(f"“{enclosure.name}”没有读入，{problem}")
    if sum(len(part.blocks) for each in documents for part in each.parts) > _MOST_LINES:
        raise Unreadable(_TOO_LONG)
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


def _read_enclosed(enclosure: Enclosure, progress: Progress | None, bounds: _Bounds) -> OfficialDocument:
    bounds.files -= 1
    if bounds.files < 0:
        raise TooLarge(f"压缩包或邮件里的文件超过 {MAX_FILES} 个，不像一件公文；请拆分后再导入。")
    form = detect(enclosure.data)
    if form not in _PACKED:
        return _read_one(enclosure.data, enclosure.name, form, progress)
    if bounds.depth <= 1:
        raise Unreadable("它是层层套着的压缩包或邮件，没有打开；请解压后再导入。")
    bounds.depth -= 1
    try:
        return _read_matter(enclosure.data, enclosure.name, form, progress, bounds)
    finally:
        bounds.depth += 1


# --- understanding -------------------------------------------------------------------------------------------


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
        leaves=tuple(page.leaves),
    )
