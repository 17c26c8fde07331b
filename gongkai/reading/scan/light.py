"""Pixels made fit for reading: uneven light of photographs evened out, red seals lifted off the text under them."""

import cv2
import numpy as np

_FULL = 0.35  # a seal is mostly paper: a redder blot is a picture, and searching it for circles would take a minute

Box = tuple[float, float, float, float]

_UNEVEN = 25  # levels of grey between the darkest and brightest paper; scanners stay under 10
_SEAL = 0.1  # smallest width of a seal, of the page's shorter side; type on a letterhead is at most 22 mm of 210 high


def even_light(pixels: np.ndarray) -> np.ndarray:
    """RGB ``pixels`` with paper equally white all over; unchanged where it is so already."""
    height, width = pixels.shape[:2]
    ratio = 200 / max(height, width)
    small = cv2.resize(pixels, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    # The brightest near each place is paper: type is thin at this size and disappears.
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 15)
    grey = cv2.cvtColor(paper, cv2.COLOR_RGB2GRAY)
    dark, bright = np.percentile(grey, (5, 95))
    if bright - dark < _UNEVEN:
        return pixels
    whole = cv2.resize(np.maximum(paper, 24), (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(pixels, whole, scale=245)


def lift_seals(pixels: np.ndarray) -> tuple[np.ndarray, list[Box]]:
    """RGB ``pixels`` without red seals, black text under them kept, and the boxes of the seals in pixels.

    Only a closed ring is a seal: red letterheads, red rules and red words stay as they are.
    """
    red = _red(pixels)
    if int(red.sum()) < 500:
        return pixels, []
    boxes = _rings(red)
    if not boxes:
        return pixels, []
    lifted = pixels.copy()
    for x0, top, x1, bottom in boxes:
        part = lifted[top:bottom, x0:x1]
        inked = red[top:bottom, x0:x1]
        # Red ink hardly darkens the red channel, black ink does: what is as bright as the seal's ink becomes paper.
        channel = part[:, :, 0].astype(np.float32)
        ink = max(float(np.median(channel[inked])), 60.0)
        grey = np.clip(channel * (255 / (0.85 * ink)), 0, 255).astype(np.uint8)
        lifted[top:bottom, x0:x1] = grey[:, :, None]
    return lifted, [tuple(map(float, box)) for box in boxes]  # type: ignore[misc]


def _red(pixels: np.ndarray) -> np.ndarray:
    hue, strength, value = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV))
    return ((hue < 12) | (hue > 165)) & (strength > 70) & (value > 70)


def _rings(red: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Boxes (x0, top, x1, bottom) of round or oval seals in the mask ``red``, those that touch each other too."""
    height, width = red.shape
    ratio = min(1.0, 800 / max(height, width))
    share = cv2.resize(red.astype(np.float32), None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    small = (share > 0.2).astype(np.uint8)
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    least = _SEAL * min(small.shape)
    found: list[tuple[float, float, float, float]] = []
    for index in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[index])
        if min(w, h) < least:
            continue
        part = small[y : y + h, x : x + w]
        if 0.5 <= w / h <= 2 and _is_ring(part, (0, 0, w, h), alone=True):
            found.append((x, y, x + w, y + h))
        elif part.mean() < _FULL and max(w, h) < 0.8 * max(small.shape):
            found += [(x + a, y + b, x + c, y + d) for a, b, c, d in _circles(part, least)]
    return [_grown(box, ratio, width, height) for box in found]


def _grown(
    box: tuple[float, float, float, float], ratio: float, width: int, height: int
) -> tuple[int, int, int, int]:
    """A box of the small picture in pixels of the big one, with the blurred rim of the ring."""
    x0, top, x1, bottom = box
    margin = max(3, 0.04 * (x1 - x0))
    return (
        max(0, round((x0 - margin) / ratio)),
        max(0, round((top - margin) / ratio)),
        min(width, round((x1 + margin) / ratio)),
        min(height, round((bottom + margin) / ratio)),
    )


def _circles(red: np.ndarray, least: float) -> list[tuple[float, float, float, float]]:
    """Boxes of circles in a blot of red that is no single ring: seals that overlap or touch."""
    found = cv2.HoughCircles(
        red * 255,
        cv2.HOUGH_GRADIENT,
        dp=1.5,
        minDist=least / 2,
        param1=100,
        param2=30,
        minRadius=round(least / 2),
        maxRadius=max(round(min(red.shape) * 0.55), round(least / 2) + 1),
    )
    if found is None:
        return []
    seals: list[tuple[float, float, float]] = []
    for x, y, r in found.reshape(-1, 3).astype(float)[:12]:
        again = any(np.hypot(x - a, y - b) < 0.5 * r for a, b, _ in seals)
        if not again and _is_ring(red, (x - r, y - r, x + r, y + r), alone=False):
            seals.append((x, y, r))
    return [(x - r, y - r, x + r, y + r) for x, y, r in seals]


def _is_ring(red: np.ndarray, box: tuple[float, float, float, float], alone: bool) -> bool:
    """Red all the way round near the edge of the ellipse that fills the box and, of one alone, none in the corners."""
    x0, top, x1, bottom = box
    ys, xs = np.nonzero(red)
    across, down = (xs + 0.5 - x0) / (x1 - x0) * 2 - 1, (ys + 0.5 - top) / (bottom - top) * 2 - 1
    radius = np.hypot(across, down)
    if alone and (radius > 1.12).mean() > 0.02:
        return False
    near = (radius > (0.82 if alone else 0.9)) & (radius <= 1.12)
    sectors = np.unique((np.arctan2(down[near], across[near]) / np.pi * 18).astype(int))
    return len(sectors) >= 26  # of 36: text and worn rubber break the ring
