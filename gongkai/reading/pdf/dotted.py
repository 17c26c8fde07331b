"""Lines drawn dot by dot or dash by dash: specks in a row are one line."""

from collections import defaultdict

from gongkai.reading.layout.sheet import Rule

_LEAST = 3  # specks
_STEP = 6.5  # points from the middle of one to the middle of the next at most
_LEVEL = 0.8  # points by which the specks of a line may differ in height


def dotted_lines(dots: list[tuple[float, float]]) -> list[Rule]:
    """The lines across and down that ``dots``, the middles of specks, make up."""
    if len(dots) < _LEAST:
        return []
    across = [Rule(start, at, end, at) for at, start, end in _chains([(y, x) for x, y in dots])]
    down = [Rule(at, start, at, end) for at, start, end in _chains(dots)]
    return across + down


def _chains(places: list[tuple[float, float]]) -> list[tuple[float, float, float]]:
    """(level, start, end) of runs; ``places`` are (level, place along the line)."""
    bands: dict[int, list[float]] = defaultdict(list)
    levels: dict[int, float] = {}
    for level, along in places:
        band = round(level / _LEVEL)
        bands[band].append(along)
        levels[band] = level
    found: list[tuple[float, float, float]] = []
    for band, alongs in bands.items():
        alongs.sort()
        first = 0
        for index in range(1, len(alongs) + 1):
            if index < len(alongs) and alongs[index] - alongs[index - 1] <= _STEP:
                continue
            # Specks of lines that cross stand a row's height apart: no chain.
            if index - first >= _LEAST:
                found.append((levels[band], alongs[first], alongs[index - 1]))
            first = index
    return found
