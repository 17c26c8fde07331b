"""The archive on disk: a zip whose last member says what is in it, whole under its name or not there at all."""

import fcntl
import hashlib
import json
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

FORMAT = "gongkai-backup/1"
MANIFEST = "manifest.json"
TABLE = "tables/{}.jsonl"
ORIGINAL = "originals/{}"
Progress = Callable[[int, int], None]

_CHUNK = 1 << 20
_LARGEST_MANIFEST = 64 << 20
# What an archive of ours may hold. A name is never used as a path; whatever else is inside is refused all the same.
_NAME = re.compile(r"manifest\.json|tables/[a-z0-9_]+\.jsonl|originals/[0-9a-f]{64}")
_NEEDED = {"id", "made_at", "keys", "migrations", "tables", "sequences", "audit_head", "originals"}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,  # a flipped byte may name a compression that nobody knows
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    EOFError,
    OSError,
)


class Damaged(Exception):
    """The archive is not what was written; the sentence says where."""


@dataclass
class Seal:
    """What was written or read of one member: its bytes and their SHA-256."""

    size: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def add(self, data: bytes) -> None:
        """Count some more bytes in."""
        self.size += len(data)
        self._hash.update(data)

    @property
    def sha256(self) -> str:
        """The hash of all that was added, in hexadecimal."""
        return str(self._hash.hexdigest())


class Writer:
    """Writes an archive beside its place under another name; `finish` makes it whole and gives it its own.

    Left without `finish`, or killed, nothing stands under the archive's name. Raises FileExistsError rather than
    overwrite.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FileExistsError(17, "已经有这个文件，备份不覆盖旧的，请另取名字", str(path))
        self.path = path
        self._partial = path.with_name(f".{path.name}.partial")
        _sweep(path.parent)
        handle = os.open(self._partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "w+b")
        fcntl.flock(
            self._file, fcntl.LOCK_EX
        )  # Held while we live: `_sweep` of another leaves the file alone.
        # Level 1: nearly the pace of a disk.
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    @contextmanager
    def member(self, name: str, *, pack: bool = True) -> Iterator[tuple[Callable[[bytes], object], Seal]]:
        """Write one member in pieces: gives (write, what has been written so far)."""
        seal = Seal()
        with self._zip.open(name if pack else zipfile.ZipInfo(name), "w", force_zip64=True) as out:

            def write(data: bytes) -> None:
                seal.add(data)
                out.write(data)

            yield write, seal

    def finish(self, manifest: dict[str, Any]) -> None:
        """Close with the manifest, bring everything to disk, and only then give the archive its name."""
        with self.member(MANIFEST) as (write, _seal):
            write(json.dumps({"format": FORMAT, **manifest}, ensure_ascii=False, indent=1).encode())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._partial.replace(self.path)
        sync_folder(self.path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, ValueError):
            self._zip.close()
        with suppress(OSError):
            self._file.close()
        self._partial.unlink(missing_ok=True)  # After `finish` it has its own name and this one is gone.


def _sweep(folder: Path) -> None:
    """Remove what killed backups left behind: a file of that sort which nobody holds."""
    for path in folder.glob(".*.partial"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened(path: Path) -> Iterator["Archive"]:
    """An archive to read. Raises Damaged if it is none of ours or was cut off, OSError if it cannot be opened."""
    with path.open("rb") as file:
        with _told_as_damage():
            archive = Archive(zipfile.ZipFile(file))
        yield archive


class Archive:
    """An archive whose names and manifest are in order; its contents are checked by `verify`."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._zip = file
        names = Counter(file.namelist())
        for name, times in names.items():
            if times > 1 or not _NAME.fullmatch(name):
                raise Damaged(
                    f"备份里有不该有的文件“{name[:80]}”，不是本系统写的或者被改动过，没有使用；请换一份备份。"
                )
        if MANIFEST not in names:
            raise Damaged("备份里没有清单，不是本系统的备份；请换一份备份。")
        if file.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise Damaged("备份的清单大得不合常理，没有读取；请换一份备份。")
        self.manifest: dict[str, Any] = json.loads(file.read(MANIFEST))
        if self.manifest.get("format") != FORMAT:
            raise Damaged("备份的格式不是这个版本认识的，请用作备份时的版本或更新的版本恢复。")
        missing = _NEEDED - set(self.manifest)
        if missing:
            raise Damaged(f"备份的清单缺少 {min(missing)}，不是本系统写的；请换一份备份。")
        self.id: str = self.manifest["id"]
        self.tables: dict[str, dict[str, Any]] = self.manifest["tables"]
        self.originals = sorted(n.partition("/")[2] for n in names if n.startswith("originals/"))
        written = {TABLE.format(name) for name in self.tables}
        if written != {n for n in names if n.startswith("tables/")}:
            raise Damaged("备份里的表与清单不一致，请换一份备份。")
        listed = self.manifest["originals"]
        if (len(self.originals), list_hash(self.originals)) != (listed["count"], listed["list_sha256"]):
            raise Damaged("备份里的原件与清单不一致，请换一份备份。")

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """Read one member. Raises Damaged, also from within, where its bytes cannot be what was written."""
        with _told_as_damage(name), self._zip.open(name) as file:
            yield file

    def verify(self, progress: Progress = lambda done, total: None) -> None:
        """Read everything and compare every hash and every count. Raises Damaged."""
        total, done = sum(info.file_size for info in self._zip.infolist()), 0
        wanted = {TABLE.format(name): facts["sha256"] for name, facts in self.tables.items()}
        wanted |= {ORIGINAL.format(sha256): sha256 for sha256 in self.originals}
        for name, sha256 in wanted.items():
            seal = Seal()
            with self.member(name) as file:
                while data := file.read(_CHUNK):
                    seal.add(data)
                    progress(done + seal.size, total)
            done += seal.size
            if seal.sha256 != sha256:
                raise Damaged(f"备份里的“{name}”与清单中的哈希不符，备份已损坏；请换一份备份。")


def packs(data: bytes) -> bool:
    """Whether compressing is worth the time: not for a docx, a pdf or a picture. Judged by the beginning."""
    head = data[: 1 << 16]
    return len(zlib.compress(head, 1)) < 0.9 * len(head)


def list_hash(names: list[str]) -> str:
    """One hash over a sorted list of hashes: tells whether it is the same list."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


@contextmanager
def _told_as_damage(name: str = "") -> Iterator[None]:
    """Whatever a broken zip makes its library raise, as one sentence."""
    try:
        yield
    except _BROKEN as problem:
        where = f"里的“{name}”" if name else ""
        raise Damaged(
            f"备份{where}读不出来（{type(problem).__name__}），文件损坏、没有写完或者不是备份；请换一份备份。"
        ) from problem
