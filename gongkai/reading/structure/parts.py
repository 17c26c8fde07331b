"""From lines to parts: where the notice ends, what it issues begins, and where an attachment does."""

import re

from gongkai.reading.document import Part, PartKind, Table
from gongkai.reading.page import Align, Line
from gongkai.reading.structure.blocks import blocks_of
from gongkai.reading.structure.shapes import (
    ADOPTED,
    ATTACHMENT,
    ATTACHMENT_ALONE,
    ENDS,
    NOTE,
    ORGAN,
    Draft,
    is_signed_day,
    joined,
    lists_two,
)
from gongkai.text.clause_numbers import Numbering, clause_number
from gongkai.text.dates import is_date_line
from gongkai.text.normalise import bare, clean, close_up

_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|zip|rar|wps|et|ofd|jpg|png)\b|下载", re.I)
_ISSUES = re.compile(r"印发|转发|发布|公布|批转|令$|令（|下发|颁布|通知$")


def divide(lines: list[Line], title: str) -> tuple[Part, ...]:
    """The parts of a file, in order. ``title`` is the record's title as far as it is known, "" otherwise.

    A signature with its date ends a text. What follows under a title of its own is enclosed; what follows under
    附件 is an attachment; anything else (联系人, 抄送, 印发) still belongs to the text before it.
    """
    lines = _unboxed(lines)
    drafts = [Draft(PartKind.MAIN, title)]
    signed = False
    named: set[str] = set()
    i = 0
    while i < len(lines):
        line, current = lines[i], drafts[-1]
        attachment = _attachment_at(lines, i, signed or current.kind is PartKind.ATTACHMENT)
        if attachment is not None:
            draft, used = attachment
            drafts.append(draft)
            signed, i = False, i + used
            continue
        heading = _title_lines(lines, i) if _may_enclose(current, signed, lines, i, named) else 0
        if heading:
            drafts.append(Draft(PartKind.ENCLOSED, joined(lines[i : i + heading])))
            # Reckoned once, when the first text ends: for every line anew it would be quadratic.
            named = named or _named(drafts[0])
            signed, i = False, i + heading
            continue
        current.lines.append(line)
        signed = signed or _is_signature_date(current.lines)
        i += 1
    drafts = [draft for draft in drafts if draft.lines]
    _name_cover(drafts)
    return tuple(_part(draft) for draft in drafts)


def _unboxed(lines: list[Line]) -> list[Line]:
    """Heads and signatures of joint issuers are often set as tables without rules: their cells are lines."""
    found: list[Line] = []
    for i, line in enumerate(lines):
        if line.table is None:
            found.append(line)
        elif i < 3 and (heads := _head_in(line.table)):
            found += [Line(text, Align.CENTRE, origin=line.origin) for text in heads]
        elif names := _signatures_in(line.table, lines[i + 1 : i + 5]):
            found += [Line(text, Align.END, origin=line.origin) for text in names]
        else:
            found.append(line)
    return found


def _head_in(table: Table) -> list[str]:
    """甲局、乙局 | 文件, and below it the number: the rows of a letterhead, [] for any other table."""
    rows = [clean(" ".join(cell.text for cell in row)) for row in table.rows]
    if (
        len(rows) > 4
        or not any(re.search(r"文\s*件$|令$", row) for row in rows)
        or any(map(ENDS.search, rows))
    ):
        return []
    return [re.sub(r"\s+(?=文\s*件$)", "", row) for row in rows if row]


def _signatures_in(table: Table, following: list[Line]) -> list[str]:
    """The organs that sign side by side, and their date; [] for any other table."""
    texts = [clean(cell.text) for row in table.rows for cell in row if cell.text.strip()]
    organs = [text for text in texts if ORGAN.search(text) and 4 <= len(text) <= 30]
    dated = [text for text in texts if is_date_line(text)]
    if len(table.rows) > 4 or not organs or len(organs) + len(dated) < len(texts):
        return []
    return texts if dated or any(not each.table and is_date_line(each.text) for each in following) else []


def _part(draft: Draft) -> Part:
    blocks = tuple(blocks_of(draft))  # finds the title of a file that names none elsewhere
    return Part(draft.kind, draft.title, blocks, draft.label)


def _name_cover(drafts: list[Draft]) -> None:
    if (
        len(drafts) > 1
        and drafts[0].kind is PartKind.MAIN
        and any(d.kind is PartKind.ENCLOSED for d in drafts)
    ):
        drafts[0].kind = PartKind.COVER


