"""发文字号, 发文机关 and 署名: who issued a document under which number, from label, head, title and signature."""

import re

from gongkai.reading.document import BlockKind, Element, Evidence, Part, PartKind
from gongkai.reading.elements.witnesses import in_head, label_values
from gongkai.reading.page import Page
from gongkai.reading.structure import number_of
from gongkai.text.document_numbers import DocumentNumber, find_numbers, parse_number
from gongkai.text.normalise import bare, clean, close_up, unspace

_ORGAN_END = re.compile(
    r"(?:人民政府|办公厅|办公室|委员会|国务院|委|部|局|厅|院|署|办|会|处|中心|政府|街道|镇|乡|法院|检察院|军委|机构|总局|[总支大中]队|公司|集团|银行|大学|学校|[中小]学|研究所|(?:税务|派出|监管|管理)所|指挥部|领导小组|工作组|专班|图书馆|博物馆|档案馆|文化馆)$"
)

# 市长　某某, 部长：某某, 总理　某某: who signs a decree.
_PERSON = re.compile(
    r"^(?:代)?(?:[^，。；]{0,8})(?:省长|市长|区长|县长|主席|总理|部长|局长|署长|行长|主任|州长|镇长)[:：]?[^，。；\d]{2,8}$"
)
# Who passes or publishes a law, as the note under its title tells.
_ENACTS = re.compile(
    r"(?:第[^届]{1,4}届)?(?P<organ>[^\s，。；（(日]{2,16}?(?:人民代表大会(?:常务委员会)?))(?:第[^次]{1,4}次|第[^届]{1,4}届)|(?P<decree>[^\s，。；（(日、]{2,20}?)令(?:第|\s*[〔\[])|(?P<state>国务院)(?:发布|公布|批准)"
)


def document_number(page: Page, parts: tuple[Part, ...]) -> Element[str]:
    """发文字号 as the page's label gives it, checked against the line under the title (GB/T 9704)."""
    labels = label_values(page, "document_number")
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
            for block in in_head(parts, BlockKind.NOTE)
            for n in find_numbers(block.text)
            if n.code.endswith("令")
        ),
        None,
    )
    if noted:
        # （2021年7月27日…令第746号公布） under a regulation's title; a later amendment may name another.
        # 中华人民共和国国务院令第746号 is cited as 国务院令第746号; 中华人民共和国主席令 keeps its name.
        cited = re.sub("^中华人民共和国(?=国务院)", "", noted.text)
        return Element(cited, False, (Evidence("body", noted.text),))
    raw = next((clean(label.value) for label in labels if re.search(r"\d", label.value)), None)
    return Element(raw, False, (Evidence("label", raw),) if raw else ())


def _number_in_head(parts: tuple[Part, ...]) -> DocumentNumber | None:
    lines = [clean(block.text) for block in in_head(parts, BlockKind.NUMBER)]
    whole = next((n for line in lines if (n := number_of(line))), None)
    if whole and whole.code:
        return whole
    alone = next((m for line in lines if (m := re.fullmatch(r"第\s*(\d+)\s*号", line))), None)
    heads = [close_up(block.text) for block in in_head(parts, BlockKind.TITLE)]
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
    named = next((split_issuers(label.value) for label in label_values(page, "issuers") if label.value), ())
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
    if not best:
        enacted = _enacted_by(parts)
        return Element(enacted or None, False, tuple(Evidence("body", name) for name in enacted))
    others = [v for _, v in witnesses if v and v is not best]
    agreeing = [v for v in others if _same_organs(best, v)]
    # One witness alone is enough only if it is the page's own label.
    alone = bool(named) and not others and all(_ORGAN_END.search(name) for name in named)
    return Element(best, bool(agreeing) or alone, evidence)


def _enacted_by(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The organ that passed or published a law, as the last line of the note under its title tells."""
    for block in reversed(in_head(parts, BlockKind.NOTE)):
        found = list(_ENACTS.finditer(re.sub(r"\s+", "", block.text)))
        if found:
            name = next(filter(None, found[-1].groups()))
            return (
                re.sub(r"^中华人民共和国(?=国务院)|^第[^届]{1,4}届|(?<=市|省|区)第[^届]{1,4}届", "", name),
            )
    return ()


def _letterhead(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The organ in the red line (某某局文件), or the one that decrees (某某令)."""
    lines = [unspace(block.text) for block in in_head(parts, BlockKind.LETTERHEAD)]
    lines += [
        line for block in in_head(parts, BlockKind.TITLE) if (line := unspace(block.text)).endswith("令")
    ]
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


def signature(parts: tuple[Part, ...], issued_by: Element[tuple[str, ...]]) -> Element[tuple[str, ...]]:
    """发文机关署名 one by one as they stand under the first text that is signed, or who signs a decree (市长：某某).

    ``issued_by`` is what ``issuers`` found. Sure when the same organs are named elsewhere; how a decree's signer is
    set apart from his office is left open.
    """
    signed = _signed_by(parts)
    if signed:
        agrees = any(
            e.source != "signature" and _same_organs(signed, split_issuers(e.text))
            for e in issued_by.evidence
        )
        return Element(signed, agrees, (Evidence("signature", "、".join(signed)),))
    for part in parts:
        lines = [close_up(block.text) for block in part.blocks if block.kind is BlockKind.SIGNATURE]
        persons = tuple(re.sub(r"\s", "", line) for line in lines if _PERSON.match(re.sub(r"\s", "", line)))
        if persons and part.kind is not PartKind.ATTACHMENT:
            return Element(persons, False, (Evidence("signature", "、".join(persons)),))
        if part.kind is PartKind.COVER:
            break
    return Element(None)


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
