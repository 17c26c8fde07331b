"""Keeping original files by the hash of their content, so that what was handed in can always be shown again."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from gongkai.kernel import clock
from gongkai.policies.beside import store
from gongkai.policies.models import Original
from gongkai.reading.document import OfficialDocument


class OriginalLostError(Exception):
    """The storage does not hold what the record says, or holds something else."""


def _storage() -> Storage:
    return storages["originals"]


# A letter has a head with people's addresses, an archive may hold what nobody chose to publish.
_NEVER_OPEN = {"eml", "zip"}


def keep(data: bytes, *, name: str, document: OfficialDocument) -> Original:
    """Store ``data`` and return its row; the same content is kept once, under the name it first came with.

    The file is complete on disk before the row is written: a crash in between leaves a file without a row, which the
    next attempt takes over, and never a row without its file.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    found = Original.objects.filter(sha256=sha256).first()
    if found:
        return found
    original = Original(
        sha256=sha256,
        name=name[:255],
        format=document.format,
        size=len(data),
        taken_in_at=clock.now(),
        conceals=bool(document.concealed) or document.format in _NEVER_OPEN,
    )
    _write(original.stored_as, data)
    store.keep_reading(sha256, document)
    # Two imports of one file at once: the second finds the row of the first.
    fields = ("name", "format", "size", "taken_in_at", "conceals")
    return Original.objects.get_or_create(sha256=sha256, defaults={f: getattr(original, f) for f in fields})[
        0
    ]


def _write(name: str, data: bytes) -> None:
    storage = _storage()
    try:
        path = Path(storage.path(name))
    except NotImplementedError:  # an object store: writes are atomic there
        if not storage.exists(name):
            storage.save(name, ContentFile(data))
        return
    if path.exists() and path.stat().st_size == len(data):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def content(original: Original) -> bytes:
    """The file's bytes, checked against their hash. Raises OriginalLostError."""
    try:
        with _storage().open(original.stored_as) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        raise OriginalLostError(f"原件 {original.sha256[:12]} 不在存储中，请从备份恢复。") from None
    if hashlib.sha256(data).hexdigest() != original.sha256:
        raise OriginalLostError(f"原件 {original.sha256[:12]} 与登记时不一致，请从备份恢复。")
    return data
