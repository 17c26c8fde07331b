"""The front door: bytes in, an official document out, whatever the format; judged by content, not by name."""

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
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
from gongkai.reading.decode import decode
from gongkai.reading.document import Classified, OfficialDocument, Unreadable
from gongkai.reading.docx import HEADER, read_docx
from gongkai.reading.formats import detect
from gongkai.reading.html import read_html
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.matter import MAX_FILES, Enclosure, as_one, main_of, open_matter
from gongkai.reading.numbering import clauses_of
from gongkai.reading.page import Label, Page
from gongkai.reading.plain import read_plain
from gongkai.reading.resolve import resolve
from gongkai.reading.structure import divide
from gongkai.reading.zipped import TooLarge

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
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    text = sum(size for name, size in parts.items() if name.endswith((".xml", ".rels")))
    return parts.get("word/document.xml", 0) <= _LIGHT_BYTES and text <= 4 * _LIGHT_BYTES


def page_here(data: bytes, form: str, progress: Progress | None = None) -> Page:
    """The page that ``data`` holds, read in this process. Readers are loaded when they are needed."""
    light: dict[str, Callable[[bytes], Page]] = {"html": _html_here, "docx": read_docx, "txt": read_plain}
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


# The box of labels above a document is known by its names; a level of secrecy in it must not be passed over.
_LEVEL_IN_BOX = re.compile(
    r"密\s*级(?:<[^<>]{0,200}>|&nbsp;|\s|[:：]){1,20}((?:绝密|机密|秘密)级?)(?!\s*[、和或/，])"
)


def _html_here(data: bytes) -> Page:
    page = read_html(data)
    page.labels += [Label("密级", found[1]) for found in _LEVEL_IN_BOX.finditer(decode(data))][:1]
    return page


def _pdf_here(data: bytes, progress: Progress | None) -> Page:
    """A PDF; its pages that are pictures are recognised where that is installed."""
    from gongkai.reading.pdf import read_pdf
    from gongkai.reading.scan import available, recognise_with_notes

    told: list[str] = []

    def recognise(image: "Image.Image", number: int, scale: float) -> Sheet:
        may_take(RECOGNISING_SECONDS)
        sheet, notes = recognise_with_notes(image, number, scale)
        may_take(SILENCE_SECONDS)
        told.extend(notes)
        return sheet

    page = read_pdf(data, progress, recognise if available() else None)
    page.warnings += told
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
    for enclosure in matter.files():
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


# --- state secrets -------------------------------------------------------------------------------------------

_LEVEL = "(绝密|机密|秘密)级?"
# ★ and the period make a mark wherever they stand alone; scans show the star as some other sign or character.
_MARK = re.compile(
    rf"[^，。；：、“”《》（）]{{0,12}}?(?:密级(?:和保密期限)?[:：]?)?{_LEVEL}"
    r"(?:[★☆*＊✭⭐].{0,12}|.?[\d一二三四五六七八九十]{1,3}(?:年|个?月)\D{0,6})"
)
_BARE = re.compile(rf"(?:\d{{1,8}})?(?:密级(?:和保密期限)?[:：]?)?{_LEVEL}(?:特急|加急|平急|特提)?")
_LEVEL_VALUE = re.compile(_LEVEL)
_LONGEST_MARK = 24
_HEAD, _SHEET_HEAD = 4, 2  # lines of the file, and of each of its pages, where a mark is looked for


def refuse_classified(page: Page) -> None:
    """Raises Classified when something on the page is a mark of state secrecy.

    Marks stand alone above the title (GB/T 9704, 7.2.2), sometimes in a table or in the header of the sheet; with ★ and
    a period they are marks wherever they stand alone. The words in a sentence or in a list of figures are none.
    """
    level = next(filter(None, (*_marked_lines(page), *_marked_cells(page), *_marked_labels(page))), None)
    if level:
        raise Classified(
            f"文件带有“{level}”标志，联网的系统不得存储、处理国家秘密，本系统没有保存它；"
            "请立即断开网络，按《保守国家秘密法》报告本单位保密工作机构处理。"
        )


def _level(text: str, *, bare: bool) -> str:
    """The level that ``text`` marks, "" if it is no mark; ``bare``: the word alone is one here."""
    squeezed = re.sub(r"\s+", "", text)
    if len(squeezed) > _LONGEST_MARK:
        return ""
    found = _MARK.fullmatch(squeezed) or (_BARE.fullmatch(squeezed) if bare else None)
    return found[1] if found else ""


def _marked_lines(page: Page) -> Iterator[str]:
    seen: Counter[int] = Counter()
    for number, line in enumerate(page.lines):
        seen[line.sheet] += 1
        if not line.table:
            at_head = number < _HEAD or (line.sheet > 0 and seen[line.sheet] <= _SHEET_HEAD)
            yield _level(line.text, bare=at_head)


def _marked_cells(page: Page) -> Iterator[str]:
    """Cells of the first rows; the word alone only in the first row of a table at the head, or beside 密级."""
    for number, line in enumerate(page.lines):
        for r, row in enumerate(line.table.rows[:3] if line.table else ()):
            texts = [piece for cell in row for piece in cell.text.split("\n")]
            words = sum(bool(_level(text, bare=True)) for text in texts)
            for before, text in pairwise(["", *texts]):
                beside = bool(re.fullmatch(r"密\s*级(?:和保密期限)?[:：]?", before))
                yield _level(text, bare=number < 3 and words == 1 and (r == 0 or beside))


def _marked_labels(page: Page) -> Iterator[str]:
    for label in page.labels:
        if label.name == HEADER:
            yield _level(label.value, bare=True)
        elif "密级" in label.name and (found := _LEVEL_VALUE.match(re.sub(r"\s+", "", label.value))):
            yield found[1]


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
