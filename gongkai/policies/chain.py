"""The picture of where a document stands among others, and the list behind it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.law.validity import State
from gongkai.policies.models import Policy, RelationKind
from gongkai.policies.relations import ENDED, Neighbour
from gongkai.policies.words import state_label

# Sizes in units of the picture, whose width is 720: three boxes of thirteen characters side by side.
_WIDTH, _BOX, _HEIGHT, _GAP, _ROW = 720, 220, 72, 30, 128
_LINE = 13
_TOP = (RelationKind.BASED_ON, RelationKind.IMPLEMENTS, RelationKind.FORWARDS, RelationKind.INTERPRETS)
_ACROSS = (RelationKind.REPLACES, RelationKind.REPEALS, RelationKind.AMENDS)


# Lazy and made once: a page asks for a label some thirty times.
_LABELS = {
    (RelationKind.BASED_ON, True): gettext_lazy("制定依据"),
    (RelationKind.IMPLEMENTS, True): gettext_lazy("贯彻落实的文件"),
    (RelationKind.AMENDS, True): gettext_lazy("被本文件修改"),
    (RelationKind.REPEALS, True): gettext_lazy("被本文件废止"),
    (RelationKind.REPLACES, True): gettext_lazy("被本文件取代"),
    (RelationKind.FORWARDS, True): gettext_lazy("本文件转发的文件"),
    (RelationKind.INTERPRETS, True): gettext_lazy("本文件解读的文件"),
    (RelationKind.BASED_ON, False): gettext_lazy("以本文件为依据"),
    (RelationKind.IMPLEMENTS, False): gettext_lazy("贯彻落实本文件"),
    (RelationKind.AMENDS, False): gettext_lazy("修改了本文件"),
    (RelationKind.REPEALS, False): gettext_lazy("废止了本文件"),
    (RelationKind.REPLACES, False): gettext_lazy("取代了本文件"),
    (RelationKind.FORWARDS, False): gettext_lazy("转发了本文件"),
    (RelationKind.INTERPRETS, False): gettext_lazy("解读本文件"),
}


def kind_label(kind: RelationKind, says: bool) -> str:
    """How the other document stands to this one: 依据 where this one says it, 以本文件为依据 where the other does."""
    return str(_LABELS[kind, says])


def groups(found: list[Neighbour]) -> list[dict[str, Any]]:
    """The list behind the picture: one group for every way of standing to this document."""
    kept: dict[tuple[RelationKind, bool], list[dict[str, Any]]] = {}
    for each in found:
        kept.setdefault((each.kind, each.says), []).append(
            {
                "title": each.title,
                "number": each.number,
                "url": each.policy.get_absolute_url() if each.policy else "",
                "state": each.state.value if each.state else "",
                "state_label": state_label(each.state) if each.state else "",
                "said": _("原文：“%(words)s”") % {"words": each.words} if each.words else "",
                "compared": each.kind is RelationKind.REPLACES and each.policy is not None,
            }
        )
    order = [(kind, says) for says in (True, False) for kind in (*_TOP, *_ACROSS)]
    return [{"label": kind_label(*way), "rows": kept[way]} for way in sorted(kept, key=order.index)]


@dataclass
class _Box:
    x: int
    y: int
    lines: list[str]
    label: str
    url: str = ""
    ended: str = ""
    now: bool = False
    w: int = _BOX
    h: int = _HEIGHT

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.w // 2, self.y + self.h // 2


def picture(policy: Policy, found: list[Neighbour], state: State) -> dict[str, Any] | None:
    """Boxes and lines of the picture; None where there is nothing to draw.

    Above stands what this document rests on, before it what it ended, behind it what ended or changed it, below what
    carries it out. At most three boxes a row: the list has all of them.
    """
    if not found:
        return None
    above = [each for each in found if each.says and each.kind in _TOP]
    below = [each for each in found if not each.says and each.kind in _TOP]
    before = [each for each in found if each.says and each.kind in _ACROSS]
    after = [each for each in found if not each.says and each.kind in _ACROSS]
    middle = _ROW if above else 0
    here = _Box((_WIDTH - _BOX) // 2, middle, _cut(policy.title), _("本文件"), ended=_ended(state), now=True)
    boxes = [here, *_row(above, 0), *_row(below, middle + _ROW)]
    boxes += [_box(before, 0, middle)] if before else []
    boxes += [_box(after, _WIDTH - _BOX, middle)] if after else []
    lines = [_line(here, box) for box in boxes[1:]]
    height = max(box.y + box.h for box in boxes) + 2
    return {"boxes": boxes, "lines": lines, "width": _WIDTH, "height": height}


def _row(found: list[Neighbour], y: int) -> list[_Box]:
    shown = found[:3]
    start = (_WIDTH - len(shown) * _BOX - (len(shown) - 1) * _GAP) // 2
    return [
        _box([each, *found[3:]] if i == 2 else [each], start + i * (_BOX + _GAP), y)
        for i, each in enumerate(shown)
    ]


def _box(found: list[Neighbour], x: int, y: int) -> _Box:
    """The first of ``found`` in a box, which says how many more there are."""
    first = found[0]
    label = kind_label(first.kind, first.says)
    if len(found) > 1:
        label = _("%(label)s等 %(n)d 份") % {"label": label, "n": len(found)}
    url = first.policy.get_absolute_url() if first.policy else ""
    return _Box(x, y, _cut(first.title), label, url, _ended(first.state))


def _ended(state: State | None) -> str:
    return state_label(state) if state in ENDED and state else ""


def _cut(title: str) -> list[str]:
    """Two lines of a title."""
    rest = title[_LINE:]
    return [title[:_LINE], rest if len(rest) <= _LINE else rest[: _LINE - 1] + "…"] if rest else [title]


def _line(here: _Box, other: _Box) -> dict[str, int]:
    """From border to border of two boxes in the same row or in rows above each other."""
    if here.y == other.y:
        left, right = sorted((here, other), key=lambda box: box.x)
        return {"x1": left.x + left.w, "y1": left.middle[1], "x2": right.x, "y2": left.middle[1]}
    upper, lower = sorted((here, other), key=lambda box: box.y)
    return {"x1": upper.middle[0], "y1": upper.y + upper.h, "x2": lower.middle[0], "y2": lower.y}
