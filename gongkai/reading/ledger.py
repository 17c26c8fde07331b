"""A table of figures seen as a ledger: its heading, its codes and names, and the figures of each line."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from gongkai.reading.document import Table

_NUMBER = re.compile(r"^[-－\u2212]?\d[\d,，]*(?:[.．]\d+)?$")
_CODE = re.compile(r"^\d{3}(?:\d{2}){0,3}$")
_SPACE = re.compile(r"\s+")
TOTAL = re.compile(r"^(?:合计|总计|总和|合计数|小计)$")


@dataclass(frozen=True)
class Side:
    """A part of a ledger with names of its own (收入 beside 支出): the columns of codes, of names and of figures."""

    codes: tuple[int, ...]
    name: int
    values: tuple[int, ...]


@dataclass
class Ledger:
    """``grid`` holds the table's texts without spaces, merged cells in every place; the first ``head`` rows are heading."""

    grid: list[list[str]]
    head: int
    sides: list[Side] = field(default_factory=list)

    @property
    def body(self) -> list[list[str]]:
        """The rows below the heading."""
        return self.grid[self.head :]

    def title(self, column: int) -> tuple[str, ...]:
        """The headings above a column, outermost first, each once."""
        out: list[str] = []
        for row in self.grid[: self.head]:
            if row[column] and row[column] not in out:
                out.append(row[column])
        return tuple(out)

    def code(self, row: list[str], side: Side) -> str:
        """The code of a line, "" where it has none: 类 款 项 in columns of their own are one code."""
        # Spreadsheets lose the nought of 02 where a cell was typed as a figure.
        parts = [row[column] for column in side.codes]
        code = "".join(part.zfill(2) if n and part else part for n, part in enumerate(parts))
        return code if _CODE.match(code) else ""


def ledger_of(table: Table) -> Ledger | None:
    """The ledger that a table is; None if it has no heading or no column of figures."""
    grid = [[_SPACE.sub("", text) for text in row] for row in table.grid()]
    head = 0
    for row in table.rows:
        if not row or not all(cell.header for cell in row):
            break
        head += 1
    if not head or head >= len(grid):
        return None
    ledger = Ledger(grid, head)
    ledger.sides = list(_sides(ledger))
    return ledger if any(side.values for side in ledger.sides) else None


def amount(text: str) -> Decimal | None:
    """The figure in a cell; None where there is none (empty, a dash, words, a percentage)."""
    if not _NUMBER.match(text):
        return None
    try:
        return Decimal(
            text.replace(",", "")
            .replace("，", "")
            .replace("．", ".")
            .replace("－", "-")
            .replace("\u2212", "-")
        )
    except InvalidOperation:
        return None


def _sides(ledger: Ledger) -> list[Side]:
    """Columns from left to right: codes, then a name, then figures; another name begins another side."""
    sides: list[Side] = []
    codes: list[int] = []
    name: int | None = None
    values: list[int] = []
    for column in range(len(ledger.grid[0])):
        kind = _kind(ledger, column)
        if kind == "value" and name is not None:
            values.append(column)
            continue
        if values:
            sides.append(Side(tuple(codes), name or 0, tuple(values)))
            codes, name, values = [], None, []
        if kind == "code":
            codes.append(column)
        elif kind == "name":
            name = column
    if name is not None and values:
        sides.append(Side(tuple(codes), name, tuple(values)))
    return sides


def _kind(ledger: Ledger, column: int) -> str:
    title = ledger.title(column)
    last = title[-1] if title else ""
    texts = [row[column] for row in ledger.body if row[column]]
    if last in {"类", "款", "项"} or re.search(r"编码$|代码$", last):
        return "code"
    if re.search(r"^项目$|名称$|科目$|内容$|^单位$|^收入$|^支出$|项目名称", last):
        return "name"
    numbers = sum(amount(text) is not None for text in texts)
    if texts and numbers < 0.6 * len(texts):
        return "name"
    return "value" if texts or title else ""
