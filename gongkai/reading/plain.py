"""Plain text and Markdown: a line is a paragraph; layout is what little the words themselves show."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

from gongkai.reading.decode import decode
from gongkai.reading.document import Unreadable
from gongkai.reading.html_frame import is_furniture
from gongkai.reading.labels import labels_of_line
from gongkai.reading.page import Line, Page
from gongkai.text.normalise import clean

_INDENT = re.compile(r"^(?: {2,}|\u3000|\t)\S")
_HEADING = re.compile(r"^(#{1,6})\s+")


def read_plain(data: bytes) -> Page:
    """The lines of a text file. Raises Unreadable when it holds none."""
    page = Page()
    for n, raw in _unwrapped(decode(data).splitlines()):
        heading = _HEADING.match(raw)
        text = clean(_HEADING.sub("", raw))
        # What was copied from a site begins with what the site says of it.
        if len(page.lines) < 2 and (told := labels_of_line(text)):
            page.labels += told
            continue
        if text and not is_furniture(text) and not text.startswith("<!--"):
            page.lines.append(
                Line(text, heading=len(heading[1]) if heading else 0, strong=bool(heading), origin=f"l{n}")
            )
    tops = [line.text for line in page.lines if line.heading == 1]
    if len(tops) == 1 and page.lines[0].heading == 1:
        page.headline = tops[0]  # the one heading above all others is the title
    if not page.lines:
        raise Unreadable("文件里没有文字，请检查是否选对了文件。")
    return page


def _unwrapped(rows: list[str]) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of each paragraph. Old programs broke lines at a fixed width: where paragraphs
    are indented, a line that is not goes on with a full one before it.
    """
    widths = [_width(row.rstrip()) for row in rows]
    full = max(widths, default=0)
    wrapped = 40 <= full <= 120 and sum(width >= full - 4 for width in widths) >= 2
    wrapped = wrapped and any(_INDENT.match(row) for row in rows)
    held, began = "", 0
    for n, row in enumerate(rows, start=1):
        if wrapped and held and row.strip() and not row[:1].isspace() and widths[n - 2] >= full - 4:
            held += row.rstrip()
            continue
        if began:
            yield began, held
        held, began = row.rstrip(), n
    if began:
        yield began, held


def _width(row: str) -> int:
    """Columns: a Chinese character takes two."""
    return sum(2 if east_asian_width(ch) in "WFA" else 1 for ch in row)
