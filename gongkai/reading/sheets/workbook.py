"""From the worksheets of a workbook to a page: in order, with their names as headings, what was not read told."""

from dataclasses import dataclass, field

from gongkai.reading.document import Unreadable
from gongkai.reading.page import Align, Line, Page
from gongkai.reading.sheets.grid import Worksheet, without_hidden
from gongkai.reading.sheets.layout import lines_of
from gongkai.text.normalise import bare, clean

MAX_LINES = 60_000  # as for Word files
COMMENTS = "文件含有批注，批注未读入。"
MACROS = "文件含有宏，宏没有运行，也未读入。"


@dataclass
class Workbook:
    """What a reader of either format collects; ``notices`` are sentences about what it left out."""

    sheets: list[Worksheet] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # names of hidden worksheets, which are not read
    notices: list[str] = field(default_factory=list)


def cell_text(text: str) -> str:
    """The lines of a cell, each cleaned; empty ones left out."""
    if "\n" not in text and "\r" not in text:
        return clean(text)
    return "\n".join(line for each in text.splitlines() if (line := clean(each)))


def page_of(book: Workbook) -> Page:
    """The page of a workbook. Raises Unreadable when none of its visible worksheets holds anything."""
    page = Page()
    laid: list[tuple[str, list[Line]]] = []
    for n, sheet in enumerate(book.sheets, start=1):
        seen, rows, columns = without_hidden(sheet)
        _tell(page, sheet, rows, columns)
        lines = lines_of(seen, f"s{n}")
        if lines:
            laid.append((sheet.name, lines))
    if book.hidden:
        names = "、".join(f"“{clean(name)}”" for name in book.hidden[:5]) + (
            "等" if len(book.hidden) > 5 else ""
        )
        page.conceal(f"文件含有 {len(book.hidden)} 个隐藏的工作表（{names}），未读入；请核对原件。")
    for notice in book.notices:
        if notice == COMMENTS:
            page.conceal(notice)
        else:
            page.warnings.append(notice)
    for n, (name, lines) in enumerate(laid):
        # The title of the first worksheet is the document's: no name may stand before it.
        titled = n == 0 and bool(_headline(lines))
        page.lines += _heading(name, lines) if len(laid) > 1 and not titled else []
        page.lines += lines
    if not page.lines:
        raise Unreadable("电子表格里没有看得见的内容，请检查是否选对了文件，或者取消隐藏后再导入。")
    if len(page.lines) > MAX_LINES:
        raise Unreadable("电子表格里的段落超过六万个，不像一份公文；请核实来源，或者拆分后再导入。")
    page.headline = _headline(laid[0][1])
    return page


def _heading(name: str, lines: list[Line]) -> list[Line]:
    """The worksheet's name, unless its own title says the same."""
    titles = {bare(line.text) for line in lines[:3] if not line.table}
    if not bare(name) or bare(name) in titles:
        return []
    return [Line(clean(name), strong=True, heading=2, origin=lines[0].origin)]


def _headline(lines: list[Line]) -> str:
    """The title that stands above the first table: the first line set as one, 附件1 left out."""
    for line in lines[:4]:
        if line.table:
            break
        if line.align is Align.CENTRE and line.strong and len(bare(line.text)) >= 4:
            return line.text
    return ""


def _tell(page: Page, sheet: Worksheet, rows: int, columns: int) -> None:
    where = f"工作表“{clean(sheet.name)}”"
    if rows or columns:
        parts = [f" {count} {unit}" for count, unit in ((rows, "行"), (columns, "列")) if count]
        page.conceal(f"{where}含有隐藏的{'和'.join(parts)}，未读入；请核对原件。")
    if sheet.uncalculated:
        page.warnings.append(
            f"{where}有 {sheet.uncalculated} 个公式没有存下计算结果，对应的单元格读作空白；请用表格软件打开并保存后再导入。"
        )
    if sheet.veiled:
        page.conceal(f"{where}有 {sheet.veiled} 个数值按单元格格式不显示，未读入；请核对原件。")
