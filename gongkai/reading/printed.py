"""What is printed where on a page: lines of characters with their places, kept small enough to be stored beside a file."""

from collections.abc import Iterable
from math import cos, radians, sin

from gongkai.reading.document import Leaf, Printed
from gongkai.reading.layout.sheet import Glyph, Sheet

WHOLE = 10_000  # places are counted in ten-thousandths of the page's width or height
_MOST_LINES = 2_000  # a page of a gazette has 200


def leaf_of(
    sheet: Sheet, turns: int = 0, angle: float = 0.0, upright: tuple[float, float] | None = None
) -> Leaf:
    """The lines of ``sheet`` with their places on the picture of the page.

    ``turns`` are the quarter turns clockwise that set the file's picture upright. Where the page was also turned back by
    ``angle`` degrees to be read, ``upright`` is its size in points before that: places are those on the leaning picture.
    """
    width, height = upright or (sheet.width, sheet.height)
    shift = (sheet.width, sheet.height)
    lines = []
    for run in list(_runs(sheet.glyphs))[:_MOST_LINES]:
        boxes = [_back(glyph, angle, shift, (width, height)) for glyph in run]
        lines.append(_printed(run, boxes, width, height))
    if upright:  # a recogniser finds lines in the order of the picture as it lay
        lines.sort(key=lambda line: (line.top + line.bottom) // 100)
    return Leaf(sheet.number, round(width, 1), round(height, 1), turns % 4, tuple(lines))


def _back(
    glyph: Glyph, angle: float, turned: tuple[float, float], upright: tuple[float, float]
) -> tuple[float, float, float, float]:
    """The box of a glyph on the page as it was before it was straightened: turned about the middle, the size kept."""
    if not angle:
        return glyph.x0, glyph.top, glyph.x1, glyph.bottom
    x = (glyph.x0 + glyph.x1 - turned[0]) / 2
    y = (glyph.top + glyph.bottom - turned[1]) / 2
    c, s = cos(radians(angle)), sin(radians(angle))
    middle_x, middle_y = c * x - s * y + upright[0] / 2, s * x + c * y + upright[1] / 2
    wide, high = (glyph.x1 - glyph.x0) / 2, (glyph.bottom - glyph.top) / 2
    return middle_x - wide, middle_y - high, middle_x + wide, middle_y + high


def _runs(glyphs: Iterable[Glyph]) -> Iterable[list[Glyph]]:
    """Glyphs in their order, cut where a new line or a far column begins."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _goes_on(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _goes_on(last: Glyph, glyph: Glyph) -> bool:
    middle = (glyph.top + glyph.bottom) / 2
    size = max(last.size, glyph.size, 1.0)
    return last.top <= middle <= last.bottom and -0.5 * size <= glyph.x0 - last.x1 <= 6 * size


def _printed(
    run: list[Glyph], boxes: list[tuple[float, float, float, float]], width: float, height: float
) -> Printed:
    def share(value: float, of: float) -> int:
        return max(0, min(WHOLE, round(value / max(of, 1.0) * WHOLE)))

    text, edges = "", []
    for glyph, (x0, _top, x1, _bottom) in zip(run, boxes, strict=True):
        step = (x1 - x0) / max(len(glyph.text), 1)
        edges += [share(x0 + step * i, width) for i in range(len(glyph.text))]
        text += glyph.text
    edges.append(share(boxes[-1][2], width))
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    return Printed(text, share(top, height), share(bottom, height), tuple(edges))
