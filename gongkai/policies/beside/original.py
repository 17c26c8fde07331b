"""The left side: the original file as pictures of its pages or as its own text, with the doubtful places shown in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.policies import originals
from gongkai.policies.beside import marks, pages, store
from gongkai.policies.beside.pages import PICTURED, Busy, Reading
from gongkai.policies.beside.points import Point
from gongkai.policies.beside.spots import Box, Pages
from gongkai.policies.models import Original
from gongkai.reading.decode import decode
from gongkai.reading.document import Unreadable
from gongkai.reading.matter import open_matter

_HTML_BYTES = 1024**2  # a longer web page is shown as its lines, by the child process
_MOST_FILES = 20


@dataclass(frozen=True)
class PageShown:
    """One page: its number, its size for the browser in pixels, and (box, key, first) of what is shown on it."""

    number: int
    width: int
    height: int
    boxes: tuple[tuple[Box, str, bool], ...]


@dataclass(frozen=True)
class Left:
    """What stands on the left: ``pages`` or ``markup``, or a ``note`` why there is neither.

    ``anchors`` says where on the left a point is to be seen; ``pending`` that lines on pictures are not located yet.
    """

    pages: tuple[PageShown, ...] = ()
    markup: SafeString = field(default_factory=lambda: mark_safe(""))
    note: str = ""
    anchors: dict[str, str] = field(default_factory=dict)
    pending: bool = False


def left_of(original: Original | None, points: Sequence[Point], reading: Reading | None) -> Left:
    """The original with ``points`` shown in it; a sentence where it cannot be shown."""
    if original is None:
        return Left(note=_("这份记录没有原件，请直接核对右边的文字。"))
    try:
        if original.format in PICTURED:
            return _as_pages(original, points, reading)
        return _as_text(original, points)
    except Busy:
        return Left(note=_("系统正在处理别的文件，原件稍后才能显示；请过一会儿刷新页面。"))
    except originals.OriginalLostError:
        return Left(note=_("原件不在存储中，不能显示；请管理员从备份恢复。"))
    except Unreadable as problem:
        return Left(note=_("原件不能在这里显示：%s") % problem)


def _as_pages(original: Original, points: Sequence[Point], reading: Reading | None) -> Left:
    leaves = pages.leaves_of(original, reading)
    printed = Pages(leaves)
    boxes: dict[int, list[tuple[Box, str, bool]]] = defaultdict(list)
    anchors: dict[str, str] = {}
    for point in points:
        for wanted in point.wanted:
            for place in printed.find(wanted, point.page):
                for box in place:
                    boxes[box.page].append((box, point.key, point.key not in anchors))
                    anchors.setdefault(point.key, f"o-{point.key}")
        if point.key not in anchors and 1 <= point.page <= len(leaves):
            anchors[point.key] = f"page-{point.page}"
    shown = tuple(
        PageShown(leaf.number, *_size(leaf.width, leaf.height), tuple(boxes[leaf.number])) for leaf in leaves
    )
    pending = reading is None and any(not leaf.lines for leaf in leaves)
    return Left(pages=shown, anchors=anchors, pending=pending)


def _size(width: float, height: float) -> tuple[int, int]:
    wide = pages.WIDTHS[0]
    return wide, max(1, min(round(wide * height / max(width, 1.0)), 20 * wide))


def _as_text(original: Original, points: Sequence[Point]) -> Left:
    markup = _markup(original)
    wanted = [(point.key, each) for point in points for each in point.wanted]
    html, found = marks.marked(markup, wanted)
    return Left(markup=html, anchors={key: f"o-{key}" for key in found})


def _markup(original: Original) -> str:
    if original.format in {"zip", "eml"}:
        return _packed(original)
    if original.format == "html" and original.size <= _HTML_BYTES:
        return marks.clean_html(decode(originals.content(original)))
    return marks.from_lines(pages.plain_lines_of(original).lines)


def _packed(original: Original) -> str:
    """What a letter or an archive holds, file after file; what cannot be shown as text is named. Made once, then kept."""
    # The sentences in it are in the language of who looks.
    name = f"packed-{get_language()}.html"
    kept = store.get(original.sha256, name)
    if kept is None:
        kept = _unpacked(original).encode()
        store.put(original.sha256, name, kept)
    return kept.decode()


def _unpacked(original: Original) -> str:
    out: list[str] = []
    for number, enclosure in enumerate(open_matter(originals.content(original)).files()):
        if number == _MOST_FILES:
            break
        out.append(f"<h2>{escape(enclosure.name)}</h2>")
        try:
            out.append(marks.from_lines(pages.plain_lines_in(enclosure.data).lines))
        except Unreadable as problem:
            out.append(f"<p>{escape(str(problem))}</p>")
    return "".join(out)
