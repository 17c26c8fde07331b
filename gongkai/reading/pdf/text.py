"""The characters of a PDF page: place, size, weight, and what of them is hidden, garbled or off the page."""

import ctypes
import math
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from pypdfium2 import raw

from gongkai.reading.layout.sheet import Glyph
from gongkai.reading.pdf.upright import Box, Frame

# A page of the densest gazette has 6,000 characters.
MAX_CHARACTERS = 60_000
_INVISIBLE_MODE = 3
_STROKED_MODES = {1, 2, 5, 6}  # type that is also stroked is how word processors feign bold
_BOLD_WEIGHT = 600
_HYPHENS = {0x02, 0xFFFE}


@dataclass(frozen=True, slots=True)
class _Manner:
    """How one run of text is set."""

    size: float
    bold: bool
    hidden: bool
    unmapped: bool


@dataclass
class Text:
    """What stands on a page, and how many characters were left out and why."""

    glyphs: list[Glyph] = field(default_factory=list)
    off_page: int = 0
    hidden: list[Glyph] = field(default_factory=list)
    garbled: int = 0
    too_many: bool = False


_PLAIN = _Manner(0.0, False, False, False)


def text_turns(text_page: Any, count: int) -> int | None:
    """Quarter turns clockwise that set the text upright, by a sample of its characters; None where they disagree."""
    step = max(1, count // 200)
    tally = [0, 0, 0, 0]
    for index in range(0, count, step):
        angle = raw.FPDFText_GetCharAngle(text_page, index)
        if angle >= 0 and raw.FPDFText_GetUnicode(text_page, index) > 0x20:
            tally[round(angle / (math.pi / 2)) % 4] += 1
    best = max(range(4), key=tally.__getitem__)
    # The angle grows clockwise on the page: a quarter of it is undone by three quarters more.
    return (4 - best) % 4 if tally[best] > 0.7 * sum(tally) else None


def read_text(text_page: Any, frame: Frame) -> Text:
    """The characters of a page; off the page, hidden and unreadable ones are counted apart."""
    count = raw.FPDFText_CountChars(text_page)
    found = Text(too_many=count > MAX_CHARACTERS)
    manners: dict[int | None, _Manner] = {}
    rect = raw.FS_RECTF()
    wide, high = frame.size
    pending = ""
    for index in range(min(count, MAX_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in {0x20, 0x0D, 0x0A, 0xA0, 0x3000, 0x09}:
            continue
        if 0xD800 <= code < 0xDC00:
            pending = chr(code)
            continue
        char, pending = _character(code, pending), ""
        run = raw.FPDFText_GetTextObject(text_page, index)
        address = ctypes.cast(run, ctypes.c_void_p).value
        manner = manners.get(address)
        if manner is None:
            manner = manners[address] = _manner(text_page, index, run, address)
        raw.FPDFText_GetLooseCharBox(text_page, index, rect)
        box = frame.place(rect.left, rect.bottom, rect.right, rect.top)
        if not (-1 <= (box[0] + box[2]) / 2 <= wide + 1 and -1 <= (box[1] + box[3]) / 2 <= high + 1):
            found.off_page += 1
        elif not char or manner.unmapped:
            found.garbled += 1
        else:
            (found.hidden if manner.hidden else found.glyphs).append(_glyph(char, box, manner))
    found.glyphs = _once(found.glyphs)
    return found


def _character(code: int, high: str) -> str:
    """The character of a code; "" where the font does not say what its sign means."""
    if high and 0xDC00 <= code < 0xE000:
        return (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16")
    if code in _HYPHENS:
        return "-"
    if code < 0x20 or 0xD800 <= code < 0xF900 or code in {0xFFFD, 0xFFFF} or code >= 0xF0000:
        return ""
    if 0x2E80 <= code < 0x2FE0:  # fonts that call a character by its radical: ⼀ for 一
        return unicodedata.normalize("NFKC", chr(code))
    return chr(code)


def _manner(text_page: Any, index: int, run: Any, address: int | None) -> _Manner:
    if not address:
        return _PLAIN
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text_page, index, matrix)
    size = raw.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    mode = raw.FPDFTextObj_GetTextRenderMode(run)
    bold = mode in _STROKED_MODES or raw.FPDFText_GetFontWeight(text_page, index) >= _BOLD_WEIGHT
    unmapped = raw.FPDFText_HasUnicodeMapError(text_page, index) == 1
    return _Manner(size, bold, mode == _INVISIBLE_MODE, unmapped)


def _glyph(char: str, box: Box, manner: _Manner) -> Glyph:
    x0, top, x1, bottom = box
    size = manner.size if 1 <= manner.size <= 400 else max(bottom - top, 1.0)
    if bottom - top > 1.6 * size or bottom - top < 0.5 * size:
        # Fonts that give no true height: the middle of the box is still the middle of the line.
        middle = (top + bottom) / 2
        top, bottom = middle - size / 2, middle + size / 2
    return Glyph(char, x0, top, x1, bottom, size, manner.bold)


def _once(glyphs: list[Glyph]) -> list[Glyph]:
    """Type that is drawn several times, a hair apart, to look bold: kept once, as bold."""
    kept: dict[tuple[str, int, int], int] = {}
    out: list[Glyph] = []
    for glyph in glyphs:
        step = max(glyph.size / 4, 1.0)
        column, row = round(glyph.x0 / step), round(glyph.top / step)
        for dx, dy in ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)):
            earlier = kept.get((glyph.text, column + dx, row + dy))
            if earlier is not None and abs(out[earlier].x0 - glyph.x0) < step:
                if not out[earlier].bold:
                    out[earlier] = replace(out[earlier], bold=True)
                break
        else:
            kept[glyph.text, column, row] = len(out)
            out.append(glyph)
    return out
