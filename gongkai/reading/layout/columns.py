"""Sheets set in two columns of text: what is read first."""

from itertools import pairwise

from gongkai.reading.layout.rows import Row, cut_rows

_GUTTER = 8.0  # points that two columns of text stand apart at least
_ROWS = 6  # a column has at least as many rows
_FULL = 0.6  # rows of running text fill their column to this share


def in_columns(rows: list[Row], width: float, tables: list[tuple[float, float]]) -> list[Row]:
    """Rows in reading order; those of a sheet in two columns are divided at the gutter, band by band."""
    gutter = _gutter(rows, width)
    if gutter is None:
        return rows
    out: list[Row] = []
    band: list[Row] = []
    column = 0
    for row in [*rows, None]:
        crosses = row is None or _crosses(row, gutter) or _table_between(band, row, tables)
        if crosses and band:
            sides = _sides(band, gutter)
            for number, side in enumerate(sides, 1):
                if len(sides) == 2:
                    frame = (min(each.x0 for each in side), max(each.x1 for each in side))
                    for each in side:
                        each.column, each.frame = column + number, frame
                out += side
            column += 2
            band = []
        if row is None:
            break
        if _crosses(row, gutter):
            row.column = column
            out.append(row)
        else:
            band.append(row)
    return out


def _table_between(band: list[Row], row: Row, tables: list[tuple[float, float]]) -> bool:
    return bool(band) and any(band[-1].bottom <= top + 4 and bottom - 4 <= row.top for top, bottom in tables)


def _gutter(rows: list[Row], width: float) -> float | None:
    """The middle of the gap between two columns of running text, None where there are none."""
    best, most = None, 0
    if (
        len(rows) < _ROWS
        or sum(bool(_gaps(row)) for row in rows) + sum(row.x1 < width * 0.65 for row in rows) < _ROWS
    ):
        return None
    for step in range(35, 66, 2):
        x = width * step / 100
        beside = [row for row in rows if not _crosses(row, x)]
        if len(beside) < max(most, _ROWS):
            continue
        if len(beside) > most:
            sides = _sides(beside, x)
            if len(sides) == 2:
                best, most = x, len(beside)
    return best


def _sides(band: list[Row], gutter: float) -> list[list[Row]]:
    """Left and right if both are columns of running text; else the band as it is."""
    left, right = cut_rows(band, gutter)
    return [left, right] if _is_running(left) and _is_running(right) else [band]


def _is_running(rows: list[Row]) -> bool:
    if len(rows) < _ROWS:
        return False
    wide = max(row.x1 for row in rows) - min(row.x0 for row in rows)
    full = sum(row.x1 - row.x0 >= _FULL * wide for row in rows)
    return full >= 0.5 * len(rows) and wide >= 8 * rows[0].size


def _crosses(row: Row, x: float) -> bool:
    """Whether type stands at ``x`` or too close on both sides of it."""
    if row.x1 <= x or row.x0 >= x:
        return False
    return not any(start <= x <= end for start, end in _gaps(row))


def _gaps(row: Row) -> list[tuple[float, float]]:
    """Gaps in a row that are as wide as a gutter."""
    least = max(_GUTTER, 0.8 * row.size)
    return [(left.x1, right.x0) for left, right in pairwise(row.glyphs) if right.x0 - left.x1 >= least]
