"""The lines, boxes and pictures of a PDF page: what rules its tables and what is no text."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from gongkai.reading.layout.sheet import Rule
from gongkai.reading.pdf.clipping import window_of
from gongkai.reading.pdf.dotted import dotted_lines
from gongkai.reading.pdf.upright import Box, Frame, Matrix, apply, times

# A book of tables has about 800 drawn objects on a page; maps and plans have very many more, and no tables.
MAX_OBJECTS = 30_000
MAX_RULES = 60_000
_MAX_SEGMENTS = 2_000
_MAX_DEPTH = 5
_THIN = 3.0  # points: a filled box no thicker than this is a line
_SHORT = 3.0
_WHITE = 250
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class Drawing:
    """What is drawn on a page; ``shapes`` counts what is bent or slanted; ``cut`` if there was too much to look at.

    ``dots`` are the middles of specks that lines may be made of, ``shades`` the boxes of shaded cells.
    """

    rules: list[Rule] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    shapes: int = 0
    cut: bool = False
    dots: list[tuple[float, float]] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)


def read_drawing(page: Any, frame: Frame) -> Drawing:
    """Ruling lines and pictures of a loaded page, those inside form objects too."""
    found = Drawing()
    for number, (kind, thing, matrix) in enumerate(_objects(page)):
        if number >= MAX_OBJECTS or _marks(found) > MAX_RULES:
            found.cut = True
            break
        if kind == raw.FPDF_PAGEOBJ_FORM:
            continue
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            _picture(found, frame, thing, matrix)
        else:
            _seen_path(found, frame, thing, matrix)
    wide, high = frame.size
    found.rules += dotted_lines(found.dots)
    found.rules = [_within(rule, wide, high) for rule in found.rules if _meets(rule, wide, high)]
    return found


def _marks(found: Drawing) -> int:
    return len(found.rules) + len(found.dots) + len(found.shades)


def _objects(page: Any) -> Iterator[tuple[int, Any, Matrix]]:
    """Paths and pictures with the matrix of the forms around them; forms too, so that they are counted."""
    for index in range(raw.FPDFPage_CountObjects(page)):
        yield from _opened(raw.FPDFPage_GetObject(page, index), _IDENTITY, 0)


def _opened(thing: Any, around: Matrix, depth: int) -> Iterator[tuple[int, Any, Matrix]]:
    kind = raw.FPDFPageObj_GetType(thing)
    if kind in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH}:
        yield kind, thing, around
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
        yield kind, thing, around
        inner = times(_matrix(thing), around)
        for index in range(raw.FPDFFormObj_CountObjects(thing)):
            yield from _opened(raw.FPDFFormObj_GetObject(thing, index), inner, depth + 1)


def _matrix(thing: Any) -> Matrix:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, ctypes.byref(m)):
        return _IDENTITY
    return m.a, m.b, m.c, m.d, m.e, m.f


def _picture(found: Drawing, frame: Frame, thing: Any, around: Matrix) -> None:
    m = times(_matrix(thing), around)
    corners = [apply(m, x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
    box = _box(frame, corners)
    if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
        _line(found, box)  # some printers' drivers draw lines as pictures one dot thick
    else:
        found.pictures.append(box)


def _box(frame: Frame, points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return frame.place(min(xs), min(ys), max(xs), max(ys))


def _path(found: Drawing, frame: Frame, thing: Any, around: Matrix) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, fill, stroke)
    filled = bool(fill.value) and _is_seen(raw.FPDFPageObj_GetFillColor, thing)
    stroked = bool(stroke.value) and _is_seen(raw.FPDFPageObj_GetStrokeColor, thing)
    if not filled and not stroked:
        return
    m = times(_matrix(thing), around)
    for points in _strokes(thing, m):
        if points is None:
            found.shapes += 1
            continue
        box = _box(frame, points)
        if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
            _line(found, box)
        elif filled and not stroked and len(points) == 5:
            found.shades.append(box)
        elif stroked:
            for start, end in pairwise(points):
                side = _box(frame, [start, end])
                if min(side[2] - side[0], side[3] - side[1]) <= 1.0:
                    _line(found, side)
                else:
                    found.shapes += 1


def _is_seen(colour_of: Any, thing: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(thing, red, green, blue, alpha):
        return True
    return alpha.value > 8 and min(red.value, green.value, blue.value) < _WHITE


def _strokes(thing: Any, m: Matrix) -> Iterator[list[tuple[float, float]] | None]:
    """The corners of each straight-lined piece of a path; None for a piece with curves."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    curved = False
    for index in range(min(raw.FPDFPath_CountSegments(thing), _MAX_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(thing, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield None if curved else points
            points, curved = [], False
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        points.append(apply(m, x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
            points.append(points[0])
    if len(points) > 1:
        yield None if curved else points


def _line(found: Drawing, box: Box) -> None:
    x0, top, x1, bottom = box
    if max(x1 - x0, bottom - top) >= _SHORT:
        found.rules.append(Rule(x0, top, x1, bottom))
    else:
        found.dots.append(((x0 + x1) / 2, (top + bottom) / 2))


def _seen_path(found: Drawing, frame: Frame, thing: Any, around: Matrix) -> None:
    """The lines of a path as far as its window shows them."""
    rules, dots = len(found.rules), len(found.dots)
    _path(found, frame, thing, around)
    if len(found.rules) == rules and len(found.dots) == dots:
        return
    if window := window_of(thing, frame, around):
        found.rules[rules:] = [_inside(rule, window) for rule in found.rules[rules:] if _shown(rule, window)]
        found.dots[dots:] = [dot for dot in found.dots[dots:] if _shown(Rule(*dot, *dot), window)]


def _shown(rule: Rule, window: Box) -> bool:
    x0, top, x1, bottom = window
    return rule.x1 >= x0 - 1 and rule.x0 <= x1 + 1 and rule.bottom >= top - 1 and rule.top <= bottom + 1


def _inside(rule: Rule, window: Box) -> Rule:
    """What is seen of a line: browsers draw the borders of a cell that the page breaks beyond the end of the page."""
    x0, top, x1, bottom = window
    if rule.x1 - rule.x0 >= rule.bottom - rule.top:
        return Rule(max(rule.x0, x0), rule.top, min(rule.x1, x1), rule.bottom)
    return Rule(rule.x0, max(rule.top, top), rule.x1, min(rule.bottom, bottom))


def _meets(rule: Rule, wide: float, high: float) -> bool:
    return rule.x1 >= 0 and rule.bottom >= 0 and rule.x0 <= wide and rule.top <= high


def _within(rule: Rule, wide: float, high: float) -> Rule:
    return Rule(max(rule.x0, 0), max(rule.top, 0), min(rule.x1, wide), min(rule.bottom, high))
