"""A PDF file as a whole: opening it, page after page in flat memory, and what has to be told about it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from gongkai.reading.document import Unreadable
from gongkai.reading.layout import read_sheets
from gongkai.reading.layout.sheet import Glyph, Sheet
from gongkai.reading.page import Line, Page
from gongkai.reading.pdf.drawing import read_drawing
from gongkai.reading.pdf.text import Text, read_text, text_turns
from gongkai.reading.pdf.upright import frame_of
from gongkai.reading.sums import check_sums
from gongkai.text.normalise import bare

if TYPE_CHECKING:
    from PIL import Image

    Recognise = Callable[[Image.Image, int, float], Sheet]

MAX_PAGES = 2_000
_PASSWORD_ERROR = 4
_OCR_SCALE = 250 / 72  # pixels per point: finer costs time and finds no more
_OCR_PIXELS = 24_000_000
_MAX_SUMS = 20
_MAX_NAMED = 12


@dataclass
class _Notes:
    """Pages by what has to be told about them."""

    pictures: list[int] = field(default_factory=list)
    with_pictures: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    off_page: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    guessed: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    concealed: list[str] = field(default_factory=list)
    readable: int = 0


def sheets(data: bytes) -> Iterator[Sheet]:
    """The pages of a PDF, upright, one at a time. Raises Unreadable with one Chinese sentence."""
    with opened(data) as pdf:
        for index in range(len(pdf)):
            yield _leaf(pdf, index, _Notes())


def needs_ocr(sheet: Sheet) -> bool:
    """Whether a sheet is a picture of a page: (next to) no text, but something drawn over it."""
    letters = sum(len(glyph.text) for glyph in sheet.glyphs)
    covered = sum((x1 - x0) * (bottom - top) for x0, top, x1, bottom in sheet.pictures)
    share = covered / max(sheet.width * sheet.height, 1)
    if letters == 0:
        return share >= 0.03 or sheet.shapes >= 30  # type turned into outlines is many small shapes
    return letters < 30 and share >= 0.5


def _without_contents(lines: list[Line]) -> list[Line]:
    """Without the table of contents: its lines lead to headings of the text, which would then stand there twice."""
    kept: list[Line] = []
    for line in lines:
        if not line.linked:
            kept.append(line)
        elif kept and not kept[-1].table and bare(kept[-1].text) == "目录":
            kept.pop()
    return kept


def read_pdf(
    data: bytes, progress: Callable[[int, int], None] | None = None, recognise: "Recognise | None" = None
) -> Page:
    """The text and tables of a PDF.

    ``progress`` is told (pages done, pages in all) after each page. ``recognise`` reads pages that are pictures: it is
    given the page as a PIL image, its number from 1 and the pixels per point; without it such pages are told. Raises
    Unreadable with one Chinese sentence when the file is encrypted, damaged, empty, too long or bears no text.
    """
    page, notes = Page(), _Notes()
    with opened(data) as pdf:
        read_sheets(_leaves(pdf, notes, progress, recognise), page)
    page.lines = _without_contents(page.lines)
    if not notes.readable:
        raise Unreadable(_nothing(notes, recognise is not None))
    page.warnings += _told(notes, recognise is not None)
    page.warnings += _sums(page)
    page.concealed += notes.concealed
    return page


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """A PDF with at least one page and not too many. Raises Unreadable with one Chinese sentence."""
    if not data.strip():
        raise Unreadable("文件是空的，请检查是否选对了文件。")
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as problem:
        code = getattr(problem, "err_code", None)
        # A file without pages leaves the error of the file before it standing.
        if code == _PASSWORD_ERROR and b"/Encrypt" in data:
            raise Unreadable("这个 PDF 设有打开密码，请去掉密码、另存后再导入。") from None
        if code in {0, _PASSWORD_ERROR}:
            raise Unreadable("这个 PDF 里没有页面，请重新取得原件。") from None
        raise Unreadable("这个 PDF 已损坏或者不完整，请重新取得原件。") from None
    try:
        if not len(pdf):
            raise Unreadable("这个 PDF 里没有页面，请重新取得原件。")
        if len(pdf) > MAX_PAGES:
            raise Unreadable(f"这个 PDF 有 {len(pdf)} 页，超过 {MAX_PAGES} 页，请拆分后分别导入。")
        yield pdf
    finally:
        pdf.close()


def _leaves(
    pdf: pdfium.PdfDocument,
    notes: _Notes,
    progress: Callable[[int, int], None] | None,
    recognise: "Recognise | None",
) -> Iterator[Sheet]:
    for index in range(len(pdf)):
        sheet = _leaf(pdf, index, notes)
        if needs_ocr(sheet) or index + 1 in notes.garbled:
            notes.pictures.append(index + 1)
            if recognise:
                sheet = recognise(*_picture(pdf, index))
        elif _shows(sheet):
            notes.with_pictures.append(index + 1)
        notes.readable += bool(sheet.glyphs)
        yield sheet
        if progress:
            progress(index + 1, len(pdf))


def _shows(sheet: Sheet) -> bool:
    """A picture big enough to bear words; smaller ones are emblems and seals, whole pages lie under their own text."""
    area = sheet.width * sheet.height
    return any(0.03 * area < (x1 - x0) * (y1 - y0) < 0.85 * area for x0, y0, x1, y1 in sheet.pictures)


def _picture(pdf: pdfium.PdfDocument, index: int) -> "tuple[Image.Image, int, float]":
    page = pdf[index]
    try:
        wide, high = page.get_size()
        scale = min(_OCR_SCALE, (_OCR_PIXELS / max(wide * high, 1)) ** 0.5)
        return page.render(scale=scale).to_pil(), index + 1, scale
    finally:
        page.close()


def _leaf(pdf: pdfium.PdfDocument, index: int, notes: _Notes) -> Sheet:
    """One page as a sheet; raw handles are closed at once, so that memory does not grow with the pages."""
    page = raw.FPDF_LoadPage(pdf.raw, index)
    if not page:
        notes.broken.append(index + 1)
        return Sheet(index + 1, 595.0, 842.0)
    text_page: Any = None
    try:
        text_page = raw.FPDFText_LoadPage(page)
        count = raw.FPDFText_CountChars(text_page) if text_page else 0
        frame = frame_of(page, text_turns(text_page, count) if count > 0 else None)
        drawing = read_drawing(page, frame)
        text = read_text(text_page, frame) if count > 0 else Text()
    finally:
        if text_page:
            raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)
    sheet = Sheet(
        index + 1, *frame.size, text.glyphs, drawing.rules, drawing.pictures, drawing.shapes, drawing.shades
    )
    _note(notes, sheet, text, drawing.cut)
    return sheet


def _note(notes: _Notes, sheet: Sheet, text: Text, cut: bool) -> None:
    """Hidden text over a picture is its reading by a scanner and is kept; other hidden text nobody sees."""
    number = sheet.number
    if text.hidden:
        over = [glyph for glyph in text.hidden if _on_picture(glyph, sheet)]
        sheet.glyphs += over
        if over:
            notes.guessed.append(number)
        if rest := [glyph for glyph in text.hidden if not _on_picture(glyph, sheet)]:
            notes.hidden.append(number)
            words = "".join(glyph.text for glyph in rest)[:200]
            notes.concealed.append(f"第{number}页有看不见的文字：{words}")
    if text.garbled > 0.1 * max(len(sheet.glyphs), 1) and text.garbled > 5:
        notes.garbled.append(number)
    if text.off_page > 3:
        notes.off_page.append(number)
    if cut or text.too_many:
        notes.cut.append(number)


def _on_picture(glyph: Glyph, sheet: Sheet) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in sheet.pictures)


# --- what is told ----------------------------------------------------------------------------------------------


def _named(numbers: list[int]) -> str:
    """第3、4、7至9页."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    names: list[str] = []
    for first, last in runs:
        names += [f"{first}至{last}"] if last > first + 1 else [str(n) for n in range(first, last + 1)]
    more = f"等{len(numbers)}" if len(names) > _MAX_NAMED else ""
    return f"第{'、'.join(names[:_MAX_NAMED])}{'页' if not more else more + '页'}"


