"""Building and upgrading the database so that a start that is cut off can simply be started again.

Django records a migration after it has committed its tables: killed in between, the next start would find tables that
are "already there". A new SQLite file is therefore built beside its place and moved there when it is whole. PostgreSQL
cannot take all of Wagtail's migrations in one transaction (pending trigger events): there each commits by itself.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from gongkai.project.cli import output


def bring_up_to_date() -> None:
    """Create or upgrade the tables; quick when nothing is to be done. Raises ImproperlyConfigured if it cannot."""
    from gongkai.kernel import generation

    if connection.vendor == "sqlite" and _is_empty(Path(str(connection.settings_dict["NAME"]))):
        with output.notes.status("建立数据库…"):
            _build(Path(str(connection.settings_dict["NAME"])))
        return
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if generation.unwatched(connection):  # a database restored by other means than ours
            with transaction.atomic():
                generation.install(connection)
        return
    with output.notes.status("建立或升级数据库…"):
        call_command("migrate", verbosity=0, interactive=False)


def _is_empty(path: Path) -> bool:
    """True if there is no file, or one without tables, as another command may have left it."""
    if not path.exists() or not path.stat().st_size:
        return True
    with contextlib.closing(sqlite3.connect(path)) as file:
        return not file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _build(path: Path) -> None:
    draft = path.with_suffix(".building")
    for end in ("", "-wal", "-shm"):
        Path(f"{draft}{end}").unlink(missing_ok=True)
        Path(f"{path}{end}").unlink(missing_ok=True)
    env = {**os.environ, "GONGKAI_SQLITE_FILE": str(draft)}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--no-input"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or [""]
        raise ImproperlyConfigured(
            f"数据库没有建成（{said[0]}）；请检查磁盘空间和 GONGKAI_DATA 的权限后重试。"
        )
    draft.replace(path)
