"""Scans and photographs: pictures of pages in, text with its places, tables and doubts out."""

import importlib
import importlib.util
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from gongkai.reading.document import Unreadable
from gongkai.reading.layout.sheet import Sheet
from gongkai.reading.page import Page

if TYPE_CHECKING:
    from PIL import Image

# onnxruntime reports to its makers as soon as it is imported, and leaves a file in the temporary folder; its call
# disable_telemetry_events comes too late for that. An office's machine calls nobody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# rapidocr runs on any of several engines and therefore does not itself ask for onnxruntime.
_EXTRA = ("numpy", "PIL", "cv2", "onnxruntime", "rapidocr")


def available() -> bool:
    """True if this installation can read pictures; asks without loading anything."""
    return all(importlib.util.find_spec(name) for name in _EXTRA)


def _need_extra() -> None:
    try:
        for name in _EXTRA:
            importlib.import_module(name)
    except ImportError:
        raise Unreadable(
            "这是图片或扫描件，读取它需要文字识别组件，本机没有安装；"
            "请管理员在安装目录运行 make ocr 后重试，或者提供原来的 docx 文件。"
        ) from None


def read_scan(data: bytes, progress: Callable[[int, int], None] | None = None) -> Page:
    """The text of a png, jpeg, tiff (with many pages), bmp or webp file.

    ``progress`` is told (pages done, pages in all) after each page. Raises Unreadable with one sentence when the
    picture is broken, too big, too small or bears no text, and when the optional recogniser is not installed.
    """
    _need_extra()
    from gongkai.reading.scan.file import read_file

    return read_file(data, progress)


def recognise(image: "Image.Image", number: int, scale: float) -> Sheet:
    """What stands on the picture of one page, turned upright: characters, ruling lines, seals as ``pictures``.

    ``number`` is the page's number from 1, ``scale`` the pixels of ``image`` per point. A page without text gives a
    sheet without glyphs. Raises Unreadable when the optional recogniser is not installed.
    """
    return recognise_with_notes(image, number, scale)[0]


def recognise_with_notes(image: "Image.Image", number: int, scale: float) -> tuple[Sheet, list[str]]:
    """As ``recognise``, with one sentence for each thing that was seen on the page but not read (seals, blots)."""
    _need_extra()
    from gongkai.reading.scan.leaf import read_leaf

    return read_leaf(image, number, scale)
