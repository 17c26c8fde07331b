"""Pages of a file as pictures, the places of their words, and a file's plain lines: made by a child process with limits."""

import base64
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from gongkai.reading.apart import ask_child, command_of, confined
from gongkai.reading.carry import plain, restored
from gongkai.reading.document import Leaf, Table, Unreadable
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.printed import leaf_of

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 8_000_000  # of one picture; a page of 10⁵ points a side is shown smaller
MAX_SIDE = 6_000
MAX_WIDTH = 2_000
BATCH = 24  # pages that one call may draw
_MODULE = "gongkai.reading.picture"
_BROKEN = "这一页不能显示（内容不正常），请下载原件查看。"


@dataclass(frozen=True)
class PlainLine:
    """A paragraph or a table of a file in its own order, before anything was understood; ``sheet`` its page or 0."""

    text: str = ""
    table: Table | None = None
    strong: bool = False
    sheet: int = 0


@dataclass(frozen=True)
class Lines:
    """What a file holds, line after line, and the sentences about what could not be read or is not seen at once."""

    lines: tuple[PlainLine, ...] = ()
    warnings: tuple[str, ...] = ()
    concealed: tuple[str, ...] = ()


def leaves(data: bytes, form: str) -> tuple[Leaf, ...]:
    """Every page of a "pdf" or an "image" with its size; of a PDF also where its characters stand.

    Pages that are pictures have no lines here: those are found when the file is read (``OfficialDocument.leaves``).
    Raises Unreadable with a sentence.
    """
    answer = ask_child(command_of(_MODULE, "leaves", form), data)
    return tuple(_restored(Leaf, each) for each in answer.get("leaves", ()))


def pictures(data: bytes, form: str, numbers: list[int], *, width: int, turns: list[int]) -> dict[int, bytes]:
    """Page numbers (from 1) with these pages as PNG, at most ``BATCH`` of them, ``width`` pixels wide or less.

    ``turns`` are the quarter turns clockwise for each of ``numbers``. A page that cannot be drawn is left out. Raises
    Unreadable with a sentence.
    """
    asked = [f"{number}:{turn % 4}" for number, turn in zip(numbers, turns, strict=True)][:BATCH]
    answer = ask_child(command_of(_MODULE, "draw", form, str(min(width, MAX_WIDTH)), ",".join(asked)), data)
    return {int(number): base64.b64decode(drawn) for number, drawn in answer.get("pictures", {}).items()}


def plain_lines(data: bytes, form: str) -> Lines:
    """The lines of a file of any format but a picture, as its reader first sees them. Raises Unreadable."""
    return lines_from(ask_child(command_of(_MODULE, "lines", form), data).get("page", ()))


def lines_from(value: Any) -> Lines:
    """The lines behind ``carry.plain``. Raises Unreadable for what is none of that kind."""
    found: Lines = _restored(Lines, value)
    return found


def _restored(kind: Any, value: Any) -> Any:
    try:
        return restored(kind, value)
    except (KeyError, ValueError, TypeError, IndexError):
        raise Unreadable(_BROKEN) from None


# --- the child ---------------------------------------------------------------------------------------------


def lines_of(data: bytes, form: str) -> Lines:
    """``plain_lines`` in this process: nothing stops it here."""
    from gongkai.reading.read import page_here

    page = page_here(data, form)
    kept = (
        PlainLine(each.text, each.table, each.strong or each.heading > 0, each.sheet) for each in page.lines
    )
    return Lines(tuple(kept), tuple(page.warnings), tuple(page.concealed))


