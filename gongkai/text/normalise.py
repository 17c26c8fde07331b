"""Making official text comparable: widths, spaces and invisible characters, with or without keeping offsets."""

import re

# Full-width ASCII to half width, and every kind of space to one: the length never changes, so offsets hold.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD.update(dict.fromkeys([0x3000, 0x00A0, 0x2002, 0x2003, 0x2009, 0x202F, 0x0009, 0x000A, 0x000D], 0x20))
_FOLD.update({ord("﹝"): ord("〔"), ord("﹞"): ord("〕")})
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u2002-\u200a\u202f\u3000]+")
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_CJK_MARK = f"{CJK}，。；：、！？（）〔〕《》〈〉“”‘’【】—…·〇"
_SPACED = re.compile(
    f"(?:(?<=^[{CJK}])|(?<= [{CJK}])) (?=[{CJK}](?: |$))|(?<= [{CJK}]) (?=[{CJK}])|(?<=[{CJK}]) (?=[{CJK}] [{CJK}])"
)
_GAP = re.compile(f"(?<=[{_CJK_MARK}]) +(?=[{_CJK_MARK}])")


def fold(text: str) -> str:
    """Half width, lower case, plain spaces; same length as ``text``, so that offsets stay true."""
    folded = text.translate(_FOLD)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    # İ and a few others grow when lowered: those stay as they are.
    return "".join(low if len(low := ch.lower()) == 1 else ch for ch in folded)


def clean(text: str) -> str:
    """One line of official text: no invisible characters, runs of spaces made one, ends trimmed.

    Nothing that a reader can see is changed: full-width digits and punctuation stay as the office wrote them.
    """
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def close_up(text: str) -> str:
    """``clean`` and without the spaces that typesetting puts between Chinese characters (总　　则 → 总则)."""
    return _GAP.sub("", clean(text))


def unspace(text: str) -> str:
    """``clean``, and letter-spaced words closed up (土 地 使 用 → 土地使用); a space between words stays."""
    return _SPACED.sub("", clean(text))


def bare(text: str) -> str:
    """For comparing only: folded, without any space or punctuation."""
    return "".join(ch for ch in fold(text) if ch.isalnum())
