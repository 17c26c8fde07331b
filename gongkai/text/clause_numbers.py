"""Numbering at the start of a line: 第X编/章/节/条, 一、（一）1.（1）①, 1.1, roman, A. and 第一步."""

import re
from dataclasses import dataclass
from enum import Enum

from gongkai.text.normalise import CJK
from gongkai.text.numerals import to_int

_CN = "〇零一二三四五六七八九十百千两"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = {
    numeral: n
    for n, numeral in enumerate(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"), 1)
}
_ROMAN |= {chr(0x2160 + n): n + 1 for n in range(12)}  # the numerals that are one character each
# What a figure counts or measures: 1.5万元, 2.3倍 begin a sentence and are no numbers.
_MEASURE = r"[万亿千百元％%‰倍米吨克升公平个人名户家项次年月日号天时分秒度℃级岁周以至到～~\-—+/]"


class Numbering(Enum):
    """A style of numbering; the value is the letter that begins its anchors, so the two never change."""

    BOOK = "bian"  # 第一编
    SUBBOOK = "fenbian"  # 第一分编
    CHAPTER = "zhang"  # 第一章
    SECTION = "jie"  # 第一节
    ARTICLE = "tiao"  # 第十二条
    COMMA = "s"  # 一、
    PAREN = "p"  # （一）
    POINT = "n"  # 1.
    POINT_PAREN = "q"  # （1）
    CIRCLE = "o"  # ①
    STEP = "bu"  # 第一步
    DIVISION = "bf"  # 第一部分, 第一篇
    ROMAN = "r"  # IV.
    LETTER = "a"  # A.
    DECIMAL = "x"  # 1.1
    SUBDECIMAL = "y"  # 1.1.1


# Containers give order and headings but are not part of an article's address: articles are counted through.
CONTAINERS = frozenset(
    {Numbering.DIVISION, Numbering.BOOK, Numbering.SUBBOOK, Numbering.CHAPTER, Numbering.SECTION}
)

_STYLES: tuple[tuple[Numbering, re.Pattern[str]], ...] = (
    (Numbering.DIVISION, re.compile(rf"第\s*(?P<n>[{_CN}\d]{{1,3}})\s*(?:部分|篇)(?=[\s　:：]|[{CJK}]|$)")),
    (Numbering.SUBBOOK, re.compile(rf"第\s*(?P<n>[{_CN}\d]{{1,9}})\s*分编(?=[\s　]|[{CJK}]|$)")),
    (Numbering.BOOK, re.compile(rf"第\s*(?P<n>[{_CN}\d]{{1,9}})\s*编(?=[\s　]|$)")),
    (Numbering.CHAPTER, re.compile(rf"第\s*(?P<n>[{_CN}\d]{{1,9}})\s*章(?=[\s　]|[{CJK}]|$)")),
    (Numbering.SECTION, re.compile(rf"第\s*(?P<n>[{_CN}\d]{{1,9}})\s*节(?=[\s　]|[{CJK}]|$)")),
    (
        Numbering.ARTICLE,
        re.compile(
            rf"第\s*(?P<n>[{_CN}\d]{{1,9}})\s*条(?:之(?P<sub>[一二三四五六七八九十]{{1,2}}))?(?=[\s　:：【（(]|[{CJK}]|$)"
        ),
    ),
    (Numbering.STEP, re.compile(rf"第(?P<n>[{_CN}]{{1,3}})步(?=[\s　:：，,、])")),
    (Numbering.COMMA, re.compile(rf"(?P<n>[{_CN}]{{1,4}})\s*、")),
    (
        Numbering.PAREN,
        re.compile(rf"[（(]\s*(?P<n>[{_CN}]{{1,4}})\s*[）)]、?|(?P<m>[{_CN}]{{1,3}})[）)]、?|(?P<k>[㈠-㈩])"),
    ),
    (
        Numbering.POINT_PAREN,
        re.compile(r"[（(]\s*(?P<n>[\d０-９]{1,3})\s*[）)]、?|(?P<m>\d{1,2})[）)]、?|(?P<k>[⑴-⒇])"),
    ),
    (Numbering.CIRCLE, re.compile(rf"(?P<n>[{_CIRCLED}])")),
    (Numbering.POINT, re.compile(r"(?P<n>[\d０-９]{1,3})\s*(?:[.．](?![\d０-９])|、)|(?P<k>[⒈-⒛])")),
    (
        Numbering.SUBDECIMAL,
        re.compile(
            r"(?P<above>\d{1,2}(?:[.．]\d{1,2}){1,2})[.．](?P<n>\d{1,2})[.．、]?(?![\d.．])(?=\s|[^\x00-\x7f]|$)"
        ),
    ),
    (
        Numbering.DECIMAL,
        re.compile(
            rf"(?P<above>[1-9]\d?)[.．](?P<n>[1-9]\d?)[.．、]?(?![\d.．])(?=\s|[^\x00-\x7f]|$)(?!\s*{_MEASURE})"
        ),
    ),
    (
        Numbering.ROMAN,
        re.compile(r"(?P<r>[\u2160-\u216b]|(?:IX|IV|VI{0,3}|I{1,3}|XI{0,2}))\s*[.．、](?![A-Za-z\d])"),
    ),
    (
        Numbering.LETTER,
        re.compile(
            rf"(?P<a>[A-Z])\s*[.．、](?![A-Za-z\d])|[（(](?P<b>[A-Za-z])[）)](?=\s?[{CJK}]|$)|(?P<c>[a-z])[.．)）](?=\s?[{CJK}]|$)"
        ),
    ),
)


@dataclass(frozen=True)
class ClauseNumber:
    """A number found at the start of a line: its style, its value, its words, and where the text begins."""

    style: Numbering
    value: int
    label: str
    end: int
    sub: int = 0  # 第十二条之一 → 1
    above: str = ""  # 1.2.3 → "1.2"

    @property
    def step(self) -> str:
        """This number as one component of a clause path: 第十二条, 二, （三）, 8, （1）, ①."""
        if self.style in {
            Numbering.COMMA,
            Numbering.POINT,
            Numbering.ROMAN,
            Numbering.LETTER,
        } and not self.label.endswith(("）", ")")):
            return re.sub(r"[、.．\s]", "", self.label)
        if self.style in {Numbering.DECIMAL, Numbering.SUBDECIMAL}:
            return f"{self.above}.{self.value}"
        tight = re.sub(r"\s", "", self.label).rstrip("、")
        return tight.replace("(", "（").replace(")", "）")

    @property
    def anchor(self) -> str:
        """This number as one component of an address: tiao12, s2, p3."""
        above = f"{self.above}." if self.above else ""
        return f"{self.style.value}{above}{self.value}" + (f".{self.sub}" if self.sub else "")


# 第三条规定… / 第五条第二款所称…: the line talks about an article and is not one.
_TALK = re.compile(
    r"^\s*(?:第[〇零一二三四五六七八九十百]+[款项]|的|规定|所称|所列|和第|、第|至第|或者第|中的|修改为|改为|增加|删去)"
)


# 一、二级医院…: two grades one after the other, not item one.
_GRADES = re.compile(r"^(?P<n>[一二三四五六七八九十]+)(?:级|类|档|等|年级|层|、|季度|期|次产业|产业|审|线)")


def _only_talks(style: Numbering, value: int, rest: str) -> bool:
    """True when what looks like a number is a mention of it in a sentence."""
    if style is Numbering.COMMA:
        grades = _GRADES.match(rest)
        return bool(grades and to_int(grades["n"]) == value + 1)
    if style is Numbering.ARTICLE or style in CONTAINERS:
        return bool(_TALK.match(rest)) and not rest[:1].isspace()
    return False


def clause_number(line: str) -> ClauseNumber | None:
    """The number that ``line`` begins with, or None. 1.5万元 and 2026年 are figures, not numbers."""
    text = line.lstrip()
    if not _MAY_BEGIN.match(text):
        return None
    offset = len(line) - len(text)
    for style, pattern in _STYLES:
        match = pattern.match(text)
        if not match:
            continue
        groups = match.groupdict()
        value = _value(groups)
        if value is None or _only_talks(style, value, text[match.end() :]):
            return None
        sub = to_int(groups["sub"]) if groups.get("sub") else 0
        above = _half(groups.get("above") or "").replace("．", ".")
        return ClauseNumber(style, value, match[0].strip(), offset + match.end(), sub, above)
    return None


# Most lines begin with a plain word: one look at the first character spares trying every style.
_MAY_BEGIN = re.compile(rf"[第{_CN}（(\d０-９{_CIRCLED}㈠-㈩⑴-⒛\u2160-\u216bA-Za-z]")


def _value(groups: dict[str, str | None]) -> int | None:
    letter = groups.get("a") or groups.get("b") or groups.get("c")
    if letter:
        return ord(letter.upper()) - ord("A") + 1
    if roman := groups.get("r"):
        return _ROMAN[roman]
    if single := groups.get("k"):
        return (ord(single) - ord(next(first for first in "㈠⒈⑴" if first <= single))) + 1
    try:
        return to_int(_half(groups.get("n") or groups.get("m") or ""))
    except ValueError:
        return None


_HALF = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}


def _half(text: str) -> str:
    return text.translate(_HALF)
