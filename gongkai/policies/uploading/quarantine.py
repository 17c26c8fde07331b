"""Where files lie between arriving and being read: on disk only, apart from the originals, and emptied afterwards."""

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from gongkai.policies.uploading.limits import most_bytes

_ARRIVING = "arriving"
_PIECE = 1024 * 1024
# Below this nothing more is taken: the database and the originals need the rest.
_SPARE = 512 * 1024 * 1024


class LostError(Exception):
    """The quarantine does not hold what the row says, or holds something else."""


class FullError(Exception):
    """The disk has no room for further files."""


@dataclass(frozen=True)
class Piece:
    """A file that arrived whole: ``token`` and ``sha256`` name it in the quarantine; too large ones are not kept."""

    name: str
    size: int
    sha256: str
    token: str
    too_large: bool = False

    @property
    def stored_as(self) -> str:
        """Its place, as ``Upload.stored_as`` gives it."""
        return f"{self.sha256[:2]}/{self.sha256}-{self.token}"


class Arriving:
    """A file on its way in: written as it comes, never held in memory; nobody sees it before ``done``."""

    def __init__(self, name: str) -> None:
        self._name, self._token = name, secrets.token_hex(16)
        self._size, self._hash = 0, hashlib.sha256()
        self._path = _place(f"{_ARRIVING}/{self._token}")
        if shutil.disk_usage(self._path.parent).free < _SPARE:
            raise FullError
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, data: bytes) -> None:
        """A further piece; what goes beyond the limit is counted and dropped."""
        self._size += len(data)
        if self._size <= most_bytes():
            self._hash.update(data)
            self._file.write(data)

    def done(self) -> Piece:
        """The file is whole: safe on disk under its content's hash before anybody is told so."""
        if self._size > most_bytes():
            self.drop()
            return Piece(self._name, self._size, "", "", too_large=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        piece = Piece(self._name, self._size, self._hash.hexdigest(), self._token)
        place = _place(piece.stored_as)
        self._path.replace(place)
        _settle(place.parent)
        return piece

    def drop(self) -> None:
        """The sender broke off, or the file is too large."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def keep(data: bytes, *, name: str) -> Piece:
    """The same for bytes at hand: what a zip held, a text that was pasted. Raises FullError."""
    arriving = Arriving(name)
    try:
        arriving.write(data)
        return arriving.done()
    except BaseException:
        arriving.drop()
        raise


def content(stored_as: str) -> bytes:
    """The bytes, checked against their hash. Raises LostError."""
    try:
        data = (_root() / stored_as).read_bytes()
    except FileNotFoundError:
        raise LostError(stored_as) from None
    if hashlib.sha256(data).hexdigest() != Path(stored_as).name.partition("-")[0]:
        raise LostError(stored_as)
    return data


def erase(stored_as: str, *, overwrite: bool = False) -> None:
    """Remove a file; ``overwrite`` it first where not even its blocks should stay readable. Idempotent."""
    path = _root() / stored_as
    with contextlib.suppress(FileNotFoundError):
        if overwrite:
            with path.open("r+b") as file:
                for _start in range(0, path.stat().st_size, _PIECE):
                    file.write(bytes(_PIECE))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()


def held() -> Iterator[tuple[str, float]]:
    """(place, moment of its last change in seconds since 1970) of every file that is there, arriving ones too."""
    root = _root()
    for path in root.glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            yield str(path.relative_to(root)), path.stat().st_mtime


def _root() -> Path:
    return Path(settings.QUARANTINE_DIR)


def _place(stored_as: str) -> Path:
    path = _root() / stored_as
    _root().mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return path


def _settle(folder: Path) -> None:
    """The new name survives a power cut, not only the content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
