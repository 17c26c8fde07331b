"""发文字号: finding, taking apart and writing document numbers (GB/T 9704: 代字〔年〕序号, no leading zero)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.text.normalise import CJK, fold
from gongkai.text.numerals import to_int

_OPEN, _CLOSE = r"[〔\[(【{［]", r"[〕\])】}］]"
_NUMBER = re.compile(
    rf"(?P<code>[{CJK}]{{1,16}}(?:\([{CJK}]{{1,4}}\))?)\s*{_OPEN}\s*(?P<year>(?:19|20)\d\d)\s*年?\s*{_CLOSE}"
    r"\s*第?\s*0*(?P<serial>\d{1,6})\s*号(?:之[一二三四五六七八九])?"
)
_SERIAL = r"(?:0*(?P<serial>\d{1,5})|(?P<counted>[一二三四五六七八九十百千零〇]{1,9}))"
_DECREE = re.compile(
    rf"(?P<code>[{CJK}]{{1,24}}?(?:令|公告))\s*(?:\((?P<year>(?:19|20)\d\d)\)\s*)?第\s*{_SERIAL}\s*号"
)
_NOTICE = re.compile(
    rf"(?P<code>[{CJK}]{{0,24}}?(?:公告|通告))?\s*(?P<year>(?:19|20)\d\d)年\s*第\s*0*(?P<serial>\d{{1,4}})\s*号"
)
# What may stand before the agency's code in running text and is not part of it.
_LEAD = re.compile(
    r"^.*(?:根据|按照|依照|依据|参照|执行|贯彻|落实|印发|转发|发布|废止|修订|详见|参见|以及|或者|以下简称|简称|现将|(?:(?<!共)和|[的与及或由对经见以按自原即将]))"
    r"(?=[^的]{2,}$)"
)


@dataclass(frozen=True)
class DocumentNumber:
    """The parts of a number; ``year`` is None for decrees counted through (国务院令第706号)."""

    code: str
    year: int | None
    serial: int
    text: str
    start: int = 0
    end: int = 0

    @property
    def key(self) -> str:
        """One spelling for all: the same for 普府办〔2025〕12号 and 普府办[2025]012号."""
        return f"{self.code}:{self.year or ''}:{self.serial}"


def _standard(code: str, year: int | None, serial: int, original: str) -> str:
    if year is None or "第" in original:
        return original
    return f"{code}〔{year}〕{serial}号"


def _made(match: re.Match[str], text: str) -> DocumentNumber:
    code, start = match["code"] or "", match.start()
    if code[:1] in "日号" and text[start - 1 : start].isdigit():
        code, start = code[1:], start + 1  # 2024年12月5日某市人民政府令第66号
    state = code.rfind("中华人民共和国")
    if state > 0:
        code, start = code[state:], start + state
    lead = _LEAD.match(code)
    if lead and len(code) - lead.end() >= 2:
        code, start = code[lead.end() :], start + lead.end()
    year = int(match["year"]) if match["year"] else None
    serial = _serial(match)
    original = re.sub(r"\s+", "", text[start : match.end()])
    return DocumentNumber(code, year, serial, _standard(code, year, serial, original), start, match.end())


def _serial(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int(groups["serial"]) if groups.get("serial") else to_int(groups["counted"] or "")


def find_numbers(text: str) -> Iterator[DocumentNumber]:
    """Every document number in running text, in order; offsets are into ``text`` as given."""
    if "号" not in text:
        return
    folded = fold(text)
    found = [_made(match, text) for pattern in (_NUMBER, _DECREE) for match in pattern.finditer(folded)]
    yield from sorted(found, key=lambda each: each.start)


def parse_number(text: str) -> DocumentNumber | None:
    """The number that ``text`` (a line or a field) consists of, bracketed year, decree or notice; else None."""
    folded = fold(text).strip()
    for pattern in (_NUMBER, _DECREE, _NOTICE):
        match = pattern.fullmatch(re.sub(r"\s+", "", folded))
        if match:
            bare = re.sub(r"\s+", "", text.strip())
            year = int(match["year"]) if match["year"] else None
            serial, code = _serial(match), match["code"] or ""
            return DocumentNumber(code, year, serial, _standard(code, year, serial, bare), 0, len(text))
    return None
