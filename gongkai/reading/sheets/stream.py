"""The large parts of an .xlsx file, parsed as a stream with flat memory: its worksheets and the texts that they share.

Expat and not a tree: a worksheet may have millions of empty cells, and a tree of them takes gigabytes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from gongkai.reading.document import Unreadable
from gongkai.reading.sheets.grid import MAX_MERGES, MAX_TEXT, TOO_LARGE, Budget
from gongkai.reading.sheets.workbook import cell_text

Broken = expat.ExpatError
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ON = {"1", "true"}


def place_of(reference: str) -> tuple[int, int] | None:
    """The row and the column, from 0, that a reference such as B12 names."""
    match = _REFERENCE.match(reference)
    if not match:
        return None
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return int(match[2]) - 1, number - 1


class _Stream:
    """Parses one part; a document type, which these parts never have, is refused: entities would come with it."""

    def feed(self, stream: IO[bytes]) -> None:
        """Parse all of ``stream``. Raises Broken when it is no XML."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._refuse
        while piece := stream.read(1 << 20):
            parser.Parse(piece)
        parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise Unreadable("文件内部带有实体定义，可能是恶意构造的，没有读取；请核实来源后提供原来的文件。")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters within an element."""


def _bare(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


class SharedStrings(_Stream):
    """``texts`` in order; what stands in a phonetic guide is left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._open = False
        self._guide = 0
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A text, a piece of it, or a phonetic guide begins."""
        name = _bare(name)
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._guide += 1
        self._open = name == "t" and not self._guide

    def end(self, name: str) -> None:
        """A text ends and is kept."""
        name = _bare(name)
        self._open = False
        if name == "rPh":
            self._guide -= 1
        elif name == "si":
            self.texts.append(cell_text(unescaped("".join(self._pieces))))

    def text(self, data: str) -> None:
        """Characters of a text, within bounds."""
        if self._open:
            self._pieces.append(data)
            self._length += len(data)
            if self._length > MAX_TEXT:
                raise Unreadable(TOO_LARGE)


def unescaped(text: str) -> str:
    """_x000D_ and the like are characters that XML cannot hold."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class RawCell:
    """A cell as it is stored; ``inline`` is the text that stands in the cell itself, None where there is none."""

    row: int
    column: int
    kind: str
    style: str
    value: str = ""
    inline: str | None = None
    formula: bool = False


class Cells(_Stream):
    """Hands each cell over as it ends; hidden rows, hidden columns and merged ranges are collected."""

    def __init__(self, take: Callable[[RawCell], None], budget: Budget) -> None:
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.merges: list[str] = []
        self._take = take
        self._budget = budget
        self._row, self._column = -1, -1
        self._cell: RawCell | None = None
        self._into = ""
        self._pieces: list[str] = []
        self._guide = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, a cell, or what a cell holds begins."""
        name = _bare(name)
        if name == "c":
            self._begin(attributes)
        elif self._cell is not None:
            if name in {"v", "t"} and not self._guide:
                self._into, self._pieces = name, []
            elif name == "f":
                self._cell.formula = True
            elif name == "rPh":
                self._guide += 1
        elif name == "row":
            self._row, self._column = _whole(attributes.get("r"), self._row + 2) - 1, -1
            if attributes.get("hidden") in _ON:
                self.hidden_rows.add(self._row)
        elif name == "mergeCell" and len(self.merges) < MAX_MERGES:
            self.merges.append(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in _ON:
            first = _whole(attributes.get("min"), 1)
            self.hidden_columns.append((first - 1, _whole(attributes.get("max"), first) - 1))

    def _begin(self, attributes: dict[str, str]) -> None:
        self._budget.see()
        place = place_of(attributes.get("r", ""))
        self._row, self._column = place or (max(self._row, 0), self._column + 1)
        self._guide = 0
        self._cell = RawCell(self._row, self._column, attributes.get("t", "n"), attributes.get("s", ""))

    def end(self, name: str) -> None:
        """What a cell holds, or the cell itself, ends."""
        if self._cell is None:
            return
        name = _bare(name)
        if name == "c":
            self._take(self._cell)
            self._cell = None
        elif name == "rPh":
            self._guide -= 1
        elif name == self._into:
            held = unescaped("".join(self._pieces))
            if name == "v":
                self._cell.value = held
            else:
                self._cell.inline = (self._cell.inline or "") + held
            self._into = ""

    def text(self, data: str) -> None:
        """Characters of a value."""
        if self._into:
            self._pieces.append(data)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise
