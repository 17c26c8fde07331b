"""Which state of the public record is committed: one token, replaced by database triggers in the very transaction that
changes a table.

A page that was put together under a token may be shown again as long as the token stands: what changed since would have
replaced it. Triggers and not calls in the actions: handlers, jobs and commands write as well, and nobody can forget it.
The tables that no public page shows are named here; a new table counts as public until it is named.
"""

from collections import Counter

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from gongkai.kernel.models import Generation

#: Tables that no page for the public is made of: by whole name, or by its beginning where that ends in "_".
NOT_PUBLIC = (
    "auth_", "axes_", "django_", "kernel_", "orgs_formerpassword", "orgs_look", "orgs_recoverycode", "orgs_secondfactor",
    "orgs_signin", "orgs_user", "policies_batch", "policies_handin", "policies_schedule", "policies_sketch",
    "policies_upload", "subscriptions_", "taggit_", "wagtail", "sqlite_",
)  # fmt: skip
# What a saved draft touches in the row of a published text; no page shows it.
_OF_DRAFTS = {
    "expire_at", "expired", "go_live_at", "has_unpublished_changes", "latest_revision_id",
}  # fmt: skip
# Rows that the public sees: of what is not among them, drafts above all, no page changes.
_SEEN = {"policies_policy": "{row}.live", "policies_likeness": "{row}.state <> 'offered'"}
_UNSEEN_WHEN_NEW = {"policies_original"}  # until a record that is public shows it
_PREFIX = "generation_of_"
_FUNCTION = """
CREATE OR REPLACE FUNCTION kernel_generation_replace() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO kernel_generation (id, token, changed_by) VALUES (1, gen_random_uuid()::text, pg_current_xact_id()::text)
ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token, changed_by = EXCLUDED.changed_by
WHERE kernel_generation.changed_by <> EXCLUDED.changed_by;
RETURN NULL; END $$
"""


def token(connection: BaseDatabaseWrapper) -> str:
    """The token as it is committed now; "" where there is none yet, and then nothing may be kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM kernel_generation WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else ""


def is_public(table: str) -> bool:
    """True if pages for the public may be made of this table."""
    return not any(table.startswith(name) for name in NOT_PUBLIC)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on every public table and begin a new generation; doing it twice changes nothing else."""
    remove(connection)
    make = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}.get(connection.vendor)
    if make is None:
        raise ImproperlyConfigured(_("只支持 SQLite 和 PostgreSQL 数据库，请更正 GONGKAI_DATABASE_URL。"))
    statements = [_FUNCTION] if connection.vendor == "postgresql" else []
    for table in public_tables(connection):
        with connection.cursor() as cursor:
            columns = [
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
                if column.name not in _OF_DRAFTS
            ]
        statements += make(table, ", ".join(f'"{name}"' for name in columns))
    _execute(connection, statements)
    Generation.objects.all().delete()
    _execute(connection, [_BEGIN[connection.vendor]])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: before tables are altered (PostgreSQL alters none with triggers still to fire)."""
    _execute(
        connection,
        [_DROP[connection.vendor].format(name=name, table=table) for name, table in there(connection)],
    )


def there(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """(trigger, table) of every trigger of ours in the database."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST[connection.vendor])
        return [(name, table) for name, table in cursor.fetchall() if name.startswith(_PREFIX)]


def public_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables of the database that pages for the public may be made of."""
    return sorted(table for table in connection.introspection.table_names() if is_public(table))


def unwatched(connection: BaseDatabaseWrapper) -> list[str]:
    """Public tables whose changes would go unseen, for the doctor; all of them when the database does not answer."""
    try:
        watched = Counter(table for _name, table in there(connection))
    except DatabaseError:
        watched = Counter()
    return [table for table in public_tables(connection) if watched[table] < len(_verbs(table))]


_LIST = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)",
}
_DROP = {
    "sqlite": 'DROP TRIGGER IF EXISTS "{name}"',
    "postgresql": 'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
}
_BEGIN = {
    "sqlite": "INSERT INTO kernel_generation (id, token, changed_by) VALUES (1, lower(hex(randomblob(16))), '')",
    "postgresql": "INSERT INTO kernel_generation (id, token, changed_by) VALUES (1, gen_random_uuid()::text, '')",
}


def _verbs(table: str) -> list[str]:
    return [
        verb
        for verb in ("INSERT", "DELETE", "UPDATE")
        if not (verb == "INSERT" and table in _UNSEEN_WHEN_NEW)
    ]


def _on_sqlite(table: str, columns: str) -> list[str]:
    replace = "UPDATE kernel_generation SET token = lower(hex(randomblob(16))) WHERE id = 1"
    return [
        f'CREATE TRIGGER "{_PREFIX}{table}_{verb.lower()}" AFTER {_event(verb, columns)} ON "{table}" '
        f"{_when(table, verb)} BEGIN {replace}; END"
        for verb in _verbs(table)
    ]


def _on_postgresql(table: str, columns: str) -> list[str]:
    # Deferred: the one row is locked while the transaction commits, not while it works, so that writers neither wait
    # for each other nor take it and another lock crosswise.
    return [
        f'CREATE CONSTRAINT TRIGGER "{_PREFIX}{table}_{verb.lower()}" AFTER {_event(verb, columns)} ON "{table}" '
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {_when(table, verb)} EXECUTE FUNCTION kernel_generation_replace()"
        for verb in _verbs(table)
    ]


def _event(verb: str, columns: str) -> str:
    return f"UPDATE OF {columns}" if verb == "UPDATE" else verb


def _when(table: str, verb: str) -> str:
    """A row counts if it was seen before the change or is seen after it."""
    seen = _SEEN.get(table)
    rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[verb]
    return f"WHEN ({' OR '.join(seen.format(row=row) for row in rows)})" if seen else ""


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
