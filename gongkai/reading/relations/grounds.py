"""What a document rests on and what it carries out: 根据《…》, 为贯彻落实《…》, 以《…》为依据, 为了保证《…》的实施."""

import re
from collections.abc import Iterator

from gongkai.reading.relations.model import RelationKind
from gongkai.reading.relations.said import Said, said, spans_of
from gongkai.reading.relations.zones import Sentence, Zone

_BASIS, _CARRY = RelationKind.BASED_ON, RelationKind.IMPLEMENTS
_LOOK_BACK = 200  # characters before a name in which the verb that governs it is looked for
_LATE = 10  # sentences; an opening that is longer is a report or an article, not the beginning of a notice

_CARRIES = "贯彻|落实|实施(?!细则|条例|办法|方案|意见|规定)|执行"
# The verbs before a name: the last one governs it. 某部发布的《…》 tells whose it is and governs nothing.
_LEAD = re.compile(
    r"(?P<basis>根据|依据|按照|依照|遵照|(?<![参比对])按(?![期时月年日比质量需规劳])|(?<=经)(?=《))"
    rf"|(?P<carry>(?:学习|宣传|认真|深入|全面|切实|坚决|扎实|组织|推进|推动|抓好){{0,4}}(?:{_CARRIES})(?:好|和)?(?:{_CARRIES})?好?)"
    r"|(?P<other>(?:参照|参考|对照|比照|结合|违反|符合|适用|纳入|列入|制定|印发|下发|出台|发布|公布|修订|起草|编制|通过|提出|规定|属于|超过|针对|由于)(?!的))"
)
_BROKEN = re.compile(r"[，,](?!(?:以及|和|及|并|与))|[；。]")
_MOST_BETWEEN = 90  # characters between verb and name: a row of organs, other sources without a name
# Between two names of one list.
_NO_LIST = re.compile(r"[；。：:《》]")
_BRACKETED = re.compile(r"[（(][^（()）]{0,80}[）)]")
_NEW_THOUGHT = re.compile(
    r"制定(?!的)|印发了|出台|结合|确保|完成|推进|加快|推动|促进|实现|加强|做好|强化|围绕|立足|明确|现就|现将|同意|决定|为了|提出如下|"
    r"报经|特[制作此]|通知如下|的通知要求|开展|进行|组织"
)
_MADE = re.compile(
    r"制定|制订|订立|编制|如下|现(?:就|将|予|对|面向|公布|印发|发布|决定)|特此|特[制作提发通公]|决定(?!》)|结合(?:本|我|实际|工作|各|当地)|"
    r"提出(?:以下|如下|本)|通告|公告(?![〔（(])|就.{2,40}(?:通知|公告|事项|意见|要求)|研究(?:提出|决定)|修订|"
    r"(?:作出|做出)(?:如下|以下)?(?:规定|解释|决定|补充)|请(?:认真|遵照|各|你)|[我本][省市县区局厅委办部]|全[省市县区]"
)
_STRONG = re.compile(
    r"(?:制定|制订|编制|订立|提出|形成)了?(?:本|如下|以下|此)(?!.{0,3}[行部]政)|(?:作|做)如下|如下(?=[：:。，]|$)|特此|特(?:作|制|提出|发布)"
)
_OWN_MAKING = re.compile(
    r"(?:制定|制订|编制|提出|形成)了?本(?:办法|方案|细则|规定|意见|预案|规划|计划|条例|措施|指南|指引|通知|政策|标准|制度|规则|规范|实施)|特制定"
)
_PURPOSE = re.compile(r"(?:^|[，。；：:\s])现?(?:为|为了|为着)(?!期|主|基|准|止|由)")
_CARRIED_BEHIND = re.compile(
    r"^[^，。；《》]{0,24}?的?(?:有效|正确|全面|顺利|深入|统一)?(?:贯彻|落实|落地|实施|施行|执行)(?!细则|条例|办法|方案|意见|了)"
)
# 为了规范管理，保证《…》的贯彻实施
_AIMS = re.compile(r"[以并和]?(?:保证|确保|保障|促进|推进|推动|做好|便于|配合)[^《》]{0,12}$")
_BASIS_BEHIND = re.compile(r"^[^，。；《》]{0,20}(?:为依据|为根据|为基本?依据|为法律依据|的授权)")
# 按照《…》处罚; 根据《…的决定》修正, in the history of a law; 请依据《…》做好.
_DEED = re.compile(
    r"(?:的有关规定|的规定|规定)?(?:处罚|处理|处置|追究|惩处|办理|执行|缴纳|征收|计算|给予|审批|认定|申请)(?:[。；，]|$)"
)
_HISTORY = re.compile(
    r"[^，。；《》]{0,8}(?:第[一二三四五六七八九十]{1,2}次)?(?:修正|修订|修改)\s*(?:[）)；。]|$)"
)
_ASKED = re.compile(r"(?:请|应|须|要|必须|需)(?:各|你|认真|严格|当|相关|有关)?[^，。；：]{0,14}$")


