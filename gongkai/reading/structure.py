"""From lines to parts and blocks: where the notice ends and what it issues begins, who it is sent to, who signs."""

import re
from dataclasses import dataclass, field

from gongkai.reading.document import Block, BlockKind, Part, PartKind
from gongkai.reading.page import Align, Line
from gongkai.text.clause_numbers import CONTAINERS, Numbering, clause_number
from gongkai.text.dates import find_dates, is_date_line
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import bare, close_up, unspace

_ATTACHMENT = re.compile(
    r"^附\s*(?:件|表|录)?\s*(?P<n>[\d一二三四五六七八九十]{0,3})\s*[:：.．、]?\s*(?P<title>.*)$"
)
_ATTACHMENT_ALONE = re.compile(r"^附\s*(?:件|录)?\s*[\d一二三四五六七八九十]{0,3}\s*[:：.．]?$")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|zip|rar|wps|et|ofd|jpg|png)\b|下载", re.I)
_ENDS = re.compile(r"[。；;！？!?：:，,]$")
_NOTE = re.compile(
    r"^[（(](?:此件|本文|本件|联系|此文|该件|内部|不公开|非公开|免予公开|暂不公开|不主动公开|依申请|主动公开|不予公开|示例)[^）)]*[）)]$|^抄送[:：]|^(?:公开方式|公开属性|信息公开)[:：]|\d年.{1,12}印发[。]?$|^（此页无正文）$"
)
_ADOPTED = re.compile(r"^[（(].*\d.*(?:通过|公布|发布|修订|修正|施行|印发|批准).*[）)]$")
_RECIPIENT = re.compile(
    r"(?:各|人民政府|委员会|单位|机构|企业|部门|街道|办事处|公司|部|委|局|院|署|会|代表|委员|政府|银行|学校|总部|厅|同志|商户|经营者|居民|村|镇|所|中心|园|院校)[^。；]*[:：]$"
)
_SENTENCE = re.compile(r"^为|如下|根据|收悉|现将|决定|以下|下列")
_ORGAN = re.compile(
    r"(?:人民政府|办公厅|办公室|委员会|国务院|委|部|局|厅|院|署|办|会|处|中心|政府|总队|支队)$"
)
_LIST_HEAD = re.compile(r"^附\s*件?\s*[:：]\s*\S|^附\s*件\s*1\s*[.．、]\s*\S")
_NUMBER_LABEL = re.compile(r"^(?:发文字号|文号|发文文号|公文字号)[:：]?\s*")
_ISSUES = re.compile(r"印发|转发|发布|公布|批转|令$|令（|下发|颁布|通知$")


@dataclass
class _Draft:
    kind: PartKind
    title: str = ""
    label: str = ""
    lines: list[Line] = field(default_factory=list)


def divide(lines: list[Line], title: str) -> tuple[Part, ...]:
    """The parts of a file, in order. ``title`` is the record's title as far as it is known, "" otherwise.

    A signature with its date ends a text. What follows under a title of its own is enclosed; what follows under
    附件 is an attachment; anything else (联系人, 抄送, 印发) still belongs to the text before it.
    """
    drafts = [_Draft(PartKind.MAIN, title)]
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
            drafts.append(_Draft(PartKind.ENCLOSED, _joined(lines[i : i + heading])))
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


def _part(draft: _Draft) -> Part:
    blocks = tuple(_blocks(draft))  # finds the title of a file that names none elsewhere
    return Part(draft.kind, draft.title, blocks, draft.label)


def _name_cover(drafts: list[_Draft]) -> None:
    if (
        len(drafts) > 1
        and drafts[0].kind is PartKind.MAIN
        and any(d.kind is PartKind.ENCLOSED for d in drafts)
    ):
        drafts[0].kind = PartKind.COVER


def _joined(lines: list[Line]) -> str:
    return join_title([line.text for line in lines])


