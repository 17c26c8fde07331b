"""Addresses by the names of their routes, found once a process and language and then only given their numbers.

A page says some fifty of them, and Django looks each of them up anew.
"""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

_FIRST = 7_000_000_001  # stands where a number goes; long enough to be found again
_MOST = 2**63  # what no record's number reaches, so that nothing but a slip comes here


def route(name: str, *numbers: int) -> str:
    """What ``reverse(name, args=numbers)`` says in the reader's language.

    Raises NoReverseMatch where there is no such route, ValueError for numbers that no address has.
    """
    if any(not 0 <= number < _MOST for number in numbers):
        raise ValueError(f"{name} has no address for {numbers}")
    pieces = _pieces(
        name, len(numbers), get_language(), get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF
    )
    return pieces[0] + "".join(f"{number}{piece}" for number, piece in zip(numbers, pieces[1:], strict=True))


@lru_cache(maxsize=512)
def _pieces(name: str, count: int, _language: str, _prefix: str, _urlconf: str) -> tuple[str, ...]:
    """What stands before, between and behind the numbers."""
    found, pieces = reverse(name, args=range(_FIRST, _FIRST + count)), []
    for number in range(_FIRST, _FIRST + count):
        before, _number, found = found.partition(str(number))
        pieces.append(before)
    return (*pieces, found)
