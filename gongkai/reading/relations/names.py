"""Names of documents: what stands inside 《》, the wrapper around an issued text, and earlier versions of one name."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import bare

_ISSUED = r"(?:印发|颁发|发布|公布|颁布|下发|发送|公开发布|重新印发|制定印发|联合印发|批准发布)"
# 某某市人民政府关于印发《…》的通知, 关于印发…办法的通知.
_WRAPPER = re.compile(
    rf"^(?:.{{0,80}}?{_ISSUED}《(?P<marked>.+)》|.{{0,80}}?关于{_ISSUED}(?P<plain>[^《》]{{4,}}))的(?:通知|公告|通告|决定|命令|令|函|公报)$"
)
_BRACKETS = re.compile(r"[（(][^（()）]{0,60}[）)]|[〔\[][^〔〕\[\]]{0,20}[〕\]]")
_BRACKET_BEHIND = re.compile(r"\s*[（(][^（()）]{0,60}[）)]$")
_VERSION = re.compile(
    r"试行|暂行|修订版?|修正案?|修改版?|(?:19|20)\d\d年?版?|第[一二三四五六七八九十\d]+[版次]|[二一][〇零○一二三四五六七八九]{3}年"
)
# The issuer, or its place, may or may not stand in front of a name.
_ISSUER = (
    r"(?:中华人民共和国|国务院|中共中央|全国人民代表大会|常务委员会|.{1,11}?[省市县区州盟旗镇]|"
    r".{0,16}?(?:政府|委员会|总局|局|厅|部|委|署|法院|检察院|银行|中心|联合会|办公厅|办公室))"
)
_FRONT = re.compile(rf"{_ISSUER}{{1,3}}(?:关于)?")
_LEAST_CORE, _LONGEST_FRONT = 4, 40
_LONGEST = 400  # characters; what is longer is no title
_STATE = bare("中华人民共和国")


def titles_in(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of each outermost 《…》 of ``text``, in one pass; what is never closed is no title."""
    depth, start = 0, -1
    for at, mark in enumerate(text):
        if mark == "《":
            depth += 1
            if depth == 1:
                start = at
        elif mark == "》" and depth:
            depth -= 1
            if depth == 0:
                yield start, at + 1, text[start + 1 : at].strip()


def unwrapped(title: str) -> str:
    """某局关于印发《甲办法》的通知（某发〔2020〕1号） → 甲办法; any other title as it is."""
    title = title.strip()
    match = _WRAPPER.match(_BRACKET_BEHIND.sub("", title) if len(title) <= _LONGEST else "")
    if match is None:
        return title
    inner = match["marked"] or match["plain"]
    return inner.strip().replace("〈", "《").replace("〉", "》")


def own_names(title: str, others: Iterable[str] = ()) -> set[str]:
    """Bare names under which this document, or what its file encloses (``others``), may be spoken of."""
    written = [title, *others]
    return {bare(name) for name in (*written, *map(unwrapped, written))} - {""}


@lru_cache(maxsize=4096)
def core(title: str) -> str:
    """What stays the same from version to version: without wrapper, brackets, 试行, years, and 某局关于."""
    name = bare(_VERSION.sub("", _BRACKETS.sub("", unwrapped(title)))).removeprefix(_STATE)
    front, about, rest = name[: _LONGEST_FRONT + 2].partition("关于")
    if about and (not front or _FRONT.fullmatch(front)):
        return rest + name[_LONGEST_FRONT + 2 :]
    return name


def earlier_version(own: str, other: str) -> bool:
    """Whether ``other`` names what ``own`` names, give or take version words, the issuer in front and the wrapper."""
    shorter, longer = sorted((core(own), core(other)), key=len)
    if len(shorter) < _LEAST_CORE or not longer.endswith(shorter):
        return False
    front = longer[: len(longer) - len(shorter)]
    return not front or bool(len(front) <= _LONGEST_FRONT and _FRONT.fullmatch(front))


def name_key(title: str) -> str:
    """For telling targets apart: bare, without the state's name in front."""
    return bare(title).removeprefix(_STATE)


def number_key(number: str) -> str:
    """One spelling of a document number, "" for none."""
    parsed = parse_number(number) if number else None
    return parsed.key if parsed else bare(number)