def _leaves(data: bytes, form: str) -> Iterator[Leaf]:
    if form == "image":
        from gongkai.reading.scan.picture import open_picture, pages

        for number, (image, scale) in enumerate(pages(open_picture(data)), 1):
            yield Leaf(number, round(image.width / scale, 1), round(image.height / scale, 1), 0)
        return
    from pypdfium2 import raw

    from gongkai.reading.pdf.file import opened
    from gongkai.reading.pdf.text import read_text, text_turns
    from gongkai.reading.pdf.upright import frame_of

    with opened(data) as pdf:
        for index in range(len(pdf)):
            page = raw.FPDF_LoadPage(pdf.raw, index)
            if not page:
                yield Leaf(index + 1, 595.0, 842.0, 0)
                continue
            text_page = raw.FPDFText_LoadPage(page)
            try:
                count = raw.FPDFText_CountChars(text_page) if text_page else 0
                frame = frame_of(page, text_turns(text_page, count) if count > 0 else None)
                glyphs = read_text(text_page, frame).glyphs if count > 0 else []
                sheet = Sheet(index + 1, *frame.size, glyphs)
                yield leaf_of(sheet, frame.turns - raw.FPDFPage_GetRotation(page))
            finally:
                if text_page:
                    raw.FPDFText_ClosePage(text_page)
                raw.FPDF_ClosePage(page)


def _drawn(data: bytes, form: str, width: int, asked: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
    wanted = dict(asked)
    if form == "image":
        from gongkai.reading.scan.picture import open_picture, pages

        for number, (image, _scale) in enumerate(pages(open_picture(data)), 1):
            if number in wanted:
                yield number, _encoded(_turned(image, wanted[number]), width)
            if number >= max(wanted):
                return
        return
    from pypdfium2 import PdfiumError

    from gongkai.reading.pdf.file import opened

    with opened(data) as pdf:
        for number, turns in asked:
            if not 1 <= number <= len(pdf):
                continue
            try:
                page = pdf[number - 1]
            except PdfiumError:
                continue
            wide, high = page.get_size()
            wide, high = (high, wide) if turns % 2 else (wide, high)
            scale = min(
                width / max(wide, 1), MAX_SIDE / max(high, 1), (MAX_PIXELS / max(wide * high, 1)) ** 0.5
            )
            yield number, _encoded(page.render(scale=scale, rotation=90 * turns).to_pil(), width)
            page.close()


def _turned(image: "Image.Image", turns: int) -> "Image.Image":
    return image.rotate(-90 * turns, expand=True) if turns else image


def _encoded(image: "Image.Image", width: int) -> bytes:
    """As PNG: grey where nothing on the page is coloured, else in a palette that keeps a seal red."""
    from PIL import Image, ImageChops

    share = min(1.0, width / max(image.width, 1), MAX_SIDE / max(image.height, 1))
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    image = image.convert("RGB")
    image = image if size == image.size else image.resize(size, Image.Resampling.BOX)
    red, green, blue = image.split()
    apart = max(_most(ImageChops.difference(red, other)) for other in (green, blue))
    small = image.convert("L") if apart < 24 else image.quantize(96, method=Image.Quantize.FASTOCTREE)
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def _most(channel: "Image.Image") -> int:
    """The brightest value of a picture of one channel."""
    return max(value for value, count in enumerate(channel.histogram()) if count)


def _answer(words: list[str], data: bytes, speech: IO[bytes]) -> dict[str, Any]:
    def done(number: int) -> None:
        speech.write(json.dumps({"done": number, "of": 0}).encode() + b"\n")
        speech.flush()

    what, form = words[:2]
    if what == "lines":
        return {"page": plain(lines_of(data, form))}
    found: list[Any] = []
    if what == "leaves":
        for leaf in _leaves(data, form):
            found.append(plain(leaf))
            done(leaf.number)
        return {"leaves": found}
    asked = [tuple(map(int, each.split(":"))) for each in words[3].split(",") if each]
    for number, png in _drawn(data, form, int(words[2]), asked):  # type: ignore[arg-type]
        found.append((str(number), base64.b64encode(png).decode("ascii")))
        done(number)
    return {"pictures": dict(found)}


def _main() -> None:
    speech = confined()
    try:
        word = _answer(sys.argv[1:-1], sys.stdin.buffer.read(), speech)
    except Unreadable as refusal:
        word = {"unreadable": str(refusal)}
    except MemoryError:
        word = {"unreadable": _BROKEN}
    speech.write(json.dumps(word, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
    speech.flush()


if __name__ == "__main__":
    _main()
