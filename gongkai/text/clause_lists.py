"""Clauses in running text: 第十二条第二款第（三）项, lists (第一、二款) and ranges (第五条至第八条), in standard form."""

import re

_DIGITS = "〇零○一二三四五六七八九十百千0-9０-９"
_N = rf"[{_DIGITS}]{{1,9}}"
_OPEN, _CLOSE = "[（(]", "[）)]"
_UNITS = ("分编", "编", "章", "节", "条", "款", "项", "目", "部分")
_RANK = {"编": 0, "分编": 1, "章": 2, "部分": 2, "节": 3, "条": 4, "款": 5, "项": 6, "目": 7}
_UNIT = "|".join(_UNITS)
MARK = rf"第\s?(?:{_OPEN}\s?)?{_N}"  # how every mention of a clause begins
_AND = r"(?:、|以及|或者|和|及|与|或|至|到|—|－|-|～|~)"
_STEP = re.compile(
    rf"第?\s?(?P<open>{_OPEN}\s?)?(?P<n>{_N})(?(open)\s?{_CLOSE}|)\s?"
    rf"(?:(?P<unit>{_UNIT})(?P<sub>(?<=条)之[一二三四五六七八九十]{{1,2}}(?!种|类|的[，、]))?)?"
)
_SEPARATOR = re.compile(rf"\s?(?P<sep>{_AND})?\s?(?:的)?(?=第?\s?{_OPEN}?\s?{_N})")
_RANGE = frozenset("至到—－-～~")
# 第一、二、三款, 第（一）、（三）项: the unit comes with the last of them.
_UNIT_LATER = re.compile(
    rf"(?:\s?{_AND}?\s?第?\s?(?:{_OPEN}\s?{_N}\s?{_CLOSE}|(?<=[、和及与或至到者—－～~第-]){_N})){{1,20}}(?P<unit>条|款|项|章|节)"
)

_Steps = dict[str, str]


def clauses_at(text: str, at: int) -> list[tuple[int, int, str]]:
    """The clauses named at ``text[at:]``: (start, end, standard form) each; none if no clause begins there.

    Later ones of a list stand under what the first names: 第一款第（一）、（三）项 gives 第一款第（一）项 and 第一款第（三）项.
    """
    found: list[tuple[int, int, str]] = []
    above: _Steps = {}
    while True:
        read = _address(text, at, above, first=not found)
        if read is None:
            return found
        end, steps, _ = read
        above = steps
        found.append((at, end, "".join(steps[unit] for unit in sorted(steps, key=_RANK.__getitem__))))
        separator = _SEPARATOR.match(text, end)
        if separator is None:
            return found
        if separator["sep"] in _RANGE:
            ranged = _address(text, separator.end(), above, first=False)
            if ranged is None:
                return found
            last = "".join(ranged[2][unit] for unit in sorted(ranged[2], key=_RANK.__getitem__))
            found[-1] = (at, ranged[0], f"{found[-1][2]}至{last}")
            above = ranged[1]
            separator = _SEPARATOR.match(text, ranged[0])
            if separator is None or separator["sep"] in _RANGE:
                return found
        if separator["sep"] is None and text[separator.end() : separator.end() + 1] not in "（(":
            return found
        at = separator.end()


def _address(text: str, at: int, above: _Steps, *, first: bool) -> tuple[int, _Steps, _Steps] | None:
    """One address at ``at``: its end, all its steps with what it stands under, and the steps written here."""
    own: _Steps = {}
    rank, stop = -1, at
    while True:
        match = _STEP.match(text, at)
        if match is None or not _fits(match, bare_number=bool(above) and not own):
            break
        unit, end = match["unit"], match.end()
        if unit is None:
            later = _UNIT_LATER.match(text, end)
            if later is None:
                break
            unit = later["unit"]
        if _RANK[unit] <= rank or (first and not own and not text.startswith("第", at)):
            break
        own[unit] = _standard(match, unit)
        rank, at = _RANK[unit], end
        stop = end
        if match["unit"] is None:
            break
        if unit in {"条", "款"} and re.match("的第[^条章节编]{1,9}[款项]", text[at : at + 13]):
            at += 1  # 第四十条的第三款
        elif re.match(r"\s第", text[at : at + 2]):
            at += 1
    if not own:
        return None
    top = min(_RANK[unit] for unit in own)
    return stop, {**{unit: step for unit, step in above.items() if _RANK[unit] < top}, **own}, own


def _fits(match: re.Match[str], *, bare_number: bool) -> bool:
    """A step bears 第, or brackets (（三）项), or follows another number in a list (一、二款)."""
    return (
        match[0].startswith("第")
        or (match["open"] is not None and match["unit"] in {None, "项"})
        or bare_number
    )


def _standard(match: re.Match[str], unit: str) -> str:
    number = match["n"]
    inner = f"（{number}）" if match["open"] and unit in {"项", "目"} else number
    return f"第{inner}{unit}{match['sub'] or ''}"
