"""Where a clause stands, and what 前款, 前两款, 前条, 本条 and 本章 mean from there."""

import re
from collections.abc import Callable, Sequence

from gongkai.reading.address import cite, step_of
from gongkai.reading.document import Clause
from gongkai.text.numerals import to_chinese, to_int

_AGO = re.compile(r"[前上](?P<n>[一二两三四五六七八九各\d])?(?P<unit>[款条项])")
Place = tuple[str, int, int]  # article (第十二条), 款 from 1, 项 from 1 or 0 for none
CONTAINER_UNITS = {"章": ("章",), "节": ("节",), "编": ("编", "分编")}


def enter(containers: dict[str, Clause], clause: Clause) -> None:
    """Remember the open 编, 章 and 节; a new one closes those below it."""
    order = ["编", "分编", "章", "节"]
    unit = step_of(clause.path.rsplit("/", 1)[-1].partition("~")[0])[0]
    if clause.numbered and unit in order:
        for below in order[order.index(unit) :]:
            containers.pop(below, None)
        containers[unit] = clause


def place_of(path: str) -> Place | None:
    """The article (第十二条), the 款 and the 项 that ``path`` stands in, counted from 1, 0 for no 项."""
    article, paragraph, item = "", 1, 0
    for step in path.split("/"):
        style, value, _ = step_of(step.partition("~")[0])
        if style == "条":
            article = step.partition("~")[0]
        elif style == "款":
            paragraph = int(value)
        elif article and not item and style in {"（一）", "1", "一"}:
            item = int(value)
    return (article, paragraph, item) if article else None


def meant(clause: Clause, containers: dict[str, Clause], passed: Sequence[str], base: str) -> str | None:
    """What 前款, 本章 … stand for from where ``clause`` is, in standard form; None where there is no such clause.

    ``containers`` are the open 编, 章, 节; ``passed`` the articles of this part so far, the open one last.
    """
    if base[-1] in CONTAINER_UNITS:
        open_ones = [containers[each] for each in CONTAINER_UNITS[base[-1]] if each in containers]
        if not open_ones:
            return "" if base == "本编" else None  # a file that holds one 编 of a code
        return cite(open_ones[-1].path)
    place = place_of(clause.path)
    return meant_from(place, passed, base) if place else None


def meant_from(place: Place, passed: Sequence[str], base: str) -> str | None:
    """What 前款, 前两项, 前条, 本条 stand for from ``place``; None where there is no such clause."""
    if base.startswith("本"):
        return _this(*place).get(base)
    match = _AGO.match(base)
    if match is None:
        return None
    article, paragraph, item = place
    here = {"款": paragraph, "项": item, "条": 0}[match["unit"]]
    number = match["n"] if match["n"] and not base.startswith("上") else "一"
    ago = here - 1 if number == "各" else 2 if number == "两" else to_int(number)
    if ago < 1:
        return None
    if match["unit"] == "款":
        return _earlier(paragraph, ago, _paragraph_step, article)
    if match["unit"] == "项":
        return _earlier(item, ago, _item_step, article + _paragraph_step(paragraph))
    return _earlier_articles(passed, article, ago)


def within(place: Place, written: str) -> str:
    """第二款 and 第（三）项 said at ``place`` stand under its article, and a 项 under the 款 that says so."""
    article, paragraph, _ = place
    if "款" in written or paragraph == 1:
        return article + written
    return f"{article}{_paragraph_step(paragraph)}{written}"


def _this(article: str, paragraph: int, item: int) -> dict[str, str | None]:
    above = _paragraph_step(paragraph) if paragraph > 1 else ""
    return {
        "本条": article,
        "本款": f"{article}{_paragraph_step(paragraph)}",
        "本项": f"{article}{above}{_item_step(item)}" if item else None,
    }


def _item_step(number: int) -> str:
    return f"第（{to_chinese(number)}）项"


def _paragraph_step(number: int) -> str:
    return f"第{to_chinese(number)}款"


def _earlier(here: int, ago: int, step: Callable[[int], str], above: str) -> str | None:
    """The one before ``here``, or the range of the ``ago`` before it."""
    first, last = here - ago, here - 1
    if first < 1:
        return None
    return above + step(last) if first == last else f"{above}{step(first)}至{step(last)}"


def _earlier_articles(passed: Sequence[str], article: str, ago: int) -> str | None:
    if len(passed) <= ago or passed[-1] != article:
        return None
    return passed[-2] if ago == 1 else f"{passed[-1 - ago]}至{passed[-2]}"
