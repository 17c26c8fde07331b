"""Document numbers in a sentence, apart from the words that lead to them (根据国发〔2019〕5号)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from gongkai.text.document_numbers import DocumentNumber, find_numbers, parse_number
from gongkai.text.normalise import CJK

# What stands before a name that is written without 《》 and is no part of it.
BEFORE_NAME = re.compile(
    r"^.*(?:依照|根据|按照|依据|违反|参照|符合|触犯|涉嫌|构成|属于|认定为|作为|分别|同时|(?<!律)适用|删去|规定|行使|采取|包括|办理|"
    r"视为|视同|取得|低于|高于|比照|超出|履行|收到|具备|提交|出现|应当|可以|不予|认为|计算(?!机)|指(?![导南引挥])|其(?!他)|遵守|执行|以及|或者|现行|我国|修改|"
    r"(?<![反国所公私持])有(?![线限色机])|(?<!反)对(?!外)|(?<!自)由|和(?![国平谐])|经(?![济营纪])|(?<!基)因|(?<!普)及|"
    r"从(?![业事])|(?<!参)与|犯(?!罪)|[的或按依将在了以至是]|(?<![消解清])除)(?=.{2})"
)
_NOTICE = re.compile(rf"[{CJK} ]{{0,30}}(?:公告|通告)?\s?(?:19|20)\d\d年\s?第\s?\d{{1,4}}\s?号")

# The 和 of the state's name and the 经 of 经信, 经济 are taken for words that stand before a number.
_LOST = re.compile(rf"中华人民共和(?=$)|[{CJK}]{{1,10}}经$")


def _lost(text: str, number: DocumentNumber) -> str:
    """What stands before ``number`` and belongs to its code nonetheless."""
    match = _LOST.search(text, max(0, number.start - 11), number.start)
    if match is None or number.code[:1] not in ("国" if match[0].endswith("和") else "济信贸委"):
        return ""
    lead = BEFORE_NAME.match(match[0])
    return match[0] if match[0].endswith("和") else match[0][lead.end() if lead else 0 :]


def cited_numbers(text: str) -> Iterator[DocumentNumber]:
    """Document numbers, and announcements counted by the year (海关总署公告2020年第17号)."""
    end = 0
    found = list(find_numbers(text))
    if "年第" in text or "年 第" in text:
        for match in _NOTICE.finditer(text):
            lead = BEFORE_NAME.match(match[0])
            words = match[0][lead.end() if lead else 0 :].lstrip()
            number = parse_number(re.sub(r"\s", "", words))
            if number:
                start = match.end() - len(words)
                found.append(replace(number, start=start, end=match.end()))
    for number in sorted(found, key=lambda each: (each.start, -each.end)):
        lost = _lost(text, number)
        whole = replace(
            number, code=lost + number.code, text=lost + number.text, start=number.start - len(lost)
        )
        if whole.start >= end:
            end = whole.end
            yield whole