def join_title(lines: list[str]) -> str:
    """Lines of a title put together; joint issuers that stand on lines of their own stay apart by a space."""
    whole = ""
    for line in map(unspace, lines):
        apart = (
            _ORGAN.search(whole)
            and _ORGAN.search(re.split("关于|印发|转发", line)[0])
            and not line.startswith(("关于", "印发", "转发"))
        )
        whole += (" " if apart else "") + line
    return whole


def _is_signature_date(lines: list[Line]) -> bool:
    """The last line is a date alone, under a short line that is no sentence: a signature."""
    if len(lines) < 2 or lines[-1].table or not is_date_line(lines[-1].text):
        return False
    above = lines[-2]
    return not above.table and len(above.text) <= 60 and not _ENDS.search(above.text)


def _attachment_at(lines: list[Line], i: int, after_signature: bool) -> tuple[_Draft, int] | None:
    """An attachment that begins at line ``i``, and how many lines its heading takes; None if none begins there."""
    line = lines[i]
    match = _ATTACHMENT.match(line.text) if not line.table else None
    if not match or len(line.text) > 80 or _FILE.search(line.text) or _ENDS.search(match["title"]):
        return None
    alone = bool(_ATTACHMENT_ALONE.match(line.text))
    if not alone and not after_signature:
        return None
    rest = lines[i + 1 :]
    if not rest or (not rest[0].table and _ATTACHMENT.match(rest[0].text) and re.match("附件", rest[0].text)):
        return None  # a list of attachments, not the attachments themselves
    if not rest[0].table and re.match(r"^\s*2[.．、]", rest[0].text):
        return None
    used = 1 if match["title"] else 1 + _title_lines(lines, i + 1)
    title = close_up(match["title"]) or _joined(lines[i + 1 : i + used])
    label = re.sub(r"\s|[:：.．、]$", "", line.text[: match.start("title")] if match["title"] else line.text)
    return _Draft(PartKind.ATTACHMENT, title, label.rstrip(":：.．、")), used


def _named(cover: _Draft) -> set[str]:
    """The titles that the first text puts in 《》, for comparing."""
    return {
        bare(name)
        for line in cover.lines
        if not line.table
        for name in re.findall("《([^《》]{4,})》", line.text)
    }


def _may_enclose(current: _Draft, signed: bool, lines: list[Line], i: int, named: set[str]) -> bool:
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


def _issues(cover: _Draft, lines: list[Line], i: int) -> bool:
    """The text so far says that it issues something, or names the title that follows."""
    head = cover.title + _joined([line for line in cover.lines[:6] if not line.table])
    if _ISSUES.search(cover.title) or re.search("印发|转发|批转|公布|令", head):
        return True
    following = bare(_joined(lines[i : i + max(1, _title_lines(lines, i))]))
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
            or _ENDS.search(text)
            or clause_number(text)
            or _NOTE.search(text)
            or _ADOPTED.match(text)
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


# --- blocks ------------------------------------------------------------------------------------------------


def _blocks(draft: _Draft) -> list[Block]:
    lines = draft.lines
    kinds = [BlockKind.TABLE if line.table else BlockKind.PARAGRAPH for line in lines]
    if draft.kind in {PartKind.MAIN, PartKind.COVER}:
        _mark_head(lines, kinds, draft)
    _mark_attachment_list(lines, kinds)
    _mark_notes(lines, kinds)
    _mark_signature(lines, kinds)
    return [
        Block(kind, "" if line.table else _text(kind, line), line.table, line.origin)
        for kind, line in zip(kinds, lines, strict=True)
    ]


def _text(kind: BlockKind, line: Line) -> str:
    if kind is BlockKind.TITLE:
        return unspace(line.text)
    if kind is BlockKind.NUMBER:
        return _NUMBER_LABEL.sub("", close_up(line.text))
    number = clause_number(line.text)
    if number is None:
        return line.text
    # 第一条　为了…: the gap behind the number says that the number is one, and not the beginning of a sentence.
    gap = "\u3000" if number.style is Numbering.ARTICLE or number.style in CONTAINERS else ""
    rest = close_up(line.text[number.end :])
    return f"{close_up(number.label)}{gap if rest else ''}{rest}"


