"""Where a mark on a PDF page stands when the page is seen upright: boxes, rotation, text set sideways."""

import ctypes
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible box of a page in its own units, and the quarter turns clockwise that set it upright."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page in points."""
        wide, high = self.right - self.left, self.top - self.bottom
        return (high, wide) if self.turns % 2 else (wide, high)

    def place(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of the page as (x0, top, x1, bottom) from the top left corner of the upright page."""
        if self.turns == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.turns == 1:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.turns == 2:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left


def frame_of(page: Any, text_turns: int | None = None) -> Frame:
    """The frame of a loaded page. ``text_turns`` are the quarter turns that its text needs: they count before those
    that the page asks for, which leave many a broad table lying on its side."""
    box = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, ctypes.byref(box)) or box.right <= box.left:
        return Frame(0, 0, 595.0, 842.0, 0)
    turns = raw.FPDFPage_GetRotation(page) % 4 if text_turns is None else text_turns
    return Frame(box.left, box.bottom, box.right, box.top, turns)


def times(m: Matrix, n: Matrix) -> Matrix:
    """First ``m``, then ``n``."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where ``m`` puts a point."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]
