"""Making a backup while the installation runs: one moment of the database, and the originals that its rows name."""

import copy
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.kernel import clock
from gongkai.policies import originals
from gongkai.policies.models import Original
from gongkai.project.backup import archive, keys, place, schema, seal, tables

# What is being done, how much of it is done, and of how much (None: not known).
Watch = Callable[[str, int, int | None], None]
_SNAPSHOT = "snapshot"


@dataclass
class Made:
    """What was backed up; `lost` are originals that the record names and the storage has not, or not unchanged."""

    file: Path
    keys: Path
    sealed: bool
    size: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    originals: int = 0
    lost: list[str] = field(default_factory=list)
    audit_head: str = ""


def make(
    target: Path, *, passphrase: str | None, keys_file: Path | None = None, watch: Watch = lambda *_: None
) -> Made:
    """Back up into the file ``target``, or into a file named by the moment if it is a folder.

    The keys are sealed under the passphrase; None leaves them plain. Raises WeakPassphrase, FileExistsError rather than
    overwrite, OtherSchema if the database is ahead of the program, Busy while another backup or a restore runs.
    """
    if passphrase is not None:
        seal.require_strong(passphrase)
    if target.is_dir():
        target /= f"gongkai-{clock.now():%Y%m%dT%H%M%SZ}.zip"
    place.refuse_if_half_restored()
    made = Made(target, keys_file or target.with_name(f"{target.name}.keys"), passphrase is not None)
    with place.alone(), archive.Writer(target) as writer:
        present = keys.present()
        at = clock.now().isoformat()
        with _snapshot() as database:
            manifest = {
                "id": secrets.token_hex(16),
                "made_at": at,
                "version": version("gongkai"),
                "database": database.vendor,
                "keys": keys.fingerprint(present),
                **_record(writer, database, made, watch),
                "index": _index(),
            }
        # Before the archive has its name: there is never an archive without its keys.
        keys.write(made.keys, present, passphrase)
        writer.finish(manifest)
    made.size = target.stat().st_size
    place.note_backup({"at": at, "file": str(target), "bytes": made.size, "lost": len(made.lost)})
    return made


@contextmanager
def _snapshot() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own that sees one moment, however long it reads; nobody waits for it."""
    wanted = copy.deepcopy(connections["default"].settings_dict)
    options = wanted.setdefault("OPTIONS", {})
    if connections["default"].vendor == "sqlite":
        options["transaction_mode"] = (
            "DEFERRED"  # The default takes the write lock, and imports would have to wait.
        )
    else:
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.settings[_SNAPSHOT] = wanted
    try:
        with transaction.atomic(using=_SNAPSHOT):
            yield connections[_SNAPSHOT]
    finally:
        connections[_SNAPSHOT].close()
        del connections[_SNAPSHOT]
        del connections.settings[_SNAPSHOT]


def _record(
    writer: archive.Writer, database: BaseDatabaseWrapper, made: Made, watch: Watch
) -> dict[str, Any]:
    """Write every table and every original of this moment; what the manifest says of them."""
    at = schema.ends(database)
    models = schema.models_at(at)
    kept = tables.of(models)
    described = {}
    for i, table in enumerate(kept):
        watch(f"备份表 {table.name}", i, len(kept))
        rows = -1  # The first line holds the names of the columns.
        with writer.member(archive.TABLE.format(table.name)) as (write, seal):
            for line in tables.lines(database, table):
                write(line)
                rows += 1
                if rows % 5000 == 0:
                    watch(f"备份表 {table.name}（{rows} 行）", i, len(kept))
        described[table.name] = {"rows": rows, "bytes": seal.size, "sha256": seal.sha256}
        made.tables[table.name] = rows
    made.audit_head = _audit_head(database)
    return {
        "migrations": at,
        "tables": described,
        "sequences": tables.last_ids(database, kept),
        "audit_head": made.audit_head,
        "originals": _originals(writer, database, made, watch),
    }


def _audit_head(database: BaseDatabaseWrapper) -> str:
    with database.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM kernel_auditentry ORDER BY seq DESC LIMIT 1")
        last = cursor.fetchone()
    return f"{last[0]}:{last[1]}" if last else f"0:{'0' * 64}"


def _originals(
    writer: archive.Writer, database: BaseDatabaseWrapper, made: Made, watch: Watch
) -> dict[str, Any]:
    """Every original that a row of this moment names: its file was complete before the row, and is never changed."""
    kept: list[str] = []
    total, size = made.tables["policies_original"], 0
    with database.chunked_cursor() as cursor:
        cursor.execute("SELECT sha256 FROM policies_original ORDER BY sha256")
        while rows := cursor.fetchmany(500):
            for (sha256,) in rows:
                watch("备份原件", len(kept), total)
                try:
                    data = originals.content(Original(sha256=sha256))
                except originals.OriginalLostError:
                    made.lost.append(sha256)
                    continue
                name = archive.ORIGINAL.format(sha256)
                with writer.member(name, pack=archive.packs(data)) as (write, seal):
                    write(data)
                size += seal.size
                kept.append(sha256)
    made.originals = len(kept)
    return {"count": len(kept), "bytes": size, "list_sha256": archive.list_hash(kept), "lost": made.lost}


def _index() -> dict[str, Any]:
    """What served search at this moment; the index itself is built anew from the record."""
    try:
        pointer = json.loads((Path(settings.INDEX_DIR) / "current.json").read_bytes())
    except (OSError, ValueError):
        return {"generation": None, "documents": 0}
    from gongkai.engine.ports import IndexDamaged, IndexMissing, SearchRequest
    from gongkai.search import index

    try:
        found = index.engine().search(SearchRequest("", limit=1)).total
    except (IndexMissing, IndexDamaged):
        found = 0
    return {"generation": pointer.get("generation"), "documents": found}
