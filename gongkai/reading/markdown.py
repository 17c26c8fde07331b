"""An official document as Markdown (CommonMark with GitHub's tables): all of its text, with the anchors of its clauses."""

import re
from collections.abc import Iterator, Sequence

from gongkai.reading.document import Block, BlockKind, Clause, OfficialDocument, Part, PartKind, Table
from gongkai.text.normalise import bare

_MARKS = re.compile(r"[\\`*_\[\]<>#|~&]")
# What makes a list, a rule or a heading of a line that only looks like one.
_OPENING = re.compile(r"^(?:(?P<n>\d{1,9})(?=[.)])|(?=[-+=]))")
# Characters that no file may hold or no page can show; the same are replaced in XML.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEEPEST = 6  # HTML has no seventh heading


def markdown(document: OfficialDocument) -> str:
    """The document's text as Markdown.

    Titles and headings are headings, tables are tables: merged cells are repeated in every place they cover, as
    Markdown has none. Each clause bears its anchor (``<a id="tiao12"></a>``), characters that may have been read wrong
    are in ``<mark>``. The title stands first; every other word keeps its place.
    """
    clauses = {(clause.part, clause.block): clause for clause in document.clauses}
    title = document.title.value or (document.parts[0].title if document.parts else "")
    found = [f"# {_line(title)}"] if title.strip() else []
    for n, part in enumerate(document.parts):
        found += _heading(part, title)
        for position, block in enumerate(part.blocks):
            if block.kind is BlockKind.TITLE and bare(block.text) in bare(title):
                continue  # stands above
            found += _block(block, clauses.get((n, position)))
    return "\n\n".join(found) + "\n"


def _heading(part: Part, title: str) -> Iterator[str]:
    """What an enclosed text or an attachment is called, unless it is the document itself."""
    if part.kind in {PartKind.MAIN, PartKind.COVER}:
        return
    words = [part.label, "" if part.title == title and not part.label else part.title]
    if any(words):
        yield f"# {_line('　'.join(filter(None, words)))}"


def _block(block: Block, clause: Clause | None) -> Iterator[str]:
    anchor = f'<a id="{clause.anchor}"></a>' if clause else ""
    if block.table:
        if block.table.caption:
            yield f"{anchor}{_line(block.table.caption)}"
            anchor = ""
        if anchor:
            yield anchor
        yield from _table(block.table)
    elif block.text.strip():
        # The anchor stands before the first character, so that no line begins with what makes a list.
        words = _marked(block.text, block.doubtful)
        if clause and clause.is_heading:
            yield f"{'#' * min(clause.level + 1, _DEEPEST)} {anchor}{words}"
        elif block.kind is BlockKind.TITLE:
            yield f"# {words}"
        else:
            yield anchor + words


def _table(table: Table) -> Iterator[str]:
    grid = table.grid()
    if not grid or not grid[0]:
        return
    doubtful = _doubtful_places(table)
    rows = [
        "| "
        + " | ".join(
            f"<mark>{_line(text)}</mark>" if (r, c) in doubtful else _line(text) for c, text in enumerate(row)
        )
        + " |"
        for r, row in enumerate(grid)
    ]
    yield "\n".join([rows[0], "|" + " --- |" * len(grid[0]), *rows[1:]])


def _doubtful_places(table: Table) -> set[tuple[int, int]]:
    """The places in the full rectangle that doubtful cells cover."""
    return {
        (r + dr, c + dc)
        for r, c, cell in table.places()
        if cell.doubtful
        for dr in range(cell.rowspan)
        for dc in range(cell.colspan)
    }


def _marked(text: str, doubtful: Sequence[int]) -> str:
    """``text`` on one line, with its doubtful characters in marks."""
    if not doubtful:
        return _line(text)
    unsure = frozenset(doubtful)
    pieces: list[tuple[bool, str]] = []
    for n, ch in enumerate(text):
        if pieces and pieces[-1][0] == (n in unsure):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + ch)
        else:
            pieces.append((n in unsure, ch))
    written = "".join(
        f"<mark>{_line(piece, trim=False)}</mark>" if mark else _line(piece, trim=False)
        for mark, piece in pieces
    )
    return written.strip()


def _line(text: str, *, trim: bool = True) -> str:
    """``text`` so that every character of it is shown and none acts; line breaks become <br>."""
    text = _UNSEEN.sub("\ufffd", text)
    lines = [line.strip() if trim else line for line in re.split(r"[\n\r\x85\u2028\u2029]", text)]
    return "<br>".join(_escaped(line) for line in lines)


def _escaped(line: str) -> str:
    line = _MARKS.sub(lambda match: "\\" + match[0], line)
    return _OPENING.sub(lambda match: f"{match['n'] or ''}\\", line)
