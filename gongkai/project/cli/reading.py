"""`gongkai read`: what one file says, with evidence and how sure that is, for people and for programs."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

from gongkai.project.cli import output
from gongkai.reading.document import Block, Clause, Element, OfficialDocument, Table, Unreadable

LABELS = {
    "title": "标题",
    "document_number": "发文字号",
    "kind": "文种",
    "issuers": "发文机关",
    "recipients": "主送机关",
    "signature": "署名",
    "written_on": "成文日期",
    "published_on": "发布日期",
    "effective_from": "施行日期",
    "effective_until": "有效期至",
    "called_ended": "页面标明失效",
    "access_note": "公开说明",
    "attachments": "附件",
    "contact": "联系方式",
    "index_number": "索引号",
    "topic": "主题分类",
}
_SOURCES = {
    "label": "页面标注",
    "meta": "网页元数据",
    "body": "正文",
    "signature": "落款",
    "letterhead": "版头",
    "title": "标题",
    "page": "页面",
}
_ROWS, _COLUMNS, _CELL, _WORDS = 8, 6, 16, 60  # how much of a table and of a clause is shown
_WIDE = 160  # columns, where what is shown goes into a file or a pipe


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，含每个要素的依据。")
@click.option("--markdown", "as_markdown", is_flag=True, help="以 Markdown 输出全文。")
@click.option("--akn", "as_akn", is_flag=True, help="以 Akoma Ntoso 3.0 XML 输出全文和元数据。")
def read(file: Path, as_json: bool, as_markdown: bool, as_akn: bool) -> None:
    """读一个文件，显示读到了什么、依据在哪里、有多大把握；不写入任何记录。"""
    if as_json + as_markdown + as_akn > 1:
        raise click.UsageError("--json、--markdown 和 --akn 只能选一个。")
    document = _read(file)
    if as_json:
        output.emit_json(to_json(document))
    elif as_markdown:
        from gongkai.reading.markdown import markdown

        click.echo(markdown(document), nl=False)
    elif as_akn:
        from gongkai.reading.akn import akn

        click.echo(akn(document))
    else:
        _show(document)


def _read(file: Path) -> OfficialDocument:
    from gongkai.reading.read import read as read_file

    try:
        with output.bar("读取") as bar:
            return read_file(file.read_bytes(), file.name, progress=bar)
    except Unreadable as problem:
        output.fail(str(problem))
    except OSError as problem:
        output.fail(f"文件打不开（{problem.strerror}），请检查文件和权限后重试。")
    raise AssertionError("output.fail ends the command")


# --- for programs --------------------------------------------------------------------------------------------


def to_json(document: OfficialDocument) -> dict[str, Any]:
    """``document`` in plain values, keys as in reading/document.py, days as 2026-01-31.

    Besides those: ``sheets`` (how many pages the file has, 0 where it has none) and ``doubtful`` (how many characters
    may be wrong); per clause its ``address`` in words (第十二条第二款第（三）项), and the ``sheet``, ``confidence`` and
    ``doubtful`` (offsets into the clause's ``text``) of its block.
    """
    from gongkai.reading.address import cite

    found: dict[str, Any] = _plain(document)
    del found["leaves"]  # lines of a picture with their places: for the desk, and longer than the text
    blocks = [block for part in document.parts for block in part.blocks]
    found["sheets"] = max((block.sheet for block in blocks), default=0)
    found["doubtful"] = sum(len(block.doubtful) for block in blocks)
    for row, clause in zip(found["clauses"], document.clauses, strict=True):
        block = document.parts[clause.part].blocks[clause.block]
        row["address"] = cite(clause.path)
        row["sheet"], row["confidence"] = block.sheet, block.confidence
        row["doubtful"] = _doubtful(clause, block)
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _doubtful(clause: Clause, block: Block) -> list[int]:
    """The doubtful characters of a clause as offsets into its text, which is the end of its block's."""
    start = len(block.text.rstrip()) - len(clause.text)
    return [n - start for n in block.doubtful if start <= n < start + len(clause.text)]


# --- for people ----------------------------------------------------------------------------------------------


def _show(document: OfficialDocument) -> None:
    _print_grid(_elements(document))
    output.console.print(
        f"共 {len(document.parts)} 个部分、{len(document.clauses)} 个可引用的段落和条款、{len(document.citations)} 处引用。",
        highlight=False,
    )
    for clause in document.clauses:
        block = document.parts[clause.part].blocks[clause.block]
        if clause.table:
            output.console.print(Text(f"  {clause.path}  {_size(clause.table)}"))
            _print_grid(_shown(clause.table))
        else:
            line = Text(f"  {clause.path}  ")
            line.append_text(_words(clause.text, _doubtful(clause, block)))
            output.console.print(line)
    for sentence in (*document.warnings, *document.concealed):
        output.notes.print(Text(sentence), style="yellow")


def _print_grid(grid: Grid) -> None:
    # The console's own soft wrapping would cut cells off; a pipe has no width of its own.
    if output.console.is_terminal:
        output.console.print(grid, soft_wrap=False)
    else:
        Console(width=_WIDE).print(grid)


def _elements(document: OfficialDocument) -> Grid:
    # Chinese has no spaces to break lines at: fold, or the end of a long title is cut off.
    grid = Grid(*(Column(name, overflow="fold") for name in ("要素", "内容", "把握", "依据")))
    grid.columns[0].no_wrap = grid.columns[2].no_wrap = True
    for name, label in LABELS.items():
        element: Element[Any] = getattr(document, name)
        value = "—" if element.value is None else _value(element.value)
        how = "" if element.value is None else ("确定" if element.sure else "待核")
        evidence = "；".join(f"{_SOURCES.get(e.source, e.source)}：{e.text}" for e in element.evidence)
        grid.add_row(
            label, Text(value), Text(how, style="green" if how == "确定" else "yellow"), Text(evidence)
        )
    return grid


def _value(value: Any) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _size(table: Table) -> str:
    unit = f"，单位{table.unit}" if table.unit else ""
    return f"[表格 {len(table.rows)} 行 × {table.width} 列{unit}] {table.caption}".rstrip()


def _shown(table: Table) -> Grid:
    """The first rows and columns of a table; how many there are more stands below."""
    full = table.grid()
    cells = [row[:_COLUMNS] for row in full[:_ROWS]]
    more = []
    if len(full) > _ROWS:
        more.append(f"另有 {len(full) - _ROWS} 行")
    if table.width > _COLUMNS:
        more.append(f"另有 {table.width - _COLUMNS} 列")
    grid = Grid(show_header=False, show_lines=True, caption="，".join(more) or None, caption_justify="left")
    doubtful = {cell.text for row in table.rows for cell in row if cell.doubtful}
    for _ in cells[0] if cells else ():
        grid.add_column(overflow="fold")
    for row in cells:
        grid.add_row(*(_words(text, range(len(text)) if text in doubtful else (), _CELL) for text in row))
    return grid


def _words(text: str, doubtful: Iterable[int], most: int = _WORDS) -> Text:
    """The beginning of ``text``; characters that may be wrong in 〔？〕, which survives a pipe, and in red."""
    unsure = frozenset(doubtful)
    found = Text()
    for n, ch in enumerate(text[:most]):
        if n in unsure and n - 1 not in unsure:
            found.append("〔", style="red")
        found.append(ch, style="bold red" if n in unsure else None)
        if n in unsure and (n + 1 not in unsure or n + 1 == len(text[:most])):
            found.append("？〕", style="red")
    return found.append("…") if len(text) > most else found
