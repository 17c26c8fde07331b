"""Restoring an archive: checked before anything is touched, put in place whole, and checked again where it stands."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from gongkai.kernel import append_only, audit, clock, generation, processes
from gongkai.policies import originals
from gongkai.policies.models import Original
from gongkai.project.backup import archive, keys, place, schema, tables
from gongkai.project.backup.archive import Archive, Damaged
from gongkai.project.backup.make import Watch
from gongkai.project.backup.place import Busy


class NotEmpty(Exception):
    """There is something here that a restore would destroy."""


@dataclass
class Restored:
    """What was put back and found right."""

    made_at: str
    tables: dict[str, int] = field(default_factory=dict)
    upgraded: int = 0
    originals: int = 0
    lost: list[str] = field(default_factory=list)
    audit_head: str = ""
    indexed: int = 0
    keys: str = ""
    keys_fit: bool = False


def restore(
    path: Path,
    *,
    keys_file: Path | None = None,
    passphrase: str | None = None,
    replace: bool = False,
    watch: Watch = lambda *_: None,
) -> Restored:
    """Restore an archive into this installation; ``replace`` gives up what is there.

    The passphrase is that of the keys file, if it is sealed.

    Cut off at any point it can simply be run again; until it has ended the installation is marked (place.py).
    Raises Damaged, OtherSchema, NotEmpty, Busy: nearly always before anything was touched. Only an audit chain that
    was false already when it was backed up is found later; on SQLite the old database then still stands unchanged.
    """
    # The keys first: whoever mistypes the passphrase need not wait until a large archive is read.
    present = keys.read(keys_file, passphrase) if keys_file else None
    with archive.opened(path) as source:
        if present and not keys.belong(present, source.manifest):
            raise Damaged("这份密钥与备份不是一套，没有恢复；请用与备份一起产生的密钥文件，或者不用 --keys。")
        source.verify(lambda done, total: watch("核对备份", done, total))
        nodes = [(app, name) for app, name in source.manifest["migrations"]]
        schema.require_known(nodes)
        with place.alone():
            marked_before = place.half_restored()
            _require_may_replace(source, replace)
            _require_stopped()
            place.begin(source.id, path.resolve(), clock.now().isoformat())
            done = Restored(source.manifest["made_at"], lost=list(source.manifest["originals"]["lost"]))
            try:
                _put_originals(source, done, watch)
                with _database_beside():
                    _put_database(source, nodes, done, watch)
            except BaseException:
                # SQLite: the new file was given up, the old one stands; originals that came are in nobody's way.
                if connection.vendor == "sqlite" and not marked_before:
                    place.end()
                raise
            _rebuild_index(done, watch)
            done.keys, done.keys_fit = _put_keys(source, present)
            os.sync()  # Storages do not bring their files to disk by themselves.
            place.end()
    return done


def _require_may_replace(source: Archive, replace: bool) -> None:
    begun = place.half_restored()
    if replace or (begun and begun["id"] == source.id) or schema.is_empty():
        return
    raise NotEmpty(
        "这里已经有数据，恢复会覆盖全部现有数据，没有恢复；确要覆盖，请先备份现有数据，再加 --replace。"
    )


# --- being alone -------------------------------------------------------------------------------------------------


def _require_stopped() -> None:
    """Raises Busy while web or worker of this installation run: their writes would be lost or mixed in."""
    with suppress(OSError, ValueError, KeyError):
        note = json.loads((Path(settings.DATA_DIR) / "serve.json").read_text(encoding="utf-8"))
        if not processes.is_gone(note["parent"]):
            raise Busy("网站还在运行，没有恢复；请先停止 gongkai serve。")
    if connection.vendor == "sqlite":
        with _held_alone(Path(str(connection.settings_dict["NAME"]))):
            return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        others = cursor.fetchone()[0]
    if others:
        raise Busy(
            f"还有 {others} 个连接在使用数据库，没有恢复；请先停止网站、后台进程和其他使用数据库的程序。"
        )


@contextmanager
def _held_alone(path: Path) -> Iterator[None]:
    """Nobody else has the SQLite file open meanwhile; its log is folded in. Raises Busy."""
    if not path.exists():
        yield
        return
    connections.close_all()
    with closing(sqlite3.connect(path, timeout=2, isolation_level=None)) as file:
        try:
            # To leave WAL takes being the only one who has the file open.
            file.execute("PRAGMA journal_mode=DELETE").fetchone()
            file.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            raise Busy("还有程序在使用数据库，没有恢复；请先停止网站和后台进程。") from problem
        except sqlite3.DatabaseError:
            pass  # No database any more, that is why it is being restored.
        yield


@contextmanager
def _database_beside() -> Iterator[None]:
    """SQLite: the default connection writes to a new file, which takes the old one's place when all is done.

    PostgreSQL: the database itself; its rows change in one transaction.
    """
    if connection.vendor != "sqlite":
        yield
        return
    final = Path(str(connection.settings_dict["NAME"]))
    draft = final.with_suffix(".restoring")
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{draft}{end}").unlink(missing_ok=True)
    _point_at(draft)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")  # One file, without a log beside it.
    finally:
        _point_at(final)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    with _held_alone(final):
        for end in ("-wal", "-shm", "-journal"):  # Of a file that was no database any more.
            Path(f"{final}{end}").unlink(missing_ok=True)
        draft.replace(final)
    archive.sync_folder(final.parent)


def _point_at(file: Path) -> None:
    connections.close_all()
    connections.settings["default"]["NAME"] = file
    del connections["default"]


# --- putting in place --------------------------------------------------------------------------------------------


def _put_originals(source: Archive, done: Restored, watch: Watch) -> None:
    """Put every original into the storage and read it from there again; what is there already stays."""
    storage = storages["originals"]
    for sha256 in source.originals:
        watch("恢复原件", done.originals, len(source.originals))
        original = Original(sha256=sha256)
        if not _stands(original):
            with source.member(archive.ORIGINAL.format(sha256)) as file:
                data = file.read()
            storage.delete(original.stored_as)  # A file cut off by an earlier attempt.
            storage.save(original.stored_as, ContentFile(data))
            originals.content(original)
        done.originals += 1


def _stands(original: Original) -> bool:
    try:
        originals.content(original)
    except originals.OriginalLostError:
        return False
    return True


def _put_database(source: Archive, nodes: list[schema.Node], done: Restored, watch: Watch) -> None:
    """The tables as they were when the archive was made, their rows, and then the upgrades since."""
    watch("建立数据库", 0, None)
    schema.bring_to(nodes)
    models = schema.models_at(nodes)
    kept = tables.of(models)
    if {table.name for table in kept} != set(source.tables) - tables.LEFT_OUT:
        raise Damaged("备份里的表与它所说的版本不符，没有恢复；请换一份备份。")
    executor = MigrationExecutor(connection)
    done.upgraded = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    with connection.constraint_checks_disabled(), transaction.atomic():
        append_only.remove(connection)
        generation.remove(connection)
        tables.empty(connection, tables.all_names(models))
        for i, table in enumerate(kept):
            watch(f"恢复表 {table.name}", i, len(kept))
            with source.member(archive.TABLE.format(table.name)) as file:
                tables.load(connection, table, file)
        tables.set_last_ids(connection, kept, source.manifest["sequences"])
        connection.check_constraints()
        append_only.install(connection)
        _require_as_written(source, kept, done)
        if not done.upgraded:  # else the upgrade puts them on tables that are then as this version knows them
            generation.install(connection)
    if done.upgraded:
        watch("升级数据库", 0, None)
        call_command("migrate", verbosity=0, interactive=False)


def _require_as_written(source: Archive, kept: list[tables.Table], done: Restored) -> None:
    """Counts and the audit chain, where they stand now. Raises Damaged, and the transaction is rolled back."""
    for table in kept:
        count = tables.count(connection, table)
        wanted: Any = source.tables[table.name]["rows"]
        if count != wanted:
            raise Damaged(
                f"表 {table.name} 恢复了 {count} 行，备份写明 {wanted} 行，没有恢复；请换一份备份。"
            )
        done.tables[table.name] = count
    head = source.manifest["audit_head"]
    result = audit.verify(expected_head=head)
    if not result.ok or result.head != head:
        raise Damaged(f"备份里的审计链不完好（{result.why}），没有恢复；请换一份更早的备份。")
    done.audit_head = head


def _rebuild_index(done: Restored, watch: Watch) -> None:
    from gongkai.search import index

    done.indexed = index.rebuild(lambda documents: watch("重建索引", documents, None))


def _put_keys(source: Archive, given: keys.Keys | None) -> tuple[str, bool]:
    """One sentence about the keys, and whether the installation now has those of the archive."""
    if given:
        sentence = keys.put_back(given)
        return sentence, sentence == "密钥已恢复。"
    if keys.belong(keys.present(), source.manifest):
        return "密钥本来就是这一套，没有改动。", True
    return (
        "密钥没有恢复：这里的密钥与作备份时不同，审计记录的细节不能再核验，已发出的签名链接失效；"
        "有密钥文件的，请加 --keys 再恢复一次。"
    ), False
