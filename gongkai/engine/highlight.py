"""Where a text answers a query, from our own offsets, and that text cut to a window with the places marked."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from gongkai.engine.passage import Part, Ranges
from gongkai.engine.tokens import units
from gongkai.engine.understand import ASKING, Sought

_MARKED_RUN = 3  # units; shorter runs are marked only where they are a word of the query


def ranges(text: str, sought: Sought) -> Ranges:
    """Offsets into ``text`` of what ``sought`` names: runs of three units and more, whole words, numbers.

    Two neighbouring characters that are no word (…的通…) are not marked: they match nearly everywhere.
    """
    found = units(text)
    terms = [unit.text for unit in found]
    grams, words = set(sought.grams), set(sought.words)
    alone = {*sought.singles, *(sought.characters if _mark_characters(sought) else ())}
    alone.update(phrase[0] for phrase in sought.phrases if len(phrase) == 1)
    runs = [(k, k) for k, term in enumerate(terms) if term in alone] if alone else []
    first: int | None = None
    for k, gram in enumerate([*(a + b for a, b in pairwise(terms)), ""]):
        if gram in grams:
            first = k if first is None else first
        elif first is not None:
            if _worth(terms[first : k + 1], words):
                runs.append((first, k))
            first = None
    return _merged((found[a].start, found[b].end) for a, b in runs)


def _worth(run: list[str], words: set[str]) -> bool:
    whole = "".join(run)
    return whole not in ASKING and (len(run) >= _MARKED_RUN or whole in words)


def _merged(spans: Iterable[tuple[int, int]]) -> Ranges:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def _mark_characters(sought: Sought) -> bool:
    return not sought.grams and not sought.singles


def best_place(marked: Ranges, width: int) -> int:
    """The start of the range from which most marked characters fall within ``width``; 0 where none is."""
    best, place = 0, 0
    for start, _ in marked:
        inside = sum(min(b, start + width) - a for a, b in marked if start <= a < start + width)
        if inside > best:
            best, place = inside, start
    return place


def segments(text: str, marked: Ranges, width: int = 160) -> list[tuple[str, bool]]:
    """``text`` as (piece, marked) in order, cut to about ``width`` characters around the best place.

    What was cut off is shown by …; joined and without it, the pieces are a stretch of ``text`` as it is.
    """
    start, end = 0, len(text)
    if end > width:
        start = max(0, min(best_place(marked, width) - width // 5, end - width))
        end = start + width
    out: list[tuple[str, bool]] = [("…", False)] if start > 0 else []
    at = start
    for left, right in marked:
        a, b = max(left, at), min(right, end)
        if a >= b:
            continue
        if a > at:
            out.append((text[at:a], False))
        out.append((text[a:b], True))
        at = b
    if at < end:
        out.append((text[at:end], False))
    if end < len(text):
        out.append(("…", False))
    return out


def part_at(parts: Sequence[Part], place: int) -> Part | None:
    """The part of a passage in which the character at ``place`` stands."""
    found = None
    for part in parts:
        if found is None or part.at <= place:
            found = part
    return found
