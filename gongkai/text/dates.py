"""Dates as official text writes them: 2018年11月6日, 二〇〇四年八月十二日, 2018-11-06, 2018.11.6."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.text.normalise import fold
from gongkai.text.numerals import to_int

_YEAR = r"(?:(?:1[89]|2[01])\d\d|[一二][〇零○Ｏ０0oO一二三四五六七八九]{3})"
_SMALL = r"(?:\d{1,2}|[〇零一二三四五六七八九十廿卅]{1,3})"
_LONG = re.compile(rf"(?P<y>{_YEAR})\s*年\s*(?P<m>{_SMALL})\s*月\s*(?P<d>{_SMALL})\s*[日号]")
_SHORT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)")


@dataclass(frozen=True)
class FoundDate:
    """A date and where it stands: ``text[start:end]``."""

    start: int
    end: int
    date: date


def _make(match: re.Match[str]) -> FoundDate | None:
    try:
        day = date(*(to_int(match[name]) for name in "ymd"))
    except ValueError:
        return None  # 2019年2月30日, or 第三十二日: not a day of the calendar
    return FoundDate(match.start(), match.end(), day)


def find_dates(text: str) -> Iterator[FoundDate]:
    """Every full date in ``text``, in order; offsets are into ``text`` as given."""
    if not any(ch.isdigit() or ch == "年" for ch in text):
        return
    folded = fold(text)
    found = [d for pattern in (_LONG, _SHORT) for m in pattern.finditer(folded) if (d := _make(m))]
    yield from sorted(found, key=lambda each: each.start)


def parse_date(text: str) -> date | None:
    """The one date that ``text`` consists of or begins with (2018-11-06 10:30 too), or None."""
    folded = fold(text).strip()
    for pattern in (_LONG, _SHORT, _COMPACT):
        match = pattern.match(folded)
        if match and (found := _make(match)):
            return found.date
    return None


def is_date_line(text: str) -> bool:
    """True when the line is nothing but one date, as under a signature."""
    folded = re.sub(r"\s+", "", fold(text))
    match = _LONG.fullmatch(folded)
    return bool(match and _make(match))


def in_chinese(day: date) -> str:
    """2026-11-20 → 2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"
