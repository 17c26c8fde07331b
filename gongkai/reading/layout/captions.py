"""What stands above a table and belongs to it: its title and the unit of its figures."""

import re

from gongkai.reading.layout.pieces import Piece
from gongkai.reading.layout.rows import Row, with_text
from gongkai.text.clause_numbers import clause_number
from gongkai.text.normalise import clean

_UNIT = re.compile(
    r"[（(]?\s*(?:金额|计量|数量|货币|统计)?\s*单\s*位\s*[:：]\s*(?P<unit>[^\s:：，。；]{1,12}?)\s*[)）]?\s*$"
)
_MEASURE = re.compile(r"[元%％个件人次户亩吨米公里万亿辆台项份处条家吨平方立升克千瓦小时日天年月]")
_CONTINUED = re.compile(r"^[（(]?\s*(?:续\s*表|续上表|接上表|表\s*[\d一二三四五六七八九十.-]+\s*[（(]?续)")
# What may stand between a table and its title: who made it, for which year.
_BETWEEN = re.compile(r"^[^：:。]{2,12}[：:]|^[（(].{1,20}[)）]$|^[\d年月日度\s]+$")
# The number of a form at the right above it: 公开01表, 预算公开表1, 表一.
_FORM = re.compile(r"^[\u4e00-\u9fff]{0,8}(?:[\d一二三四五六七八九十.-]+表|表[\d一二三四五六七八九十.-]+)$")
_ENDS = re.compile(r"[。；：:;，,、！？]$")
_LOOK_BACK = 4
_LONGEST = 60


def name_table(piece: Piece, above: list[Row]) -> list[Row]:
    """Sets caption and unit of ``piece`` from the rows above it and gives back those rows that stay lines.

    The caption stays one too: it is a heading of the text. The unit goes into the table.
    """
    kept = list(above)
    place = len(kept)
    for index in range(len(kept) - 1, max(len(kept) - 1 - _LOOK_BACK, -1), -1):
        row = kept[index]
        if match := _unit(row.text):
            piece.unit = piece.unit or match["unit"]
            rest = clean(row.text[: match.start()])
            kept[index : index + 1] = [with_text(row, rest)] if rest else []
            place = index
            if not rest and index == len(kept):
                continue
        elif _is_form_number(row, piece):
            continue
        elif _is_caption(kept[index], piece, place - index):
            piece.caption = _whole(kept, index)
            break
        elif (
            not _BETWEEN.search(row.text) or row.text.endswith(("。", "：", ":")) or len(row.text) > _LONGEST
        ):
            break
    return kept


def is_continuation(text: str) -> bool:
    """续表 above a table says that it goes on."""
    return bool(_CONTINUED.match(text)) and len(text) < 40


def _unit(text: str) -> re.Match[str] | None:
    match = _UNIT.search(text)
    return (
        match
        if match and (_MEASURE.search(match["unit"])) and not match["unit"].endswith(("局", "部", "院"))
        else None
    )


def _is_form_number(row: Row, piece: Piece) -> bool:
    """公开01表 alone, in the right half above the table."""
    return bool(_FORM.match(clean(row.text))) and row.x0 > (piece.xs[0] + piece.xs[-1]) / 2


def repeats_head(before: Piece, rows: list[Row]) -> bool:
    """Whether ``rows``, all that stands on a sheet above its table, are what stands above ``before`` too: a printer
    told to print the title of a spreadsheet on each page."""
    return bool(rows) and all(_without_page(row.text) in before.above for row in rows)


def above_of(rows: list[Row]) -> frozenset[str]:
    """What stands close above a table, for comparing."""
    return frozenset(_without_page(row.text) for row in rows[-6:])


def _without_page(text: str) -> str:
    return re.sub(r"第\s*\d+\s*页|共\s*\d+\s*页|\s", "", text)


def _is_caption(row: Row, piece: Piece, distance: int) -> bool:
    text = clean(row.text)
    if (
        not text
        or _ENDS.search(text)
        or len(text) > _LONGEST
        or re.match(r"^(编制|填报|制表|预算|主管)?(部门|单位|日期)[（(:：]", text)
    ):
        return False
    if re.match(r"^(附?表|图)\s*[\d一二三四五六七八九十]", text):
        return True
    if row.x1 - row.x0 > 0.95 * (piece.xs[-1] - piece.xs[0]) and row.size < 1.25 * piece.size:
        return False
    left, right = row.x0 - piece.xs[0], piece.xs[-1] - row.x1
    centred = abs(left - right) < max(2.5 * row.size, 0.06 * (piece.xs[-1] - piece.xs[0])) and left > row.size
    set_apart = row.bold or row.size > 1.1 * piece.size
    return centred or row.size >= 1.25 * piece.size or (distance <= 2 and set_apart and left < 4 * row.size)


def _goes_over(above: Row, row: Row) -> bool:
    """A title that fills its row and goes on in the next, both set alike."""
    full = above.frame is not None and above.x1 >= above.frame[1] - 2.2 * above.size
    alike = abs(above.size - row.size) < 0.5 and above.bold == row.bold and above.sheet == row.sheet
    return full and alike and row.top - above.top < 3 * row.size and clause_number(row.text) is None


def _whole(rows: list[Row], index: int) -> str:
    """A title on two centred lines of one size is one title."""
    row = rows[index]
    text = clean(row.text)
    while index and _goes_over(rows[index - 1], rows[index]) and not _ENDS.search(rows[index - 1].text):
        index -= 1
        text = clean(rows[index].text) + text
    if rows[index] is not row:
        return text
    if index and (above := rows[index - 1]):
        middle = abs((above.x0 + above.x1) - (row.x0 + row.x1)) < 2 * row.size
        close = row.top - above.bottom < row.size and abs(above.size - row.size) < 0.5
        if middle and close and above.x1 - above.x0 > row.x1 - row.x0 and not _ENDS.search(above.text):
            return clean(above.text) + text
    return text