def _nothing(notes: _Notes, recognised: bool) -> str:
    if notes.garbled:
        return "这个 PDF 的字体没有说明各个字是什么字，读出来是乱码；请提供原来的 docx，或者扫描后再导入。"
    if recognised:
        return "这个 PDF 的各页都没有认出文字，请检查扫描是否清楚。"
    if notes.pictures:
        return "这个 PDF 全是图片，没有文字层；请安装文字识别组件（pip install gongkai[ocr]）后再导入，或者提供原来的 docx。"
    return "这个 PDF 里没有文字，请检查是否选对了文件。"


def _told(notes: _Notes, recognised: bool) -> list[str]:
    told: list[str] = []
    images = [n for n in notes.pictures if n not in notes.garbled]
    if images and not recognised:
        told.append(f"{_named(images)}是图片，没有读入；请安装文字识别组件后重新导入，或者对照原件补上。")
    elif notes.pictures:
        told.append(f"{_named(notes.pictures)}是图片，文字是识别出来的，请对照原件核对。")
    if notes.garbled and not recognised:
        told.append(f"{_named(notes.garbled)}的字体没有说明各个字是什么字，有文字没有读入；请对照原件补上。")
    for numbers, sentence in (
        (notes.guessed, "的文字来自扫描时自带的识别结果，可能有错字，请对照原件核对。"),
        (notes.with_pictures, "有图片，图片里的内容没有读入，请对照原件。"),
        (notes.broken, "已损坏，没有读入，请重新取得原件。"),
        (notes.off_page, "在页面之外还有文字，看不见，没有读入；请核对原件。"),
        (notes.hidden, "有隐藏的文字，看不见，没有读入；公开前请核对。"),
        (notes.cut, "的内容过多，只读入了一部分，请对照原件。"),
    ):
        if numbers:
            told.append(_named(numbers) + sentence)
    return told


def _sums(page: Page) -> list[str]:
    """What does not add up in the tables, told with the page; at most a score of sentences."""
    told = [
        f"{line.origin}：{sentence}"
        for line in page.lines
        if line.table
        for sentence in check_sums(line.table)
    ]
    if len(told) > _MAX_SUMS:
        return [*told[:_MAX_SUMS], f"另有{len(told) - _MAX_SUMS}处合计与分项不符，请核对原件。"]
    return told
