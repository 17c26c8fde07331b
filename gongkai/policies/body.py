"""Between what a reader gives (parts and blocks) and what is stored and edited (a stream of plain JSON)."""

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from gongkai.reading.document import Block, BlockKind, Cell, Part, PartKind, Table

Stream = list[dict[str, Any]]
_FIGURE = re.compile(r"^[\d.,，%％/\-—\s]*$")


def to_stream(parts: Iterable[Part]) -> Stream:
    """Parts as raw stream data; every block gets an id that stays with it through later edits."""
    stream: Stream = []
    for part in parts:
        stream.append(_item("part", {"kind": part.kind.value, "label": part.label, "title": part.title}))
        for block in part.blocks:
            if block.kind is BlockKind.TABLE and block.table:
                stream.append(_item("table", table_data(block.table)))
            elif block.kind is BlockKind.PARAGRAPH:
                stream.append(_item("paragraph", block.text))
            else:
                stream.append(_item("line", {"kind": block.kind.value, "text": block.text}))
    return stream


def _item(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def to_parts(stream: Iterable[Any]) -> tuple[Part, ...]:
    """Raw stream data as parts. What stands before the first part marker belongs to a main part."""
    parts: list[tuple[dict[str, Any], list[Block]]] = []
    for item in stream:
        if item["type"] == "part":
            parts.append((item["value"], []))
            continue
        if not parts:
            parts.append(({"kind": PartKind.MAIN.value}, []))
        parts[-1][1].append(_block(item))
    return tuple(
        Part(PartKind(head["kind"]), head.get("title") or "", tuple(blocks), head.get("label") or "")
        for head, blocks in parts
    )


def _block(item: dict[str, Any]) -> Block:
    value = item["value"]
    if item["type"] == "table":
        return Block(BlockKind.TABLE, table=table_from(value), origin=item.get("id", ""))
    if item["type"] == "line":
        return Block(BlockKind(value["kind"]), value["text"].strip(), origin=item.get("id", ""))
    return Block(BlockKind.PARAGRAPH, value.strip(), origin=item.get("id", ""))


def table_data(table: Table) -> dict[str, Any]:
    """A table as the desk's table editor keeps it: a full grid, and which cells are merged."""
    grid: list[list[str]] = [["" for _ in range(table.width)] for _ in table.rows]
    merges = []
    for r, c, cell in table.places():
        grid[r][c] = cell.text
        if cell.colspan > 1 or cell.rowspan > 1:
            merges.append({"row": r, "col": c, "rowspan": cell.rowspan, "colspan": cell.colspan})
    header = _has_header(table)
    return {
        "data": grid,
        "mergeCells": merges,
        # The desk's editor knows captions and no units: both in one line, as books print them.
        "table_caption": f"{table.caption}（单位：{table.unit}）" if table.unit else table.caption,
        "first_row_is_table_header": header,
        "first_col_is_header": False,
        "table_header_choice": "row" if header else "neither",
    }


def _has_header(table: Table) -> bool:
    """The first row is a header if the file says so, or if it names every column and the rest is not like it."""
    first = table.rows[0]
    if len(table.rows) < 2 or not all(cell.text for cell in first):
        return False
    return all(cell.header for cell in first) or not any(_FIGURE.match(cell.text) for cell in first)


def _within(grid: list[list[str]], merges: list[dict[str, int]]) -> Iterator[dict[str, int]]:
    """Merged cells cut to the grid: what a browser sends may claim a million columns."""
    rows, columns = len(grid), max(map(len, grid), default=0)
    for merge in merges[: rows * columns]:
        row, column = merge["row"], merge["col"]
        if 0 <= row < rows and 0 <= column < columns:
            height, width = (
                min(max(merge[k], 1), most)
                for k, most in (("rowspan", rows - row), ("colspan", columns - column))
            )
            yield {"row": row, "col": column, "rowspan": height, "colspan": width}


def table_from(data: dict[str, Any] | None) -> Table:
    """The table that the desk's editor keeps as ``data``."""
    grid = [[str(cell or "") for cell in row] for row in (data or {}).get("data") or []]
    merges = {(m["row"], m["col"]): m for m in _within(grid, (data or {}).get("mergeCells") or [])}
    covered = {
        (m["row"] + dr, m["col"] + dc)
        for m in merges.values()
        for dr in range(m["rowspan"])
        for dc in range(m["colspan"])
        if dr or dc
    }
    header = bool((data or {}).get("first_row_is_table_header"))
    column = bool((data or {}).get("first_col_is_header"))
    rows = []
    for r, row in enumerate(grid):
        cells = []
        for c, text in enumerate(row):
            if (r, c) not in covered:
                merge = merges.get((r, c), {})
                head = (header and r == 0) or (column and c == 0)
                cells.append(Cell(text, head, merge.get("colspan", 1), merge.get("rowspan", 1)))
        rows.append(tuple(cells))
    caption, _, unit = ((data or {}).get("table_caption") or "").partition("（单位：")
    return Table(tuple(rows), caption, unit.removesuffix("）"))


def is_table(data: Any) -> bool:
    """True for what ``table_from`` can read: rows of cells in ``data``, merged cells by four whole numbers each."""
    if data is None:
        return True
    if not isinstance(data, dict) or not isinstance(data.get("table_caption") or "", str):
        return False
    rows, merges = data.get("data"), data.get("mergeCells") or []
    return (
        isinstance(rows, list)
        and all(isinstance(row, list) and all(_is_cell(cell) for cell in row) for row in rows)
        and isinstance(merges, list)
        and all(
            isinstance(each, dict) and all(type(each.get(name)) is int for name in _MERGE) for each in merges
        )
    )


_MERGE = ("row", "col", "rowspan", "colspan")


def _is_cell(cell: Any) -> bool:
    return cell is None or isinstance(cell, str | int | float)
