"""Rows of one table as lines of JSON and back, the same on every database, and the counters that give out ids."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col

from gongkai.project.backup.archive import Damaged

# Few at a time: a revision of a long law is some hundred kilobytes.
_AT_ONCE = 100
# A session that was ended after the backup must not come alive again, and pages kept before a restore must not pass for new.
LEFT_OUT = {"django_session", "kernel_generation"}


@dataclass(frozen=True)
class Column:
    """One column; `kind` is Django's name of what is in it, a foreign key's that of what it points to."""

    name: str
    field: Any
    kind: str
    col: Col


@dataclass(frozen=True)
class Table:
    """One table and its columns, in the order of the model."""

    name: str
    key: str
    columns: tuple[Column, ...]


def of(apps: Apps) -> list[Table]:
    """Every table of these models that is worth keeping, by name."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and not meta.swapped and meta.db_table not in LEFT_OUT:
            fields = [f for f in meta.local_concrete_fields if not f.generated]
            assert meta.pk is not None and meta.pk.column is not None
            found.append(Table(meta.db_table, meta.pk.column, tuple(_column(f) for f in fields)))
    return sorted(found, key=lambda table: table.name)


def all_names(apps: Apps) -> list[str]:
    """The tables of these models, those that are not kept as well."""
    return sorted({m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed})


def _column(field: Any) -> Column:
    col = field.get_col(field.model._meta.db_table)
    return Column(field.column, field, col.output_field.get_internal_type(), col)


def lines(database: BaseDatabaseWrapper, table: Table) -> Iterator[bytes]:
    """The table as lines: the names of the columns first, then a row a line, by primary key."""
    yield _line([column.name for column in table.columns])
    quoted = database.ops.quote_name
    names = ", ".join(quoted(column.name) for column in table.columns)
    # The backend's converters only, not the field's own: JSON stays the very text that is stored.
    turn = [database.ops.get_db_converters(column.col) for column in table.columns]
    with database.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {quoted(table.name)} ORDER BY {quoted(table.key)}")  # noqa: S608
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                values = list(row)
                for i, column in enumerate(table.columns):
                    for converter in turn[i]:
                        values[i] = converter(values[i], column.col, database)
                yield _line(values)


def load(
    database: BaseDatabaseWrapper,
    table: Table,
    given: Iterable[bytes],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Put rows, as `lines` gave them, into the table; gives their number. Raises Damaged if they do not fit."""
    rows = iter(given)
    try:
        names = json.loads(next(rows))
    except (StopIteration, ValueError):
        names = None
    columns = {column.name: column for column in table.columns}
    if not isinstance(names, list) or sorted(map(str, names)) != sorted(columns):
        raise Damaged(f"备份里表 {table.name} 的列与其清单所说的版本不符，没有恢复；请换一份备份。")
    order = [columns[name] for name in names]
    quoted = database.ops.quote_name
    into = ", ".join(quoted(column.name) for column in order)
    values = ", ".join(["%s"] * len(order))
    insert = f"INSERT INTO {quoted(table.name)} ({into}) VALUES ({values})"  # noqa: S608
    done = 0
    with database.cursor() as cursor:
        batch: list[list[Any]] = []
        for line in rows:
            batch.append(_parameters(database, order, line))
            if len(batch) == _AT_ONCE:
                cursor.executemany(insert, batch)
                done += len(batch)
                progress(done)
                batch = []
        if batch:
            cursor.executemany(insert, batch)
    return done + len(batch)


def _parameters(database: BaseDatabaseWrapper, order: list[Column], line: bytes) -> list[Any]:
    return [
        _parameter(database, column, value) for column, value in zip(order, json.loads(line), strict=True)
    ]


def _parameter(database: BaseDatabaseWrapper, column: Column, value: Any) -> Any:
    if value is None or column.kind == "JSONField":
        return value
    return column.field.get_db_prep_save(_READ.get(column.kind, _as_it_is)(value), database)


def _as_it_is(value: Any) -> Any:
    return value


_READ: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "TimeField": time.fromisoformat,
    "DecimalField": Decimal,
    "DurationField": lambda microseconds: timedelta(microseconds=microseconds),
    "UUIDField": UUID,
    "BinaryField": base64.b64decode,
}


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_plain).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, bytes | memoryview | bytearray):
        return base64.b64encode(value).decode("ascii")
    return str(value)  # Decimal, UUID, an address of the network


# --- emptying and counting -------------------------------------------------------------------------------------


def empty(database: BaseDatabaseWrapper, names: list[str]) -> None:
    """Take every row out of these tables."""
    with database.cursor() as cursor:
        for statement in database.ops.sql_flush(no_style(), names):
            cursor.execute(statement)


def count(database: BaseDatabaseWrapper, table: Table) -> int:
    """How many rows are in the table."""
    with database.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {database.ops.quote_name(table.name)}")  # noqa: S608
        return int(cursor.fetchone()[0])


def last_ids(database: BaseDatabaseWrapper, tables: list[Table]) -> dict[str, int]:
    """The last id given out in each table, also where its row was deleted: an id is never given to another record."""
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            found = dict(cursor.fetchall())
            return {table.name: found[table.name] for table in tables if found.get(table.name)}
        ids = {}
        for table, sequence in _sequences(database, tables):
            cursor.execute(f"SELECT last_value, is_called FROM {database.ops.quote_name(sequence)}")  # noqa: S608
            last, is_called = cursor.fetchone()
            if is_called:
                ids[table] = last
        return ids


def set_last_ids(database: BaseDatabaseWrapper, tables: list[Table], ids: dict[str, int]) -> None:
    """Let ids go on after these."""
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            for name in {table.name for table in tables} & set(ids):
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, ids[name]])
            return
        for table, sequence in _sequences(database, tables):
            cursor.execute(
                "SELECT setval(%s::regclass, %s, %s)",
                [database.ops.quote_name(sequence), ids.get(table, 1), table in ids],
            )


def _sequences(database: BaseDatabaseWrapper, tables: list[Table]) -> list[tuple[str, str]]:
    """(table, its sequence) on PostgreSQL."""
    with database.cursor() as cursor:
        return [
            (table.name, found["name"])
            for table in tables
            for found in database.introspection.get_sequences(cursor, table.name)
            if found["column"] == table.key
        ]
