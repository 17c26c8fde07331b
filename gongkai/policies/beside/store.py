"""What was worked out of an original file (pictures of its pages, places of words), kept by its hash to be shown again.

Everything here can be made again at any time: the folder may be emptied, is in no backup, and is kept below a size.
"""

import contextlib
import json
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from gongkai.reading.carry import plain
from gongkai.reading.document import Leaf, OfficialDocument, Printed

MAX_BYTES = 1024**3
READ = "read.json"

logger = logging.getLogger(__name__)


def get(sha256: str, name: str) -> bytes | None:
    """The content of ``name`` for the file with this hash, None where it was not made or was cleared away."""
    try:
        return (_folder(sha256) / name).read_bytes()
    except OSError:
        return None


def put(sha256: str, name: str, data: bytes) -> None:
    """Keep ``data``; a full or missing disk only means that it is made again the next time."""
    folder = _folder(sha256)
    try:
        if not folder.exists():
            _make_room()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(folder / name)
    except OSError:
        logger.warning("nothing can be kept in %s", folder, exc_info=True)


def get_json(sha256: str, name: str) -> Any:
    """The same as JSON; None where it is not there or is damaged."""
    data = get(sha256, name)
    if data is None:
        return None
    with contextlib.suppress(ValueError):
        return json.loads(data)
    return None


def put_json(sha256: str, name: str, value: Any) -> None:
    """Keep a JSON value."""
    put(sha256, name, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def keep_reading(sha256: str, document: OfficialDocument) -> None:
    """Keep of a file that was just read what showing it needs: its warnings, and where recognised lines stand."""
    found = {
        "warnings": list(document.warnings),
        "concealed": list(document.concealed),
        "leaves": plain(document.leaves),
    }
    put_json(sha256, READ, found)


def leaf_from(value: list[Any]) -> Leaf:
    """The leaf behind ``plain``: what we wrote ourselves needs no check of each of its hundred thousand numbers."""
    number, width, height, turns, lines = value
    return Leaf(number, width, height, turns, tuple(Printed(t, a, b, tuple(e)) for t, a, b, e in lines))


def _folder(sha256: str) -> Path:
    return Path(settings.DATA_DIR) / "pictures" / sha256[:2] / sha256


def _make_room() -> None:
    """What was made longest ago goes first, down to three quarters of what may be kept."""
    sizes = []
    for folder in (Path(settings.DATA_DIR) / "pictures").glob("??/*"):
        with contextlib.suppress(OSError):
            files = [each.stat() for each in folder.iterdir()]
            sizes.append(
                (max((f.st_mtime for f in files), default=0.0), sum(f.st_size for f in files), folder)
            )
    total = sum(size for _, size, _ in sizes)
    if total <= MAX_BYTES:
        return
    for _, size, folder in sorted(sizes, key=lambda each: each[0]):
        shutil.rmtree(folder, ignore_errors=True)
        total -= size
        if total <= MAX_BYTES * 3 // 4:
            return
