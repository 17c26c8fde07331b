"""From the lines of a part to its blocks: title, number, recipients, history, attachments named, signature and date."""

import re

from gongkai.reading.document import Block, BlockKind, PartKind
from gongkai.reading.page import Align, Line
from gongkai.reading.structure.shapes import (
    ADOPTED,
    ATTACHMENT,
    ATTACHMENT_ALONE,
    ENDS,
    FOOTNOTE,
    NOTE,
    ORGAN,
    Draft,
    is_signed_day,
    joined,
    lists_two,
    number_of,
    number_words,
)
from gongkai.text.clause_numbers import CONTAINERS, Numbering, clause_number
from gongkai.text.dates import find_dates
from gongkai.text.normalise import bare, close_up, unspace

# The history of a law under its title, a line each or all in one pair of brackets (立法技术规范): 2019年…通过, 根据…修正.
_HISTORY = re.compile(
    r"^[（(]?\s*(?:根据\s*)?(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日.*(?:通过|公布|发布|修订|修正|施行|实施|批准|印发|修改|根据|决定》?|修正案》?)[）)]?(?:\s*根据)?$"
    r"|^[^，。]*》\s*(?:第[一二三四五六七八九十]+次)?(?:修正|修订|修改)[）)]?$|^自?(?:公布|发布)之日起?施行$"
)
_CONTENTS = re.compile(r"^[〔【\[]?\s*目\s*[录次]\s*[〕】\]]?$")
_LETTERHEAD = re.compile(
    r"^[^，。；：《》〔]{2,60}(?:政府|办公厅|办公室|委员会|[委局部厅院署办会处队司])\s*文\s*件$"
)
_HISTORY_LINES = 60
_RECIPIENT = re.compile(
    r"(?:各|人民政府|委员会|单位|机构|企业|部门|街道|办事处|公司|部|委|局|院|署|会|代表|委员|政府|银行|学校|总部|厅|同志|商户|经营者|居民|市民|群众|业主|家长|考生|师生|员工|朋友|朋友们|纳税人|缴费人|用户|投资者|村|镇|所|中心|园|院校)[^。；]*[:：]$"
)
_SENTENCE = re.compile(r"^为|如下|根据|收悉|现将|决定|以下|下列")
_LIST_HEAD = re.compile(r"^附\s*件?\s*[:：]\s*\S|^附\s*件\s*1\s*[.．、]\s*\S")
_LIST_ITEM = re.compile(
    r"^(?:附件)?\s*\d{1,2}\s*[.．、:：]|^附件\s*\d{1,2}(?:\s+\S|[《\u4e00-\u9fff])|^附件[\d\-—–~至、]+(?:下载)?[:：]"
)
# ——2025年1月15日在某某会议上: where a report was given; who gave it stands on the next line.
_OCCASION = re.compile(r"^[—–－-]{1,2}[^。；]{4,60}(?:会议|大会|全会)(?:上|扩大会议上)?$")


def blocks_of(draft: Draft) -> list[Block]:
    """The blocks of a part, one for each line, in order; the title found above the text is noted in ``draft``."""
    lines = draft.lines
    kinds = [BlockKind.TABLE if line.table else BlockKind.PARAGRAPH for line in lines]
    if draft.kind in {PartKind.MAIN, PartKind.COVER}:
        _mark_head(lines, kinds, draft)
    _mark_contents(lines, kinds)
    _mark_attachment_list(lines, kinds)
    _mark_notes(lines, kinds)
    _mark_signature(lines, kinds)
    return [_block(kind, line) for kind, line in zip(kinds, lines, strict=True)]


def _block(kind: BlockKind, line: Line) -> Block:
    text = "" if line.table else _text(kind, line)
    doubtful = line.doubtful if text == line.text else _moved(line.doubtful, line.text, text)
    return Block(kind, text, line.table, line.origin, line.sheet, line.confidence, doubtful)


def _moved(offsets: tuple[int, ...], before: str, after: str) -> tuple[int, ...]:
    """``offsets`` into ``before`` as offsets into ``after``, which differs in its spaces and in what it drops in front.

    Counted from the end, every character but spaces has kept its place.
    """
    if not offsets:
        return ()
    old = [i for i, ch in enumerate(before) if not ch.isspace()][::-1]
    new = [i for i, ch in enumerate(after) if not ch.isspace()][::-1]
    place = dict(zip(old, new, strict=False))
    return tuple(place[i] for i in offsets if i in place)


def _text(kind: BlockKind, line: Line) -> str:
    if kind is BlockKind.TITLE:
        return unspace(line.text)
    if kind is BlockKind.NUMBER:
        return number_words(line.text)
    number = clause_number(line.text)
    if number is None:
        return line.text
    # 第一条　为了…: the gap behind the number says that the number is one, and not the beginning of a sentence.
    gap = "\u3000" if number.style is Numbering.ARTICLE or number.style in CONTAINERS else ""
    rest = close_up(line.text[number.end :])
    return f"{close_up(number.label)}{gap if rest else ''}{rest}"


