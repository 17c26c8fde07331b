"""Clauses in, passages out: long clauses cut at sentence ends, short neighbours joined, tables by row."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from gongkai.engine.passage import DocumentFacts, Part, Passage

LIMIT = 250  # characters; no passage is longer
TARGET = 180  # characters aimed at when a long clause is cut; the mean comes out somewhat below
SHORT = TARGET // 2  # characters; a piece shorter than this is joined to its neighbour

# ASCII ! ? ; end a sentence only where no address or formula goes on behind them.
_SENTENCE = re.compile(r"(?:[^。；！？!?;\n]|[!?;](?=[\w=&/]))*(?:[。；！？!?;\n]+[”’」』）》)\"]*)?")
_COMMA = re.compile(r"[，、,：:\s]")


@dataclass(frozen=True)
class Clause:
    """One clause as reading leaves it. ``text`` is what stands outside ``table``; row 0 of a table is its header."""

    path: str
    anchor: str
    heading: tuple[str, ...]
    text: str
    table: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True)
class Chunk:
    """A passage without its document."""

    heading: tuple[str, ...]
    text: str
    parts: tuple[Part, ...]


def sentences(text: str, limit: int = LIMIT) -> Iterator[tuple[int, int]]:
    """Spans that cover ``text`` exactly; each ends a sentence, or is a piece of one longer than ``limit``."""
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while end - start > limit:
            cut = _comma(text, start, limit)
            yield start, cut
            start = cut
        if end > start:
            yield start, end


def _comma(text: str, start: int, limit: int) -> int:
    """Where to cut a sentence that is too long: behind the last comma that leaves a fair piece, else hard."""
    for at in range(start + limit - 1, start + limit // 3, -1):
        if _COMMA.match(text[at]):
            return at + 1
    return start + limit


def cut(text: str, limit: int = LIMIT, target: int = TARGET) -> list[tuple[int, int]]:
    """Spans of whole sentences that cover ``text``, near ``target`` and alike in length.

    Alike, because ranking compares passages: a rest of ten characters would win by being short.
    """
    spans = list(sentences(text, limit))
    out: list[tuple[int, int]] = []
    i = 0
    while i < len(spans):
        start, end = spans[i]
        rest = spans[-1][1] - start
        aim = rest / max(1, round(rest / target))
        while i + 1 < len(spans):
            longer = spans[i + 1][1] - start
            if longer > limit or abs(longer - aim) > abs(end - start - aim):
                break
            i += 1
            end = spans[i][1]
        out.append((start, end))
        i += 1
    return out


def chunk(clauses: Iterable[Clause]) -> Iterator[Chunk]:
    """Chunks in reading order; blank clauses give none, every other character is in exactly one."""
    waiting: Chunk | None = None
    for clause in clauses:
        for piece in _pieces(clause):
            if waiting is not None and _belong(waiting, piece):
                waiting = _joined(waiting, piece)
                continue
            if waiting is not None:
                yield waiting
            waiting = piece
    if waiting is not None:
        yield waiting


def passages_of(facts: DocumentFacts, clauses: Iterable[Clause]) -> Iterator[Passage]:
    """The passages of a document; one without text where there are no clauses, so that its title is found."""
    shared = {f.name: getattr(facts, f.name) for f in fields(DocumentFacts)}
    order = 0
    for order, made in enumerate(chunk(clauses), start=1):
        first = made.parts[0]
        yield Passage(
            **shared,
            path=first.path,
            anchor=first.anchor,
            heading=made.heading,
            text=made.text,
            order=order,
            parts=made.parts,
        )
    if order == 0:
        yield Passage(**shared)


def _pieces(clause: Clause) -> Iterator[Chunk]:
    if clause.text.strip():
        for start, end in cut(clause.text):
            part = Part(clause.path, clause.anchor, start, end, 0)
            yield Chunk(clause.heading, clause.text[start:end], (part,))
    if clause.table:
        yield from _rows(clause, clause.table)


def _rows(clause: Clause, table: tuple[tuple[str, ...], ...]) -> Iterator[Chunk]:
    """Each row with its headers, because a figure without its column says nothing."""
    header = table[0] if len(table) > 1 else ()
    for number, row in enumerate(table):
        if number == 0 and header:
            continue
        cells = []
        for column, cell in enumerate(row):
            name = header[column].strip() if column < len(header) else ""
            if cell.strip():
                cells.append(f"{name}：{cell.strip()}" if name else cell.strip())
        text = "；".join(cells)
        for start, end in cut(text):
            part = Part(clause.path, clause.anchor, 0, 0, 0, row=number)
            yield Chunk(clause.heading, text[start:end], (part,))


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _belong(left: Chunk, right: Chunk) -> bool:
    a, b = left.parts[-1], right.parts[0]
    return (
        a.row is None
        and b.row is None
        and left.heading == right.heading
        and _parent(a.path) == _parent(b.path)
        and min(len(left.text), len(right.text)) < SHORT
        and len(left.text) + 1 + len(right.text) <= LIMIT
    )


def _joined(left: Chunk, right: Chunk) -> Chunk:
    a, b = left.parts[-1], right.parts[0]
    if a.path == b.path and a.anchor == b.anchor and a.end == b.start:
        whole = Part(a.path, a.anchor, a.start, b.end, a.at)
        return Chunk(left.heading, left.text + right.text, (*left.parts[:-1], whole))
    at = len(left.text) + 1
    return Chunk(
        left.heading, f"{left.text}\n{right.text}", (*left.parts, Part(b.path, b.anchor, b.start, b.end, at))
    )
