"""Chinese numerals and Arabic numbers, both ways: 一百二十三 ↔ 123, 二〇〇六 ↔ 2006, ① → 1."""

from decimal import Decimal

_DIGITS = {ch: i for i, ch in enumerate("〇一二三四五六七八九")}
# The letter O, its look-alikes and a plain 0 stand for zero in many files (二００四年).
_DIGITS |= dict.fromkeys("零○ＯОOo◯0０", 0) | {"两": 2}
_DIGITS |= {ch: i for i, ch in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
# Full-width figures, point and comma.
_HALF = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF0E, 0xFF0C)}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SHORT = {"廿": 20, "卅": 30}
_GROUPS = {"万": 10**4, "亿": 10**8}
NUMERAL = "〇零○Ｏ一二三四五六七八九十百千万亿两廿卅"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def to_int(text: str) -> int:
    """The number that ``text`` writes, in Chinese (二十, 二〇二五, 一万三千), Arabic or circled figures.

    Raises ValueError when ``text`` is no whole number.
    """
    text = text.strip()
    if not text:
        raise ValueError("空文字不是数字。")
    if text in _CIRCLED:
        return _CIRCLED.index(text) + 1
    if text.isdecimal():
        return int(text)
    if all(ch in _DIGITS for ch in text):
        return int("".join(str(_DIGITS[ch]) for ch in text))
    return _grouped(text)


def _grouped(text: str) -> int:
    for name in ("亿", "万"):
        head, found, tail = text.rpartition(name)
        if found:
            high = to_int(head) if head else 1
            return high * _GROUPS[name] + (_below_ten_thousand(tail) if name == "万" else _rest(tail))
    return _below_ten_thousand(text)


def _rest(text: str) -> int:
    return _grouped(text) if text else 0


def _below_ten_thousand(text: str) -> int:
    total, digit, last = 0, None, 10**4
    for ch in text:
        if ch in _UNITS:
            unit = _UNITS[ch]
            if unit >= last:
                raise ValueError(f"“{text}”不是数字。")
            total += (1 if digit is None else digit) * unit
            digit, last = None, unit
        elif ch in _SHORT:
            total, digit, last = total + _SHORT[ch], None, 10
        elif ch in _DIGITS and (digit is None or digit == 0):
            digit = _DIGITS[ch]
        else:
            raise ValueError(f"“{text}”不是数字。")
    return total + (digit or 0)


def to_chinese(number: int) -> str:
    """``number`` (0 to 99,999,999) as statutes write it: 12 → 十二, 110 → 一百一十, 105 → 一百零五."""
    if not 0 <= number < 10**8:
        raise ValueError("只能写出 0 到 99999999 之间的数。")
    high, low = divmod(number, 10**4)
    if not high:
        written = _four_digits(low) or "零"
        return written.removeprefix("一") if written.startswith("一十") else written
    return f"{to_chinese(high)}万{'零' if 0 < low < 1000 else ''}{_four_digits(low)}"


def _four_digits(number: int) -> str:
    written, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("零" if zero and written else "") + "零一二三四五六七八九"[digit] + name
        zero = not digit
    return written


def to_decimal(text: str) -> Decimal:
    """A figure with or without decimals and thousands separators: 1,234.5 or 三 or 二点五."""
    text = text.translate(_HALF).replace(",", "").strip()
    if "点" in text:
        whole, _, part = text.partition("点")
        return Decimal(f"{to_int(whole)}.{''.join(str(_DIGITS[ch]) for ch in part)}")
    if text and (text[0].isdecimal() or text[0] in "+-."):
        return Decimal(text)
    return Decimal(to_int(text))
