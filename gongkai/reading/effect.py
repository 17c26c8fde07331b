"""When a document takes effect and when it ends, in its own words: 自…起施行, 有效期至…, 有效期5年."""

import re
from datetime import date, timedelta

from gongkai.reading.document import BlockKind, Element, Evidence, Part, PartKind
from gongkai.reading.page import Page
from gongkai.text.dates import find_dates, parse_date
from gongkai.text.numerals import to_int

_SUBJECT = r"(?:本(?:办法|规定|条例|细则|规则|意见|通知|措施|方案|决定|通告|公告|指南|指引|政策|法|标准|制度|规范|文件|计划|实施细则|实施办法|若干措施)|现予[^，。]{0,8}(?:公布|发布)?|现[^。《》]{0,20}(?:公布|发布|印发)[^。《》]{0,6})"
_STARTS = re.compile(
    rf"{_SUBJECT}[^。；《》]{{0,12}}自\s*(?P<day>[^，。；《》]{{2,20}}?)\s*(?:之?日)?起(?:正式)?(?:施行|实施|执行|生效)"
)
_PERIOD = re.compile(r"有效期(?:限)?(?:为)?\s*(?P<n>[\d一二三四五六七八九十两]{1,3})\s*年")
_ENDED = re.compile(r"(?:已|现已)?(?:废止|失效|宣布失效|停止执行)|无效")
_UNTIL = re.compile(r"(?:有效期(?:限)?(?:截?至|到)|施行至|执行至|实施至)\s*(?P<day>[^，。；]{6,16}?[日号])")


def effective_from(page: Page, parts: tuple[Part, ...], written: date | None = None) -> Element[date]:
    """施行日期: sure when the page or the document itself names the day.

    自印发之日起 is the day of the imprint (…年…月…日印发) where the document bears one; where it does not, and for
    自发布之日起, the day of signature is proposed and left open.
    """
    named = next(
        (d for lb in page.labels if lb.name == "effective_from" and (d := parse_date(lb.value))), None
    )
    said, words = _said(parts)
    evidence = tuple(
        Evidence(s, t) for s, t in (("label", named.isoformat() if named else ""), ("body", words)) if t
    )
    if named:
        return Element(named, said is None or said == named, evidence)
    if said is None and words:
        imprint = _imprint(parts) if "印发之日" in words else None
        return Element(imprint or written, imprint is not None, evidence)
    return Element(said, said is not None, evidence)


def _imprint(parts: tuple[Part, ...]) -> date | None:
    """The day in the imprint: 示例区人民政府办公室　2026年3月27日印发."""
    notes = [block.text for part in parts for block in part.blocks if block.kind is BlockKind.NOTE]
    lines = [text for text in notes if text.endswith("印发")]
    return next((found.date for text in lines for found in find_dates(text)), None)


def _own_sentences(parts: tuple[Part, ...]) -> list[str]:
    # What is enclosed speaks for itself; attachments are forms and lists.
    ordered = [p for p in parts if p.kind is PartKind.ENCLOSED] + [
        p for p in parts if p.kind in {PartKind.MAIN, PartKind.COVER}
    ]
    return [block.text for part in ordered for block in part.blocks if block.kind is BlockKind.PARAGRAPH]


def _said(parts: tuple[Part, ...]) -> tuple[date | None, str]:
    for text in _own_sentences(parts):
        match = _STARTS.search(text)
        if match:
            found = next(iter(find_dates(match[0])), None)
            return (found.date if found else None), match[0]
    return None, ""


def effective_until(page: Page, parts: tuple[Part, ...], start: date | None) -> Element[date]:
    """失效日期, the last day in force: named by the page or the text, or reckoned from 有效期N年 and a known start."""
    named = next(
        (d for lb in page.labels if lb.name == "effective_until" and (d := parse_date(lb.value))), None
    )
    said, words = _end_said(parts, start)
    evidence = tuple(
        Evidence(s, t) for s, t in (("label", named.isoformat() if named else ""), ("body", words)) if t
    )
    if named:
        return Element(named, said is None or said == named, evidence)
    return Element(said, said is not None, evidence)


def _end_said(parts: tuple[Part, ...], start: date | None) -> tuple[date | None, str]:
    for text in _own_sentences(parts):
        match = _UNTIL.search(text)
        if match and (day := parse_date(match["day"])):
            return day, match[0]
        match = _PERIOD.search(text) if _STARTS.search(text) else None
        if match:
            return (_years_later(start, to_int(match["n"])) if start else None), match[0]
    return None, ""


def _years_later(start: date, years: int) -> date:
    """The last day of a period of whole years that begins on ``start``: 2024-04-01 and 5 years → 2029-03-31."""
    try:
        end = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        end = date(start.year + years, 3, 1)
    return end - timedelta(days=1)


def called_ended(page: Page) -> Element[str]:
    """The page's own word for a text that is no longer in force (有效性：已废止), None when it does not say so."""
    for label in page.labels:
        if label.name == "validity" and (match := _ENDED.match(label.value)):
            return Element(match[0], True, (Evidence("label", label.value),))
    return Element(None)
