"""Questions of the database that are put together once a process, for pages that ask many.

Django builds the SQL of a queryset anew each time it is asked, which costs ten times what a small answer does. What
is asked at every page is therefore built once and then only given its keys.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
_STAND_INS = tuple(range(-2_000_000_001, -2_000_000_009, -1))  # keys that no row has


class Prepared:
    """A question that ``build`` makes for whole-numbered keys, as ``values_list`` of texts and whole numbers only.

    Other kinds of values would come as the database keeps them: a day as text from SQLite.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], keys: int = 1) -> None:
        self._build, self._keys = build, keys
        self._made: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, *keys: int) -> list[tuple[Any, ...]]:
        """The rows for these keys, one for each that ``build`` takes."""
        sql, parameters = self._made.get(connection.vendor) or self._make()
        given = dict(zip(_STAND_INS, keys, strict=False))
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(each, each) for each in parameters])
            return cursor.fetchall()

    def _make(self) -> tuple[str, tuple[Any, ...]]:
        made = self._build(*_STAND_INS[: self._keys]).query.sql_with_params()
        self._made[connection.vendor] = made
        return made


def by_key(model: type[M], keys: Iterable[int], only: Iterable[str] = ()) -> dict[int, M]:
    """The records with these keys; ``only`` names the fields that are read now, the others are read when asked for."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    quote = connection.ops.quote_name
    fields = {field.name: field for field in model._meta.concrete_fields}
    key = next(field for field in fields.values() if field.primary_key)
    read = [key, *(fields[name] for name in only)] if only else list(fields.values())
    columns = ", ".join(quote(str(field.column)) for field in read)
    holders = ", ".join(["%s"] * len(wanted))
    table = quote(model._meta.db_table)
    sql = f"SELECT {columns} FROM {table} WHERE {quote(str(key.column))} IN ({holders})"  # noqa: S608 - names of the model's own table
    return {row.pk: row for row in model._default_manager.raw(sql, wanted)}
