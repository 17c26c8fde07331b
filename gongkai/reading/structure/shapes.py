"""What both halves of the structure look at: a part in the making, titles put together, and the shapes of lines."""

import re
from dataclasses import dataclass, field

from gongkai.reading.document import PartKind
from gongkai.reading.page import Line
from gongkai.text.dates import is_date_line, parse_date
from gongkai.text.document_numbers import DocumentNumber, parse_number
from gongkai.text.normalise import bare, clean, close_up, unspace

ATTACHMENT = re.compile(
    r"^附\s*(?:件|表|录)?\s*(?P<n>[\d一二三四五六七八九十]{0,3})\s*[:：.．、]?\s*(?P<title>.*)$"
)
ATTACHMENT_ALONE = re.compile(r"^附\s*(?:件|录)?\s*[\d一二三四五六七八九十]{0,3}\s*[:：.．]?$")
ENDS = re.compile(r"[。；;！？!?：:，,]$")
NOTE = re.compile(
    r"^[（(](?:此件|本文|本件|联系|此文|该件|内部|不公开|非公开|免予公开|暂不公开|不主动公开|依申请|主动公开|不予公开|示例)[^）)]*[）)]$|^抄送[:：]|^[（(]?(?:公开方式|公开属性|公开类别|公开形式|信息公开(?:形式|类别|方式|选项|属性)?)[:：]|\d年.{1,12}印发[。]?$|^（此页无正文）$"
)
FOOTNOTE = re.compile(r"^(?:脚注|尾注)\d{1,4}：")
ADOPTED = re.compile(r"^[（(].*\d.*(?:通过|公布|发布|修订|修正|施行|印发|批准).*[）)]$")
ORGAN = re.compile(
    r"(?:人民政府|办公厅|办公室|委员会|国务院|委|部|局|厅|院|署|办|会|处|中心|政府|总队|支队)$"
)


_NUMBER_LABEL = re.compile(r"^(?:发文字号|文号|发文文号|公文字号)[:：]?\s*")


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
            ORGAN.search(whole)
            and ORGAN.search(re.split("关于|印发|转发", line)[0])
            and not line.startswith(("关于", "印发", "转发"))
        )
        whole += (" " if apart else "") + line
    return whole


_BESIDE_NUMBER = re.compile(
    r"\s+(?:签发人|答复类别|类别|答复类型|是否公开|公开方式|公开属性|密级|特急|急件|加急|[（(]?[A-Da-d]类?[）)]?$)[^，。；]{0,24}$"
)


def number_of(text: str) -> DocumentNumber | None:
    """The number that a line under the title consists of, whatever else offices set beside it (签发人：, 答复类别：)."""
    words = number_words(text)
    return parse_number(words) or parse_number(close_up(_BESIDE_NUMBER.sub("", words)))


def number_words(text: str) -> str:
    """The line of a number without the name that some pages set before it (文号：)."""
    closed = _NUMBER_LABEL.sub("", close_up(text))
    return closed if parse_number(closed) else _NUMBER_LABEL.sub("", clean(text))


def is_signed_day(lines: list[Line], i: int) -> bool:
    """A day alone on its line; in figures (2025.3.14) only under the name of an organ."""
    text = re.sub(r"\s+", "", lines[i].text)
    if is_date_line(text):
        return True
    above = lines[i - 1].text if i else ""
    short = re.fullmatch(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}", text)
    return bool(short and parse_date(text) and len(above) <= 40 and ORGAN.search(above))


def lists_two(lines: list[Line]) -> bool:
    """附件：alone, and under it 1.甲表 and 2.乙表 or one name before the signature: 附件说明, not an attachment."""
    return len(lines) >= 2 and all(
        not line.table
        and len(line.text) <= 90
        and re.match(rf"^\s*{n}\s*[.．、]", line.text)
        and not ENDS.search(line.text)
        for n, line in enumerate(lines[:2], start=1)
    )
