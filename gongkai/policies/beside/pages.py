"""Pages of an original as pictures, and the places of what is printed on them: made once, then kept."""

import threading
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongkai.policies import originals
from gongkai.policies.beside import store
from gongkai.policies.models import Original
from gongkai.reading import picture
from gongkai.reading.carry import plain
from gongkai.reading.document import Leaf, Unreadable
from gongkai.reading.formats import detect

PICTURED = {"pdf", "image"}
WIDTHS = (960, 1800)
_AHEAD = 6  # pages drawn in one go: a child process costs more to start than a page to draw
# Seconds that a request waits for its turn: four threads serve everybody, and those that wait are missing at the portal.
_PATIENCE = 1
_BAD = b"bad"
# A child may take a gigabyte: of each web process one at a time.
_turn = threading.BoundedSemaphore(1)


class Busy(Exception):
    """Others' files are being worked on; to be asked again in a moment."""


@dataclass(frozen=True)
class Reading:
    """What the reader told of a file when it was read: warnings, what it conceals, lines on pages that are pictures."""

    warnings: tuple[str, ...]
    concealed: tuple[str, ...]
    leaves: tuple[Leaf, ...]


def reading_of(original: Original) -> Reading | None:
    """What was kept when the file was read; None where nothing was, or it was cleared away (``again.ask`` makes it)."""
    kept = store.get_json(original.sha256, store.READ)
    if kept is None:
        return None
    return Reading(
        tuple(kept["warnings"]), tuple(kept["concealed"]), tuple(map(store.leaf_from, kept["leaves"]))
    )


def leaves_of(original: Original, reading: Reading | None) -> tuple[Leaf, ...]:
    """Every page with its size and what is printed on it. Raises Busy, Unreadable and OriginalLostError."""
    kept = store.get_json(original.sha256, "leaves.json")
    if kept is None:
        with _my_turn():
            found = picture.leaves(originals.content(original), original.format)
        kept = plain(found)
        store.put_json(original.sha256, "leaves.json", kept)
    recognised = {leaf.number: leaf for leaf in reading.leaves} if reading else {}
    return tuple(recognised.get(each[0]) or store.leaf_from(each) for each in kept)


def plain_lines_of(original: Original) -> picture.Lines:
    """The file's paragraphs and tables in their own order. Raises Busy, Unreadable and OriginalLostError."""
    kept = store.get_json(original.sha256, "lines.json")
    if kept is not None:
        return picture.lines_from(kept)
    found = plain_lines_in(originals.content(original))
    store.put_json(original.sha256, "lines.json", plain(found))
    return found


def plain_lines_in(data: bytes) -> picture.Lines:
    """The same of a file's content. Raises Busy and Unreadable."""
    form = detect(data)
    if form in PICTURED or form in {"zip", "eml"}:
        raise Unreadable(_("这个文件不能在这里显示，请下载原件查看。"))
    if form == "txt" and len(data) <= 1024**2:
        return picture.lines_of(data, form)
    with _my_turn():
        return picture.plain_lines(data, form)


def page_picture(original: Original, number: int, width: int) -> bytes | None:
    """Page ``number`` (from 1) as PNG, ``width`` pixels wide; None for a page that there is not or that cannot be drawn.

    The pages behind it are drawn along with it. Raises Busy, Unreadable and OriginalLostError.
    """
    leaves = leaves_of(original, reading_of(original))
    if not 1 <= number <= len(leaves):
        return None
    known = store.get(original.sha256, _name(leaves[number - 1], width))
    if known is None:
        with _my_turn():
            # Drawn meanwhile, along with the page before it?
            known = store.get(original.sha256, _name(leaves[number - 1], width))
            known = known or _draw(original, leaves[number - 1 : number - 1 + _AHEAD], width)
    return None if known == _BAD else known


def _draw(original: Original, wanted: tuple[Leaf, ...], width: int) -> bytes:
    """Draw and keep these pages; the first of them. Where one brings the child down, only that one is given up."""
    data = originals.content(original)
    drawn: dict[int, bytes] = {}
    for pages in (wanted, wanted[:1]):
        numbers, turns = [leaf.number for leaf in pages], [leaf.turns for leaf in pages]
        try:
            drawn = picture.pictures(data, original.format, numbers, width=width, turns=turns)
        except Unreadable:
            continue
        break
    first = wanted[0]
    drawn.setdefault(first.number, _BAD)
    for leaf in wanted:
        if leaf.number in drawn:
            store.put(original.sha256, _name(leaf, width), drawn[leaf.number])
    return drawn[first.number]


def _name(leaf: Leaf, width: int) -> str:
    return f"{leaf.number}-{width}-{leaf.turns}.png"


class _my_turn:  # noqa: N801  reads as what it is: with _my_turn()
    def __enter__(self) -> None:
        if not _turn.acquire(timeout=_PATIENCE):
            raise Busy

    def __exit__(self, *_problem: object) -> None:
        _turn.release()
