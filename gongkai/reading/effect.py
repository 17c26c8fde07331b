"""When a document takes effect and when it ends, in its own words: 自…起施行, 有效期至…, 有效期5年."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.reading.document import BlockKind, Element, Evidence, Part, PartKind
from gongkai.reading.elements.dating import history, published_on
from gongkai.reading.page import Page
from gongkai.text.dates import find_dates, parse_date
from gongkai.text.numerals import to_int

_N = r"[\d一二三四五六七八九十百两]{1,4}"
_DAY = r"(?:19|20|二[〇○零])[^，。；《》]{4,16}?[日号]"
_ACT = "(?:公布|发布|印发|颁布|下发|签发|通过|公告|发文)"
_FORCE = "(?:施行|实施|执行|生效|试行|起效)"
# What a document calls itself; what another subject does from a day on (工资标准自…起执行) is no effective date.
_SUBJECT = r"(?:^|[，。；：、）】]|\s)(?:本[^，。；《》“”第]{1,14}?|上述[^，。；《》]{0,8}?|以上[^，。；《》]{0,8}?|现[^。《》]{0,40}|《[^《》]{2,60}》[^。；]{0,60}?|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|第[^条]{1,7}条\s*)?(?:，)?(?:[^，。；《》“”]{0,12}，)?"
_STARTS = re.compile(
    rf"{_SUBJECT}(?:自|从|于|将于|由)\s*(?P<day>{_DAY}|{_ACT}之?日)\s*(?:(?:起|后)?(?:满)?(?P<n>{_N})\s*(?P<unit>日|天|个月)(?:后|起)?|起)?\s*(?:正式|开始|全面|起)*{_FORCE}"
)
_FROM_TO = re.compile(
    rf"(?:有效期|执行期|实施期|施行期|试行期)(?:限|间)?[^。；，]{{0,4}}?(?:自|从|为|[:：])*\s*(?P<start>{_DAY})\s*起?\s*(?:至|到|[-—~～])+\s*(?P<end>{_DAY})"
)
_WITHIN = re.compile(
    rf"自\s*(?P<start>{_DAY})\s*起?(?:施行|实施|执行|生效)?[，,]?\s*(?:至|到)\s*(?P<end>{_DAY})\s*(?:止|有效|失效|废止)"
)
_UNTIL = re.compile(
    rf"(?:(?:有效期|执行期|实施期|试行期)(?:限|间)?(?:截?至|到|截止到?|截止至|止于)|(?:施行|执行|实施|试行|有效)(?:截?至|到))\s*(?P<day>{_DAY})"
    rf"|(?P<fail>{_DAY})\s*(?:起)?(?:自动|自行)?(?:失效|废止)"
)
_PERIOD = re.compile(
    rf"(?:有效期|执行期|实施期|试行期|施行期|试行|暂行)(?:限|间)?\s*(?:为|是|暂定)?\s*(?P<n>{_N})\s*(?P<unit>年|个月)(?!内|前|以)"
)
_OWN = re.compile(
    "(?:^|[，。；、）】])本(?:办法|规定|条例|细则|规则|意见|通知|措施|方案|决定|通告|公告|指南|指引|政策|法|标准|制度|文件|实施细则|实施办法|若干措施|实施意见)[，,]?$"
)
_LONGEST = (
    5000  # characters; no paragraph that a person wrote is longer, and every pattern here looks at each place
)
_ITSELF = re.compile(
    "本(?:办法|规定|条例|细则|规则|意见|通知|措施|方案|决定|通告|公告|指南|指引|政策|法|标准|制度|规范|文件|计划|规划|预案|目录|清单|决议|通报|批复|章程|实施|若干|暂行|试行|管理)|现予|现将|现[^，。]{0,20}(?:公布|发布|印发)"
)
_ENDED = re.compile(r"(?:已|现已)?(?:废止|失效|宣布失效|停止执行)|无效")


@dataclass(frozen=True)
class _Said:
    """The words that set a day: the day itself, or how long after which act; ``clear`` if nothing else is said."""

    words: str = ""
    day: date | None = None
    after: tuple[int, str] = (0, "")
    act: str = ""
    clear: bool = True


def effective_from(page: Page, parts: tuple[Part, ...], written: date | None = None) -> Element[date]:
    """施行日期: sure when the page or the document itself names the day.

    自印发之日起 is the day of the imprint (…年…月…日印发) where the document bears one, 自发布之日起 the day of publication;
    sure only where signature and page tell the same day, else proposed and left open.
    """
    labels = [d for lb in page.labels if lb.name == "effective_from" and (d := parse_date(lb.value))]
    named = labels[0] if labels else None
    said = _start_said(parts)
    evidence = tuple(
        Evidence(s, t) for s, t in (("label", named.isoformat() if named else ""), ("body", said.words)) if t
    )
    reckoned, good = _reckoned(page, parts, written, said) if said.act else (said.day, said.clear)
    published = published_on(page, None).value
    if named:
        # A site that knows no day fills in the day of publication.
        agrees = reckoned == named if said.words else named not in {published, written}
        return Element(named, agrees and len(set(labels)) == 1, evidence)
    return Element(reckoned, good and reckoned is not None and not _amended_since(parts, reckoned), evidence)


def _reckoned(
    page: Page, parts: tuple[Part, ...], written: date | None, said: _Said
) -> tuple[date | None, bool]:
    """The day reckoned from printing or publication, and whether the evidence for it is good."""
    published = published_on(page, written)
    imprint = _imprint(parts)
    if said.act in {"印发", "下发", "发文"}:
        base, good = (
            (imprint, True) if imprint else (written, written is not None and written == published.value)
        )
    else:
        base = published.value or imprint or written
        good = base is not None and base == written and (published.value is not None or imprint == written)
        promulgated = [day for day, words in history(parts) if re.search("公布|发布", words)]
        if promulgated and not published.value:
            base, good = promulgated[-1], False  # collections leave out the decisions that amended it
    if base is None:
        return None, False
    return _later(base, *said.after), good and said.clear


def _later(base: date, n: int, unit: str) -> date | None:
    try:
        return _months_later(base, n) if unit == "个月" else base + timedelta(days=n)
    except (OverflowError, ValueError):
        return None


def _amended_since(parts: tuple[Part, ...], start: date) -> bool:
    """A law amended after the day its last article names: from when this wording holds, it does not say."""
    return any(day > start and not re.search("施行|实施", words) for day, words in history(parts))


def _imprint(parts: tuple[Part, ...]) -> date | None:
    """The day in the imprint: 示例区人民政府办公室　2026年3月27日印发."""
    notes = [block.text for part in parts for block in part.blocks if block.kind is BlockKind.NOTE]
    lines = [text for text in notes if text.rstrip("。").endswith("印发")]
    return next((found.date for text in lines for found in find_dates(text)), None)


def _own_sentences(parts: tuple[Part, ...]) -> list[str]:
    # What is enclosed speaks for itself; attachments are forms and lists.
    ordered = [p for p in parts if p.kind is PartKind.ENCLOSED] + [
        p for p in parts if p.kind in {PartKind.MAIN, PartKind.COVER}
    ]
    return [
        sentence
        for part in ordered
        for block in part.blocks
        if block.kind is BlockKind.PARAGRAPH
        and len(block.text) <= _LONGEST
        and re.search(r"[施执试实]行|实施|生效|起效|有效|失效|废止|暂行|期限", block.text)
        for sentence in re.split("(?<=[。；])", block.text)
    ]


def _start_said(parts: tuple[Part, ...]) -> _Said:
    found = [said for sentence in _own_sentences(parts) if (said := _start_in(sentence))]
    noted = [(day, words) for day, words in history(parts) if re.search("(?:施行|实施|生效)[）)]?$", words)]
    if noted:
        day, words = noted[-1]
        return _Said(words, day, clear=not found or found[-1].day in {None, day})
    if not found:
        return _Said()
    last = found[-1]
    others = {(one.day, one.act) for one in found}
    return _Said(last.words, last.day, last.after, last.act, last.clear and len(others) == 1)


def _start_in(sentence: str) -> _Said | None:
    match = _STARTS.search(sentence)
    if match:
        named = next(iter(find_dates(match["day"])), None)
        clear = _speaks_of_itself(sentence, match)
        if named:
            return _Said(match[0].strip(), named.date, clear=clear)
        after = (to_int(match["n"]), match["unit"]) if match["n"] else (0, "")
        return _Said(match[0].strip(), None, after, re.sub("之?日$", "", match["day"]), clear)
    spanned = _FROM_TO.search(sentence) or _WITHIN.search(sentence)
    if spanned and (day := parse_date(spanned["start"])):
        return _Said(spanned[0], day)
    return None


def _speaks_of_itself(sentence: str, match: re.Match[str]) -> bool:
    """本办法自…起施行, 自…起施行 alone, 现予公布，自…起施行; not 缴费基数调整为五千元，自…起执行."""
    words = re.sub(
        r"^\W*(?:第[^条]{1,7}条|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]+）|\d{1,2}[.．、])?\s*(?:（[^（）]{1,12}）)?",
        "",
        sentence,
    )
    return bool(re.match("自|从|上述|以上", words) or _ITSELF.search(sentence[: match.start("day")]))


def effective_until(
    page: Page, parts: tuple[Part, ...], start: Element[date] | date | None = None
) -> Element[date]:
    """失效日期, the last day in force: named by the page or the text, or reckoned from 有效期N年 and its ``start``.

    ``start`` is what ``effective_from`` found (or a day that is certain); a period is as sure as its beginning.
    """
    begun = start if isinstance(start, Element) else Element(start, start is not None)
    named = next(
        (d for lb in page.labels if lb.name == "effective_until" and (d := parse_date(lb.value))), None
    )
    said, words, good = _end_said(parts, begun)
    evidence = tuple(
        Evidence(s, t) for s, t in (("label", named.isoformat() if named else ""), ("body", words)) if t
    )
    if named:
        return Element(named, said == named if words else True, evidence)
    return Element(said, said is not None and good, evidence)


def _end_said(parts: tuple[Part, ...], start: Element[date]) -> tuple[date | None, str, bool]:
    found: list[tuple[date | None, str, bool]] = []
    begun = False  # 本办法自印发之日起施行。有效期5年。: the period may stand in the sentence behind
    for sentence in _own_sentences(parts):
        match = _FROM_TO.search(sentence) or _WITHIN.search(sentence)
        if match and (day := parse_date(match["end"])):
            found.append((day, match[0], True))
            continue
        match = _UNTIL.search(sentence)
        if match and not re.search("《[^》]*》", sentence[: match.start()]):
            day = parse_date(match["day"] or match["fail"])
            # 废止 of a day is the first day without force; which one is meant is left open.
            found.append((day, match[0], match["day"] is not None))
            continue
        match = _PERIOD.search(sentence)
        begins = bool(_STARTS.search(sentence))
        if match and (begins or _OWN.search(sentence[: match.start()]) or (begun and match.start() <= 2)):
            found.append((_period_end(start.value, match), match[0], start.sure))
        begun = begins
    if not found:
        return None, "", False
    day, words, good = found[-1]
    return day, words, good and len({one[0] for one in found}) == 1


def _period_end(start: date | None, match: re.Match[str]) -> date | None:
    if start is None:
        return None
    n = to_int(match["n"])
    try:
        return _months_later(start, n * 12 if match["unit"] == "年" else n) - timedelta(days=1)
    except (OverflowError, ValueError):
        return None


def _months_later(start: date, months: int) -> date:
    """The same day ``months`` later; a day that the month lacks is the first of the next: 29 February → 1 March."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return start.replace(year=year, month=month + 1)
    except ValueError:
        if not 1 <= year <= 9999:
            raise
        return date(year + (month == 11), month % 12 + 2 if month < 11 else 1, 1)


def called_ended(page: Page) -> Element[str]:
    """The page's own word for a text that is no longer in force (有效性：已废止), None when it does not say so."""
    for label in page.labels:
        if label.name == "validity" and (match := _ENDED.match(label.value)):
            return Element(match[0], True, (Evidence("label", label.value),))
    return Element(None)
