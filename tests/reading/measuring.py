"""Comparing what was read with truth written by hand: bodies and tables of pages, tables of books, clauses, scans."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from gongkai.reading.document import BlockKind, OfficialDocument, Table
from gongkai.reading.read import read

TRUTH = Path(__file__).parent / "truth"
_HEAD = {BlockKind.TITLE, BlockKind.LETTERHEAD, BlockKind.NUMBER, BlockKind.RECIPIENT, BlockKind.NOTE}


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a truth file."""
    return [json.loads(line) for line in (TRUTH / name).read_text(encoding="utf-8").splitlines() if line]


def document(data: Path, row: dict[str, Any]) -> OfficialDocument:
    """The document that a truth row speaks of; the file must be the one that was looked at."""
    content = (data / row["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"], f"{row['file']} is another file"
    return read(content, Path(row["file"]).name)


def kept(text: str) -> str:
    """Letters, digits and Chinese characters alone."""
    return "".join(c for c in text if c.isalnum())


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def matches(text: str, mark: dict[str, Any]) -> bool:
    """True if the kept text is the one behind a truth mark."""
    return len(text) == mark["length"] and digest(text) == mark["sha256"]


def body_faults(read_in: OfficialDocument, row: dict[str, Any]) -> list[str]:
    """What is wrong with the two ends of a body: text before the first sentence that is no head, or after the last."""
    text = kept(_without_list_of_files(read_in).text)
    faults = []
    firsts = [row["first"], *([row["first_alt"]] if row.get("first_alt") else [])]
    lasts = [row["last"], *([row["last_alt"]] if row.get("last_alt") else [])]
    if not any(matches(text[-mark["length"] :], mark) for mark in lasts):
        faults.append("last")
    heads = [kept(b.text) for part in read_in.parts[:1] for b in part.blocks if b.kind in _HEAD]
    title = kept(read_in.title.value or "")
    starts = {0, *(_starts(text, [*heads, title]))}
    if not any(matches(text[at : at + mark["length"]], mark) for mark in firsts for at in starts):
        faults.append("first")
    return faults


def _without_list_of_files(read_in: OfficialDocument) -> OfficialDocument:
    """Without the names of attached files at the very end: they are an element of their own."""
    *before, last = read_in.parts
    blocks = list(last.blocks)
    while blocks and blocks[-1].kind is BlockKind.ATTACHMENTS:
        blocks.pop()
    return replace(read_in, parts=(*before, replace(last, blocks=tuple(blocks))))


def _starts(text: str, heads: list[str]) -> Iterator[int]:
    """Every place that only title, number and recipients stand before."""
    at, moved = 0, True
    while moved:
        moved = False
        for head in heads:
            if head and text.startswith(head, at):
                at += len(head)
                moved = True
                yield at


def shapes(read_in: OfficialDocument) -> list[list[int]]:
    """(rows, columns) of every table, in order."""
    return [[len(t.rows), t.width] for t in tables(read_in)]


def tables(read_in: OfficialDocument) -> list[Table]:
    return [block.table for part in read_in.parts for block in part.blocks if block.table]


def printed(text: str) -> str:
    """A cell as printed, without inner spaces and line breaks."""
    return re.sub(r"\s+", "", text)


def table_faults(found: list[Table], row: dict[str, Any]) -> list[str]:
    """What is wrong with the best of the tables read against one of the truth; [] if some table is right in all."""
    candidates = [_faults(table.grid(), row) for table in found]
    return min(candidates, key=len, default=["no table was read"])


def _faults(grid: list[list[str]], row: dict[str, Any]) -> list[str]:
    width = len(grid[0]) if grid else 0
    faults = []
    if [len(grid), width] != [row["rows"], row["columns"]]:
        faults.append(f"{len(grid)}x{width}")
    quoted = [*row["cells"], *([t["row"], t["column"], t["value"]] for t in row["totals"])]
    for r, c, value in quoted:
        got = printed(grid[r][c]) if r < len(grid) and c < width else None
        if got != printed(value):
            faults.append(f"[{r}][{c}] {got!r} for {value!r}")
    return faults


def wrong_characters(got: str, expected: str) -> int:
    """Levenshtein distance."""
    before = list(range(len(expected) + 1))
    for i, a in enumerate(got, start=1):
        now = [i]
        for j, b in enumerate(expected, start=1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (a != b)))
        before = now
    return before[-1]
