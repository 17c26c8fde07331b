"""Text to index terms: bigrams over characters and whole numbers, words, and keys of document numbers."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import rjieba

from gongkai.text.normalise import fold

__all__ = [
    "NumberKey",
    "Token",
    "all_terms",
    "bigram_terms",
    "bigrams",
    "fold",
    "number_keys",
    "unit_terms",
    "units",
    "word_terms",
    "words",
]

# A unit is one character of Chinese (or any other letter), or a whole ASCII word or number: bigrams over
# units keep numbers whole, and the terms of a phrase are always the same wherever the phrase stands.
_UNIT = re.compile(r"[0-9]+(?:\.[0-9]+)+|[a-z0-9]+|[^\W_]")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\u3007"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_SERIAL = r"(?:第\s*)?0*(?P<serial>[0-9]{1,5})"
_BRACKETED = re.compile(
    rf"(?P<agency>[{_CJK}]{{2,12}})?\s*[〔\[(【{{〖]\s*{_YEAR}\s*年?\s*[〕\])】}}〗]\s*{_SERIAL}(?![0-9.])\s*号?"
)
_SOME_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# Without brackets an agency must stand before and 号 behind, else any year and number would be one.
_BARE = re.compile(rf"(?P<agency>[{_CJK}]{{2,12}})\s*{_YEAR}(?:\s*年\s*|[\s\-—_]+){_SERIAL}\s*号")


class Token(NamedTuple):
    """A term and where it stands: offsets into the text as given, end exclusive."""

    text: str
    start: int
    end: int


class NumberKey(NamedTuple):
    """A document number in whatever spelling; ``agency`` may carry words that stand before it in running text."""

    agency: str
    year: int
    serial: int
    start: int
    end: int

    @property
    def key(self) -> str:
        """``普府办:2025:12``; with no agency ``:2025:12``."""
        return f"{self.agency}:{self.year}:{self.serial}"

    @property
    def keys(self) -> list[str]:
        """The key under every ending of the agency, longest first, then without: 区普府办 is found as 普府办."""
        tail = f":{self.year}:{self.serial}"
        return [self.agency[k:] + tail for k in range(max(0, len(self.agency) - 1))] + [tail]


def units(text: str) -> list[Token]:
    """The units of ``text``, folded; punctuation, spaces, emoji and control characters are none."""
    return [Token(m.group(), m.start(), m.end()) for m in _UNIT.finditer(fold(text))]


def unit_terms(text: str) -> list[str]:
    """The terms of ``units`` alone, made quickly."""
    return _UNIT.findall(fold(text))


def bigrams(text: str) -> list[Token]:
    """Each unit with the next, also across punctuation; a text of one unit gives that unit."""
    found = units(text)
    if len(found) < 2:
        return found
    return [Token(a.text + b.text, a.start, b.end) for a, b in pairwise(found)]


def bigram_terms(text: str) -> list[str]:
    """The terms of ``bigrams`` alone, made quickly."""
    found = _UNIT.findall(fold(text))
    return [a + b for a, b in pairwise(found)] if len(found) > 1 else found


def words(text: str) -> list[Token]:
    """Words of the dictionary, long ones also in their parts; ASCII words and numbers whole."""
    folded = fold(text)
    found = [Token(m.group(), m.start(), m.end()) for m in _UNIT.finditer(folded) if m.group().isascii()]
    for word, start, end in rjieba.tokenize(folded, "search"):
        if not word.isascii() and word[0].isalnum():
            found.append(Token(word, start, end))
    return sorted(found, key=lambda token: (token.start, token.end))


def word_terms(text: str) -> list[str]:
    """The terms of ``words`` and each single character once; their order is not that of the text."""
    return all_terms(text)[1]


def all_terms(text: str) -> tuple[list[str], list[str]]:
    """`bigram_terms` and `word_terms` of a text in one go, which is what indexing needs."""
    folded = fold(text)
    found = _UNIT.findall(folded)
    grams = [a + b for a, b in pairwise(found)] if len(found) > 1 else found
    terms = [unit for unit in found if unit.isascii()]
    # Every character once, so that a query of one character is a term like any other.
    terms += dict.fromkeys(unit for unit in found if not unit.isascii())
    terms += [
        w
        for w, _, _ in rjieba.tokenize(folded, "search")
        if len(w) > 1 and not w.isascii() and w[0].isalnum()
    ]
    return grams, terms


def number_keys(text: str) -> Iterator[NumberKey]:
    """Document numbers in running text or in a query, in order of place, each spelling of one giving one key."""
    folded = fold(text)
    taken = 0
    if not _SOME_YEAR.search(folded):  # most passages have none, and the patterns below are slow to say so
        return
    found = [m for pattern in (_BRACKETED, _BARE) for m in pattern.finditer(folded)]
    for match in sorted(found, key=lambda m: m.start()):
        if match.start() < taken:
            continue
        taken = match.end()
        yield NumberKey(
            match["agency"] or "", int(match["year"]), int(match["serial"]), match.start(), match.end()
        )
