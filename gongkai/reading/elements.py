"""The elements of an official document, each from several places, with what speaks for it and how sure that is.

A value is *sure* when the page names it and the text agrees, or the page names it in the form that such a value has
and nothing contradicts; what only the text suggests, or what two places tell differently, is left open for a person.
"""

import re
from collections.abc import Iterable
from datetime import date

from gongkai.reading.document import Block, BlockKind, Element, Evidence, Part, PartKind
from gongkai.reading.page import Label, Page
from gongkai.reading.structure import join_title
from gongkai.text.dates import parse_date
from gongkai.text.document_numbers import DocumentNumber, find_numbers, parse_number
from gongkai.text.normalise import bare, clean, close_up, fold, unspace

_KINDS = "通知|意见|决定|办法|规定|细则|条例|方案|公告|通告|批复|函|复函|通报|报告|请示|纪要|决议|命令|令|公报|议案|指引|指南|措施|规划|要点|计划|规则|章程|答复|清单|标准|目录|法|预案|制度|实施意见|若干意见|说明"
_TITLE_END = re.compile(rf"(?:{_KINDS})(?:[（(][^（）()]*[）)])?[》”]?$")
_INDEX = re.compile(r"^[0-9A-Za-z][0-9A-Za-z/\-_.－—]{5,60}$")
_ORGAN_END = re.compile(
    r"(?:人民政府|办公厅|办公室|委员会|国务院|委|部|局|厅|院|署|办|会|处|中心|政府|街道|镇|法院|检察院|军委|机构|总局|大队|公司|银行)$"
)
# A note on disclosure in its own words; what it means is asked of ``disclosure_of``, which takes nothing for granted.
_ACCESS = re.compile(
    r"^[（(]?((?:此件|本件|此文|本文|该件)?[^，。；（）()]{0,6}公开[^，。；（）()]{0,6}|内部(?:资料|文件|使用)[^，。（）()]{0,6})[）)]?$"
)
_ACCESS_LABEL = re.compile(r"^(?:公开属性|公开方式|公开类别|公开形式|信息公开)[:：]\s*")
_ACTIVE = {"公开", "主动公开", "公开发布", "删减后公开", "全文公开"}


def _label_values(page: Page, name: str) -> list[Label]:
    return [label for label in page.labels if label.name == name]


def _head(parts: Iterable[Part], kind: BlockKind) -> list[Block]:
    first = next(iter(parts), None)
    return [block for block in first.blocks if block.kind is kind] if first else []


def title_hint(page: Page) -> str:
    """The title as the page names it, best first: label, head, heading, window title; "" when it names none."""
    return _named_title(page)[0]


def _named_title(page: Page) -> tuple[str, bool]:
    """(title, whether the page names it as such); a window's title also names the site and its columns."""
    labels = _label_values(page, "title")
    seen = [unspace(label.value) for label in labels if label.source == "label"]
    meta = [unspace(label.value) for label in labels if label.source == "meta"]
    for text in [*seen, *meta, unspace(page.headline)]:
        if len(bare(text)) >= 4:
            return text, True
    window = _first_of_window(unspace(page.window_title))
    return (window, False) if len(bare(window)) >= 4 else ("", False)


def _first_of_window(text: str) -> str:
    """甲文件的通知 - 通知公告 - 示例市政府网 → 甲文件的通知."""
    pieces = re.split(r"\s+[-—–]+\s+|[_|｜]|[-—–](?!\d)(?=[^-—–_|]*(?:网|网站|平台|门户|政府|频道)$)", text)
    first = next((piece.strip() for piece in pieces if len(bare(piece)) >= 4), text)
    return re.sub(r"\s+\S*(?:网|网站|平台|门户|人民政府)$", "", first)


def title(page: Page, parts: tuple[Part, ...]) -> Element[str]:
    """The document's title: what the page calls it, compared with the words set as title above the text."""
    named, as_such = _named_title(page)
    body = join_title([block.text for block in _head(parts, BlockKind.TITLE)])
    issued = _issued_by_decree(body, parts)
    evidence = tuple(Evidence(s, t) for s, t in (("label", named), ("body", body), ("body", issued)) if t)
    if named and body:
        if not as_such and bare(body) and bare(body) in bare(named):
            return Element(issued or body, True, evidence)
        agree = bare(named) in bare(body) or bare(body) in bare(named)
        return Element(named, agree or _names_enclosed(named, parts), evidence)
    best = issued or named or body
    return Element(best or None, bool(issued) or bool(_TITLE_END.search(best)), evidence)


