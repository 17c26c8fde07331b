"""Rows of type put together to paragraphs: by indent, by how full a row is, by size and distance."""

import re
from dataclasses import replace

from gongkai.reading.layout.measure import Measure
from gongkai.reading.layout.rows import Row, joined
from gongkai.reading.page import Align, Line
from gongkai.text.clause_numbers import clause_number
from gongkai.text.normalise import clean, unspace

_SENTENCE_END = re.compile(r"[。！？；：:;.!?][”’）)」』]?$")
_LEADER = re.compile(r"(?:[.．·•∙・]\s?){4,}|(?:…\s?){2,}|‥{3,}|_{6,}|-{8,}")
_ENTRY = re.compile(
    r"^(?P<title>.*?)\s*(?:(?:[.．·•∙・]\s?){4,}|(?:…\s?){2,}|‥{3,})[\s.．·…]*(?P<page>[-—(（]?\s*[\dIVXLCivxlc]{1,6}\s*[-—)）]?)?\s*$"
)
_SHORT_LEADER = re.compile(r"^(?P<title>.*[^\d\s.．…·])\s*[.．…·]{1,5}\s*(?P<page>\d{1,4}|[IVXLC]{1,6})$")
_TOKEN = re.compile(r"^[\x21-\x7e]+")
_NO_ROOM = 2.2  # in characters: a row that leaves less room than this is full
_RAGGED = 0.15  # share of its width by which a row of words in letters may fall short
_LARGE = 1.15
_TITLE = 1.45
_MARK = re.compile(r"^[\s\[［(（]*(?:\d{1,3}|[①-⑳*＊†])")


class Writer:
    """Collects rows and tables in order, and the lines that they make up."""

    def __init__(self, known: Measure) -> None:
        self.lines: list[Line] = []
        self._known = known
        self._open: list[Row] = []
        self._waiting: list[list[Row]] = []  # footnotes due once the paragraph that is open ends

    def row(self, row: Row) -> None:
        """One row of the text."""
        row.text = clean(row.text)
        if not row.text:
            return
        if self._open and not self._goes_on(self._open[-1], row):
            self._close()
        self._open.append(row)

    def table(self, line: Line) -> None:
        """A table; no paragraph goes on behind it."""
        self._close()
        self.lines.append(line)

    def notes(self, rows: list[Row]) -> None:
        """Footnotes of the sheet that ends here: they stand behind the paragraph that is open."""
        self._waiting.append(rows)
        if not self._open:
            self._close()

    def end(self) -> None:
        """No more rows come."""
        self._close()
        self.lines = _with_short_leaders(self.lines)

    # --- does a paragraph go on? -----------------------------------------------------------------------------

    def _goes_on(self, before: Row, row: Row) -> bool:
        if _LEADER.search(before.text):
            return False
        if _LEADER.search(row.text):
            return _is_full(before) and not clause_number(row.text) and self._align(before) is Align.START
        if abs(before.size - row.size) > 0.12 * max(before.size, row.size):
            return False
        moved = before.sheet != row.sheet or before.column != row.column
        if not moved and self._is_far(before, row):
            return False
        if self._align(before) is not Align.START or self._align(row) is Align.CENTRE:
            return False
        return self._runs_on(before, row)

    def _runs_on(self, before: Row, row: Row) -> bool:
        """Both are set as running text: it goes on if the row above is full and this one is not indented."""
        left = _left(row)
        indented = row.x0 - left > 1.2 * row.size
        if not _is_full(before) and not _would_not_fit(before, row):
            return False
        if len(self._open) > 1 and indented:
            # Blocks that are indented as a whole, after their first row.
            inner = min(each.x0 - _left(each) for each in self._open[1:])
            return row.x0 - left <= inner + 0.5 * row.size
        if indented:
            first = self._open[0]
            hanging = row.x0 - left > first.x0 - _left(first) + 0.8 * row.size
            return hanging and clause_number(first.text) is not None and clause_number(row.text) is None
        return not (_SENTENCE_END.search(before.text) and clause_number(row.text) and before.bold == row.bold)

    def _is_far(self, before: Row, row: Row) -> bool:
        pitch = self._known.pitches.get(row.sheet) or self._known.pitch
        step = row.top - before.top
        return bool(pitch) and step > 1.55 * max(pitch, 1.2 * row.size)

    # --- how a row is set --------------------------------------------------------------------------------------

    def _align(self, row: Row) -> Align:
        left, right = row.frame or (row.x0, row.x1)
        before, behind = row.x0 - left, right - row.x1
        wide = right - left
        if _LEADER.search(row.text):
            return Align.START
        least = 1.0 if row.size >= _LARGE * self._known.size else 2.6
        if before > least * self._known.size and abs(before - behind) <= max(1.3 * row.size, 0.03 * wide):
            return Align.CENTRE
        if before > 0.4 * wide and behind < 0.5 * before and row.x1 - row.x0 < 0.6 * wide:
            return Align.END
        return Align.START

    # --- writing -----------------------------------------------------------------------------------------------

    def _close(self) -> None:
        if self._open:
            self.lines.append(self._line(self._open))
            self._open = []
        waiting, self._waiting = self._waiting, []
        for rows in waiting:
            for note in _notes(rows):
                self.lines.append(_plain(note))

    def _line(self, rows: list[Row]) -> Line:
        first = rows[0]
        size, usual = first.size, self._known.size
        align = self._align(first)
        large = size >= _LARGE * usual and len(rows) <= 3
        strong = all(row.bold for row in rows) or large
        heading = 0
        if large and align is Align.CENTRE:
            heading = 1 if size >= _TITLE * usual else 2
        entry = _ENTRY.match("".join(row.text for row in rows))
        line = _plain(rows)
        text = line.text
        if entry and entry["title"]:
            text = f"{clean(entry['title'])} {entry['page'] or ''}".strip()
        return Line(
            text,
            align,
            strong,
            heading,
            None,
            line.origin,
            bool(entry and entry["title"]),
            line.sheet,
            line.confidence,
            () if text != line.text else line.doubtful,
        )


