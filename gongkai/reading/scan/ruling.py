"""Ruling lines in a picture: where they are, the picture without them, and boxes of text cut where they cross."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np


@dataclass(frozen=True, slots=True)
class Ruled:
    """Ruling lines as boxes (x0, top, x1, bottom) in pixels, and the same picture with them painted out."""

    across: list[tuple[int, int, int, int]]
    down: list[tuple[int, int, int, int]]
    pixels: np.ndarray


def find_rules(pixels: np.ndarray, quads: np.ndarray) -> Ruled:
    """Straight lines across and down in upright RGB ``pixels``; strokes of the characters in ``quads`` are none."""
    heights = quads[:, 3, 1] - quads[:, 0, 1] if len(quads) else np.array([])
    type_height = float(np.median(heights)) if len(heights) else pixels.shape[0] / 50
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    block = int(type_height) | 1
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(block * 2 + 1, 15), 18
    )
    mask = np.zeros_like(grey)
    across = _straight(ink, grey, round(2.2 * type_height), True, type_height, quads, mask)
    down = _straight(ink, grey, round(1.4 * type_height), False, type_height, quads, mask)
    if not across and not down:
        return Ruled([], [], pixels)
    reach = max(5, round(type_height / 3)) | 1
    # The brightest nearby is paper; it takes the place of the line and of its blurred edges.
    paper = cv2.dilate(pixels, np.ones((reach, reach), np.uint8))
    cleared = pixels.copy()
    edge = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0
    cleared[edge] = paper[edge]
    return Ruled(across, down, cleared)


def _straight(
    ink: np.ndarray,
    grey: np.ndarray,
    length: int,
    horizontal: bool,
    type_height: float,
    quads: np.ndarray,
    mask: np.ndarray,
) -> list[tuple[int, int, int, int]]:
    """Boxes of lines of at least ``length`` pixels in one direction; their pixels are set in ``mask``."""
    length = max(length, 12)
    run, aside, bridge = (np.ones((length, 1)), np.ones((1, 3)), np.ones((5, 1)))
    if horizontal:
        run, aside, bridge = run.T, aside.T, bridge.T
    # A line that leans by a pixel falls into steps: made thicker it stays in one piece. It is never made longer,
    # or else the strokes of lines of text one below the other would grow together.
    thick_ink = cv2.dilate(ink, aside.astype(np.uint8))
    lines = cv2.morphologyEx(thick_ink, cv2.MORPH_OPEN, run.astype(np.uint8))
    joined = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, bridge.astype(np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for index in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[index])
        long, thick = (w, h) if horizontal else (h, w)
        if (
            long < length
            or area / long > max(4.0, type_height / 4)
            or thick > max(long / 8, 0.7 * type_height)
        ):
            continue
        box = (x, y, x + w, y + h)
        if _is_stroke(box, long, horizontal, quads) or not _has_paper_beside(box, horizontal, grey):
            continue
        found.append(box)
        part = labels[y : y + h, x : x + w] == index
        mask[y : y + h, x : x + w][part & (ink[y : y + h, x : x + w] > 0)] = 255
    return found


def _has_paper_beside(box: tuple[int, int, int, int], horizontal: bool, grey: np.ndarray) -> bool:
    """Brighter on both sides: the edge of the sheet, of a shadow or of a picture is no ruling line."""
    x0, top, x1, bottom = box
    part, height, width = grey[top:bottom, x0:x1], *grey.shape
    far = 4
    if horizontal:
        sides = grey[max(0, top - far) : top, x0:x1], grey[bottom : min(height, bottom + far), x0:x1]
    else:
        sides = grey[top:bottom, max(0, x0 - far) : x0], grey[top:bottom, x1 : min(width, x1 + far)]
    # Taken along the line's middle stroke: a leaning line fills little of its box.
    line = float(np.median(part.min(axis=0 if horizontal else 1)))
    return all(side.size and float(np.median(side)) > line + 20 for side in sides)


def _is_stroke(box: tuple[int, int, int, int], long: int, horizontal: bool, quads: np.ndarray) -> bool:
    """A stroke of a character (一, 丨) lies inside a line of text and is hardly longer than that line is high."""
    if not len(quads):
        return False
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, right = quads[:, :, 0].min(1), quads[:, :, 0].max(1)
    top, bottom = quads[:, :, 1].min(1), quads[:, :, 1].max(1)
    inside = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    if not inside.any():
        return False
    height = float((bottom - top)[inside].max())
    middle = abs(y - ((top + bottom) / 2)[inside]).min() < 0.3 * height
    return long < (2.6 if middle else 2.0) * height if horizontal else long < 1.25 * height


def cut_at_rules(quads: np.ndarray, down: list[tuple[int, int, int, int]]) -> np.ndarray:
    """Boxes of text cut in two where a line down the page crosses them: the text of two cells is not one line."""
    if not down or not len(quads):
        return quads
    result: list[np.ndarray] = []
    for quad in quads:
        height = quad[3, 1] - quad[0, 1]
        x0, x1 = quad[:, 0].min(), quad[:, 0].max()
        top, bottom = quad[:, 1].min(), quad[:, 1].max()
        cuts = sorted(
            (rule[0] + rule[2]) / 2
            for rule in down
            if x0 + 0.25 * height < (rule[0] + rule[2]) / 2 < x1 - 0.25 * height
            and min(bottom, rule[3]) - max(top, rule[1]) > 0.6 * height
        )
        edges = [x0, *cuts, x1]
        result += [_slice(quad, a, b) for a, b in pairwise(edges)] if cuts else [quad]
    return np.array(result, np.float32)


def _slice(quad: np.ndarray, a: float, b: float) -> np.ndarray:
    """The part of a box between two places across."""

    def at(left: np.ndarray, right: np.ndarray, x: float) -> np.ndarray:
        share = (x - left[0]) / max(right[0] - left[0], 1e-6)
        return left + (right - left) * min(max(share, 0.0), 1.0)

    return np.array(
        [at(quad[0], quad[1], a), at(quad[0], quad[1], b), at(quad[3], quad[2], b), at(quad[3], quad[2], a)],
        np.float32,
    )
