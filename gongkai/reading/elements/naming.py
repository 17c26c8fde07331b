"""Title, 文种, 索引号 and topic: what a document is called, and under what a page files it."""

import re

from gongkai.reading.document import BlockKind, Element, Evidence, Part, PartKind
from gongkai.reading.elements.witnesses import in_head, label_values
from gongkai.reading.page import Page
from gongkai.reading.structure import join_title
from gongkai.text.normalise import bare, clean, fold, unspace

_KINDS = "通知|意见|决定|办法|规定|细则|条例|方案|公告|通告|批复|函|复函|通报|报告|请示|纪要|决议|命令|令|公报|议案|指引|指南|措施|规划|要点|计划|规则|章程|答复|清单|标准|目录|法|预案|制度|实施意见|若干意见|说明"
_TITLE_END = re.compile(rf"(?:{_KINDS})(?:[（(][^（）()]*[）)])?[》”]?$")
_INDEX = re.compile(r"^[0-9A-Za-z][0-9A-Za-z/\-_.－—]{5,60}$")
# What the site says of its own copy, in front of the title.
_COPIED = re.compile(r"^[（(【\[](?:转载|转发|转|原创|图文|视频|置顶)[）)】\]]\s*")
_ORGANS_ONLY = re.compile(
    r"^(?:.{2,30}?(?:人民政府|办公厅|办公室|委员会|国务院|部|委|局|厅|院|署|办|中心|联合会)(?:文件|令)?)+$"
)


def title_hint(page: Page) -> str:
    """The title as the page names it, best first: label, head, heading, window title; "" when it names none."""
    named, places = _named_title(page)
    return "" if _names_site(page, named, places) else named


def _names_site(page: Page, named: str, places: int) -> bool:
    """True where only the window bears this name, it does not end as documents' titles do, and no line agrees: 某区政府."""
    return (
        not places
        and not document_kind(named)
        and not any(len(bare(line.text)) >= 4 and bare(line.text) in bare(named) for line in page.lines[:20])
    )


def _named_title(page: Page) -> tuple[str, int]:
    """(title, how many places name it as such); a window's title also names the site and its columns."""
    labels = label_values(page, "title")
    seen = [_title_of(label.value) for label in labels if label.source == "label"]
    meta = [_title_of(label.value) for label in labels if label.source == "meta"]
    named = [text for text in [*seen, *meta, _title_of(page.headline)] if len(bare(text)) >= 4]
    window = _title_of(_first_of_window(unspace(page.window_title)))
    if named:
        agreeing = {i for i, text in enumerate([*named, window]) if bare(text) == bare(named[0])}
        return named[0], len(agreeing)
    return (window, 0) if len(bare(window)) >= 4 else ("", 0)


def _title_of(text: str) -> str:
    return _COPIED.sub("", unspace(text))


def _first_of_window(text: str) -> str:
    """甲文件的通知 - 通知公告 - 示例市政府网 → 甲文件的通知."""
    pieces = re.split(r"\s+[-—–]+\s+|[_|｜]|[-—–](?!\d)(?=[^-—–_|]*(?:网|网站|平台|门户|政府|频道)$)", text)
    first = next((piece.strip() for piece in pieces if len(bare(piece)) >= 4), text)
    return re.sub(r"\s+\S*(?:网|网站|平台|门户|人民政府)$", "", first)


def title(page: Page, parts: tuple[Part, ...]) -> Element[str]:
    """The document's title: what the page calls it, compared with the words set as title above the text."""
    named, places = _named_title(page)
    body = _COPIED.sub("", join_title([block.text for block in in_head(parts, BlockKind.TITLE)]))
    if body and _names_site(page, named, places):
        named = ""
    issued = _issued_by_decree(body, parts)
    evidence = tuple(Evidence(s, t) for s, t in (("label", named), ("body", body), ("body", issued)) if t)
    if named and body:
        if not places and bare(body) in bare(named):
            return Element(issued or body, True, evidence)
        return Element(named, _agree(named, body) or _names_enclosed(named, parts), evidence)
    # 某指挥部令第13号 is number and title in one.
    decree = next(
        (block.text for block in in_head(parts, BlockKind.NUMBER) if re.search("[令告]", block.text)), ""
    )
    best = issued or named or body
    if not best and decree:
        return Element(decree, False, (Evidence("body", decree),))
    enough = bool(issued) or places >= 2 or bool(_TITLE_END.search(best) and (named or len(best) >= 8))
    return Element(best or None, enough and not _lists_pages(page), evidence)


