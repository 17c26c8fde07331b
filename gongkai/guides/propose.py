"""Where a text names a service: proposals for links from clauses to services, for a person to confirm. No database here."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from gongkai.text.normalise import fold


class Known(NamedTuple):
    """A service as the text may name it."""

    code: str
    name: str


@dataclass(frozen=True)
class Found:
    """A service named in ``text[start:end]``, which are ``words``; ``confidence`` is from 0 to 1."""

    code: str
    start: int
    end: int
    words: str
    confidence: float


CODE, WHOLE, WITH_VERB, ALONE = 0.99, 0.95, 0.9, 0.7
_SHARED = 0.6  # times this, where several services (新办, 变更, 注销) have the words in common
_MOST_SHARED = 6
_LONGEST = 60
# What is done about a service, before or after what it is called: 申请首店开办补贴, 食品经营许可办理.
_DOING = (
    "申请", "办理", "申领", "申报", "登记", "核发", "审批", "备案", "领取", "取得", "受理", "发放", "认定", "给付", "换发", "补办",
    "确认", "核准", "审核",
)  # fmt: skip
_BEFORE = re.compile(rf"(?:{'|'.join(_DOING)})(?:了|过|的|本区|本市|相应)?$")
_AFTER = re.compile(rf"证?的?(?:{'|'.join(_DOING)})|(?<=许可)证")
# Words that say of no service in particular what it is about; a name made of them alone would be found everywhere.
_GENERAL = re.compile(
    "|".join(
        sorted(
            {
                *_DOING, "行政", "许可证", "许可", "证明", "证书", "资格", "资质", "变更", "注销", "延续", "设立", "撤销", "年检", "年审",
                "补贴", "补助", "奖励", "扶持", "支持", "资助", "资金", "经费", "专项", "项目", "企业", "个人", "单位", "机构", "组织", "居民", "市民",
                "公民", "经营", "管理", "服务", "事项", "政务", "公共", "社会", "业务", "信息", "材料", "费用", "基本", "一般", "其他", "有关", "相关",
                "本区", "本市", "查询", "咨询", "缴纳", "缴费", "报名", "评审", "评定", "鉴定", "检查", "验收", "一件事", "新办", "证", "书", "的", "和", "及", "与",
            },
            key=len,
            reverse=True,
        )
    )
)  # fmt: skip
# 许可证 and 许可 are one; a 证明 stays, or 夜间连续施工 would be found where nobody speaks of the paper for it.
_TAIL = re.compile(rf"(?:{'|'.join(_DOING)}|一件事|(?<=许可)证)+$")
_IN_BRACKETS = re.compile(r"\([^()]*\)$")
_QUOTES = frozenset("“”\"'‘’「」『』 ")
_ITEM_CODE = re.compile(r"[a-z0-9][a-z0-9_-]*[a-z0-9]")
# What one may be given: such words name the service by themselves, 养老机构 without 备案 does not.
_GIVEN = re.compile(r"(?:许可|补贴|补助|津贴|奖励|奖金|资助|救助|减免|优待|贷款|执照|证明|证书|证|卡)$")
# A 证明 is not a 证: 居住证 is not named where 居住证明 stands.
_OTHER_PAPER = re.compile("[明券实据照]")


class Names:
    """The names of many services, ready to be looked for; made once for many texts."""

    def __init__(self, services: Iterable[Known], *, region: str = "") -> None:
        """``region``, such as 示例区, is what may stand before a name and is left out in running text."""
        self._codes: dict[str, str] = {}
        self._whole: dict[str, list[str]] = defaultdict(list)
        self._core: dict[str, list[str]] = defaultdict(list)
        for code, name in services:
            self._codes[fold(code)] = code
            tight = "".join(ch for ch in fold(name) if ch not in _QUOTES).removeprefix(fold(region))[
                :_LONGEST
            ]
            if particular(tight):
                self._whole[tight].append(code)
            core = _core(tight)
            if core != tight and particular(core):
                self._core[core].append(code)
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in (*self._whole, *self._core):
            lengths[name[:2]].add(len(name))
        # By its first two characters: how long the names are that begin so, the longest first.
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def find(self, text: str) -> list[Found]:
        """Every service that ``text`` names, in the order of the text; the longest name wins where two overlap.

        The time grows with the length of the text, not with the number of services.
        """
        folded = fold(text)
        places = [i for i, ch in enumerate(folded) if ch not in _QUOTES]
        tight = "".join(folded[i] for i in places)
        titles = list(_titles(tight))
        hits = [(start, end) for start, end in self._hits(tight) if _stands_free(tight, start, end, titles)]
        found = []
        for start, end in _longest(hits):
            first, last, confidence, codes = self._judged(tight, start, end)
            begin, stop = places[first], places[last - 1] + 1
            found += [Found(code, begin, stop, text[begin:stop], confidence) for code in codes]
        found += self._coded(folded, text)
        return sorted(found, key=lambda each: (each.start, each.end, each.code))

    def _hits(self, tight: str) -> Iterable[tuple[int, int]]:
        for start in range(len(tight) - 1):
            for length in self._lengths.get(tight[start : start + 2], ()):
                words = tight[start : start + length]
                if words in self._whole or words in self._core:
                    yield start, start + len(words)
                    break

    def _judged(self, tight: str, start: int, end: int) -> tuple[int, int, float, list[str]]:
        """The words with the verb beside them, how sure, and which services: whose name it is, else whose core."""
        words = tight[start:end]
        if words in self._whole:
            codes = sorted(set(self._whole[words]))
            confidence = WHOLE
        else:
            codes = sorted(set(self._core[words]))
            before, after = _BEFORE.search(tight[max(start - 6, 0) : start]), _AFTER.match(tight, end)
            with_verb = before or (after and after[0] != "证")
            confidence = WITH_VERB if with_verb else ALONE
            start = start - len(before[0]) if before else start
            end = after.end() if after else end
            if not with_verb and not _GIVEN.search(words):
                return start, end, 0.0, []
        if len(codes) > _MOST_SHARED:
            return start, end, 0.0, []
        return start, end, round(confidence * (_SHARED if len(codes) > 1 else 1), 2), codes

    def _coded(self, folded: str, text: str) -> list[Found]:
        return [
            Found(code, match.start(), match.end(), text[match.start() : match.end()], CODE)
            for match in _ITEM_CODE.finditer(folded)
            if len(match[0]) >= 6
            and any(ch.isdigit() for ch in match[0])
            and (code := self._codes.get(match[0]))
        ]


def particular(name: str) -> bool:
    """Whether a name says what it is about: two characters and more are left when general words are taken away."""
    return len(name) >= 4 and len(_GENERAL.sub("", re.sub(r"[()]", "", name))) >= 2


def _core(name: str) -> str:
    """What a service is about: 食品经营许可证核发(新办) → 食品经营许可."""
    core = name
    while (shorter := _TAIL.sub("", _IN_BRACKETS.sub("", core))) != core:
        core = shorter
    for verb in _DOING:
        if core.startswith(verb) and particular(core.removeprefix(verb)):
            return core.removeprefix(verb)
    return core


def _titles(tight: str) -> Iterable[tuple[int, int]]:
    for match in re.finditer("《([^《》]*)》", tight):
        yield match.start(1), match.end(1)


def _stands_free(tight: str, start: int, end: int, titles: list[tuple[int, int]]) -> bool:
    """False for part of a longer word, and within the title of a document unless it is the whole title."""
    if tight[end - 1] == "证" and _OTHER_PAPER.match(tight, end):
        return False
    return all(
        end <= first or last <= start or (start == first and tight[end:last] in ("", "证", "许可证"))
        for first, last in titles
    )


def _longest(hits: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Hits that do not overlap, the longest kept, of two as long the first."""
    taken: set[int] = set()
    kept = []
    for start, end in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if not taken & {start, end - 1}:
            taken.update(range(start, end))
            kept.append((start, end))
    return kept
