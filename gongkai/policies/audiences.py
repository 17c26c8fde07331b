"""Whom a text is for, as far as it says so plainly: in its title, to whom it is addressed, to whom it says it applies.

A proposal for the clerk who sees it in the form; what is only likely is not proposed.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from gongkai.policies.models.audience import Audience, joined
from gongkai.reading.document import BlockKind, Part, PartKind

# Words that name people or bodies, and nothing else in official texts of a district.
_WORDS = {
    Audience.RESIDENT: r"居民|村民|市民(?!政)|业主|住户|家庭",
    Audience.ELDER: r"老年人|老人|长者|高龄|养老服务对象",
    Audience.DISABLED: r"残疾人",
    Audience.STUDENT: r"毕业生|大学生|中小学生|在校生|学生",
    Audience.COMPANY: r"企业|公司",
    Audience.TRADER: r"个体工商户|个体户",
    Audience.SOCIETY: r"社会组织|社会团体|行业协会|民办非企业单位",
}
_ITS = r"(?:适用|支持|扶持|补贴|补助|申报|申请|服务|保障|发放)"
#: "Whom this is for" in the words of a scope: what stands behind them up to the end of the sentence is the answer.
_SCOPE = re.compile(rf"(?:适用于|{_ITS}对象|适用范围)(?P<whom>[^。；\n]{{2,120}})")
#: 申请本措施支持的企业 …; … 小型微型企业、个体工商户 …，可以申请贴息.
_APPLIES = re.compile(
    r"申请[^，。；]{2,20}的(?P<whom>[^，。；]{2,40})|(?:^|[。；　])(?P<who>[^。；　]{4,120})可以(?:按照[^，。；]{2,20})?申请"
)
_HEADING = re.compile(rf"{_ITS}(?:对象|范围)(?:和条件)?$")
_NOT = re.compile(r"(?:不|除)[^，。；]{0,4}$")
# 民办非企业单位 is no company; 国有企业 is ruled, not served; 企业职工 are people.
_NO_COMPANY = re.compile(r"非企业|国有企业|企业家|企业(?:职工|退休|离休)")
# An office writes these to its own offices.
_INNER = re.compile(r"(?:工作要点|任务分工|责任分工|工作规则|议事规则|考核办法|工作职责)(?:的通知)?$")
_FIRST = 12  # paragraphs in which a text says whom it is for


def propose(title: str, parts: Iterable[Part]) -> str:
    """Audiences as the column keeps them; "" where the text does not plainly say."""
    found = set(_named(title))
    paragraphs, recipients = _opening(parts)
    for line in recipients:
        found |= set(_named(line))
    for text in paragraphs:
        for words in _said_of(text):
            found |= set(_named(words))
    if not found and _INNER.search(title):
        found.add(Audience.ORGAN)
    return joined(found)


def _said_of(text: str) -> Iterator[str]:
    """What a paragraph says of whom it is for."""
    for match in _SCOPE.finditer(text):
        if not _NOT.search(text[: match.start()]):
            yield match["whom"]
    for match in _APPLIES.finditer(text):
        yield match["whom"] or match["who"]


def _named(text: str) -> Iterator[Audience]:
    for audience, words in _WORDS.items():
        said = _NO_COMPANY.sub("", text) if audience is Audience.COMPANY else text
        if re.search(words, said):
            yield audience


def _opening(parts: Iterable[Part]) -> tuple[list[str], list[str]]:
    """(the first paragraphs of each text, to whom it is addressed); attachments and titles are left out."""
    paragraphs: list[str] = []
    recipients: list[str] = []
    for part in parts:
        if part.kind is PartKind.ATTACHMENT:
            continue
        first = [block.text for block in part.blocks if block.kind is BlockKind.PARAGRAPH][:_FIRST]
        # 一、申报对象 as a line of its own: the answer is the next line.
        headed = [f"{line}：{after}" for line, after in pairwise(first) if _HEADING.search(line)]
        paragraphs += first + headed
        recipients += [block.text for block in part.blocks if block.kind is BlockKind.RECIPIENT]
    return paragraphs, recipients
