"""主送机关, 附件说明, 联系人 and the note on disclosure: whom a document is for, what goes with it, whom to ask."""

import re
from collections.abc import Iterator

from gongkai.reading.document import Block, BlockKind, Element, Evidence, Part, PartKind
from gongkai.reading.elements.witnesses import in_head, label_values
from gongkai.reading.page import Page
from gongkai.text.normalise import bare, clean, close_up, unspace

# A note on disclosure in its own words; what it means is asked of ``disclosure_of``, which takes nothing for granted.
_ACCESS = re.compile(
    r"^[（(]?((?:此件|本件|此文|本文|该件)?[^，。；（）()]{0,6}公开[^，。；（）()]{0,6}|内部(?:资料|文件|使用)[^，。（）()]{0,6})[）)]?$"
)
_ACCESS_LABEL = re.compile(
    r"^[（(]?(?:公开属性|公开方式|公开类别|公开形式|信息公开(?:形式|类别|方式|选项|属性)?)[:：]\s*"
)
_ACTIVE = {"公开", "主动公开", "公开发布", "删减后公开", "全文公开"}
_WHOLE = re.compile(
    r"(?:政府|委员会|委|部|局|部门|部委|机构|单位|企业|院|厅|办|办公室|公司|会|中心|街道|办事处|代表处|银行|学校|署|处|协会|机关|园|所|团体|站|中央|大单位|医院|镇|乡)(?:[（(][^（）()]*[）)])?$"
)
_LISTED = re.compile(
    r"(?:^|(?<=[；;。\s\u3000：:]))(?:附\s*件)?\s*\d{1,2}\s*[.．、:：](?!\d|docx?|xlsx?|pdf|wps|et\b|ofd|zip|rar)\s*",
    re.I,
)
_LIST_WORD = re.compile(r"^附\s*件\s*[:：]\s*|^附\s*[:：]\s*")
_SUFFIX = re.compile(
    r"\s*[（(](?:略|另发|另附|点击下载)[）)]$|\.(?:docx?|xlsx?|pdf|zip|rar|wps|et|ofd|jpe?g|png|txt)$|[；;。]$",
    re.I,
)
_BARE_SUFFIX = re.compile(r"docx?|xlsx?|pdf|zip|rar|wps|et|ofd", re.I)
_UNREAD = re.compile(r"附件\s*\d|\d+\s*[.．、]")
_FIELD = re.compile(
    "(?:申请|申报|主办|承办|办理|受理|责任|牵头|咨询|联系|实施|服务|审批|主管|监督|经办)(?:单位|部门|机构|对象)[:：]"
)
_CONTACT = re.compile(
    r"^[（(]?\s*(?:[^，。；：:（）()]{0,20})?(?:联\s*系\s*人|联系(?:科室|处室|单位|部门|方式|电话)|咨询(?:服务)?(?:电话|热线)|联系人及电话)\s*(?:及(?:联系)?电话|和电话)?\s*[:：]"
)
_PHONE = re.compile(r"\d{3,4}[-—－ ]?\d{7,8}|(?<!\d)\d{7,8}(?!\d)|1\d{10}|12\d{3}")


def recipients(parts: tuple[Part, ...]) -> Element[tuple[str, ...]]:
    """主送机关 one by one, as the line under the title addresses them (GB/T 9704, 7.3.2)."""
    lines = [block.text for block in in_head(parts, BlockKind.RECIPIENT)]
    if not lines or _FIELD.match(lines[0]):
        return Element(None)
    names = tuple(
        name
        for group in re.split("[，,；;]", _addressed(lines[0]))
        for name in _together(list(_apart(group)))
    )
    # 甲、乙委员 and 甲、乙省人民政府 may be one or several; with 各 it is plain who is meant.
    plain = all("、" not in name or "各" in name for name in names)
    # Only a text that bears a number or a signature addresses anybody; a leaflet may begin with 申请单位：.
    formal = any(in_head(parts, each) for each in (BlockKind.NUMBER, BlockKind.SIGNATURE))
    sure = bool(names) and plain and formal and len(lines) == 1
    return Element(names or None, sure, (Evidence("body", lines[0]),) if names else ())


def _addressed(line: str) -> str:
    return close_up(line).rstrip("：: ")


def _apart(group: str) -> Iterator[str]:
    """甲局、乙局 apart; 各省、自治区、直辖市人民政府 are one: what has no organ's ending goes on."""
    open_ = ""
    depth = 0
    for piece in re.split("(?=、)", unspace(group)):
        open_ += piece if open_ else piece.removeprefix("、")
        depth = len(re.findall("[（(]", open_)) - len(re.findall("[）)]", open_))
        if depth <= 0 and _WHOLE.search(open_):
            yield open_
            open_ = ""
    if open_:
        yield open_


