"""Frozen dataclasses as plain JSON values and back: how what a reader found crosses from one process to another."""

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

_PLAIN = (str, int, float, bool)


def plain(value: Any) -> Any:
    """``value`` as lists, texts and numbers: a dataclass is the list of its fields."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return [plain(getattr(value, name)) for name, _ in _fields(type(value))]


def restored(kind: Any, value: Any) -> Any:
    """The value of type ``kind`` behind ``plain``; nothing but such values can come of it.

    Raises ValueError, TypeError or IndexError where ``value`` is none of that type.
    """
    if value is None or kind in _PLAIN:
        if value is not None and not isinstance(value, (int, float) if kind is float else kind):
            raise TypeError(f"{value!r} is no {kind}")
        return value
    origin, given = get_origin(kind), get_args(kind)
    if origin in {UnionType, Union}:
        return restored(next(each for each in given if each is not type(None)), value)
    if origin in {tuple, list}:
        return origin([restored(given[0], each) for each in value])
    if kind is date:
        return date.fromisoformat(value)
    own: Any = origin or kind
    if not is_dataclass(origin or kind):
        return own(value)
    values = zip(_fields(own), value, strict=True)
    return own(*(restored(given[0] if isinstance(hint, _Open) else hint, each) for (_, hint), each in values))


class _Open:
    """The type of a field that only its owner knows: Element's value."""


_known: dict[Any, tuple[tuple[str, Any], ...]] = {}


def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    if kind not in _known:
        hints = get_type_hints(kind)
        _known[kind] = tuple(
            (each.name, _Open() if _is_open(hints[each.name]) else hints[each.name]) for each in fields(kind)
        )
    return _known[kind]


def _is_open(hint: Any) -> bool:
    return any(isinstance(each, TypeVar) for each in get_args(hint))
