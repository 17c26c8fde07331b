"""One picture of a page made into a sheet: light, seals, turning, ruling lines and reading, in this order."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from gongkai.reading.layout.sheet import Rule, Sheet
from gongkai.reading.printed import leaf_of
from gongkai.reading.scan.engine import Reading, find_lines, read_strips
from gongkai.reading.scan.light import Box, even_light, lift_seals
from gongkai.reading.scan.lines import read_lines
from gongkai.reading.scan.picture import MAX_SIDE
from gongkai.reading.scan.ruling import cut_at_rules, find_rules
from gongkai.reading.scan.turning import lean, lies_on_its_side, straighten, strip, upside_down

_SEARCH_SIDE = 1024
_SMALL_TYPE = 15  # pixels: boxes lower than this at the search size are searched for again at the finer one
_FINE_SIDE = 1600
_LEAST_SIDE = 16  # no line of type is lower; a picture that is all length holds nothing to read
_UPRIGHT = 0.8  # lines read upside down have less confidence than this


@dataclass
class _Leaf:
    """The page at each step: RGB pixels, boxes of lines of text (n, 4, 2), boxes of seals, and how it was turned.

    ``turns`` are quarter turns clockwise, ``angle`` degrees by which it was then straightened, ``size`` its pixels
    (width, height) before that.
    """

    pixels: np.ndarray
    quads: np.ndarray
    seals: list[Box]
    turns: int
    angle: float
    size: tuple[int, int]


def read_leaf(image: Image.Image, number: int, scale: float) -> tuple[Sheet, list[str]]:
    """The sheet of one page and one sentence for each thing seen but not read; see ``recognise``."""
    pixels = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    shrink = min(1.0, MAX_SIDE / max(pixels.shape[:2]))
    if min(pixels.shape[:2]) * shrink < _LEAST_SIDE:
        return Sheet(number, image.width / scale, image.height / scale), []
    if shrink < 1:
        pixels = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        scale *= shrink
    leaf = _prepared(pixels)
    height, width = leaf.pixels.shape[:2]
    sheet = Sheet(number, width / scale, height / scale)
    sheet.pictures = [tuple(side / scale for side in box) for box in leaf.seals]  # type: ignore[misc]
    ruled = find_rules(leaf.pixels, leaf.quads)
    sheet.rules = [Rule(*(side / scale for side in box)) for box in ruled.across + ruled.down]
    leaf.quads = cut_at_rules(leaf.quads, ruled.down)
    lines, blots = read_lines(ruled.pixels, leaf.quads)
    for line in lines:
        sheet.glyphs += line.glyphs(scale)
    upright = leaf.size[0] / scale, leaf.size[1] / scale
    sheet.leaf = leaf_of(sheet, leaf.turns, leaf.angle, upright)
    return sheet, _notes(number, blots, len(leaf.seals))


def _notes(number: int, blots: int, seals: int) -> list[str]:
    notes = []
    if blots:
        notes.append(f"第{number}页有{blots}处字迹无法辨认，没有读入，请对照原件补上。")
    if seals:
        notes.append(f"第{number}页有{seals}枚红色印章，印章中的文字没有读入。")
    return notes


def _prepared(pixels: np.ndarray) -> _Leaf:
    """The page evenly lit, without seals, upright, with the boxes of its lines."""
    pixels, seals = lift_seals(even_light(pixels))
    quads = _search(pixels)
    height, width = pixels.shape[:2]
    turns = 0
    if lies_on_its_side(quads):
        turns = 3
        pixels = np.ascontiguousarray(np.rot90(pixels))
        seals = [(top, width - x1, bottom, width - x0) for x0, top, x1, bottom in seals]
        quads = _search(pixels)
    if _is_upside_down(pixels, quads):
        height, width = pixels.shape[:2]
        turns += 2
        pixels, quads = upside_down(pixels, quads)
        seals = [(width - x1, height - bottom, width - x0, height - top) for x0, top, x1, bottom in seals]
    angle = lean(quads)
    size = pixels.shape[1], pixels.shape[0]
    if angle:
        corners = np.array([[[a, b], [c, b], [c, d], [a, d]] for a, b, c, d in seals], np.float32).reshape(
            -1, 4, 2
        )
        count = len(quads)
        pixels, turned = straighten(pixels, np.concatenate([quads, corners]), angle)
        quads = turned[:count]
        seals = [(*map(float, box.min(0)), *map(float, box.max(0))) for box in turned[count:]]  # type: ignore[misc]
    return _Leaf(pixels, quads, seals, turns % 4, angle, size)


def _search(pixels: np.ndarray) -> np.ndarray:
    """Boxes of lines, searched for more finely where the type is small for the usual size."""
    quads = find_lines(pixels, _SEARCH_SIDE)
    side = max(pixels.shape[:2])
    if not len(quads) or side <= _SEARCH_SIDE * 1.1:
        return quads
    sides = np.minimum(
        np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1), np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    )
    small = float(np.median(sides)) * _SEARCH_SIDE / side < _SMALL_TYPE
    return find_lines(pixels, _FINE_SIDE) if small else quads


def _is_upside_down(pixels: np.ndarray, quads: np.ndarray) -> bool:
    """Whether the longest lines read better when turned by half; only asked when they read badly as they are."""
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    strips = [strip(pixels, quads[i]) for i in np.argsort(across)[::-1][:3]]
    upright = _mean(read_strips(strips))
    if not strips or upright >= _UPRIGHT:
        return False
    return _mean(read_strips([np.ascontiguousarray(part[::-1, ::-1]) for part in strips])) > upright


def _mean(readings: list[Reading]) -> float:
    return sum(reading.confidence for reading in readings) / max(len(readings), 1)