def _issued_by_decree(body: str, parts: tuple[Part, ...]) -> str:
    """A decree is known by the one regulation that it issues (规章制定程序条例 art. 30), "" for other documents."""
    enclosed = [part.title for part in parts if part.kind is PartKind.ENCLOSED and part.title]
    return enclosed[0] if body.endswith("令") and len(enclosed) == 1 else ""


def _names_enclosed(named: str, parts: tuple[Part, ...]) -> bool:
    """A decree's page is titled by the regulation that the decree issues."""
    return any(part.kind is PartKind.ENCLOSED and bare(part.title) == bare(named) for part in parts)


def document_number(page: Page, parts: tuple[Part, ...]) -> Element[str]:
    """发文字号 as the page's label gives it, checked against the line under the title (GB/T 9704)."""
    labels = _label_values(page, "document_number")
    named = next((n for label in labels if (n := parse_number(close_up(label.value)))), None)
    body = _number_in_head(parts)
    evidence = tuple(Evidence(s, n.text) for s, n in (("label", named), ("body", body)) if n)
    if named:
        return Element(named.text, body is None or _same_number(named, body), evidence)
    if body:
        # The page has a field for the number and leaves it empty, or has none: the text is then the only witness.
        return Element(body.text, not labels or not any(label.value for label in labels), evidence)
    noted = next(
        (
            n
            for block in _head(parts, BlockKind.NOTE)
            for n in find_numbers(block.text)
            if n.code.endswith("令")
        ),
        None,
    )
    if noted:
        # （2021年7月27日…令第746号公布） under a regulation's title; a later amendment may name another.
        return Element(noted.text, False, (Evidence("body", noted.text),))
    raw = next((clean(label.value) for label in labels if re.search(r"\d", label.value)), None)
    return Element(raw, False, (Evidence("label", raw),) if raw else ())


def _number_in_head(parts: tuple[Part, ...]) -> DocumentNumber | None:
    lines = [close_up(block.text) for block in _head(parts, BlockKind.NUMBER)]
    whole = next((n for line in lines if (n := parse_number(line))), None)
    if whole and whole.code:
        return whole
    alone = next((m for line in lines if (m := re.fullmatch(r"第\s*(\d+)\s*号", line))), None)
    heads = [close_up(block.text) for block in _head(parts, BlockKind.TITLE)]
    decree = next((text for text in heads if text.endswith(("令", "公告"))), "")
    return parse_number(decree + alone[0]) if alone and decree else whole


def _same_number(one: DocumentNumber, other: DocumentNumber) -> bool:
    return (
        one.serial == other.serial and one.year == other.year and (one.code == other.code or one.year is None)
    )


def split_issuers(text: str) -> tuple[str, ...]:
    """Joint issuers apart: 国务院、中央军委 or 广州市民政局 广州市财政局."""
    return tuple(part for part in re.split(r"[、,，;；\s]+", clean(text)) if part)


def issuers(page: Page, parts: tuple[Part, ...], title_text: str) -> Element[tuple[str, ...]]:
    """发文机关: the label, the signature, the beginning of the title, the letterhead; sure when two of them agree."""
    named = next((split_issuers(label.value) for label in _label_values(page, "issuers") if label.value), ())
    signed = _signed_by(parts)
    leading = _issuer_in_title(title_text)
    head = _letterhead(parts)
    witnesses = (("label", named), ("signature", signed), ("title", leading), ("letterhead", head))
    evidence = tuple(Evidence(s, "、".join(v)) for s, v in witnesses if v)
    text = [v for v in (signed, leading, head) if v]
    best = named or next(iter(text), ())
    if (
        named
        and len(text) >= 2
        and not any(_same_organs(named, v) for v in text)
        and _same_organs(text[0], text[1])
    ):
        # Who puts another's document on its page is not who issued it: signature and title say who did.
        best = text[0]
    others = [v for _, v in witnesses if v and v is not best]
    agreeing = [v for v in others if _same_organs(best, v)]
    # One witness alone is enough only if it is the page's own label.
    return Element(best or None, bool(agreeing) or bool(named and not others), evidence)


