"""Tables broken over pages put together again, and what a whole table becomes for the reader."""

import re
from dataclasses import replace

from gongkai.reading.document import Cell, Table
from gongkai.reading.layout.pieces import Box, Piece
from gongkai.text.clause_numbers import clause_number

_NEAR = 3.5  # points by which the edge of a column may differ from page to page
_NUMBER = re.compile(r"^[-－+]?[\d,，.．]+[%％]?$")
# Cells looked at on each side of a break: a table over a thousand pages must not be gone through for each of them.
_NEAR_BREAK = 2_000
_STRIP = 0.9  # of the usual height of a row
_LAST = 0.7  # a table that goes on fills its page at least to here


def goes_on(before: Piece, after: Piece) -> bool:
    """Whether ``after``, at the head of the next sheet, is the rest of ``before``, at the foot of its own."""
    if not (before.last and after.first and after.sheet == before.sheet + 1) or after.caption:
        return False
    if before.bottom < _LAST * before.page_height and _repeated(before, after) < 2:
        return False
    if not _edges_agree(before, after):
        return False
    return not _is_new_form(before, after)


def headed_alike(before: Piece, after: Piece) -> bool:
    """Whether the head of ``after`` repeats that of ``before``."""
    return _repeated(before, after) >= 1


def _edges_agree(before: Piece, after: Piece) -> bool:
    """Same outer edges (wherever the table stands on the sheet), and one's columns are among the other's.

    Where the page ends within the heading its upper rows have few columns: one that they share is enough.
    """
    first, second = before.xs, after.xs
    if abs((first[-1] - first[0]) - (second[-1] - second[0])) > 2 * _NEAR:
        return False
    if before.loose and after.loose:
        return len(first) == len(second)
    one = [x - first[0] for x in first]
    two = [x - second[0] for x in second]
    few, many = sorted((one, two), key=len)
    shared = sum(any(abs(x - y) <= _NEAR for y in many) for x in few)
    enough = 3 if len(first) < len(second) and before.rows <= 2 and _all_words(before) else 4
    return shared == len(few) and (len(few) >= 0.6 * len(many) or len(few) >= enough)


def _all_words(piece: Piece) -> bool:
    return all(box.text and not _NUMBER.match(box.text) and len(box.text) <= 40 for box in piece.boxes)


def _is_new_form(before: Piece, after: Piece) -> bool:
    """A form that is printed anew: behind the same heading the same label comes again."""
    same = _repeated(before, after)
    if not same:
        return False
    first, second = _row(before, same), _row(after, same)
    if not first or not second or first[0][0] != 0 or second[0][0] != 0:
        return False
    label = first[0][2]
    return bool(label) and label == second[0][2] and not _NUMBER.match(label) and len(second) > 1


def _row(piece: Piece, row: int) -> list[tuple[int, int, str]]:
    """(column, columns, text) of the cells that begin in a row."""
    return sorted(
        (box.column, box.columns, re.sub(r"\s", "", box.text))
        for box in piece.boxes[:_NEAR_BREAK]
        if box.row == row
    )


def _repeated(before: Piece, after: Piece) -> int:
    """How many rows at the head of ``after`` repeat the head of ``before``, words and all."""
    count = 0
    for row in range(min(before.rows, after.rows, 6)):
        # Where columns are guessed, empty cells of a heading may differ.
        first = [text for _, _, text in _row(before, row) if text or not before.loose]
        second = [text for _, _, text in _row(after, row) if text or not after.loose]
        if first != second or not any(first) or _figures(second) > 0.5:
            break
        count += 1
    # A merged heading reaches down: the block ends where all that began in it has ended.
    while count and any(box.row < count < box.row + box.rows for box in after.boxes):
        count -= 1
    return count


def _figures(texts: list[str]) -> float:
    filled = [text for text in texts if text]
    return sum(bool(_NUMBER.match(text)) for text in filled) / max(len(filled), 1)


