"""Numbers as a spreadsheet shows them: format codes of Excel (0.00%, #,##0.00, yyyy"年"m"月"d"日") applied to values."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from gongkai.text.numerals import to_chinese

# The built-in formats by number, in the Chinese edition where the editions differ (ECMA-376 part 1, 18.8.30).
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"',
    42: '¥#,##0;-¥#,##0;¥"-"',
    43: '#,##0.00;-#,##0.00;"-"',
    44: '¥#,##0.00;-¥#,##0.00;¥"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
BUILT_IN |= dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"') | dict.fromkeys(
    (28, 29, 51, 53, 54, 58), 'm"月"d"日"'
)
BUILT_IN |= {30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"'}
BUILT_IN |= dict.fromkeys((34, 55), '上午/下午h"时"mm"分"') | dict.fromkeys(
    (35, 56), '上午/下午h"时"mm"分"ss"秒"'
)

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<noon>AM/PM|A/P|上午/下午)|(?P<general>General|G/通用格式)"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,}|e+|b+)|(?P<power>E[+-]0+)|(?P<digit>[0#?][0#?,.]*|\.[0#?]+)|(?P<other>.)",
    re.I | re.S,
)
_WEEK = "一二三四五六日"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)$")
_CURRENCY = re.compile(r"\$([^-]*)(?:-[0-9A-Fa-f]+)?$")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True)
class _Section:
    tokens: tuple[_Token, ...]
    condition: tuple[str, float] | None
    is_date: bool
    chinese: bool  # [DBNum1]: 二〇二四年三月一日


def show(value: float, code: str, from_1904: bool = False) -> str:
    """``value`` as a cell of the format ``code`` shows it; a code that cannot be understood shows the plain number."""
    sections = _sections(code)
    section, signed = _choose(sections, value)
    if not section.tokens:
        return ""
    if section.is_date:
        shown = _date(value, section, from_1904)
        return plain(value) if shown is None else shown
    return _number(value if signed else abs(value), section)


def plain(value: float) -> str:
    """The format General: whole numbers in full, others to the eleven places that a cell shows."""
    if abs(value) >= 1e15 or (value and abs(value) < 1e-9):
        return f"{value:.5E}"
    if value == int(value):
        return str(int(value))
    decimals = max(0, 10 - len(str(int(abs(value)))))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=2048)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(code[:500]):
        kind = match.lastgroup or "other"
        if kind == "other" and match[0] == ";":
            sections.append([])
        else:
            sections[-1].append(_Token(kind, match[kind]))
    return tuple(map(_section, sections[:4]))


def _section(tokens: list[_Token]) -> _Section:
    condition = None
    chinese = False
    kept: list[_Token] = []
    for token in tokens:
        if token.kind != "bracket":
            kept.append(token)
            continue
        text = token.text
        if found := _CONDITION.match(text):
            condition = (found[1], float(found[2]))
        elif currency := _CURRENCY.match(text):
            kept.append(_Token("quoted", currency[1]))
        elif re.fullmatch(r"h+|m+|s+", text, re.I):
            kept.append(_Token("elapsed", text.lower()))
        chinese = chinese or text.lower() in {"dbnum1", "dbnum2"}
    is_date = any(token.kind in {"date", "elapsed", "noon"} for token in kept)
    return _Section(tuple(kept), condition, is_date, chinese)


def _choose(sections: tuple[_Section, ...], value: float) -> tuple[_Section, bool]:
    """The section for ``value``, and whether it still has to show the sign."""
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition is None or _holds(section.condition, value):
                return section, True
        return sections[-1], True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], True


def _holds(condition: tuple[str, float], value: float) -> bool:
    sign, limit = condition
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]


def _rounded(value: float, decimals: int) -> str:
    """Halves are rounded away from zero, on the fifteen digits that a spreadsheet keeps."""
    exact = Decimal(f"{value:.15g}")
    return f"{exact.quantize(Decimal(1).scaleb(-min(decimals, 30)), ROUND_HALF_UP):f}"


def _number(value: float, section: _Section) -> str:
    tokens = section.tokens
    places = [i for i, token in enumerate(tokens) if token.kind == "digit"]
    if not places:
        if any(token.kind == "general" or (token.kind == "other" and token.text == "@") for token in tokens):
            return "".join(
                _literal(t) if t.kind not in {"general"} and t.text != "@" else plain(value) for t in tokens
            )
        return "".join(map(_literal, tokens)).strip()
    if any(token.kind == "other" and token.text == "/" for token in tokens) or abs(value) >= 1e60:
        return plain(value)  # fractions
    mask = "".join(tokens[i].text for i in places)
    percent = sum(token.kind == "other" and token.text == "%" for token in tokens)
    power = next((token.text for token in tokens if token.kind == "power"), "")
    if power:
        shown = f"{value:.{mask.partition('.')[2].count('0')}E}"
    else:
        shown = _masked(value * 100**percent, mask)
    pieces = _dealt(shown, [tokens[i].text for i in places])
    shares = dict(zip(places, pieces, strict=True))
    out = "".join("" if t.kind == "power" else shares.get(i, _literal(t)) for i, t in enumerate(tokens))
    if shown.startswith("-") and not out.startswith("-"):
        out = "-" + out.replace("-", "", 1)  # -¥5, not ¥-5
    return out.strip()


def _dealt(shown: str, masks: list[str]) -> list[str]:
    """The digits among the places that literals part (0000"年"00"月"): from the right, the first takes the rest."""
    if len(masks) == 1 or "." in "".join(masks):
        return [shown, *[""] * (len(masks) - 1)]
    pieces: list[str] = []
    for mask in reversed(masks[1:]):
        size = sum(ch in "0#?" for ch in mask)
        pieces.insert(0, shown[max(len(shown) - size, 0) :])
        shown = shown[: max(len(shown) - size, 0)]
    return [shown, *pieces]


def _masked(value: float, mask: str) -> str:
    whole, _, fraction = mask.partition(".")
    body = whole.rstrip(",")
    thousands = len(whole) - len(body) if not fraction else 0
    if fraction.endswith(","):
        thousands = len(fraction) - len(fraction.rstrip(","))
    value /= 1000**thousands
    fraction = fraction.replace(",", "")
    digits = _rounded(value, len(fraction))
    negative = digits.startswith("-") and any(ch in "123456789" for ch in digits)
    integer, _, decimals = digits.lstrip("-").partition(".")
    integer = integer.lstrip("0").rjust(body.count("0"), "0")
    if "," in body:
        integer = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
    while decimals and fraction[len(decimals) - 1] in "#?" and decimals.endswith("0"):
        decimals = decimals[:-1]
    point = "." if "." in mask and (decimals or "0" in fraction) else ""
    return ("-" if negative else "") + integer + point + decimals


def _literal(token: _Token) -> str:
    if token.kind in {"space", "fill"}:
        return " " if token.kind == "space" else ""
    return token.text


# --- dates -------------------------------------------------------------------------------------------------


def moment(value: float, from_1904: bool = False) -> datetime | None:
    """The day and time that a serial number stands for, None where there is none. 1900 had no 29 February."""
    if not 0 <= value < 2958466:
        return None
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if value < 60 else 30)  # noqa: DTZ001
    return epoch + timedelta(milliseconds=round(value * 86_400_000))


def _date(value: float, section: _Section, from_1904: bool) -> str | None:
    when = moment(value, from_1904)
    if when is None:
        return None
    tokens = section.tokens
    if not any(token.kind == "date" and "s" in token.text.lower() and "." in token.text for token in tokens):
        when += timedelta(milliseconds=500)  # seconds are rounded, not cut
    half = any(token.kind == "noon" for token in tokens)
    out: list[str] = []
    for i, token in enumerate(tokens):
        if token.kind == "elapsed":
            out.append(str(int(value * {"h": 24, "m": 1440, "s": 86400}[token.text[0]] + 1e-6)))
        elif token.kind == "noon":
            names = ("上午", "下午") if "午" in token.text else ("AM", "PM")
            out.append(names[when.hour >= 12])
        elif token.kind == "date":
            out.append(_piece(token.text.lower(), when, _is_minute(tokens, i), half, section.chinese))
        elif token.kind == "digit":
            out.append("")
        elif not (token.kind == "other" and token.text == "@"):
            out.append(_literal(token))
    return "".join(out).strip()


def _is_minute(tokens: tuple[_Token, ...], i: int) -> bool:
    """m is minutes behind hours or before seconds, months elsewhere."""
    times = [t for t in tokens[:i] if t.kind in {"date", "elapsed"}]
    after = next((t for t in tokens[i + 1 :] if t.kind in {"date", "elapsed"}), None)
    return bool(times and times[-1].text[0] in "hH") or bool(after and after.text[0] in "sS")


def _piece(text: str, when: datetime, minute: bool, half: bool, chinese: bool) -> str:
    letter, size = text[0], len(text)
    if letter in "ye" or letter == "b":
        year = f"{when.year:04d}"[2 if letter == "y" and size <= 2 else 0 :]
        return "".join("〇一二三四五六七八九"[int(ch)] for ch in year) if chinese else year
    if letter == "a" or (letter == "d" and size > 2):
        name = _WEEK[when.weekday()]
        return {3: name, 4: f"星期{name}"}.get(size, name)
    if letter == "m" and not minute and size > 2:
        return _MONTHS[when.month - 1][: 1 if size == 5 else 3]
    if letter == "s" and "." in text:
        return f"{when.second + when.microsecond / 1e6:0{2 if text.startswith('ss') else 1}.{len(text.partition('.')[2])}f}"
    number = {
        "m": when.minute if minute else when.month,
        "d": when.day,
        "h": (when.hour % 12 or 12) if half else when.hour,
        "s": when.second,
    }[letter]
    if chinese:
        return to_chinese(number)
    return f"{number:02d}" if size >= 2 else str(number)
