"""What a title says about other documents: 转发《…》的通知, 关于修改《…》的决定, 《…》实施细则, 《…》解读."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gongkai.reading.amending import amended_law
from gongkai.reading.elements import document_kind
from gongkai.reading.relations.model import RelationKind
from gongkai.reading.relations.names import titles_in
from gongkai.text.normalise import bare

_LONGEST = 400
_RULES_FOR = r"实施(?:细则|办法|条例|方案|意见|规定|规则|规划|计划|通则|措施)"
_SENT_ON = re.compile(r"(?:批转|转发)(?P<what>.{4,}?)的(?:通知|函|公告|通告)(?:[（(][^（）()]*[）)])?$")
_LAW_RULES = re.compile(
    rf"^(?P<law>[^《》]{{2,60}}?(?:法典?|条例|办法|规定))(?:{_RULES_FOR.replace('方案|意见|', '')})(?:[（(][^（）()]*[）)])?$"
)
_PLACE_RULES = re.compile(r"实施(?P<law>[^《》]{2,60}?法)(?:办法|细则|若干规定|规定|条例)$")
_ISSUED = re.compile(r"(?:印发|颁发|发布|公布|颁布|下发|制定|发送)(?:关于)?$")
_ISSUED_AFTER = re.compile(r"^的?(?:通知|公告|通告|决定|令|函)")
_LIST_GAP = re.compile(r"^(?:等|、|和|及|与|以及|暨|\s)*$")

_BEFORE: tuple[tuple[re.Pattern[str], RelationKind], ...] = (
    (re.compile(r"(?:转发|批转)[^《》，。]{0,40}$"), RelationKind.FORWARDS),
    (re.compile(r"(?:修改|修订|修正)(?:和废止)?[^《》，。]{0,12}$"), RelationKind.AMENDS),
    (
        re.compile(r"(?:废止|宣布失效|停止执行|停止施行|终止(?:执行|实施))[^《》，。]{0,12}$"),
        RelationKind.REPEALS,
    ),
    (re.compile(r"(?:适用|解读|图解|读懂|解释)(?:好)?$"), RelationKind.INTERPRETS),
    (
        re.compile(
            r"(?:贯彻|落实|实施|执行|施行)(?:好)?(?:[\u4e00-\u9fff、]{2,30}(?:政府|办公厅|办公室|国务院|委员会|部|局|厅|中央))?(?:关于)?$"
        ),
        RelationKind.IMPLEMENTS,
    ),
    (re.compile(r"(?:根据|依据|按照|依照)$"), RelationKind.BASED_ON),
)
_AFTER: tuple[tuple[re.Pattern[str], RelationKind], ...] = (
    (
        re.compile(
            r"^[”\"]?(?:的)?(?:[（(][^（）()]{0,30}[）)])?(?:有关|相关|部分|若干)?(?:政策|文件|图文|文字|专家|简要|权威|图示|内容|问题|重点|主要|制定|修订|起草|编制|的)*"
            r"(?:解读|释义|问答|条文说明|图解|答记者问|一图读懂|说明|热点|解答|Q&A)"
        ),
        RelationKind.INTERPRETS,
    ),
    (re.compile(r"^第[^《》，。]{1,30}条[^《》，。]{0,20}解释"), RelationKind.INTERPRETS),
    (re.compile(r"^(?:若干|有关|适用|具体应用|中)[^《》，。]{0,30}解释"), RelationKind.INTERPRETS),
    (
        re.compile(
            rf"^(?:的)?(?:[（(][^（）()]{{0,30}}[）)])?[”\"]?(?:的)?(?:{_RULES_FOR}|办法$|贯彻|落实|实施(?!以来|情况)|若干规定$|细则$|工作方案|任务分工|分工方案|行动计划)"
        ),
        RelationKind.IMPLEMENTS,
    ),
    (re.compile(r"^(?:部分|个别|若干|有关)?(?:条款)?的?(?:修改|修正|修订)"), RelationKind.AMENDS),
    (
        re.compile(r"^(?:等[^《》，。]{0,20})?(?:的)?(?:废止|失效|停止执行|停止施行)(?!.{0,4}[前后])"),
        RelationKind.REPEALS,
    ),
)


@dataclass(frozen=True)
class Named:
    """The words ``title[start:end]`` say that the document named ``target`` stands in ``kind``."""

    kind: RelationKind
    target: str
    start: int
    end: int
    confidence: float


def of_title(title: str, known: Sequence[str] = ()) -> list[Named]:
    """What ``title`` says; ``known`` are titles in 《》 of the text, for names that the title writes without marks."""
    if not title or len(title) > _LONGEST:
        return []
    found = list(_marked(title, 0))
    if not any(each.kind is RelationKind.FORWARDS for each in found):
        forwarded = _SENT_ON.search(title)
        if forwarded and not _ISSUED.search(title[: forwarded.start()]) and "《" not in forwarded["what"]:
            name = forwarded["what"].strip()
            if "关于" in name and not document_kind(name):
                name += "的通知"  # 转发某部关于…的通知: written once, meant twice
            return [Named(RelationKind.FORWARDS, name, forwarded.start(), len(title), 0.9)]
    if found:
        return found
    return list(_unmarked(title, known))


def _marked(title: str, offset: int) -> Iterator[Named]:
    """The names in 《》; within an issued text's own name those in 〈〉."""
    spans = list(titles_in(title))
    kind: RelationKind | None = None
    first = 0
    for i, (start, end, name) in enumerate(spans):
        before = title[spans[i - 1][1] if i else 0 : start]
        after = title[end : spans[i + 1][0] if i + 1 < len(spans) else len(title)]
        if not (i and kind and _LIST_GAP.match(before)):
            kind, first = _kind(before, after), start
        elif kind is RelationKind.INTERPRETS or kind is None:
            kind = _kind(before, after) or kind
        if kind is None and _LIST_GAP.match(after) and i + 1 < len(spans):
            # 《甲法》和《乙法》解读: the word stands behind the last of the list.
            later = title[spans[-1][1] :]
            kind = _kind("", later)
        if kind is not None:
            yield Named(kind, name, offset + min(first, start), offset + end, 0.97)
        elif _ISSUED.search(before) and _ISSUED_AFTER.match(after):
            inner = name.replace("〈", "《").replace("〉", "》")
            place = title.index(name, start) if name in title else start
            yield from _marked(inner, offset + place)
            yield from (
                Named(each.kind, each.target, offset + place + each.start, offset + place + each.end, 0.9)
                for each in _unmarked(inner, ())
                if "《" not in inner
            )


