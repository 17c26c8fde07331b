"""The title on a cover: the largest type of a first sheet that bears no text of its own."""

import re

from gongkai.reading.layout.leaves import Leaf
from gongkai.reading.layout.rows import Row
from gongkai.text.dates import is_date_line
from gongkai.text.normalise import clean, unspace

_MOST = 12  # rows; a sheet with more is no cover
_LONGEST = 60
_SENTENCE = re.compile(r"[，。；：:;！？]")
_EDITION = re.compile(r"^[（(].{1,20}[）)]$")
_CONTENTS = re.compile(r"^目\s*[录次]$")
_ATTACHED = re.compile(r"^附\s*[件录表]?\s*[\d一二三四五六七八九十]*[:：]?$")


def cover_title(leaves: list[Leaf]) -> str:
    """The title that the cover of a book names, "" where the first sheet is none."""
    if len(leaves) < 2 or not leaves[0].flow or len(leaves[0].flow) > _MOST:
        return ""
    rows = [item for item in leaves[0].flow if isinstance(item, Row) and clean(item.text)]
    if len(rows) != len(leaves[0].flow) or any(_CONTENTS.match(clean(row.text)) for row in rows):
        return ""
    if any(len(clean(row.text)) > _LONGEST or row.text.rstrip().endswith("。") for row in rows):
        return ""
    largest = max(range(len(rows)), key=lambda i: (rows[i].size, -i))
    size = rows[largest].size
    first = last = largest
    while first > 0 and _belongs(rows[first - 1], 0.6 * size) and not _ATTACHED.match(rows[first - 1].text):
        first -= 1
    while last + 1 < len(rows) and (
        _belongs(rows[last + 1], 0.85 * size) or _is_edition(rows[last + 1], rows[last])
    ):
        last += 1
    return unspace("".join(clean(row.text) for row in rows[first : last + 1]))


def _belongs(row: Row, least: float) -> bool:
    text = clean(row.text)
    return row.size >= least and not _SENTENCE.search(text) and not is_date_line(text)


def _is_edition(row: Row, above: Row) -> bool:
    """（2024年版）, （征求意见稿） close under the title."""
    return bool(_EDITION.match(clean(row.text))) and row.top - above.bottom < 3 * above.size
