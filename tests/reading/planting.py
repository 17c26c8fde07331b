"""Small official documents written for the tests, set as a web page or as plain text.

A line that begins with ``=`` is centred and bold (a title), one with ``>`` is set right (a signature); plain text
shows neither.
"""

import html
from collections.abc import Iterable
from pathlib import Path

from gongkai.reading.document import Block, BlockKind, Clause, OfficialDocument
from gongkai.reading.read import read

SAMPLES = Path(__file__).parents[2] / "gongkai" / "project" / "sample"
_SETTING = {
    "=": '<p style="text-align:center"><b>{}</b></p>',
    ">": '<p style="text-align:right">{}</p>',
    "": '<p style="text-indent:2em">{}</p>',
}


def as_html(lines: Iterable[str], head: str = "") -> bytes:
    """A page with nothing around the document."""
    body = []
    for line in lines:
        mark = line[0] if line[:1] in {"=", ">"} else ""
        body.append(_SETTING[mark].format(html.escape(line[len(mark) :], quote=False)))
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body><div>{''.join(body)}</div></body></html>".encode()


def as_text(lines: Iterable[str]) -> bytes:
    """The words alone, a line each."""
    return "\n".join(line.lstrip("=>") for line in lines).encode()


def planted(form: str, lines: Iterable[str]) -> OfficialDocument:
    """What is read from ``lines`` set as ``form`` ("html" or "txt")."""
    return read(as_html(lines) if form == "html" else as_text(lines), f"planted.{form}")


def page(body: str) -> OfficialDocument:
    """What is read from a page whose body is ``body``, markup and all."""
    return read(
        f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{body}</body></html>".encode(),
        "page.html",
    )


def blocks(document: OfficialDocument, kind: BlockKind, part: int | None = None) -> list[Block]:
    """The blocks of one kind, of one part or of all."""
    parts = document.parts if part is None else (document.parts[part],)
    return [block for one in parts for block in one.blocks if block.kind is kind]


def numbered(document: OfficialDocument, part: int | None = None) -> list[str]:
    """The paths of the numbered clauses, of one part or of all."""
    return [one.path for one in document.clauses if one.numbered and part in {None, one.part}]


def clause(document: OfficialDocument, words: str) -> Clause:
    """The one clause whose text holds ``words``."""
    (one,) = [each for each in document.clauses if words in each.text]
    return one