def _with_short_leaders(lines: list[Line]) -> list[Line]:
    """Between entries of a table of contents, a long title leaves room for a dot or two."""
    out = list(lines)
    for index, line in enumerate(lines):
        beside = [
            each for each in out[max(index - 1, 0) : index] + lines[index + 1 : index + 2] if each.linked
        ]
        match = _SHORT_LEADER.match(line.text) if beside and not line.table else None
        if match:
            out[index] = replace(line, text=f"{match['title']} {match['page']}", linked=True, doubtful=())
    return out


def _plain(rows: list[Row]) -> Line:
    """The words of ``rows`` as one line, with what is doubtful in it."""
    text = ""
    doubtful: list[int] = []
    letters = sum(len(row.text) for row in rows) or 1
    for row in rows:
        text = joined(text, row.text)
        start = len(text) - len(row.text)
        doubtful += [start + offset for offset in row.doubtful if offset < len(row.text)]
    final = unspace(text)
    return Line(
        final,
        origin=f"第{rows[0].sheet}页",
        sheet=rows[0].sheet,
        confidence=sum(row.confidence * len(row.text) for row in rows) / letters,
        doubtful=tuple(doubtful) if final == text else (),
    )


def _notes(rows: list[Row]) -> list[list[Row]]:
    """Footnotes one by one: each begins with its mark."""
    out: list[list[Row]] = []
    for row in rows:
        if out and not _MARK.match(row.text):
            out[-1].append(row)
        else:
            out.append([row])
    return out


def _left(row: Row) -> float:
    return row.frame[0] if row.frame else row.x0


def _is_full(row: Row) -> bool:
    """Whether a row reaches the right edge; words in letters leave it ragged."""
    if row.frame is None:
        return True
    left, right = row.frame
    ragged = sum(char.isascii() for char in row.text) > 0.8 * len(row.text)
    return row.x1 >= right - max(_NO_ROOM * row.size, _RAGGED * (right - left) if ragged else 0)


def _would_not_fit(before: Row, row: Row) -> bool:
    """A word in letters or a long figure goes to the next row whole and leaves the row above short."""
    token = _TOKEN.match(row.text)
    if not token or before.frame is None or len(token[0]) < 4:
        return False
    wide = (row.x1 - row.x0) / max(len(row.text), 1) * len(token[0]) * 0.6
    return before.x1 + wide >= before.frame[1] - 0.5 * row.size