def _letterhead(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The organ in the red line (某某局文件), or the one that decrees (某某令)."""
    lines = [unspace(block.text) for block in _head(parts, BlockKind.LETTERHEAD)]
    lines += [line for block in _head(parts, BlockKind.TITLE) if (line := unspace(block.text)).endswith("令")]
    names = [name for line in lines for name in split_issuers(re.sub("(?:文件|令)$", "", line))]
    # A decree of the State Council names the state before it; others bear their name as it is.
    names = [re.sub("^中华人民共和国(?=国务院)", "", name) for name in names]
    return tuple(name for name in names if _ORGAN_END.search(name))


def _signed_by(parts: tuple[Part, ...]) -> tuple[str, ...]:
    for part in parts:
        if part.kind is PartKind.ATTACHMENT:
            continue
        lines = [unspace(block.text) for block in part.blocks if block.kind is BlockKind.SIGNATURE]
        names = [name for line in lines for name in split_issuers(line) if _ORGAN_END.search(name)]
        if names:
            return tuple(names)
        if part.kind is PartKind.COVER:
            break
    return ()


def _issuer_in_title(text: str) -> tuple[str, ...]:
    match = re.match(r"^(?P<organs>.{2,80}?)(?=关于|印发|转发|批转|发布|对)", text)
    if not match:
        return ()
    names = split_issuers(match["organs"])
    return names if names and all(_ORGAN_END.search(name) for name in names) else ()


def _same_organs(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    a, b = sorted(map(bare, one)), sorted(map(bare, other))
    return a == b or (
        len(a) == len(b) and all(x.endswith(y) or y.endswith(x) for x, y in zip(a, b, strict=True))
    )


def index_number(page: Page) -> Element[str]:
    """索引号: only a page can give it."""
    values = [clean(label.value) for label in _label_values(page, "index_number") if clean(label.value)]
    if not values:
        return Element(None)
    fits = bool(_INDEX.match(fold(values[0]))) and len(set(values)) == 1
    return Element(values[0], fits, (Evidence("label", values[0]),))


def written_on(page: Page, parts: tuple[Part, ...]) -> Element[date]:
    """成文日期: the label against the date under the signature of the first text."""
    named = next((d for label in _label_values(page, "written_on") if (d := parse_date(label.value))), None)
    signed = _date_signed(parts)
    evidence = tuple(Evidence(s, d.isoformat()) for s, d in (("label", named), ("signature", signed)) if d)
    if named:
        return Element(named, signed is None or signed == named, evidence)
    return Element(signed, signed is not None, evidence)


def _date_signed(parts: tuple[Part, ...]) -> date | None:
    """The date under the signature of the document itself, not of what it encloses or attaches."""
    if not parts or parts[0].kind is PartKind.ATTACHMENT:
        return None
    dates = [parse_date(close_up(block.text)) for block in parts[0].blocks if block.kind is BlockKind.DATE]
    return next((d for d in dates if d), None)


def published_on(page: Page, written: date | None) -> Element[date]:
    """发布日期: what the page shows, then what its head says. Never before the document was written."""
    seen = [
        d
        for label in _label_values(page, "published_on")
        if label.source == "label" and (d := parse_date(label.value))
    ]
    meta = [
        d
        for label in _label_values(page, "published_on")
        if label.source == "meta" and (d := parse_date(label.value))
    ]
    value = next(iter([*seen, *meta]), None)
    if value is None:
        return Element(None)
    agree = len({*seen, *meta}) == 1 and not (written and value < written)
    evidence = tuple(
        Evidence(s, d.isoformat()) for s, ds in (("label", seen), ("meta", meta)) for d in ds[:1]
    )
    return Element(value, agree, evidence)


def access_note(page: Page, parts: tuple[Part, ...]) -> Element[str]:
    """The note on disclosure that a document carries, in its own words: 此件公开发布."""
    notes = [block.text for part in parts for block in part.blocks if block.kind is BlockKind.NOTE]
    for source, texts in (
        ("body", notes),
        ("label", [label.value for label in _label_values(page, "access_note")]),
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


def topic(page: Page) -> Element[str]:
    """The subject under which the page files the document, as written there."""
    value = next((clean(label.value) for label in _label_values(page, "topic") if clean(label.value)), None)
    return Element(value, value is not None, (Evidence("label", value),) if value else ())


# 文种, the longest first; of the forms in 党政机关公文处理工作条例 art. 8 and of rules (规章制定程序条例 art. 7).
_FORMS = sorted(("决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案", "复函", "函", "纪要", "条例", "规定", "办法", "细则", "规则", "方案", "规划", "计划", "要点", "措施", "指南", "指引", "标准", "目录", "清单", "答复", "预案", "章程"), key=len, reverse=True)  # fmt: skip


def document_kind(title_text: str) -> str:
    """文种: the word that the title ends with, "" when it ends with none."""
    bare_title = re.sub(r"[（(][^（）()]*[）)]$", "", title_text.strip()).rstrip("》”")
    form = next((form for form in _FORMS if bare_title.endswith(form)), "")
    return "函" if form == "复函" else form
