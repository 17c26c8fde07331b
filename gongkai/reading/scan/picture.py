"""From a picture file to pages of pixels: what formats and sizes are taken, and which way the camera was held."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps

from gongkai.reading.document import Unreadable

MAX_PIXELS = 60_000_000  # A3 at 400 dpi has 31 million; memory grows by 8 bytes a pixel at the worst
MAX_SIDE = 3600  # A4 at 300 dpi; more only costs time and memory
MAX_PAGES = 500
MIN_SIDE = 32  # below this not one line of type can be made out
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_A4_SHORT, _A4_LONG = 595.3, 841.9

# What Pillow raises for files that are cut off, forged or of a kind it does not know.
_BROKEN = (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, EOFError, OverflowError)
_TOO_BIG = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
_BROKEN_SENTENCE = "图片已损坏或不完整，请重新扫描、拍照，或者提供原来的 docx 文件。"


def _too_big() -> Unreadable:
    return Unreadable(
        f"图片超过 {MAX_PIXELS // 10_000} 万像素，请用 300 dpi 重新扫描或缩小后再导入。",
    )


def open_picture(data: bytes) -> Image.Image:
    """The file opened, nothing unpacked yet. Raises Unreadable when it is no picture that is taken here."""
    if not data:
        raise Unreadable("文件是空的，请检查是否选对了文件。")
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except _TOO_BIG:
        raise _too_big() from None
    except _BROKEN:
        raise Unreadable(_BROKEN_SENTENCE) from None
    _check_size(picture)
    return picture


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise _too_big()
    if min(width, height) < MIN_SIDE:
        raise Unreadable(f"图片只有 {width}×{height} 像素，看不清文字；请用 300 dpi 重新扫描。")


def page_count(picture: Image.Image) -> int:
    """How many pages the file has: only tiff files have more than one."""
    if picture.format != "TIFF":
        return 1
    try:
        count = int(getattr(picture, "n_frames", 1))
    except _BROKEN:
        raise Unreadable(_BROKEN_SENTENCE) from None
    if count > MAX_PAGES:
        raise Unreadable(f"这份扫描件有 {count} 页，超过 {MAX_PAGES} 页，请拆分后再导入。")
    return count


def pages(picture: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    """Each page as the camera or scanner meant it to be seen, in RGB, with its pixels per point; one at a time."""
    for index in range(page_count(picture)):
        try:
            picture.seek(index)
            _check_size(picture)
            scale = _scale(picture.size, _resolution(picture))
            long = max(picture.size)
            picture.draft(None, (MAX_SIDE, MAX_SIDE))  # jpeg alone can be unpacked smaller than it is
            small = _reduced(picture)
            scale *= max(small.size) / long
            page = _rgb(ImageOps.exif_transpose(small))
        except _TOO_BIG:
            raise _too_big() from None
        except _BROKEN:
            raise Unreadable(_BROKEN_SENTENCE) from None
        yield page, scale


def _reduced(picture: Image.Image) -> Image.Image:
    """The picture at a size fit for reading, before anything makes copies of it."""
    picture.load()  # tiff turns itself upright here and changes its size
    ratio = MAX_SIDE / max(picture.size)
    if ratio >= 1:
        return picture
    flat = {"1": "L", "P": "RGBA" if "transparency" in picture.info else "RGB"}.get(picture.mode)
    size = max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))
    return (picture.convert(flat) if flat else picture).resize(size, Image.Resampling.BOX)


def _rgb(picture: Image.Image) -> Image.Image:
    """RGB on white; pictures of 16 bits or floating values are brought to 8."""
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, dtype=np.float32)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        grey = np.nan_to_num((values - low) * (255.0 / max(high - low, 1.0)))
        return Image.fromarray(grey.clip(0, 255).astype(np.uint8)).convert("RGB")
    if "A" in picture.mode or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    return picture.convert("RGB")


def _resolution(picture: Image.Image) -> float:
    """Dots per inch as the file says, 0 where it says nothing of use."""
    try:
        return float(picture.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
        return 0.0


def _scale(size: tuple[int, int], dpi: float) -> float:
    """Pixels per point: the scanner's word if it makes a sheet of paper, else as if the page were A4.

    Cameras write 72 dpi whatever they see, which would make a page of two metres.
    """
    short, long = sorted(size)
    if dpi > 0 and 350 <= short * 72 / dpi <= 900 and long * 72 / dpi <= 1250:
        return dpi / 72
    return max(short / _A4_SHORT, long / _A4_LONG)
