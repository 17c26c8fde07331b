"""The right side: what was read, element by element and block by block, with the doubtful places marked in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gongkai.policies.beside.marks import with_marks
from gongkai.policies.beside.points import FIELDS, Place, Point, label_of
from gongkai.policies.blocks import LINE_CHOICES, PART_CHOICES
from gongkai.policies.body import table_from
from gongkai.policies.models import Policy
from gongkai.policies.words import day

_NAMES = {**dict(PART_CHOICES), **dict(LINE_CHOICES)}


@dataclass(frozen=True)
class ElementShown:
    """One element: what was read of it, and the keys of the points that are about it."""

    name: str
    label: str
    value: str
    is_open: bool
    keys: tuple[str, ...]


@dataclass(frozen=True)
class BlockShown:
    """One block of the body: ``kind`` "part", "paragraph", "line" or "table", its markup, and the points that are about it."""

    key: str
    kind: str
    name: str
    markup: SafeString
    points: tuple[Point, ...]


def elements_of(draft: Policy, points: Sequence[Point]) -> list[ElementShown]:
    """The elements in the order of the points, whether open or not."""
    shown = []
    for name in FIELDS:
        value = getattr(draft, name)
        opened = draft.open_points.get(name)
        words = str(opened["value"]) if opened else (str(value) if isinstance(value, str) else day(value))
        keys = tuple(p.key for p in points if p.key == name or any(f.name == name for f in p.fields))
        shown.append(ElementShown(name, label_of(name), words or _("文件未载明"), opened is not None, keys))
    return shown


def blocks_of(draft: Policy, points: Sequence[Point]) -> list[BlockShown]:
    """The body, block by block."""
    about: dict[str, list[tuple[Place, Point]]] = defaultdict(list)
    for point in points:
        for place in point.places:
            about[place.block].append((place, point))
    named: set[str] = set()
    return [_block(item, about.get(item.get("id") or "", []), named) for item in draft.body.raw_data]


def _block(item: dict[str, Any], about: list[tuple[Place, Point]], named: set[str]) -> BlockShown:
    value, key = item["value"], item.get("id") or ""
    points = tuple(dict.fromkeys(point for _place, point in about))
    if item["type"] == "part":
        words = " ".join(filter(None, [value.get("label"), value.get("title")]))
        return BlockShown(key, "part", str(_NAMES.get(value["kind"], "")), _marked(words, [], named), points)
    if item["type"] == "table":
        return BlockShown(key, "table", "", _table(value, about, named), points)
    text = value["text"] if item["type"] == "line" else value
    name = str(_NAMES.get(value["kind"], "")) if item["type"] == "line" else ""
    return BlockShown(key, item["type"], name, _marked(text, about, named), points)


def _marked(text: str, about: list[tuple[Place, Point]], named: set[str]) -> SafeString:
    spans = []
    for place, point in about:
        exact = [(i, i + 1, point.key) for i in place.doubtful]
        spans += exact or [(0, len(text), point.key)]
    return mark_safe(with_marks(text, spans, "r", named))  # noqa: S308  every word is escaped there


def _table(value: dict[str, Any] | None, about: list[tuple[Place, Point]], named: set[str]) -> SafeString:
    """The table with its cells marked; a point about the whole of it is marked at its caption."""
    table = table_from(value)
    whole = [(place, point) for place, point in about if place.cell is None]
    caption = table.caption or _("表格")
    rows: dict[int, list[str]] = defaultdict(list)
    for r, c, cell in table.places():
        own = [(place, point) for place, point in about if place.cell == (r, c)]
        spans = f' colspan="{cell.colspan}" rowspan="{cell.rowspan}"'
        rows[r].append(f"<td{spans}>{_marked(cell.text, own, named)}</td>")
    body = "".join(f"<tr>{''.join(rows[r])}</tr>" for r in range(len(table.rows)))
    words = _marked(caption, whole, named) if whole or table.caption else ""
    return mark_safe(f"<p>{words}</p><table>{body}</table>")  # noqa: S308  every word is escaped above