# 市政府各部门、区财政局: whose name begins so can stand alone.
_STANDS_ALONE = re.compile("各|[中国省区县]|市(?!场)|[^、]{2,6}[省市区县]")


def _together(pieces: list[str]) -> list[str]:
    """Names that say nothing alone are left with the one before: 国务院各部委、各直属机构; 各区民政局、财政局."""
    names: list[str] = []
    for piece in pieces:
        before = names[-1] if names else ""
        shared = before.find("各") > 0 and piece.startswith("各")
        if shared or (before.startswith("各") and not _STANDS_ALONE.match(piece)):
            names[-1] += f"、{piece}"
        else:
            names.append(piece)
    return names


def attachments(page: Page, parts: tuple[Part, ...]) -> Element[tuple[str, ...]]:
    """The names in 附件说明 in order, without numbers; else those of the attached texts and of the linked files.

    Sure when the document lists them; what is only attached or linked is left open.
    """
    names = [name for part in parts if part.kind is not PartKind.ATTACHMENT for name in _listed(part)]
    # A site's links to the files often follow under the list of them, by the same names.
    listed = tuple({bare(name): name for name in reversed(names)}.values())[::-1]
    titles = tuple(part.title for part in parts if part.label.startswith("附件") and part.title)
    linked = tuple(dict.fromkeys(attachment_name(label.value) for label in label_values(page, "attachment")))
    evidence = tuple(
        Evidence(s, "；".join(names))
        for s, names in (("body", listed), ("page", titles), ("label", linked))
        if names
    )
    best = listed or titles or linked
    agreeing = all(len(names) == len(best) for names in (titles, linked) if names)
    whole = all(len(bare(name)) >= 4 and not _UNREAD.match(name) for name in best)
    return Element(best or None, bool(listed) and agreeing and whole, evidence)


def _listed(part: Part) -> Iterator[str]:
    for block in part.blocks:
        if block.kind is BlockKind.ATTACHMENTS:
            text = _LIST_WORD.sub("", clean(block.text))
            yield from (name for piece in _LISTED.split(text) if (name := attachment_name(piece)))


def attachment_name(text: str) -> str:
    """附件1：某某表.docx → 某某表."""
    name = re.sub(
        r"^附\s*件?\s*[\d一二三四五六七八九十]{0,3}\s*[:：.．、]?\s*(?:\d{1,2}\s*[.．、]\s*)?|^\d{1,2}\s*[.．、]\s*",
        "",
        unspace(text),
    )
    while (shorter := _SUFFIX.sub("", name).strip()) != name:
        name = shorter
    # 附件1.docx has no other name.
    return name if bare(name) and not _BARE_SUFFIX.fullmatch(name) else unspace(_SUFFIX.sub("", text))


def contact(parts: tuple[Part, ...]) -> Element[str]:
    """联系人 and telephone in the document's own words; sure when they stand in one bracketed note with a number."""
    found: list[tuple[Block, Part]] = [
        (block, part)
        for part in parts
        if part.kind is not PartKind.ATTACHMENT
        for block in part.blocks
        if block.kind in {BlockKind.NOTE, BlockKind.PARAGRAPH}
        and len(block.text) <= 160
        and _CONTACT.match(block.text)
    ]
    if not found:
        return Element(None)
    notes = [
        block.text
        for block, _ in found
        if block.kind is BlockKind.NOTE and block.text.startswith(("（", "("))
    ]
    words = [clean(text) for text in notes[:1]] or [clean(block.text) for block, _ in found]
    value = "；".join(re.sub(r"^[（(](.*)[）)]$", r"\1", text).rstrip("。；;") for text in words)
    return Element(
        value, len(notes) == 1 and bool(_PHONE.search(value)), tuple(Evidence("body", text) for text in words)
    )


def access_note(page: Page, parts: tuple[Part, ...]) -> Element[str]:
    """The note on disclosure that a document carries, in its own words: 此件公开发布."""
    notes = [block.text for part in parts for block in part.blocks if block.kind is BlockKind.NOTE]
    for source, texts in (
        ("body", notes),
        ("label", [label.value for label in label_values(page, "access_note")]),
    ):
        for text in texts:
            match = _ACCESS.match(_ACCESS_LABEL.sub("", clean(text)))
            if match:
                return Element(match[1], disclosure_of(match[1]) is not None, (Evidence(source, text),))
    return Element(None)


def disclosure_of(note: str) -> str | None:
    """ "active", "on_request" or "withheld" as the note says; None for any wording that is not one of these.

    不主动公开 contains 主动公开: only whole notes count, and what is not known is never taken for public.
    """
    words = re.sub("^(?:此件|本件|此文|本文|该件)", "", clean(note).strip("（）() "))
    if words in _ACTIVE:
        return "active"
    if words == "依申请公开":
        return "on_request"
    return "withheld" if re.match("不|非|免予|暂不|内部", words) else None
