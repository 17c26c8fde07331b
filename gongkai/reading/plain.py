"""Plain text and Markdown: a line is a paragraph; layout is what little the words themselves show."""

import re

from gongkai.reading.decode import decode
from gongkai.reading.document import Unreadable
from gongkai.reading.html import is_furniture
from gongkai.reading.page import Line, Page
from gongkai.text.normalise import clean

_HEADING = re.compile(r"^(#{1,6})\s+")


def read_plain(data: bytes) -> Page:
    """The lines of a text file. Raises Unreadable when it holds none."""
    page = Page()
    for n, raw in enumerate(decode(data).splitlines(), start=1):
        heading = _HEADING.match(raw)
        text = clean(_HEADING.sub("", raw))
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
