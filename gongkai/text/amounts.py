"""Amounts of money and shares with their limits: 不超过2万元, 百分之五十, 50%, 3000元以上."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gongkai.text.normalise import fold
from gongkai.text.numerals import NUMERAL, to_decimal

_FIGURE = rf"(?:\d[\d,]*(?:\.\d+)?|[{NUMERAL}]+(?:点[{NUMERAL}]+)?)"
_SCALE = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
# Chinese numerals hold their scale themselves (三万一千元); figures may have one behind them (3.1万元).
_MONEY = re.compile(
    rf"(?:(?<![\d,.])(?P<n>\d[\d,]{{0,24}}(?:\.\d+)?)\s*(?P<s>万亿|千万|百万|亿|万|千)?|(?<![{NUMERAL}])(?P<c>[{NUMERAL}]{{1,24}}(?:点[{NUMERAL}]{{1,12}})?))\s*元(?!素|旦|月|年)"
)
_SHARE = re.compile(
    rf"百分之(?P<c>{_FIGURE})|(?P<p>\d[\d,]*(?:\.\d+)?)\s*%|千分之(?P<k>{_FIGURE})|(?P<q>\d[\d,]*(?:\.\d+)?)\s*‰|万分之(?P<w>{_FIGURE})"
)
_WHOLE = {"c": 100, "p": 100, "k": 1000, "q": 1000, "w": 10000}
_BEFORE = re.compile(
    r"(不超过|不高于|最高|至多|以内|不低于|不少于|至少|超过|高于|低于|少于|达到|满)[^,;，。；\d]{0,6}$"
)
_AFTER = re.compile(r"^\s*(以上|以下|以内|及以上|及以下)")


@dataclass(frozen=True)
class Amount:
    """``value`` in yuan (unit "元") or as a share of one (unit "1"); ``limit`` is the word that bounds it, or ""."""

    start: int
    end: int
    value: Decimal
    unit: str
    limit: str = ""


def find_amounts(text: str) -> Iterator[Amount]:
    """Every sum of money and every share in ``text``, in order, with the words that bound it."""
    folded = fold(text)
    found: list[Amount] = []
    for match in _MONEY.finditer(folded):
        figure = match["n"] or match["c"]
        # 单位：万元 names a unit, not an amount.
        value = _value(figure) if figure.strip("百千万亿") else None
        if value is not None:
            found.append(_amount(folded, match, value * _SCALE[match["s"] or ""], "元"))
    for match in _SHARE.finditer(folded):
        named = next(name for name in _WHOLE if match[name])
        value = _value(match[named])
        if value is not None:
            found.append(_amount(folded, match, value / _WHOLE[named], "1"))
    yield from sorted(found, key=lambda each: each.start)


def _value(text: str) -> Decimal | None:
    try:
        return to_decimal(text)
    except (ValueError, InvalidOperation):
        return None


def _amount(text: str, match: re.Match[str], value: Decimal, unit: str) -> Amount:
    after = _AFTER.match(text[match.end() :])
    before = _BEFORE.search(text[: match.start()])
    limit = after[1] if after else before[1] if before else ""
    return Amount(match.start(), match.end(), value, unit, limit)
