"""Where a short name (以下简称商标法) or the Constitution stands for a document in running text without 《》."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gongkai.text.normalise import CJK

# Ends in 法 and names no statute.
_NO_STATUTE = frozenset(
    [
        "办法",
        "方法",
        "依法",
        "做法",
        "本法",
        "立法",
        "司法",
        "执法",
        "用法",
        "新法",
        "旧法",
        "该法",
        "同法",
        "合法",
        "违法",
        "非法",
        "守法",
        "书法",
    ]
)
# What may stand directly before a name of few characters; behind anything else it ends a longer name (国际商标法).
_BEFORE = "照据按依反合守和与及或由在除因从为是将把以的用经受了对犯者同自于入有又指行施彻布订定改止触除符遵实现即向至到悉习传宣据着"
# A longer name, or a subject of study: 商标法实施条例, 刑法学, 公路法修正案.
_NOT_BEHIND = (
    r"(?!实施(?:条例|细则|办法|意见|规定)|修正案|司法解释|暂行|试行|草案)"
    r"(?!(?<=法)(?:[律院官学典庭系域盲人定]|规(?!定)|治|制(?!定)))(?![》〉])"
)
_SHORT_STATUTE = re.compile(r"^.{1,4}(?:法|条例|规定|细则|规则|办法)$")
_CONSTITUTION = re.compile(
    r"(?:根据|依照|按照|遵守|依据)(?P<name>(?:中华人民共和国)?宪法)(?!修正案|宣誓|和法律委员会|[学典日性]|序言)"
)


def uses(text: str, names: Iterable[str], start: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of each of ``names`` that stands for its document in ``text[start:stop]``."""
    for match in _named(tuple(names)).finditer(text, start, stop):
        yield match.start(), match.end(), match[0].strip('“”"')


def constitution(text: str) -> Iterator[tuple[int, int]]:
    """Where the Constitution is named as a source without marks: 根据宪法, 遵守宪法和法律."""
    for match in _CONSTITUTION.finditer(text):
        yield match.start("name"), match.end("name")


@lru_cache(maxsize=64)
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    """Where one of ``names`` stands; a name that is an ordinary word (意见, 条例) only in quotation marks."""
    words = sorted(names, key=len, reverse=True)
    quoted = "|".join(re.escape(word) for word in words)
    plain = [_plain(word) for word in words if len(word) >= 4 or _is_statute(word)]
    return re.compile("|".join([f'[“"](?:{quoted})[”"]', *plain]))


def _is_statute(word: str) -> bool:
    return len(word) >= 2 and word.endswith("法") and word not in _NO_STATUTE


def _plain(word: str) -> str:
    before = f"(?<![{CJK}])|(?<=[{_BEFORE}])" if _SHORT_STATUTE.match(word) else "(?<![本《〈])"
    return f"(?:{before})(?<![《〈]){re.escape(word)}{_NOT_BEHIND}"
