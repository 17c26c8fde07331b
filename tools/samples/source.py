"""A text of a sample document: `# key: value` lines about the file, then one paragraph a line as `kind: text`."""

from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).with_name("texts")


@dataclass(frozen=True)
class Source:
    """One text: the ``name`` of its file without ending, what is said about the file, (kind, text) of each line."""

    name: str
    about: dict[str, str]
    lines: list[tuple[str, str]]

    def all(self, kind: str) -> list[str]:
        """The texts of every line of one kind, without line breaks."""
        return [text.replace("↵", "") for each, text in self.lines if each == kind]

    def first(self, kind: str) -> str:
        """The text of the first line of one kind; raises IndexError without one."""
        return self.all(kind)[0]


def parse(name: str, text: str) -> Source:
    """The text of one file, taken apart."""
    about: dict[str, str] = {}
    lines: list[tuple[str, str]] = []
    for line in filter(None, text.splitlines()):
        kind, _, rest = line.partition(":")
        if kind.startswith("# "):
            about[kind[2:]] = rest.strip()
        else:
            lines.append((kind, rest.strip()))
    return Source(name, about, lines)


def sources() -> list[Source]:
    """Every text of the folder in order; pages written by hand are not among them."""
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(TEXTS.glob("*.txt"))]


def cells(text: str) -> list[str]:
    """The cells of a row; `^` joins the cell above, `<` the cell to the left."""
    return [cell.strip() for cell in text.split("|")]


@dataclass(frozen=True)
class Span:
    """A cell that is really there: its text and how many columns and rows it takes."""

    text: str
    columns: int
    rows: int


def spans(rows: list[list[str]]) -> list[list[Span | None]]:
    """The table cell by cell; None where a cell to the left or above reaches in."""
    return [[_span(rows, y, x) for x in range(len(rows[y]))] for y in range(len(rows))]


def _span(rows: list[list[str]], y: int, x: int) -> Span | None:
    if rows[y][x] in {"^", "<"}:
        return None
    columns, down = 1, 1
    while x + columns < len(rows[y]) and rows[y][x + columns] == "<":
        columns += 1
    while y + down < len(rows) and rows[y + down][x] == "^":
        down += 1
    return Span(rows[y][x], columns, down)
