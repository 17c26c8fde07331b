"""What both halves of the structure look at: a part in the making, titles put together, and the shapes of lines."""

import re
from dataclasses import dataclass, field

from gongkai.reading.document import PartKind
from gongkai.reading.page import Line
from gongkai.text.normalise import bare, unspace

ATTACHMENT = re.compile(
    r"^附\s*(?:件|表|录)?\s*(?P<n>[\d一二三四五六七八九十]{0,3})\s*[:：.．、]?\s*(?P<title>.*)$"
)
ATTACHMENT_ALONE = re.compile(r"^附\s*(?:件|录)?\s*[\d一二三四五六七八九十]{0,3}\s*[:：.．]?$")
ENDS = re.compile(r"[。；;！？!?：:，,]$")
NOTE = re.compile(
    r"^[（(](?:此件|本文|本件|联系|此文|该件|内部|不公开|非公开|免予公开|暂不公开|不主动公开|依申请|主动公开|不予公开|示例)[^）)]*[）)]$|^抄送[:：]|^(?:公开方式|公开属性|信息公开)[:：]|\d年.{1,12}印发[。]?$|^（此页无正文）$"
)
ADOPTED = re.compile(r"^[（(].*\d.*(?:通过|公布|发布|修订|修正|施行|印发|批准).*[）)]$")
_ORGAN = re.compile(
    r"(?:人民政府|办公厅|办公室|委员会|国务院|委|部|局|厅|院|署|办|会|处|中心|政府|总队|支队)$"
)


@dataclass
class Draft:
    kind: PartKind
    title: str = ""
    label: str = ""
    lines: list[Line] = field(default_factory=list)


def joined(lines: list[Line]) -> str:
    return join_title([line.text for line in lines])


def join_title(lines: list[str]) -> str:
    """Lines of a title put together; joint issuers that stand on lines of their own stay apart by a space."""
    whole = ""
    for line in map(unspace, lines):
        if len(line) >= 8 and bare(line) in bare(whole):
            continue  # a page's heading and the document's own title, one under the other
        apart = (
            _ORGAN.search(whole)
            and _ORGAN.search(re.split("关于|印发|转发", line)[0])
            and not line.startswith(("关于", "印发", "转发"))
        )
        whole += (" " if apart else "") + line
    return whole


def lists_two(lines: list[Line]) -> bool:
    """附件：alone, and under it 1.甲表 and 2.乙表 or one name before the signature: 附件说明, not an attachment."""
    return len(lines) >= 2 and all(
        not line.table
        and len(line.text) <= 90
        and re.match(rf"^\s*{n}\s*[.．、]", line.text)
        and not ENDS.search(line.text)
        for n, line in enumerate(lines[:2], start=1)
    )