def _mark_head(lines: list[Line], kinds: list[BlockKind], draft: _Draft) -> None:
    """Title, number and recipients: what stands before the first sentence."""
    heads: list[int] = []
    for i, line in enumerate(lines[:15]):
        if line.table or kinds[i] is BlockKind.TABLE:
            break
        text = line.text
        if parse_number(_NUMBER_LABEL.sub("", close_up(text))) or re.fullmatch(r"第\s*\d+\s*号", text):
            kinds[i] = BlockKind.NUMBER
        elif _NOTE.search(text):
            kinds[i] = BlockKind.NOTE
        elif (
            _RECIPIENT.search(text)
            and len(text) <= 300
            and not clause_number(text)
            and not _SENTENCE.search(text)
        ):
            kinds[i] = BlockKind.RECIPIENT
            break
        elif _is_title_line(line, draft.title, not any(kind is BlockKind.PARAGRAPH for kind in kinds[:i])):
            kinds[i] = BlockKind.TITLE
            heads.append(i)
        else:
            break
    heads = _without_letterhead(kinds, heads)
    if heads and not draft.title:
        draft.title = _joined([lines[i] for i in heads])


def _without_letterhead(kinds: list[BlockKind], heads: list[int]) -> list[int]:
    """The red line with the organ's name (某某局文件) stands above the number, the title below it (GB/T 9704, 7.2)."""
    number = next((i for i, kind in enumerate(kinds) if kind is BlockKind.NUMBER), None)
    if number is None or not any(i > number for i in heads):
        return heads
    for i in heads:
        if i < number:
            kinds[i] = BlockKind.LETTERHEAD
    return [i for i in heads if i > number]


def _mark_attachment_list(lines: list[Line], kinds: list[BlockKind]) -> None:
    """附件说明: the names of the attachments between text and signature; not items of the text."""
    listing = False
    for i, line in enumerate(lines):
        if kinds[i] is not BlockKind.PARAGRAPH or len(line.text) > 90 or line.text.endswith(("。", "；")):
            listing = False
        elif _LIST_HEAD.match(line.text) or (
            listing and re.match(r"^(?:附件)?\s*\d{1,2}\s*[.．、:：]", line.text)
        ):
            kinds[i], listing = BlockKind.ATTACHMENTS, True
        else:
            listing = False


def _is_title_line(line: Line, title: str, first: bool) -> bool:
    if clause_number(line.text) or _ENDS.search(line.text):
        return False
    if title and bare(line.text) and bare(line.text) in bare(title):
        return True
    if not title:
        return first and (
            line.align is Align.CENTRE or line.strong or line.heading > 0 or len(line.text) <= 60
        )
    return line.align is Align.CENTRE and len(line.text) <= 60


def _mark_notes(lines: list[Line], kinds: list[BlockKind]) -> None:
    for i, line in enumerate(lines):
        if (
            kinds[i] is BlockKind.PARAGRAPH
            and (_NOTE.search(line.text) or _ADOPTED.match(line.text))
            and len(line.text) <= 80
            and not clause_number(line.text)
        ):
            kinds[i] = BlockKind.NOTE


def _mark_signature(lines: list[Line], kinds: list[BlockKind]) -> None:
    """The last date alone on a line, and the short lines above it that are no sentences."""
    for i in range(len(lines) - 1, 0, -1):
        if kinds[i] is not BlockKind.PARAGRAPH or not is_date_line(lines[i].text):
            continue
        kinds[i] = BlockKind.DATE
        for j in range(i - 1, max(i - 12, -1), -1):
            text = lines[j].text
            if (
                kinds[j] is not BlockKind.PARAGRAPH
                or _ENDS.search(text)
                or len(text) > 60
                or clause_number(text)
            ):
                break
            if (
                (_ATTACHMENT.match(text) and text.startswith("附"))
                or re.match(r"^\d+[.．、]", text)
                or list(find_dates(text))
            ):
                break
            kinds[j] = BlockKind.SIGNATURE
        return
