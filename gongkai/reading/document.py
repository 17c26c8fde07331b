"""What a reader gives back: an official document with its parts, blocks, clauses and elements, all frozen."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from gongkai.text.references import Reference

T = TypeVar("T")


class Unreadable(Exception):
    """The file cannot be read; the message is one Chinese sentence for the person who gave it."""


class Classified(Unreadable):
    """The file bears a mark of state secrecy: a networked system may not hold it (保守国家秘密法 2024, arts. 29–30)."""


class BlockKind(StrEnum):
    """What a block is within an official document (GB/T 9704)."""

    TITLE = "title"
    LETTERHEAD = "letterhead"  # 发文机关标志, the red line
    NUMBER = "number"  # 发文字号
    RECIPIENT = "recipient"  # 主送机关
    PARAGRAPH = "paragraph"
    TABLE = "table"
    ATTACHMENTS = "attachments"  # 附件说明
    SIGNATURE = "signature"  # 发文机关署名
    DATE = "date"  # 成文日期
    NOTE = "note"  # 附注, such as （此件公开发布）


class PartKind(StrEnum):
    """Which part of a file a block belongs to."""

    MAIN = "main"
    COVER = "cover"  # the notice or decree that issues or forwards another text in the same file
    ENCLOSED = "enclosed"  # the text issued or forwarded
    ATTACHMENT = "attachment"


@dataclass(frozen=True)
class Cell:
    """One cell of a table; spans are in columns and rows. ``doubtful`` if a character read from a picture may be wrong."""

    text: str
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    doubtful: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells as the file has them: merged cells appear once, where they begin.

    ``unit`` is the unit of its figures where one is named above it (万元), "" otherwise.
    """

    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    unit: str = ""

    @property
    def width(self) -> int:
        """Number of columns, spans counted."""
        return len(self.grid()[0]) if self.rows else 0

    def places(self) -> Iterator[tuple[int, int, Cell]]:
        """(row, column, cell) of every cell where it begins, spans of earlier cells stepped over and cut to the table."""
        taken: set[tuple[int, int]] = set()
        for r, row in enumerate(self.rows):
            c = 0
            for cell in row:
                while (r, c) in taken:
                    c += 1
                rows = min(cell.rowspan, len(self.rows) - r)
                taken.update((r + dr, c + dc) for dr in range(rows) for dc in range(cell.colspan))
                yield r, c, replace(cell, rowspan=rows)
                c += cell.colspan

    def grid(self) -> list[list[str]]:
        """The table as a full rectangle of texts: a merged cell's text stands in every place it covers."""
        placed = list(self.places())
        width = max((c + cell.colspan for _, c, cell in placed), default=0)
        grid = [[""] * width for _ in self.rows]
        for r, c, cell in placed:
            for dr in range(cell.rowspan):
                grid[r + dr][c : c + cell.colspan] = [cell.text] * cell.colspan
        return grid


