"""Where a long Chinese title may be broken into lines: between words, never within one (browsers break anywhere)."""

from functools import lru_cache
from itertools import pairwise

import rjieba
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LONGEST = 7
_OPENING, _CLOSING = "《“‘（〔【〈", "》”’）〕】〉，。、；：！？"


@lru_cache(maxsize=2048)
def broken(title: str) -> SafeString:
    """``title`` as HTML in spans that stay whole; a word of one character stays with its neighbours.

    Spans and no <wbr>: a browser reads that to the blind as a space, and the title falls into pieces.
    """
    words = rjieba.cut(title)
    pieces = words[:1]
    for before, word in pairwise(words):
        if _may_part(before, word):
            pieces.append(word)
        else:
            pieces[-1] += word
    return mark_safe("".join(_kept(piece) for piece in pieces))  # noqa: S308 - every piece is escaped


def _kept(piece: str) -> str:
    # What is wider than a narrow phone in large text must be let break anywhere.
    return f"<span>{escape(piece)}</span>" if 1 < len(piece) <= LONGEST else escape(piece)


def _may_part(before: str, word: str) -> bool:
    if before[-1] in _OPENING or word[0] in _CLOSING:
        return False
    if word[0] in _OPENING or before[-1] in _CLOSING:
        return True
    return all(len(each) > 1 and not each.isascii() for each in (before, word))