def join(before: Piece, after: Piece) -> Piece:
    """The two as one: the repeated head once, a row broken over the page whole again."""
    heads = _repeated(before, after)
    xs = before.xs if len(before.xs) >= len(after.xs) else after.xs
    shift = before.xs[0] - after.xs[0] if len(before.xs) >= len(after.xs) else 0.0
    same = len(before.xs) == len(after.xs)
    other = after.xs[0] - before.xs[0] if len(before.xs) < len(after.xs) else 0.0
    boxes = before.boxes if same else _spread(before, xs, other)
    lower = [replace(box, row=box.row - heads) for box in _spread(after, xs, shift) if box.row >= heads]
    for box in boxes[:_NEAR_BREAK]:
        box.header = box.header or box.row < heads
    upper = boxes[-_NEAR_BREAK:]
    rows = before.rows
    if _has_idle_tail(before, lower):
        boxes, rows = [box for box in boxes if box.row != rows - 1], rows - 1
        upper = boxes[-_NEAR_BREAK:]
    elif before.tail < _STRIP and _is_idle([box for box in lower if box.row == 0]):
        lower = [replace(box, row=box.row - 1) for box in lower if box.row > 0]
    merged = _merged_on(upper, lower, rows)
    own = [box for box in lower if not any(box is half for _, half in merged)]
    ends = [box for box in upper if box.row + box.rows == rows and not any(box is end for end, _ in merged)]
    if own and _is_broken_row(upper, ends, own):
        _mend_broken_row(ends, own)
        lower = [box for box in own if box.row > 0]
        added_rows = -1
    else:
        lower, added_rows = own, 0
    for end, half in merged:
        end.text += half.text
        end.rows += half.rows + added_rows
        end.doubtful = end.doubtful or half.doubtful
    bottom = max([rows, *(end.row + end.rows for end, _ in merged)])
    rows += added_rows
    added = [replace(box, row=box.row + rows) for box in lower]
    height = max([bottom, *(box.row + box.rows for box in added)])
    boxes.extend(added)
    return replace(
        before,
        sheet=after.sheet,
        begins=before.begins,
        xs=list(xs) if len(before.xs) >= len(after.xs) else [x - after.xs[0] + before.xs[0] for x in xs],
        bottom=after.bottom,
        rows=height,
        boxes=boxes,
        last=after.last,
        tail=after.tail,
        page_height=after.page_height,
        unit=before.unit or after.unit,
    )


def _spread(piece: Piece, xs: list[float], shift: float) -> list[Box]:
    """The boxes of a piece counted in the columns of ``xs``."""
    place = [min(range(len(xs)), key=lambda i: abs(xs[i] - x - shift)) for x in piece.xs]
    return [
        replace(
            box, column=place[box.column], columns=max(place[box.column + box.columns] - place[box.column], 1)
        )
        for box in piece.boxes
    ]


def _has_idle_tail(before: Piece, lower: list[Box]) -> bool:
    """A row whose words all stand on one side of the break leaves an empty strip on the other."""
    last = [box for box in before.boxes[-_NEAR_BREAK:] if box.row + box.rows == before.rows]
    return before.rows > 1 and before.tail < _STRIP and bool(lower) and _is_idle(last)


def _is_idle(row: list[Box]) -> bool:
    return bool(row) and all(box.rows == 1 and not box.text for box in row)


def _is_broken_row(upper: list[Box], last: list[Box], lower: list[Box]) -> bool:
    """The first row of the new page has no beginning of its own, though rows of this table have one.

    ``last`` are the cells that end the old page; cells merged over the break stand in neither.
    """
    first = [box for box in lower if box.row == 0]
    if {box.column for box in last} != {box.column for box in first} or any(box.rows > 1 for box in first):
        return False
    key = min(first, key=lambda box: box.column, default=None)
    filled = [box for box in first if box.text]
    if key is None or key.text or not filled:
        return False
    keys = [box for box in upper if box.column == key.column]
    if sum(not box.text for box in keys) > 0.2 * len(keys):
        return False  # a table in which the first column is often empty anyway
    ends = {box.column: box for box in last}
    # What goes on must have begun, and figures never run over a page.
    return all(ends[box.column].text and not _NUMBER.match(box.text) for box in filled)


