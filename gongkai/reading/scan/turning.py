"""Which way up a page is and by how much it leans, judged by its lines of text; pixels and boxes turned upright."""

import cv2
import numpy as np

_LEAST_LEAN = 0.15  # degrees: less does not matter to columns and rules
_TALL = 1.5


def lies_on_its_side(quads: np.ndarray) -> bool:
    """Most of the text runs up or down the page: upright or upside down remains to be seen."""
    across, up = _sides(quads)
    weight = across * up
    return bool(len(quads)) and weight[up > _TALL * across].sum() > 0.6 * weight.sum()


def _sides(quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lengths across and up of each box."""
    if not len(quads):
        return np.zeros(0), np.zeros(0)
    return (
        np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1),
        np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1),
    )


def lean(quads: np.ndarray) -> float:
    """Degrees by which lines of text fall to the right: the median over long lines, weighted by length."""
    across, up = _sides(quads)
    long = across > 4 * up
    if not long.any():
        return 0.0
    middles = (quads[long][:, 1] + quads[long][:, 2] - quads[long][:, 0] - quads[long][:, 3]) / 2
    angles = np.degrees(np.arctan2(middles[:, 1], middles[:, 0]))
    order = np.argsort(angles)
    weights = across[long][order].cumsum()
    angle = float(angles[order][np.searchsorted(weights, weights[-1] / 2)])
    return angle if abs(angle) >= _LEAST_LEAN else 0.0


def straighten(pixels: np.ndarray, quads: np.ndarray, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """Pixels and boxes turned back by ``angle`` degrees; the picture grows so that nothing is cut off."""
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    wide, high = round(width * cos + height * sin), round(width * sin + height * cos)
    turn[:, 2] += ((wide - width) / 2, (high - height) / 2)
    turned = cv2.warpAffine(
        pixels, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return turned, (quads @ turn[:, :2].T + turn[:, 2]).astype(np.float32)


def upside_down(pixels: np.ndarray, quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels and boxes turned by half a turn."""
    height, width = pixels.shape[:2]
    turned = np.array([width, height], np.float32) - quads
    return np.ascontiguousarray(pixels[::-1, ::-1]), turned[:, [2, 3, 0, 1]]


def stacked(quads: np.ndarray) -> np.ndarray:
    """Which boxes hold characters one on top of the other: tall, and far higher than a line is on this page.

    A single digit is tall too.
    """
    across, up = _sides(quads)
    return (up > _TALL * across) & (up > 1.8 * np.median(np.minimum(across, up)) if len(quads) else up > 0)


def strip(pixels: np.ndarray, quad: np.ndarray, stack: bool = False) -> np.ndarray:
    """The line of text in a box, cut out level; a ``stack`` of characters is laid out side by side."""
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)  # top, right, bottom, left
    wide, high = (max(2, round(float(pair.max()))) for pair in (sides[::2], sides[1::2]))
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    level = cv2.warpPerspective(
        pixels, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    if not stack:
        return level
    count = round(high / wide)
    return np.hstack([cv2.resize(part, (wide, wide)) for part in np.array_split(level, count)])