def _is_signature_date(lines: list[Line]) -> bool:
    """The last line is a date alone, under a short line that is no sentence: a signature."""
    if len(lines) < 2 or lines[-1].table or not is_signed_day(lines, len(lines) - 1):
        return False
    above = lines[-2]
    return not above.table and len(above.text) <= 60 and not ENDS.search(above.text)


def _attachment_at(lines: list[Line], i: int, after_signature: bool) -> tuple[Draft, int] | None:
    """An attachment that begins at line ``i``, and how many lines its heading takes; None if none begins there."""
    line = lines[i]
    match = ATTACHMENT.match(line.text) if not line.table else None
    if not match or len(line.text) > 80 or _FILE.search(line.text) or ENDS.search(match["title"]):
        return None
    alone = bool(ATTACHMENT_ALONE.match(line.text))
    if not alone and not after_signature:
        return None
    rest = lines[i + 1 :]
    if not rest or (not rest[0].table and ATTACHMENT.match(rest[0].text) and re.match("附件", rest[0].text)):
        return None  # a list of attachments, not the attachments themselves
    if not rest[0].table and (re.match(r"^\s*2[.．、]", rest[0].text) or (alone and lists_two(rest))):
        return None
    used = 1 if match["title"] else 1 + _title_lines(lines, i + 1)
    title = close_up(match["title"]) or joined(lines[i + 1 : i + used])
    label = re.sub(r"\s|[:：.．、]$", "", line.text[: match.start("title")] if match["title"] else line.text)
    return Draft(PartKind.ATTACHMENT, title, label.rstrip(":：.．、")), used


def _named(cover: Draft) -> set[str]:
    """The titles that the first text puts in 《》, for comparing."""
    return {
        bare(name)
        for line in cover.lines
        if not line.table
        for name in re.findall("《([^《》]{4,})》", line.text)
    }


def _may_enclose(current: Draft, signed: bool, lines: list[Line], i: int, named: set[str]) -> bool:
    line = lines[i]
    if line.table or not current.lines:
        return False
    if signed:
        return current.kind is not PartKind.MAIN or _issues(current, lines, i)
    if current.kind is PartKind.ENCLOSED and any(bare(line.text) == name for name in named):
        return True
    # Two texts behind one notice: a centred title in mid-text after which numbering begins anew.
    return (
        current.kind is PartKind.ENCLOSED
        and line.align is Align.CENTRE
        and line.strong
        and len(line.text) >= 5
        and clause_number(line.text) is None
        and any(clause_number(each.text) for each in current.lines if not each.table)
        and _restarts(lines, i)
    )


def _issues(cover: Draft, lines: list[Line], i: int) -> bool:
    """The text so far says that it issues something, or names the title that follows."""
    head = cover.title + joined([line for line in cover.lines[:6] if not line.table])
    if _ISSUES.search(cover.title) or re.search("印发|转发|批转|公布|令", head):
        return True
    following = bare(joined(lines[i : i + max(1, _title_lines(lines, i))]))
    return len(following) >= 6 and any(following in bare(line.text) for line in cover.lines)


def _restarts(lines: list[Line], i: int) -> bool:
    for line in lines[i + 1 : i + 12]:
        number = None if line.table else clause_number(line.text)
        if number:
            return number.value == 1 and number.style in {
                Numbering.COMMA,
                Numbering.ARTICLE,
                Numbering.CHAPTER,
            }
        if line.table:
            return False
    return False


def _title_lines(lines: list[Line], i: int) -> int:
    """How many lines from ``i`` on make up a title: centred, bold or short, not numbered, not a sentence."""
    count = 0
    for line in lines[i : i + 5]:
        text = line.text
        if (
            line.table
            or not text
            or ENDS.search(text)
            or clause_number(text)
            or NOTE.search(text)
            or ADOPTED.match(text)
        ):
            break
        if (
            len(text) > 60
            or line.align is Align.END
            or is_date_line(text)
            or re.match(r"^单位[:：]|^注[:：]", text)
        ):
            break
        set_apart = line.align is Align.CENTRE or line.strong or line.heading
        if count and not (set_apart and lines[i].align is line.align):
            break
        if not set_apart and not (
            i + 1 < len(lines)
            and (lines[i + 1].table or len(lines[i + 1].text) > 20 or clause_number(lines[i + 1].text))
        ):
            break
        unfinished = count and lines[i + count - 1].text.endswith(("的", "和", "及", "与", "、", "关于"))
        if count and not unfinished and i + count + 1 < len(lines) and lines[i + count + 1].table:
            break  # the caption of a table, not a second line of the title
        count += 1
    return count
