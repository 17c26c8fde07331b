"""The window through which a drawn thing is seen: what a PDF clips away is on no paper."""

import ctypes
from typing import Any

from pypdfium2 import raw

from gongkai.reading.pdf.upright import Box, Frame, Matrix, apply

_MOST = 8  # paths and corners: a window with more is no box


def window_of(thing: Any, frame: Frame, around: Matrix) -> Box | None:
    """The box that clips a page object, as (x0, top, x1, bottom); None where nothing does, or no box."""
    clip = raw.FPDFPageObj_GetClipPath(thing)
    count = raw.FPDFClipPath_CountPaths(clip) if clip else 0
    if not 0 < count <= _MOST:
        return None
    window: Box | None = None
    for path in range(count):
        box = _box(clip, path, frame, around)
        if box is None:
            return None
        window = box if window is None else _both(window, box)
    return window


def _both(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _box(clip: Any, path: int, frame: Frame, around: Matrix) -> Box | None:
    count = raw.FPDFClipPath_CountPathSegments(clip, path)
    if not 4 <= count <= _MOST:
        return None
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(count):
        segment = raw.FPDFClipPath_GetPathSegment(clip, path, index)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_BEZIERTO:
            return None
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(apply(around, x.value, y.value))
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    if len({round(v, 1) for v in xs}) != 2 or len({round(v, 1) for v in ys}) != 2:
        return None
    return frame.place(min(xs), min(ys), max(xs), max(ys))