def grounds(sentence: Sentence, formal: bool) -> Iterator[Said]:
    """根据《…》 and 为贯彻落实《…》 where ``sentence`` says them of the whole document, each name of a list.

    ``formal`` is false for a page that is no document by its form; only 制定本…, …如下 are trusted there.
    """
    text = sentence.text
    weight = _weight(sentence, text, formal)
    if weight == 0:
        return
    spans = spans_of(sentence)
    kind: RelationKind | None = None
    lead, edge = 0, 0
    for place, (start, end) in enumerate(spans):
        gap = text[edge:start]
        found = _last_lead(text, max(edge, start - _LOOK_BACK), start)
        if found:
            kind, lead = _governed(found, text[found.end() : start]), found.start()
        elif place == 0 or not _continues(gap):
            kind = None
        if kind is not None and _speaks_of_all(sentence, text, kind, lead, end):
            yield said(sentence, place, kind, (lead, end), weight)
        stop = spans[place + 1][0] if place + 1 < len(spans) else end + 40
        yield from _said_behind(sentence, place, (start, end), text[end : min(stop, end + 60)], weight)
        edge = end


def _weight(sentence: Sentence, text: str, formal: bool) -> float:
    """How surely ``sentence`` speaks of the document as a whole, 0 if it does not."""
    if sentence.zone is Zone.PURPOSE:
        return 0.97 if _MADE.search(text) else 0.6
    if sentence.zone is not Zone.OPENING:
        return 0.85 if _OWN_MAKING.search(text) else 0.0
    if _STRONG.search(text):
        return 0.96
    if not formal:
        return 0.0
    if _MADE.search(text):
        return 0.95 if sentence.order <= _LATE else 0.0
    return 0.8 if sentence.order <= 3 else 0.0


def _last_lead(text: str, start: int, stop: int) -> re.Match[str] | None:
    last = None
    for match in _LEAD.finditer(text, start, stop):
        last = match
    return last


def _governed(lead: re.Match[str], between: str) -> RelationKind | None:
    """What ``lead`` says of the name behind ``between``; nothing if the thought breaks off there."""
    if len(between) > _MOST_BETWEEN or _BROKEN.search(between):
        return None
    if lead["basis"] is not None:
        return _BASIS
    return _CARRY if lead["carry"] is not None else None


def _continues(gap: str) -> bool:
    """Whether ``gap`` joins two names of one list: 、 or 和, an organ's name, （以下简称…）, 的规定和."""
    if len(gap) > 400:
        return False
    plain = _BRACKETED.sub("", gap)
    if len(plain) > 70 or _NO_LIST.search(plain) or _NEW_THOUGHT.search(plain):
        return False
    pieces = re.split(r"[，,]+", plain)
    return len(pieces) <= 2 and len(pieces[-1]) <= 40


def _speaks_of_all(sentence: Sentence, text: str, kind: RelationKind, lead: int, end: int) -> bool:
    if _ASKED.search(text, max(0, lead - 20), lead) or _HISTORY.match(text, end, end + 24):
        return False
    if kind is _BASIS:
        return sentence.zone is Zone.PURPOSE or not _DEED.match(text, end, end + 16)
    return _is_purpose(text, lead, sentence.order)


def _is_purpose(text: str, lead: int, order: int) -> bool:
    """为贯彻落实…, or a sentence near the beginning that begins with it."""
    before = text[max(0, lead - _LOOK_BACK) : lead]
    if _PURPOSE.search(before):
        return True
    tail = re.split(r"[：:]", before[-12:])[-1]
    return order <= 2 and not re.search(r"[\u4e00-\u9fff]{3}", tail)


def _said_behind(
    sentence: Sentence, place: int, span: tuple[int, int], after: str, weight: float
) -> Iterator[Said]:
    """为了保证《…》的贯彻实施, 以《…》为依据: the word that says it stands behind the name."""
    text, (start, end) = sentence.text, span
    if match := _BASIS_BEHIND.match(after):
        yield said(sentence, place, _BASIS, (start, end + match.end()), weight)
    match = _CARRIED_BEHIND.match(after)
    if match and (first := _aim_before(text, start)) >= 0:
        yield said(sentence, place, _CARRY, (first, end + match.end()), weight)


def _aim_before(text: str, start: int) -> int:
    """Where 为了 stands that reaches to ``start``: in the same phrase, or before 保证 in a later one; -1 if nowhere."""
    opened = list(_PURPOSE.finditer(text, max(0, start - 120), start))
    if not opened:
        return -1
    first = opened[-1].start() + (text[opened[-1].start()] in "，。；： \n")
    phrases = re.split(r"[，,；]", text[first:start])
    return first if len(phrases) == 1 or _AIMS.match(phrases[-1]) else -1
