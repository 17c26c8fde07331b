"""Questions of the database that are put together once a process, for pages that ask many.

Django builds the SQL of a queryset anew each time it is asked, which costs ten times what a small answer does. What
is asked at every page is therefore built once and then only given its keys.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import local
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
_LARGEST = 2**63 - 1  # of a whole number in both databases, which refuse to be asked for more
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
    wanted = sorted({key for key in keys if -_LARGEST <= key <= _LARGEST})
    if not wanted:
        return {}
    plan = _plan(model, tuple(only))
    with connection.cursor() as cursor:
        cursor.execute(f"{plan.sql} ({', '.join(['%s'] * len(wanted))})", wanted)
        rows = cursor.fetchall()
    found = (model.from_db(connection.alias, plan.names, plan.read(row)) for row in rows)
    return {record.pk: record for record in found}


@dataclass(frozen=True)
class _Plan:
    """How the records of a model are read by key: the columns in the model's order, and what makes values of them."""

    sql: str
    names: list[str]
    converters: dict[int, tuple[list[Callable[..., Any]], Any]]

    def read(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, (steps, column) in self.converters.items():
            for step in steps:
                values[place] = step(values[place], column, connection)
        return values


_thread = local()  # what makes values belongs to the thread's own connection


def _plan(model: type[Model], only: tuple[str, ...]) -> _Plan:
    kept: dict[Any, _Plan] = _thread.__dict__.setdefault("plans", {})
    if found := kept.get((model, only, connection.vendor)):
        return found
    table, quote = model._meta.db_table, connection.ops.quote_name
    fields = [f for f in model._meta.concrete_fields if not only or f.primary_key or f.name in only]
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    key = next(field for field in fields if field.primary_key)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    sql = f"SELECT {columns} FROM {quote(table)} WHERE {quote(str(key.column))} IN"  # noqa: S608 - names of the model's own table
    made = _Plan(
        sql,
        [field.attname for field in fields],
        compiler.get_converters([field.get_col(table) for field in fields]),
    )
    kept[model, only, connection.vendor] = made
    return made
