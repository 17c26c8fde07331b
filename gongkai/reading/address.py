"""Clause addresses as people write and type them: 第十二条第二款第（三）项, 十二条二款, 二（三）1, 附件2第三条."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from gongkai.reading.document import Clause
from gongkai.text.normalise import fold
from gongkai.text.numerals import to_int

_CN = "〇零一二三四五六七八九十百千"
_PREFIX = re.compile(r"(?:附件|文件)\d*|通知")
_COUNTED = re.compile(
    rf"第(?P<n>[{_CN}\d]+)(?P<unit>分编|编|章|节|条|款|段|部分|篇|步)(?:之(?P<sub>[{_CN}]+))?"
)
_STYLES = (
    ("（一）", re.compile(rf"（(?P<n>[{_CN}]+)）")),
    ("（1）", re.compile(r"（(?P<n>\d+)）|(?P<m>\d+)）")),
    ("①", re.compile(r"(?P<n>[①-⑳])")),
    ("一", re.compile(rf"(?P<n>[{_CN}]+)")),
    ("1", re.compile(r"(?P<n>\d+)")),
)
_TYPED = re.compile(
    rf"[、.,，的]?第?(?P<open>\()?(?P<n>\d+(?:\.\d+)+|[{_CN}]+|\d+|[①-⑳]|[a-z\u2160-\u217f])(?(open)\))"
    rf"(?P<unit>分编|编|章|节|条|款|项|目|小?点|部分|段|篇|步)?(?:之(?P<sub>[{_CN}]+))?[、.,，]?"
)
# What a person may mean by a number with that unit, likeliest first.
_MEANT = {
    "条": ("条", "一"),
    "项": ("（一）", "1", "（1）", "一", "①"),
    "目": ("1", "（1）", "①"),
    "点": ("1", "（1）", "①", "一"),
    "小点": ("（1）", "1", "①"),
    "部分": ("部分", "一", "篇"),
    "款": ("款", "段"),
}
_CONTAINERS = frozenset({"编", "分编", "章", "节", "部分", "篇"})

Step = tuple[str, str, int]  # style, value, 之一 → 1
Key = tuple[Step, ...]


def prefix_of(path: str) -> str:
    """The part of the file that ``path`` stands in (附件2, 通知), "" for the text itself."""
    first, slash, _ = path.partition("/")
    return first if slash and _PREFIX.fullmatch(first) else ""


def cite(path: str) -> str:
    """``path`` as it is cited in a letter: 第十二条/第二款/（三） → 第十二条第二款第（三）项, 二/（三）/1 → 第二部分第（三）项第1点.

    Within articles the words are those of the Legislation Law, art. 65 (条、款、项、目).
    """
    prefix = prefix_of(path)
    steps = path[len(prefix) + 1 if prefix else 0 :].split("/")
    in_article = False
    words = prefix
    for i, each in enumerate(steps):
        step, again, count = each.partition("~")
        in_article = in_article or step_of(step)[0] == "条"
        words += _worded(step, first=i == 0, in_article=in_article)
        words += f"（第{count}处）" if again else ""
    return words


def _worded(step: str, *, first: bool, in_article: bool) -> str:
    style = step_of(step)[0]
    if style == "（一）":
        return f"第{step}项"
    if style == "一":
        return f"第{step}部分" if first else f"第{step}项"
    if style in {"1", "（1）", "①"}:
        return f"第{step}{'目' if in_article else '点'}"
    return step


@lru_cache(maxsize=8192)
def step_of(step: str) -> Step:
    """One component of a path as style, value and 之N; a style of its own for what bears no number."""
    counted = _COUNTED.fullmatch(step)
    if counted:
        return counted["unit"], str(_int(counted["n"])), _int(counted["sub"]) if counted["sub"] else 0
    for style, pattern in _STYLES:
        match = pattern.fullmatch(step)
        if match:
            return style, str(_int(match[match.lastgroup or "n"])), 0
    return "", step.lower(), 0


def _int(text: str) -> int:
    try:
        return to_int(text)
    except ValueError:
        return -1


def find(clauses: Sequence[Clause], words: str) -> Clause | None:
    """The clause that ``words`` name as a person types them (第12条第2款第3项), or None if there is none."""
    return Addresses(clauses).find(words)


class Addresses:
    """The clauses of one document by what people call them; made once, asked often."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._cited: dict[str, Clause] = {}
        self._keys: dict[tuple[str, Key], Clause] = {}
        self._alone: dict[tuple[str, Key], Clause | None] = {}
        self._first: dict[str, Clause] = {}
        for clause in clauses:
            prefix = prefix_of(clause.path)
            self._first.setdefault(prefix, clause)
            self._cited.setdefault(cite(clause.path), clause)
            steps = clause.path[len(prefix) + 1 if prefix else 0 :].split("/")
            key = tuple(step_of(step) for step in steps)
            self._keys.setdefault((prefix, key), clause)
            for i in range(1, len(key)):
                # 第九章 stands for 第二编第九章, 七、（五） for 第一部分七、（五）, where only one 编 or 部分 has them.
                if key[i - 1][0] not in _CONTAINERS:
                    break
                shorter = (prefix, key[i:])
                self._alone[shorter] = None if shorter in self._alone else clause

    def first(self, prefix: str) -> Clause | None:
        """The first clause of a part of the file."""
        return self._first.get(prefix)

    def at(self, prefix: str, key: Key) -> Clause | None:
        """The clause with exactly these steps."""
        return self._keys.get((prefix, key))

    def find(self, words: str, prefix: str = "") -> Clause | None:
        """The clause that ``words`` name; ``prefix`` says which part is meant where the words do not."""
        words = re.sub(r"\s", "", words)
        exact = self._cited.get(prefix + words)
        if exact:
            return exact
        named = re.match(rf"附件[{_CN}\d]*|通知|文件\d+", words)
        if named:
            chosen = self._prefix(named[0])
            if chosen is None:
                return None
            prefix, words = chosen, words[named.end() :]
            if not words:
                return self.first(prefix)
        typed = _typed(words)
        return self._match(prefix, typed) if typed else None

    def _prefix(self, name: str) -> str | None:
        """附件二 → 附件2; the only attachment of a file is 附件 and 附件1."""
        number = name[2:] and str(_int(name[2:]))
        wanted = name[:2] + number
        if wanted in self._first:
            return wanted
        return name[:2] if number == "1" and name[:2] in self._first else None

    def _match(self, prefix: str, typed: list[re.Match[str]]) -> Clause | None:
        units = [match["unit"] for match in typed]
        if "条" in units:
            typed = typed[units.index("条") :]  # articles are counted through: chapters add nothing
        choices = [_choices(match) for match in typed]
        for steps in product(*choices):
            key = _without_first_paragraph(steps)
            hit = self._keys.get((prefix, key)) or self._in_one_paragraph(prefix, key)
            hit = hit or self._alone.get((prefix, key))
            if hit:
                return hit
        return None

    def _in_one_paragraph(self, prefix: str, key: Key) -> Clause | None:
        """第十二条第（三）项 where the items stand in a later 款: meant is the only one there is."""
        if len(key) < 2 or key[0][0] != "条" or key[1][0] not in {"（一）", "1"}:
            return None
        hits = [
            hit
            for n in range(2, 12)
            if (hit := self._keys.get((prefix, (key[0], ("款", str(n), 0), *key[1:]))))
        ]
        return hits[0] if len(hits) == 1 else None


