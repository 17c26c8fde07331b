"""Numbering at the start of a line: 第X编/章/节/条, 一、（一）1.（1）① and 第一步."""

import re
from dataclasses import dataclass
from enum import Enum

from gongkai.text.normalise import CJK
from gongkai.text.numerals import to_int

_CN = "〇零一二三四五六七八九十百千两"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


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


# Containers give order and headings but are not part of an article's address: articles are counted through.
CONTAINERS = frozenset({Numbering.BOOK, Numbering.SUBBOOK, Numbering.CHAPTER, Numbering.SECTION})

_STYLES: tuple[tuple[Numbering, re.Pattern[str]], ...] = (
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
    (Numbering.PAREN, re.compile(rf"[（(]\s*(?P<n>[{_CN}]{{1,4}})\s*[）)]、?")),
    (Numbering.POINT_PAREN, re.compile(r"[（(]\s*(?P<n>[\d０-９]{1,3})\s*[）)]、?|(?P<m>\d{1,2})[）)]")),
    (Numbering.CIRCLE, re.compile(rf"(?P<n>[{_CIRCLED}])")),
    (Numbering.POINT, re.compile(r"(?P<n>[\d０-９]{1,3})\s*(?:[.．](?![\d０-９])|、)")),
)


@dataclass(frozen=True)
class ClauseNumber:
    """A number found at the start of a line: its style, its value, its words, and where the text begins."""

    style: Numbering
    value: int
    label: str
    end: int
    sub: int = 0  # 第十二条之一 → 1

    @property
    def step(self) -> str:
        """This number as one component of a clause path: 第十二条, 二, （三）, 8, （1）, ①."""
        if self.style in {Numbering.COMMA, Numbering.POINT}:
            return re.sub(r"[、.．\s]", "", self.label)
        tight = re.sub(r"\s", "", self.label).rstrip("、")
        return tight.replace("(", "（").replace(")", "）")

    @property
    def anchor(self) -> str:
        """This number as one component of an address: tiao12, s2, p3."""
        return f"{self.style.value}{self.value}" + (f".{self.sub}" if self.sub else "")


# 第三条规定… / 第五条第二款所称…: the line talks about an article and is not one.
_TALK = re.compile(
    r"^\s*(?:第[〇零一二三四五六七八九十百]+[款项]|(?:的)?规定|所称|所列|和第|、第|至第|或者第|中的|修改为|改为|增加|删去)"
)


# 一、二级医院…: two grades one after the other, not item one.
_GRADES = re.compile(r"^(?P<n>[一二三四五六七八九十]+)(?:级|类|档|等|年级|层|、)")


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
    offset = len(line) - len(text)
    for style, pattern in _STYLES:
        match = pattern.match(text)
        if not match:
            continue
        groups = match.groupdict()
        try:
            value = to_int(_half(groups.get("n") or groups.get("m") or ""))
        except ValueError:
            return None
        if _only_talks(style, value, text[match.end() :]):
            return None
        sub = to_int(groups["sub"]) if groups.get("sub") else 0
        return ClauseNumber(style, value, match[0].strip(), offset + match.end(), sub)
    return None


def _half(text: str) -> str:
    return text.translate({code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)})
