"""Boxes of text read and made into glyphs: each character's place, and the size of the type from its ink."""

from dataclasses import dataclass

import cv2
import numpy as np

from gongkai.reading.layout.sheet import Glyph
from gongkai.reading.scan.engine import Reading, read_strips
from gongkai.reading.scan.mending import mend
from gongkai.reading.scan.turning import stacked, strip

_LEGIBLE = 0.5
_WIDE_MARKS = "，。；：、！？（）〔〕《》“”‘’【】—…·〇"
_ALIKE = 1.09  # sizes that differ by less are one size: ink is measured to a pixel or two


@dataclass
class ReadLine:
    """A line of text as read: the box of its ink (x0, top, x1, bottom) and the height of its type, in pixels.

    ``start`` and ``length`` say where the strip stood from which it was read, along the line; a ``stack`` is read
    downwards.
    """

    reading: Reading
    ink: tuple[float, float, float, float]
    start: float
    length: float
    size: float
    stack: bool

    def glyphs(self, scale: float) -> list[Glyph]:
        """One glyph a character, in points: boxes reach half way to their neighbours but never beyond their width."""
        x0, top, x1, bottom = self.ink
        low, high = (top, bottom) if self.stack else (x0, x1)
        middles = [self.start + centre * self.length for centre in self.reading.centres]
        middle_of_line = (x0 + x1) / 2 if self.stack else (top + bottom) / 2
        near, far = middle_of_line - self.size / 2, middle_of_line + self.size / 2
        result = []
        for i, char in enumerate(self.reading.text):
            half = self.size * (0.5 if _is_wide(char) else 0.3)
            before = self._reach(i, i - 1, middles) if i else half
            after = self._reach(i, i + 1, middles) if i + 1 < len(middles) else half
            a, b = max(middles[i] - before, low), min(middles[i] + after, high)
            a, b = min(a, middles[i]), max(b, middles[i])
            left, upper, right, lower = (near, a, far, b) if self.stack else (a, near, b, far)
            result.append(
                Glyph(
                    char,
                    left / scale,
                    upper / scale,
                    right / scale,
                    lower / scale,
                    size=self.size / scale,
                    confidence=self.reading.confidences[i],
                )
            )
        return result

    def _reach(self, i: int, other: int, middles: list[float]) -> float:
        """How far character ``i`` reaches towards its neighbour ``other``, in pixels.

        The reader knows a digit's place to a sixth of its size only, so the gap between two of them tells nothing:
        there its own word on where a space stands is taken.
        """
        text = self.reading.text
        if _is_wide(text[i]):
            most = 0.5
        elif max(i, other) in self.reading.spaced:
            most = 0.25
        else:
            most = 0.3 if _is_wide(text[other]) else 0.6
        return min(abs(middles[other] - middles[i]) / 2, most * self.size)


def read_lines(pixels: np.ndarray, quads: np.ndarray) -> tuple[list[ReadLine], int]:
    """What stands in the boxes ``quads`` (n, 4, 2) of upright RGB ``pixels``, and how many could not be made out."""
    stacks = stacked(quads)
    strips = [strip(pixels, quad, bool(stack)) for quad, stack in zip(quads, stacks, strict=True)]
    lines, blots = [], 0
    for quad, stack, part, reading in zip(quads, stacks, strips, read_strips(strips), strict=True):
        if reading.confidence >= _LEGIBLE:
            lines.append(_measured(quad, bool(stack), part, mend(reading)))
        elif reading.text:
            blots += 1
    _level_sizes(lines)
    return lines, blots


def _measured(quad: np.ndarray, stack: bool, part: np.ndarray, reading: Reading) -> ReadLine:
    """The line with the size of its type: boxes of lines are wider than the ink by a share that varies."""
    x0, top = (float(v) for v in quad.min(0))
    x1, bottom = (float(v) for v in quad.max(0))
    if stack:
        return ReadLine(reading, (x0, top, x1, bottom), top, bottom - top, 0.8 * (x1 - x0), True)
    high, wide = part.shape[:2]
    left, upper, right, lower = _ink(part)
    box_height = float(np.linalg.norm(quad[3] - quad[0]))
    unit = box_height / high
    # The box of a leaning line is higher than the line: its middle is that of the strip.
    middle = (top + bottom) / 2 + ((upper + lower) / 2 - high / 2) * unit
    height = (lower - upper) * unit
    size = height / (0.92 if any(_is_chinese(char) for char in reading.text) else 0.74)
    if not 0.4 * box_height <= size <= 1.2 * box_height:  # 一 alone, or a blot
        size, height = 0.75 * box_height, 0.7 * box_height
    across = (x1 - x0) / wide
    ink = (x0 + left * across, middle - height / 2, x0 + right * across, middle + height / 2)
    return ReadLine(reading, ink, x0, x1 - x0, size, False)


def _ink(part: np.ndarray) -> tuple[int, int, int, int]:
    """The box (x0, top, x1, bottom) of what is printed on a strip; all of the strip if nothing stands out."""
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = grey <= level
    high, wide = dark.shape
    # A neighbouring line that looks in at the edge has less ink than the line itself.
    rows = np.nonzero(dark.sum(1) > 0.12 * np.percentile(dark.sum(1), 90))[0]
    columns = np.nonzero(dark[high // 6 : high - high // 6].any(0))[0]
    if not len(rows) or not len(columns):
        return 0, 0, wide, high
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _level_sizes(lines: list[ReadLine]) -> None:
    """Sizes that are nearly alike made the same: the one that most characters have."""
    waiting = sorted(lines, key=lambda line: line.size)
    while waiting:
        alike = [line for line in waiting if line.size <= waiting[0].size * _ALIKE**2]
        sizes = np.repeat([line.size for line in alike], [len(line.reading.text) for line in alike])
        for line in alike:
            line.size = float(np.median(sizes))
        waiting = waiting[len(alike) :]


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or ord(char) >= 0x20000


def _is_wide(char: str) -> bool:
    return char >= "\u2e80" or char in _WIDE_MARKS
