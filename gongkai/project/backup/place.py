"""What backup and restore leave in the data folder: the mark of a restore in progress, the note of the last backup."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gongkai.project.backup.archive import sync_folder


class Busy(Exception):
    """Somebody else is at work where we must be alone; the sentence says who and what to do."""


def write(path: Path, content: str | bytes) -> None:
    """Write a small file for its owner alone, whole or not at all, and bring it to disk."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _mark() -> Path:
    return Path(settings.DATA_DIR) / "restoring.json"


def _note() -> Path:
    return Path(settings.DATA_DIR) / "last_backup.json"


def begin(archive_id: str, file: Path, at: str) -> None:
    """Mark the installation as half restored."""
    write(_mark(), json.dumps({"id": archive_id, "file": str(file), "at": at}, ensure_ascii=False))


def end() -> None:
    """Everything is restored and on disk: take the mark away."""
    _mark().unlink(missing_ok=True)
    sync_folder(_mark().parent)


def half_restored() -> dict[str, Any] | None:
    """What a restore that did not end was restoring: {id, file, at}; None if there is none."""
    if not _mark().exists():
        return None
    return _read(_mark()) or {"id": "", "file": "", "at": ""}


def refuse_if_half_restored() -> None:
    """Raises ImproperlyConfigured: nobody should work on a record of which a part may be missing."""
    found = half_restored()
    if found:
        raise ImproperlyConfigured(
            f"上次恢复没有完成，数据可能只有一部分，不能启动；请再次运行 gongkai restore {found['file']}。"
        )


def note_backup(facts: dict[str, Any]) -> None:
    """Remember the last backup, for `gongkai doctor`."""
    write(_note(), json.dumps(facts, ensure_ascii=False))


def last_backup() -> dict[str, Any] | None:
    """What `note_backup` was told last."""
    return _read(_note())


@contextmanager
def alone() -> Iterator[None]:
    """Hold the place for one backup or restore at a time. Raises Busy; the lock goes with the process."""
    with (Path(settings.DATA_DIR) / "backup.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("另一个备份或恢复正在进行，请等它结束。") from None
        yield