def _mend_broken_row(last: list[Box], lower: list[Box]) -> None:
    ends = {box.column: box for box in last}
    for box in lower:
        if box.row == 0 and box.text:
            end = ends[box.column]
            goes = end.full and not end.text.endswith(("。", "；", "：")) and clause_number(box.text) is None
            end.text += ("" if goes else "\n") + box.text
            end.doubtful = end.doubtful or box.doubtful
            end.full = box.full


def _merged_on(upper: list[Box], lower: list[Box], rows: int) -> list[tuple[Box, Box]]:
    """The halves of cells merged over many rows that the page cut in two."""
    ends = {(box.column, box.columns): box for box in upper if box.row + box.rows == rows}
    first = [box for box in lower if box.row == 0]
    if not any(box.text for box in first):
        return []
    pairs = [(ends[box.column, box.columns], box) for box in first if (box.column, box.columns) in ends]
    return [(end, box) for end, box in pairs if _is_cut(end, box, upper)]


def _is_cut(end: Box, start: Box, upper: list[Box]) -> bool:
    """Merged on either side of the break, and one half has no words, or the lower one no number of its own."""
    if start.rows == 1 and end.rows == 1:
        return False
    if not end.text:
        return end.rows > 1 and bool(start.text) and not _NUMBER.match(start.text)
    if not start.text:
        return not _NUMBER.match(end.text) or start.rows > 1
    numbers = [
        clause_number(box.text) for box in upper if box.column == end.column and box.rows > 1 and box.text
    ]
    return (
        clause_number(end.text) is not None
        and clause_number(start.text) is None
        and len(numbers) >= 1
        and all(numbers)
        and start.rows > 1
    )


# --- a whole table ------------------------------------------------------------------------------------------


def table_of(piece: Piece) -> Table:
    """The table for the reader, with its heading cells marked."""
    head = _head_rows(piece)
    rows: list[list[Box]] = [[] for _ in range(piece.rows)]
    for box in piece.boxes:
        rows[box.row].append(box)
    return Table(
        tuple(
            tuple(
                Cell(box.text, box.header or box.row < head, box.columns, box.rows, box.doubtful)
                for box in sorted(row, key=lambda each: each.column)
            )
            for row in rows
        ),
        piece.caption or _own_title(piece),
        piece.unit,
    )


def _own_title(piece: Piece) -> str:
    """A title that stands in a first row of the table's full width."""
    first = piece.boxes[0] if piece.boxes else None
    if first and first.columns == len(piece.xs) - 1 > 1 and first.rows == 1 and len(first.text) <= 60:
        return first.text.replace("\n", "")
    return ""


def _head_rows(piece: Piece) -> int:
    """How many rows at the top are heading: filled throughout, without figures, above rows that have some or are empty."""
    places = piece.at()
    width = len(piece.xs) - 1
    count = 0
    for row in range(min(piece.rows, 6)):
        boxes = {id(box): box for c in range(width) if (box := places.get((row, c)))}.values()
        texts = [box.text for box in boxes]
        if not texts or not all(texts) or any(_NUMBER.match(text) or len(text) > 40 for text in texts):
            break
        count = row + 1
    if count == piece.rows or count > 5:
        return 0
    while count and any(box.row < count < box.row + box.rows for box in piece.boxes):
        count -= 1
    plain = {box.row for box in piece.boxes if box.row >= count and (not box.text or _NUMBER.match(box.text))}
    return count if len(plain) > 0.4 * (piece.rows - count) else 0
