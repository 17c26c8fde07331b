"""Which schema a database has, its tables as the migrations describe them, and a database brought to a given schema."""

from typing import Any

from django.apps.registry import Apps
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from gongkai.kernel import append_only

Node = tuple[str, str]
# One row in any of these, and somebody has worked here.
_TELLING = ("kernel_auditentry", "policies_policy", "policies_original", "orgs_user")


class OtherSchema(Exception):
    """Archive, database and program do not go together; the sentence says which is the newer."""


def ends(database: BaseDatabaseWrapper) -> list[Node]:
    """The last applied migration of every app. Raises OtherSchema if the database is ahead of the program."""
    loader = MigrationLoader(database)
    applied = set(loader.applied_migrations)
    newest: dict[str, str] = {}
    for app, name in loader.disk_migrations:
        newest[app] = max(name, newest.get(app, ""))
    # Older than the newest and yet not there: a library has dropped what it had squashed. That does no harm.
    beyond = {(app, name) for app, name in applied if name > newest.get(app, "")}
    if beyond:
        app, name = min(beyond)
        raise OtherSchema(f"数据库比程序新：已执行的升级 {app}.{name} 本程序没有；请改用与数据库一致的版本。")
    known = applied & set(loader.graph.nodes)
    return sorted(
        node
        for node in known
        if not any(
            child.key in known and child.key[0] == node[0] for child in loader.graph.node_map[node].children
        )
    )


def require_known(nodes: list[Node]) -> None:
    """Raises OtherSchema if an archive needs migrations that this program has not."""
    missing = set(nodes) - set(MigrationLoader(None).graph.nodes)
    if missing:
        app, name = min(missing)
        raise OtherSchema(
            f"备份是较新的版本作的：需要升级 {app}.{name}，本程序没有；请先安装作备份时的版本或更新的版本，再恢复。"
        )


def models_at(nodes: list[Node]) -> Apps:
    """The models as they stood after these migrations."""
    return MigrationLoader(None).project_state(nodes=list(nodes), at_end=True).apps


def is_empty() -> bool:
    """True if nobody has worked in the database: no tables, or none of what work leaves behind.

    A damaged SQLite file is not empty: whoever replaces it must say so.
    """
    try:
        there = set(connection.introspection.table_names())
        with connection.cursor() as cursor:
            for table in there.intersection(_TELLING):
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608
                if cursor.fetchone():
                    return False
    except DatabaseError:
        if connection.vendor != "sqlite":
            raise
        return False
    return True


def bring_to(nodes: list[Node]) -> None:
    """Give the database exactly the tables of these migrations; rows of a database that stands elsewhere are lost."""
    if set(ends(connection)) != set(nodes):
        _drop(nodes)
        MigrationExecutor(connection).migrate(nodes)


def _drop(nodes: list[Node]) -> None:
    """Drop the tables of ours: as they are, as they shall be, and as a migration that was cut off may have left them."""
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    states = [models_at(list(at)) for at in (ends(connection), nodes, latest) if at]
    names = {
        model._meta.db_table for state in states for model in state.get_models(include_auto_created=True)
    }
    there = sorted((names | {"django_migrations"}) & set(connection.introspection.table_names()))
    if not there:
        return
    with transaction.atomic():
        append_only.remove(connection)
        with connection.cursor() as cursor:
            for name in there:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)} {_CASCADE[connection.vendor]}")


_CASCADE: dict[str, Any] = {"sqlite": "", "postgresql": "CASCADE"}
