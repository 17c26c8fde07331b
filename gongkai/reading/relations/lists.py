"""Lists of documents that a decision repeals or amends: items and rows of attachments and tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gongkai.reading.document import Clause, Part, PartKind
from gongkai.reading.relations.model import RelationKind
from gongkai.reading.relations.names import titles_in
from gongkai.text.document_numbers import find_numbers

_KEPT = re.compile(r"继续有效|保留|现行有效|继续执行")
_ENDED = re.compile(r"废止|失效|停止执行|停止施行")
_LIST_TITLE = re.compile(r"(?:废止|失效|停止执行).*(?:文件|法规|规章|目录|清单)")
_CHANGED = re.compile(r"修改|修订|修正")
_FORM = re.compile(
    r"(?:通知|公告|通告|决定|命令|办法|规定|细则|条例|意见|批复|函|规则|方案|措施|标准|通报|目录|计划|规划|纲要|解释|请示|报告|制度|章程|决议|补充规定|指示|布告)$"
)
_ITEM = re.compile(r"^[（(]?[\d一二三四五六七八九十百]{0,5}[）)]?\s*[.．、]?\s*")
_TAIL = re.compile(r"\s*[（(].*$", re.S)


@dataclass(frozen=True)
class Listed:
    """A document in such a list: ``words`` are ``text[start:end]`` of the clause, or of a table's rows."""

    kind: RelationKind
    clause: Clause
    title: str
    number: str
    start: int
    end: int
    confidence: float


def table_text(clause: Clause) -> str:
    """The text that offsets into a table count in: cells of a row joined by tabs, rows by line breaks."""
    rows = clause.table.rows if clause.table else ()
    return "\n".join("\t".join(cell.text for cell in row) for row in rows)


def listed(title: str, parts: Sequence[Part], clauses: Sequence[Clause]) -> Iterator[Listed]:
    """Every document in a list whose heading, or whose attachment's title, says that it ends or changes."""
    deciding = bool(_ENDED.search(title) or _CHANGED.search(title) or re.search("清理", title))
    for clause in clauses:
        kind = _kind_of(title, parts, clause, deciding)
        if kind is None:
            continue
        if clause.table is not None:
            yield from _rows(kind, clause)
        elif clause.text:
            yield from _items(kind, clause)


def _kind_of(title: str, parts: Sequence[Part], clause: Clause, deciding: bool) -> RelationKind | None:
    """By the nearest heading that says anything: the chain above it, the part's title, in a decision the title."""
    part = parts[clause.part] if clause.part < len(parts) else None
    above = [heading for heading in reversed(clause.heading) if heading]
    if clause.table is not None and clause.table.caption:
        above.insert(0, clause.table.caption)
    attached = part is not None and part.kind is PartKind.ATTACHMENT
    if not deciding and not (attached and part is not None and _LIST_TITLE.search(part.title)):
        return None
    if attached and part is not None:
        above.append(part.title)
    for words in above:
        if _KEPT.search(words):
            return None
        kind = _says(words)
        if kind:
            return kind
    # 关于废止…的决定 whose items are nothing but names.
    return _says(title) if clause.numbered and not attached else None


def _says(words: str) -> RelationKind | None:
    ended, changed = bool(_ENDED.search(words)), bool(_CHANGED.search(words))
    if ended == changed:
        return None
    return RelationKind.REPEALS if ended else RelationKind.AMENDS


def _rows(kind: RelationKind, clause: Clause) -> Iterator[Listed]:
    """One document a row: its name in 《》, or the cell that ends as a title does beside its number."""
    at = 0
    table = clause.table
    for row in table.rows if table else ():
        line = "\t".join(cell.text for cell in row)
        cells = [cell.text.strip() for cell in row if not cell.header]
        number = next((n.text for n in find_numbers(line)), "")
        name = _name(cells)
        if name:
            start = at + line.index(name)
            yield Listed(kind, clause, name, number, start, start + len(name), 0.93)
        at += len(line) + 1


def _name(cells: list[str]) -> str:
    for cell in cells:
        marked = next(titles_in(cell), None)
        if marked:
            return marked[2]
    for cell in cells:
        name = _TAIL.sub("", cell) if not _FORM.search(cell) else cell
        if len(name) >= 8 and _FORM.search(name):
            return name
    return ""


def _items(kind: RelationKind, clause: Clause) -> Iterator[Listed]:
    """《甲办法》（某府发〔2001〕3号） or the same without marks, alone in its paragraph."""
    text = clause.text
    if text.startswith("“"):
        return  # new text of the amended one
    head = _ITEM.match(text)
    begin = head.end() if head and not clause.numbered else 0
    marked = next(titles_in(text[: begin + 500]), None)
    if marked and marked[0] <= begin + 30 and not re.search("根据|按照|依照|依据", text[: marked[0]]):
        behind = text[marked[1] : marked[1] + 100]
        number = next((n.text for n in find_numbers(behind)), "")
        yield Listed(kind, clause, marked[2], number, marked[0], marked[1], 0.93)
        return
    if marked or len(text) > 300 or kind is not RelationKind.REPEALS:
        return
    name = _TAIL.sub("", text[begin:]).rstrip("。；;")
    number = next((n.text for n in find_numbers(text)), "")
    if len(name) >= (4 if number else 8) and _FORM.search(name) and not re.search("[。；，]", name):
        yield Listed(kind, clause, name, number, begin, begin + len(name), 0.9)