def _mark_head(lines: list[Line], kinds: list[BlockKind], draft: Draft) -> None:
    """Title, number and recipients: what stands before the first sentence."""
    heads: list[int] = []
    history = False
    for i, line in enumerate(lines[:_HISTORY_LINES]):
        if line.table or kinds[i] is BlockKind.TABLE or (i >= 15 and not history):
            break
        if heads and line.sheet != lines[heads[0]].sheet:
            break  # a cover has the title; what heads the next page is the text's
        text = line.text
        history = _is_history(line, bool(heads or draft.title))
        if history:
            kinds[i] = BlockKind.NOTE
            continue
        if i < 3 and _LETTERHEAD.match(text):
            kinds[i] = BlockKind.LETTERHEAD
        elif number_of(text) or re.fullmatch(r"第\s*\d+\s*号", text):
            kinds[i] = BlockKind.NUMBER
        elif NOTE.search(text) or _OCCASION.match(text) or _speaker(lines, i) or _author(line, heads, lines):
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
        draft.title = joined([lines[i] for i in heads])


def _speaker(lines: list[Line], i: int) -> bool:
    """Who gave a report, under the line that says where."""
    return i > 0 and bool(_OCCASION.match(lines[i - 1].text)) and not re.search("[，。；：:]", lines[i].text)


def _author(line: Line, heads: list[int], lines: list[Line]) -> bool:
    """The organ and the month under a whole title, as plans and reports bear them; organs of a title stand above it."""
    if re.fullmatch(r"[（(]?(?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日)?[）)]?", close_up(line.text)):
        return bool(heads)
    before = lines[heads[-1]].text if heads else ""
    unfinished = (
        not before or ORGAN.search(before) or before.endswith(("关于", "发", "的", "、", "和", "与", "及"))
    )
    return (
        not unfinished and len(line.text) <= 30 and bool(ORGAN.search(line.text)) and "关于" not in line.text
    )


def _is_history(line: Line, titled: bool) -> bool:
    return titled and not line.heading and len(line.text) <= 300 and bool(_HISTORY.match(line.text))


def _mark_contents(lines: list[Line], kinds: list[BlockKind]) -> None:
    """目录: its lines name the chapters and are not the chapters, which come again behind it."""
    start = next((i for i, line in enumerate(lines[:80]) if _CONTENTS.match(line.text)), None)
    if start is None:
        return
    end = start + 1
    seen: set[str] = set()
    while end < len(lines) and not lines[end].table:
        text = bare(re.sub(r"[.．·…\s]*\d*$", "", lines[end].text))
        if text in seen or len(lines[end].text) > 60 or ENDS.search(lines[end].text):
            break
        seen.add(text)
        end += 1
    again = {bare(line.text) for line in lines[end:] if not line.table}
    if end - start > 2 and any(text in again for text in seen):
        for i in range(start, end):
            kinds[i] = BlockKind.NOTE


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
        elif (
            _LIST_HEAD.match(line.text)
            or (listing and _LIST_ITEM.match(line.text))
            or (ATTACHMENT_ALONE.match(line.text) and lists_two(lines[i + 1 : i + 3]))
        ):
            kinds[i], listing = BlockKind.ATTACHMENTS, True
        else:
            listing = False


def _is_title_line(line: Line, title: str, first: bool) -> bool:
    if clause_number(line.text) or ENDS.search(line.text):
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
            and (NOTE.search(line.text) or ADOPTED.match(line.text))
            and len(line.text) <= 80
            and not clause_number(line.text)
        ) or FOOTNOTE.match(line.text):
            kinds[i] = BlockKind.NOTE


def _mark_signature(lines: list[Line], kinds: list[BlockKind]) -> None:
    """The last date alone on a line, and the short lines above it that are no sentences."""
    for i in range(len(lines) - 1, 0, -1):
        if kinds[i] is not BlockKind.PARAGRAPH or not is_signed_day(lines, i):
            continue
        kinds[i] = BlockKind.DATE
        for j in range(i - 1, max(i - 12, -1), -1):
            text = lines[j].text
            if (
                kinds[j] is not BlockKind.PARAGRAPH
                or ENDS.search(text)
                or len(text) > 60
                or clause_number(text)
            ):
                break
            if (
                (ATTACHMENT.match(text) and text.startswith("附"))
                or re.match(
                    r"^(?:联\s*系|咨询|电话|传真|地址|邮箱|邮编|[^：:]{0,12}(?:联系人|电话|热线))[^，。]{0,14}[:：]",
                    text,
                )
                or re.match(r"^\d+[.．、]", text)
                or list(find_dates(text))
            ):
                break
            kinds[j] = BlockKind.SIGNATURE
        return
