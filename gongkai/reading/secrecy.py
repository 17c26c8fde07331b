"""Marks of state secrecy: where they stand on a page and what they look like; who bears one is refused before storing."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from gongkai.reading.document import Classified
from gongkai.reading.page import SHEET_EDGE, Label, Page

_LEVEL = "(绝密|机密|秘密)级?"
# ★ and the period make a mark wherever they stand alone; scans show the star as some other sign or character.
_MARK = re.compile(
    rf"[^，。；：、“”《》（）]{{0,12}}?(?:密级(?:和保密期限)?[:：]?)?{_LEVEL}"
    r"(?:[★☆*＊✭⭐].{0,12}|.?[\d一二三四五六七八九十]{1,3}(?:年|个?月)\D{0,6})"
)
_BARE = re.compile(rf"(?:\d{{1,8}})?(?:密级(?:和保密期限)?[:：]?)?{_LEVEL}(?:特急|加急|平急|特提)?")
_LEVEL_VALUE = re.compile(_LEVEL)
_LONGEST_MARK = 24
_HEAD, _SHEET_HEAD = 4, 2  # lines of the file, and of each of its pages, where a mark is looked for


def refuse_classified(page: Page) -> None:
    """Raises Classified when something on the page is a mark of state secrecy.

    Marks stand alone above the title (GB/T 9704, 7.2.2), sometimes in a table or in the header of the sheet; with ★ and
    a period they are marks wherever they stand alone. The words in a sentence or in a list of figures are none.
    """
    level = next(filter(None, (*_marked_lines(page), *_marked_cells(page), *_marked_labels(page))), None)
    if level:
        raise Classified(
            f"文件带有“{level}”标志，联网的系统不得存储、处理国家秘密，本系统没有保存它；"
            "请立即断开网络，按《保守国家秘密法》报告本单位保密工作机构处理。"
        )


def _level(text: str, *, bare: bool) -> str:
    """The level that ``text`` marks, "" if it is no mark; ``bare``: the word alone is one here."""
    squeezed = re.sub(r"\s+", "", text)
    if len(squeezed) > _LONGEST_MARK:
        return ""
    found = _MARK.fullmatch(squeezed) or (_BARE.fullmatch(squeezed) if bare else None)
    return found[1] if found else ""


def _marked_lines(page: Page) -> Iterator[str]:
    seen: Counter[int] = Counter()
    for number, line in enumerate(page.lines):
        seen[line.sheet] += 1
        if not line.table:
            at_head = number < _HEAD or (line.sheet > 0 and seen[line.sheet] <= _SHEET_HEAD)
            yield _level(line.text, bare=at_head)


def _marked_cells(page: Page) -> Iterator[str]:
    """Cells of the first rows; the word alone only in the first row of a table at the head, or beside 密级."""
    for number, line in enumerate(page.lines):
        for r, row in enumerate(line.table.rows[:3] if line.table else ()):
            texts = [piece for cell in row for piece in cell.text.split("\n")]
            words = sum(bool(_level(text, bare=True)) for text in texts)
            for before, text in pairwise(["", *texts]):
                beside = bool(re.fullmatch(r"密\s*级(?:和保密期限)?[:：]?", before))
                yield _level(text, bare=number < 3 and words == 1 and (r == 0 or beside))


def _marked_labels(page: Page) -> Iterator[str]:
    for label in page.labels:
        if label.name == SHEET_EDGE:
            yield _level(label.value, bare=True)
        elif "密级" in label.name and (found := _LEVEL_VALUE.match(re.sub(r"\s+", "", label.value))):
            yield found[1]


# The box of labels above a web page's document is known by its names; a level in it must not be passed over.
_LEVEL_IN_BOX = re.compile(
    r"密\s*级(?:<[^<>]{0,200}>|&nbsp;|\s|[:：]){1,20}((?:绝密|机密|秘密)级?)(?!\s*[、和或/，])"
)


def level_labels(source: str) -> list[Label]:
    """The level that the source of a web page names beside 密级, as a label."""
    return [Label("密级", found[1]) for found in _LEVEL_IN_BOX.finditer(source)][:1]