def _agree(named: str, body: str) -> bool:
    """True if one is the other, give or take the organs set on lines of their own above it, or a cut at its end."""
    one, other = bare(named), bare(body)
    if one == other:
        return True
    if one.endswith(other):
        return bool(_ORGANS_ONLY.match(one[: -len(other)]))
    return other.endswith(one) and bool(_ORGANS_ONLY.match(other[: -len(one)]))


def _lists_pages(page: Page) -> bool:
    """True for a page that leads to documents and holds none."""
    linked = sum(line.linked for line in page.lines)
    return linked >= 5 and linked * 2 > len(page.lines)


def _issued_by_decree(body: str, parts: tuple[Part, ...]) -> str:
    """A decree is known by the one regulation that it issues (规章制定程序条例 art. 30), "" for other documents."""
    enclosed = [part.title for part in parts if part.kind is PartKind.ENCLOSED and part.title]
    return enclosed[0] if body.endswith("令") and len(enclosed) == 1 else ""


def _names_enclosed(named: str, parts: tuple[Part, ...]) -> bool:
    """A decree's page is titled by the regulation that the decree issues."""
    return any(part.kind is PartKind.ENCLOSED and bare(part.title) == bare(named) for part in parts)


def index_number(page: Page) -> Element[str]:
    """索引号: only a page can give it."""
    values = [clean(label.value) for label in label_values(page, "index_number") if clean(label.value)]
    if not values:
        return Element(None)
    fits = bool(_INDEX.match(fold(values[0]))) and len(set(values)) == 1
    return Element(values[0], fits, (Evidence("label", values[0]),))


def topic(page: Page) -> Element[str]:
    """The subject under which the page files the document, as written there."""
    value = next((clean(label.value) for label in label_values(page, "topic") if clean(label.value)), None)
    return Element(value, value is not None, (Evidence("label", value),) if value else ())


# 文种, the longest first; of the forms in 党政机关公文处理工作条例 art. 8 and of rules (规章制定程序条例 art. 7).
_FORMS = sorted(("决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案", "复函", "函", "纪要", "条例", "规定", "办法", "细则", "规则", "方案", "规划", "计划", "要点", "措施", "指南", "指引", "标准", "目录", "清单", "答复", "预案", "章程", "法"), key=len, reverse=True)  # fmt: skip


def document_kind(title_text: str) -> str:
    """文种: the word that the title ends with, "" when it ends with none."""
    bare_title = re.sub(r"[（(][^（）()]*[）)]$", "", title_text.strip()).rstrip("》”")
    form = next((form for form in _FORMS if bare_title.endswith(form)), "")
    return "函" if form == "复函" else form


# What may also be the name of a table, a leaflet or a page.
_LOOSE = frozenset(
    (
        "指南",
        "指引",
        "标准",
        "目录",
        "清单",
        "要点",
        "措施",
        "方案",
        "规划",
        "计划",
        "预案",
        "答复",
        "报告",
        "章程",
        "函",
        "令",
    )
)


def kind(found: Element[str], parts: tuple[Part, ...]) -> Element[str]:
    """文种 by the ``found`` title, and as sure as the title is.

    Words that leaflets and lists end with too (指引, 清单) are sure only of a text that bears a number or a signature.
    """
    name = found.value or ""
    form = document_kind(name)
    if not form or (form == "法" and not name.startswith("中华人民共和国")):
        return Element(None)
    # A decree's page is titled by what it issues.
    decree = any(each.source == "body" and each.text.endswith("令") for each in found.evidence)
    formal = form not in _LOOSE or any(
        in_head(parts, each) for each in (BlockKind.NUMBER, BlockKind.SIGNATURE)
    )
    return Element(form, found.sure and formal and not decree, (Evidence("title", name),))