@dataclass(frozen=True)
class Block:
    """One paragraph or table; ``origin`` says where in the file it stood, such as "p12" or "t3".

    ``sheet`` is the page of the file, counted from 1, 0 where it has none; ``confidence`` (0 to 1) and ``doubtful``
    (offsets into ``text``) speak of what was read from a picture.
    """

    kind: BlockKind
    text: str = ""
    table: Table | None = None
    origin: str = ""
    sheet: int = 0
    confidence: float = 1.0
    doubtful: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A text with its own numbering: the document itself, what it issues, or an attachment."""

    kind: PartKind
    title: str
    blocks: tuple[Block, ...]
    label: str = ""  # 附件1, as the file writes it


@dataclass(frozen=True)
class Clause:
    """An addressable piece of text.

    ``path`` is the address that people cite (二/（三）, 第十二条/（三）), unique within the document;
    ``anchor`` is the same for URLs; ``label`` is the number as written; ``heading`` the headings above it,
    outermost first; ``text`` its own words without the label; ``numbered`` is false for paragraphs and tables
    that bear no number of their own; ``part`` and ``block`` say where it stands.
    """

    path: str
    anchor: str
    label: str
    heading: tuple[str, ...]
    text: str
    level: int
    numbered: bool
    is_heading: bool
    part: int
    block: int
    table: Table | None = None


@dataclass(frozen=True)
class Evidence:
    """Where a value was read ("label", "meta", "body", "signature", "title", "page") and the words found there."""

    source: str
    text: str


@dataclass(frozen=True)
class Element(Generic[T]):
    """A value with its evidence. ``sure`` only if nothing speaks against it and the evidence is good."""

    value: T | None = None
    sure: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Citation:
    """A reference and the path of the clause that makes it; offsets are into that clause's text.

    ``target_title`` and ``target_number`` are the full title behind a short name and the number of the document meant,
    "" for this document itself; ``target_clause`` the clause in standard form (前款 → 第十二条第一款);
    ``target_paths`` the clauses of this very document that are meant, empty where it has no such clause or another
    document is meant; ``certain`` is false where the document meant follows only from what was named before.
    """

    path: str
    reference: Reference
    target_title: str = ""
    target_number: str = ""
    target_clause: str = ""
    target_paths: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True)
class Printed:
    """A line as it is printed, for showing where it stands: ``edges`` are the left edges of its characters and the last
    right edge, in ten-thousandths of the page's width; ``top`` and ``bottom`` in those of its height."""

    text: str
    top: int
    bottom: int
    edges: tuple[int, ...]


@dataclass(frozen=True)
class Leaf:
    """One page as a picture: its number from 1, its size in points when upright, and the lines printed on it.

    ``turns`` are the quarter turns clockwise that set the page upright, beyond what the file itself asks for.
    """

    number: int
    width: float
    height: float
    turns: int
    lines: tuple[Printed, ...] = ()


@dataclass(frozen=True)
class OfficialDocument:
    """Everything read from one file."""

    name: str
    format: str
    sha256: str
    title: Element[str] = field(default_factory=Element)
    document_number: Element[str] = field(default_factory=Element)
    kind: Element[str] = field(default_factory=Element)  # 文种
    issuers: Element[tuple[str, ...]] = field(default_factory=Element)
    recipients: Element[tuple[str, ...]] = field(default_factory=Element)  # 主送机关, one by one
    signature: Element[tuple[str, ...]] = field(default_factory=Element)  # 发文机关署名
    attachments: Element[tuple[str, ...]] = field(default_factory=Element)  # 附件说明: their names in order
    contact: Element[str] = field(default_factory=Element)  # 联系人 and telephone as written
    index_number: Element[str] = field(default_factory=Element)
    written_on: Element[date] = field(default_factory=Element)
    published_on: Element[date] = field(default_factory=Element)
    effective_from: Element[date] = field(default_factory=Element)
    effective_until: Element[date] = field(default_factory=Element)
    access_note: Element[str] = field(default_factory=Element)
    topic: Element[str] = field(default_factory=Element)
    called_ended: Element[str] = field(default_factory=Element)  # the page itself says 已废止 or 失效
    parts: tuple[Part, ...] = ()
    clauses: tuple[Clause, ...] = ()
    citations: tuple[Citation, ...] = ()
    warnings: tuple[str, ...] = ()
    # What the file holds that its reader does not see at once (comments, changes, hidden text): a sentence each.
    concealed: tuple[str, ...] = ()
    # Pages that are pictures, with the lines recognised on them: what took seconds to find need not be found again.
    leaves: tuple[Leaf, ...] = ()

    @property
    def text(self) -> str:
        """The whole text, a line per paragraph, cells of a row joined by tabs."""
        lines: list[str] = []
        for part in self.parts:
            for block in part.blocks:
                if block.table:
                    lines += ["\t".join(cell.text for cell in row) for row in block.table.rows]
                elif block.text:
                    lines.append(block.text)
        return "\n".join(lines)
