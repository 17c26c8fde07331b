"""What a text refers to: 《…》 with its number, 第X条第Y款第（Z）项, 本办法第X条, and numbers standing alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.text.document_numbers import DocumentNumber, find_numbers

_CN = "〇零一二三四五六七八九十百千"
_CLAUSE = rf"第[{_CN}\d]+条(?:之[{_CN}]+)?(?:第[{_CN}\d]+款)?(?:第?[（(][{_CN}\d]+[）)]项|第[{_CN}\d]+项)?"
_TITLED = re.compile(
    rf"《(?P<title>(?:[^《》]|《[^《》]*》)+)》(?P<gap>\s*[（(][^（()）]{{2,40}}[）)])?\s*(?P<clause>{_CLAUSE})?"
)
_OWN = re.compile(rf"本(?:条例|办法|规定|细则|规则|决定|意见|措施|法|通知|方案)(?P<clause>{_CLAUSE})")


@dataclass(frozen=True)
class Reference:
    """``text[start:end]`` refers to a document by title, by number or to itself, and perhaps to one clause."""

    start: int
    end: int
    title: str = ""
    number: DocumentNumber | None = None
    clause: str = ""
    own: bool = False


def find_references(text: str) -> Iterator[Reference]:
    """Every reference in ``text``, in order, none inside another."""
    found: list[Reference] = []
    numbers = list(find_numbers(text))
    for match in _TITLED.finditer(text):
        gap = match.span("gap")
        number = next((n for n in numbers if gap[0] <= n.start < gap[1]), None)
        end = match.end() if match["clause"] or number else match.end("title") + 1
        found.append(Reference(match.start(), end, match["title"], number, match["clause"] or ""))
    found += [Reference(m.start(), m.end(), clause=m["clause"], own=True) for m in _OWN.finditer(text)]
    taken = [(each.start, each.end) for each in found]
    found += [
        Reference(n.start, n.end, number=n) for n in numbers if not any(a <= n.start < b for a, b in taken)
    ]
    yield from sorted(found, key=lambda each: each.start)
