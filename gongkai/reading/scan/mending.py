"""What a recogniser gets wrong time and again, put right where the context leaves no choice, else marked as doubtful."""

import re

from gongkai.reading.layout.rows import DOUBT
from gongkai.reading.scan.engine import Reading
from gongkai.text.normalise import CJK

_SURE = 0.9  # on blurred pages 86 % of the wrong characters are below this and 2 % of the right ones
_MENDED = 0.5  # what was changed by context is shown to the clerk as doubtful
_LOOKALIKE = 0.97  # for pairs that differ by a hair the recogniser must be surer
_LIKELY = (
    0.5  # marks come in two widths that share the confidence between them; which one it was does not matter
)
_MARKS = frozenset("()（）,，:：;；!！?？")
_TWINS = frozenset("日曰己已巳未末士土干千于人入八〇○O0l1I戊戌戍睛晴折拆")

_WIDE = str.maketrans(",:;!?", "，：；！？")
# Not within figures, times and addresses: 1,268.5 and 8:30 and http://
_NARROW_MARK = re.compile(r"(?<![0-9A-Za-z])[,:;!?]|[,:;!?](?![0-9A-Za-z/])")
_CHINESE = re.compile(f"[{CJK}]")
_STOP = re.compile(f"(?<=[{CJK}）》”])\\.(?=$|[{CJK}《“])")
_BRACKETS = re.compile("[(（]([^()（）]*)[)）]|[()]")
_NUMBER = re.compile(
    rf"(?<=[{CJK}])([〔\[［【﹝(（{{]?)((?:19|20)\d\d)([〕\]］】﹞)）}}]?)(?=第?\d{{1,5}}号)"
)
_CHINESE_DIGIT = "一二三四五六七八九"
_ZERO = re.compile(f"(?<=[{_CHINESE_DIGIT}〇○])[○0OoＯ](?=[{_CHINESE_DIGIT}〇○0OoＯ年])")
_FOOTER = re.compile(r"^([-—一–－_])(\d{1,4})([-—一–－_])$")
_IN_DIGITS = re.compile(r"(?<=\d)[OoＯlI|](?=\d)|(?<=\d)曰")
_DIGIT = {"O": "0", "o": "0", "Ｏ": "0", "l": "1", "I": "1", "|": "1", "曰": "日"}


def mend(reading: Reading) -> Reading:
    """The same characters, one for one, with punctuation as Chinese text has it and look-alikes settled.

    A character changed on the strength of its neighbours alone gets a confidence below DOUBT. So does one that was
    read with little, and one that has a twin (己 已 巳) and was not read with nearly full confidence.
    """
    text = reading.text
    settled = _ZERO.sub("〇", text)
    settled = _IN_DIGITS.sub(lambda m: _DIGIT[m[0]], settled)
    settled = _FOOTER.sub(r"—\2—", settled)
    settled = _NUMBER.sub(_number, settled)
    confidences = [
        _confidence(new, old, sure) for new, old, sure in zip(settled, text, reading.confidences, strict=True)
    ]
    if _CHINESE.search(settled):
        settled = _punctuated(settled)
    return Reading(settled, reading.centres, tuple(confidences), reading.spaced)


def _confidence(new: str, old: str, sure: float) -> float:
    if new != old:
        return min(sure, _MENDED)
    if new in _MARKS:
        return max(sure, DOUBT) if sure >= _LIKELY else sure
    unsure = sure < (_LOOKALIKE if new in _TWINS else _SURE)
    return min(sure, DOUBT - 0.01) if unsure else sure


def _number(match: re.Match[str]) -> str:
    """The year of a document number stands in 〔〕; a pair of round brackets stays as the office printed it."""
    opening, year, closing = match.groups()
    if not opening or not closing or (opening in "(（" and closing in ")）"):
        return match[0]
    return f"〔{year}〕"


def _punctuated(text: str) -> str:
    """Marks of a line of Chinese at full width; straight quotation marks made round, by turns."""
    text = _STOP.sub("。", _NARROW_MARK.sub(lambda m: m[0].translate(_WIDE), text))
    text = _BRACKETS.sub(_bracket, text)
    if text.count('"') % 2:
        return text
    parts = text.split('"')
    return "".join(part + ("" if i == len(parts) - 1 else "“”"[i % 2]) for i, part in enumerate(parts))


def _bracket(match: re.Match[str]) -> str:
    """Brackets at full width, both of a pair alike; those of formulas and foreign words, such as f(x), stay."""
    found, text = match[0], match.string
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
    if len(found) == 1:
        wide = {"(": "（", ")": "）"}[found]
        return wide if _CHINESE.match(before) or _CHINESE.match(after) else found
    if (
        "（" in found
        or "）" in found
        or _CHINESE.search(match[1])
        or not (before.isascii() and before.isalnum())
    ):
        return f"（{match[1]}）"
    return found