def _without_first_paragraph(steps: Key) -> Key:
    """An article's first 款 bears no step of its own: 第十二条第一款第（三）项 is 第十二条/（三）; no more does an item's."""
    if len(steps) > 1 and steps[-1][:2] == ("段", "1"):
        return steps[:-1]
    if len(steps) > 1 and steps[0][0] == "条" and steps[1][:2] == ("款", "1"):
        return steps[0], *steps[2:]
    return steps


def _typed(words: str) -> list[re.Match[str]] | None:
    """``words`` cut into numbers with their units; None if anything else is in them."""
    words = fold(words).replace("〔", "(").replace("〕", ")")
    found: list[re.Match[str]] = []
    at = 0
    while at < len(words):
        match = _TYPED.match(words, at)
        if match is None or len(found) == 8:
            return None
        found.append(match)
        at = match.end()
    return found


def _choices(match: re.Match[str]) -> list[Step]:
    value = match["n"]
    if re.search(r"[a-z.\u2160-\u217f]", value):
        return [("", value, 0)]
    number, sub = str(_int(value)), _int(match["sub"]) if match["sub"] else 0
    return [(style, number, sub) for style in _meant(match)]


def _meant(match: re.Match[str]) -> Iterator[str]:
    unit, arabic = match["unit"], match["n"].isdecimal()
    if match["open"]:
        yield from ("（1）", "（一）") if arabic else ("（一）",)
        if unit == "条":
            yield "条"
    elif unit:
        yield from _MEANT.get(unit, (unit,))
    elif match["n"] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        yield "①"
    else:
        yield from ("1", "一", "条", "（一）", "（1）") if arabic else ("一", "条", "（一）")