def _kind(before: str, after: str) -> RelationKind | None:
    if re.search(r"征求|听取", before):
        return None
    for pattern, kind in _BEFORE[:3]:
        if pattern.search(before):
            return kind
    for pattern, kind in _AFTER[:3]:
        if pattern.search(after):
            return kind
    for pattern, kind in _BEFORE[3:]:
        if pattern.search(before):
            return kind
    for pattern, kind in _AFTER[3:]:
        if pattern.search(after):
            return kind
    return None


def _unmarked(title: str, known: Sequence[str]) -> Iterator[Named]:
    """中华人民共和国某法实施条例, 某法修正案, and what the text names in 《》 elsewhere."""
    law = amended_law(title)
    if law and "《" not in title:
        at = title.find(law)
        yield Named(RelationKind.AMENDS, law, max(at, 0), len(title), 0.93)
        return
    match = _LAW_RULES.match(title) or _PLACE_RULES.search(title)
    if match:
        yield Named(
            RelationKind.IMPLEMENTS, _full(match["law"], known), match.start("law"), match.end(), 0.92
        )
        return
    own = bare(title)
    for name in known:
        key = bare(name)
        at = own.find(key) if len(key) >= 8 else -1
        if at <= 0 or key == own:
            continue
        kind = _kind(own[:at], own[at + len(key) :])
        place = title.find(name)
        if kind and place >= 0:
            yield Named(kind, name, place, place + len(name), 0.9)


def _full(law: str, known: Sequence[str]) -> str:
    """The name as the text writes it in 《》 where it is longer (气象法 → 中华人民共和国气象法)."""
    return next((name for name in known if name.endswith(law)), law)
