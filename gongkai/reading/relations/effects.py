"""What a sentence does to another document: 《…》同时废止, 以本办法为准, 将《…》第三条修改为, 现将《…》转发给你们."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from gongkai.reading.relations.model import RelationKind
from gongkai.reading.relations.said import Said, inside, said, spans_of
from gongkai.reading.relations.zones import Sentence, Zone

_AMEND, _REPEAL = RelationKind.AMENDS, RelationKind.REPEALS
_REPLACE, _FORWARD = RelationKind.REPLACES, RelationKind.FORWARDS
_Spans = list[tuple[int, int]]

# --- 废止, 取代 ------------------------------------------------------------------------------------------------

_END = r"(?:废止|失效(?![、或及])|停止(?:执行|施行|实施|使用)|不再(?:执行|施行|实施|适用|有效)|终止(?:执行|实施)|作废)"
_ANY_END = re.compile(r"废止|失效|停止|不再|终止|作废|取代|代替|替代|为准")
_ENDED_BEHIND = re.compile(_END)
_ENDS_BEFORE = re.compile(r"废止|宣布失效|停止(?:执行|施行)")
_REPLACES_BEFORE = re.compile(r"(?:取代|代替|替代)了?")
_PREVAILS = re.compile(r"^[^。；《》]{0,60}?(?:以|按照?)本[^，。；《》]{1,12}为准")
_LIST_ENDS = re.compile(
    rf"根据|依据|按照|依照|处理|处罚|适用本|另有规定|[^发颁]布?之日起施行|施行，|实施，|执行，|{_END}"
)
# Between the last name and the verb: 自2025年1月1日起同时, not another subject.
_OTHER_SUBJECT = re.compile(r"[，,](?!(?:即|同时|均|一并|相应|自|现|从|予|全部|于))")
_SINCE_BEFORE_VERB = re.compile(r"(?:自|从|于)[^，]{2,30}(?:起|日)[^，]{0,6}，?[^，]{0,8}$|同时$|即行$|均$")
_RULED = re.compile(r"根据|依据|按照|依照|处[理罚]|规定的")
_PARTLY = re.compile(
    r"不一致|抵触|不符|相冲突|中[^，。；]{0,40}(?:规定|条款|内容|部分|要求|标准)|"
    r"(?:有关|相关|部分)[^，。；]{0,30}?(?:规定|条款|内容|部分)|关于|第[^，。；《》]{1,12}[条款项]"
)
_TASK = re.compile(
    r"(?:未|不得|可以|应当|需要?|建议|拟|清理|及时|推动|评估)[^，。；《》]{0,14}$|(?:按照|根据|依照|依据)[^。；]{0,20}$"
)
_FIRST_LIMIT = re.compile(r"[，。；]|的")


def endings(sentence: Sentence) -> Iterator[Said]:
    """《…》同时废止, 废止《…》, 取代《…》, 《…》…以本办法为准: wherever in the text they are said."""
    text = sentence.text
    if sentence.head or not _ANY_END.search(text):
        return
    spans = spans_of(sentence)
    for match in _ENDED_BEHIND.finditer(text):
        if not inside(spans, match.start()):
            yield from _names_before(sentence, text, spans, match)
    for pattern, kind in ((_ENDS_BEFORE, _REPEAL), (_REPLACES_BEFORE, _REPLACE)):
        for match in pattern.finditer(text):
            if not inside(spans, match.start()):
                yield from _names_behind(sentence, text, spans, match, kind)
    for place, (start, end) in enumerate(spans):
        stop = spans[place + 1][0] if place + 1 < len(spans) else len(text)
        prevails = _PREVAILS.match(text[end : min(stop, end + 90)])
        if prevails:
            sure = 0.55 if _PARTLY.search(prevails[0]) else 0.8
            yield said(sentence, place, _REPLACE, (start, end + prevails.end()), sure)


def _names_before(sentence: Sentence, text: str, spans: _Spans, verb: re.Match[str]) -> Iterator[Said]:
    """The names in front of ``verb``: the nearest, and those listed before it."""
    edge = verb.start()
    for place in range(bisect_right(spans, (edge, edge)) - 1, -1, -1):
        start, end = spans[place]
        if end > edge:
            return
        between = text[end:edge]
        nearest = edge == verb.start()
        if not (
            _leads_to_verb(between) if nearest else len(between) <= 80 and not _LIST_ENDS.search(between)
        ):
            return
        words = (start, verb.end())
        if nearest and _PARTLY.search(between):
            yield said(sentence, place, _AMEND, words, 0.6)
            return
        part = bool(sentence.cited[place].reference.clause)
        yield said(sentence, place, _AMEND if part else _REPEAL, words, 0.75 if part else 0.97)
        edge = start


def _leads_to_verb(between: str) -> bool:
    """Whether a name before ``between`` is what ends: 自2025年1月1日起同时, not ，许可证."""
    if len(between) > 120 or _RULED.search(between) or re.search(r"[\[【]", between):
        return False
    return not _OTHER_SUBJECT.search(between) or bool(_SINCE_BEFORE_VERB.search(between))


def _names_behind(
    sentence: Sentence, text: str, spans: _Spans, verb: re.Match[str], kind: RelationKind
) -> Iterator[Said]:
    """废止《…》、《…》; not 应当及时废止《…》, which is a task."""
    if _TASK.search(text, max(0, verb.start() - 30), verb.start()):
        return
    edge = verb.end()
    for place in range(bisect_left(spans, (edge, edge)), len(spans)):
        start, end = spans[place]
        limit = _FIRST_LIMIT if edge == verb.end() else _LIST_ENDS
        between = text[edge:start]
        if len(between) > 60 or limit.search(between):
            return
        part = bool(sentence.cited[place].reference.clause)
        yield said(
            sentence,
            place,
            _AMEND if part and kind is _REPEAL else kind,
            (verb.start(), end),
            0.75 if part else 0.95,
        )
        edge = end


# --- 修改 -----------------------------------------------------------------------------------------------------

_ANY_CHANGE = re.compile(r"修改|改为|修订|修正|删|调整为|增加|根据本决定")
_CHANGED_BEHIND = re.compile(
    r"^[^。；《》]{0,80}?(?:修改为|改为|修订为|调整为|作(?:出|了)?(?:如下|以下|相应|部分)?(?:修改|修订|修正|调整)|予以(?:修改|修订|修正)|"
    r"(?:如下|以下)(?:修改|修订)|修改如下|修订如下|进行(?:如下|以下|相应)?(?:修改|修订)|增加一[条款项]|根据本决定)"
)
_DELETES = re.compile(r"(?:删去|删除)[^。；《》]{0,30}$")
_CHANGES = re.compile(r"(?:决定|对|将|现对|现将|在|修改|修订)[^。；《》，]{0,30}$")
# What others did or are to do: 已于2018年作了修改; …的，应当对申请进行修改.
_TOLD = re.compile(r"应当|可以|不得|需要|的，|申请|已经?于|曾|(?:19|20)\d\d年")


def changes(sentence: Sentence, amending: bool) -> Iterator[Said]:
    """将《…》第三条修改为, 对《…》作如下修改, 删去《…》第五条; ``amending`` in a decision whose title says so."""
    text = sentence.text
    if not _ANY_CHANGE.search(text):
        return
    spans = spans_of(sentence)
    for place, (start, end) in enumerate(spans):
        stop = spans[place + 1][0] if place + 1 < len(spans) else end + 160
        clause = bool(sentence.cited[place].reference.clause)
        deletes = _DELETES.search(text, max(0, start - 40), start) if clause else None
        before = deletes or _CHANGES.search(text, max(0, start - 40), start)
        match = _CHANGED_BEHIND.match(text[end : min(stop, end + 160)])
        if not (deletes or (match and (amending or before or clause))):
            continue
        if match and not amending and _TOLD.search(match[0]):
            continue
        words = (before.start() if before else start, end + match.end() if match else end)
        yield said(sentence, place, _AMEND, words, 0.96 if amending else 0.85)


# --- 转发 -----------------------------------------------------------------------------------------------------

_LATE = 30  # sentences; what is sent on is named at the beginning
_NOW = re.compile(
    r"(?:现将|现把)[^。；《》，]{0,50}$|(?:^|[，：:\s])现?(?P<sends>转发|批转)[^。；《》，]{0,40}$"
)
_TO_YOU = re.compile(r"^[^。；《》]{0,40}(?:转发|批转)给?(?:你们|各|如下|给)")


def sendings(sentence: Sentence) -> Iterator[Said]:
    """现将《…》转发给你们, in an opening."""
    text = sentence.text
    if sentence.zone is not Zone.OPENING or sentence.order > _LATE or not re.search("转发|批转", text):
        return
    for place, (start, end) in enumerate(spans_of(sentence)):
        given = _NOW.search(text, max(0, start - 60), start)
        if given and (given["sends"] or _TO_YOU.match(text[end : end + 60])):
            yield said(sentence, place, _FORWARD, (given.start(), end), 0.93)
