"""What every format is first turned into: lines with their layout, tables, and label–value pairs around them."""

from dataclasses import dataclass, field
from enum import StrEnum

from gongkai.reading.document import Leaf, Table


class Align(StrEnum):
    """How a line is set."""

    START = "start"
    CENTRE = "centre"
    END = "end"


@dataclass(frozen=True)
class Line:
    """A paragraph or a table as it stands in the file.

    ``strong`` if all of it is bold or a heading, ``linked`` if all of it leads elsewhere. ``sheet`` is the page of the
    file it begins on, counted from 1, 0 where files have no pages. Of a line read from a picture, ``confidence`` is
    from 0 to 1 and ``doubtful`` are the offsets of the characters in ``text`` that may be wrong.
    """

    text: str = ""
    align: Align = Align.START
    strong: bool = False
    heading: int = 0
    table: Table | None = None
    origin: str = ""
    linked: bool = False
    sheet: int = 0
    confidence: float = 1.0
    doubtful: tuple[int, ...] = ()


SHEET_EDGE = "页眉"
"""The name of labels that hold what stands in the headers and footers of sheets: no text, but it may bear a mark."""


@dataclass(frozen=True)
class Label:
    """A value that the page names: 发文字号：国发〔2019〕5号. ``source`` is "label" (seen) or "meta" (in the head)."""

    name: str
    value: str
    source: str = "label"


@dataclass
class Page:
    """One file, before anything is understood. ``headline`` is the page's own heading outside the body.

    ``warnings`` and ``concealed`` are sentences: what could not be read, and what the file hides from its reader
    (comments, tracked changes, hidden text), which nobody may publish without having seen it.
    """

    lines: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    headline: str = ""
    window_title: str = ""
    warnings: list[str] = field(default_factory=list)
    concealed: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)  # of pages that are pictures: where their lines stand

    def conceal(self, sentence: str) -> None:
        """Tell of something that the file hides from its reader."""
        self.warnings.append(sentence)
        self.concealed.append(sentence)
