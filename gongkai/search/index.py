"""The installation's index: reading it from many processes, writing it from one at a time, rebuilding it whole."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.index import Writer
from gongkai.engine.passage import Passage
from gongkai.engine.ports import Engine, IndexBusy, IndexDamaged, IndexMissing, IndexWriter, SearchRequest
from gongkai.search import sources

WAIT_SECONDS = 20.0
# A delivery runs inside a database transaction, which on SQLite keeps every other writer waiting: there it gives up at
# once and is tried again. On PostgreSQL it only waits for its turn.
BRIEF_SECONDS = 0.3


@lru_cache(maxsize=4)
def _engine(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder)


def engine() -> Engine:
    """The engine that serves this process; it notices by itself when the index changes."""
    return _engine(Path(settings.INDEX_DIR))


@contextmanager
def writer(wait: float = WAIT_SECONDS) -> Iterator[IndexWriter]:
    """The one writer. Worker and commands take turns: whoever comes second waits a while, then IndexBusy."""
    give_up = time.monotonic() + wait
    while True:
        try:
            open_writer = Writer(Path(settings.INDEX_DIR))
            break
        except IndexBusy:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
    with open_writer:
        yield open_writer


def refresh(document: str, passages: Iterable[Passage]) -> None:
    """Make ``passages`` all that is found of ``document``.

    Raises IndexMissing, IndexDamaged or IndexBusy: the delivery is tried again later, when the index has been rebuilt.
    Rebuilding here would hold the database's write lock for as long as it takes.
    """
    with writer(BRIEF_SECONDS if connection.vendor == "sqlite" else WAIT_SECONDS) as index:
        index.replace(document, passages)
        index.commit()


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build the whole index anew beside the old one; the old one serves until then. Gives the number of documents."""
    with writer() as index:
        return index.rebuild(sources.everything(), progress)


def sound() -> bool:
    """True when the index can be read."""
    try:
        engine().search(SearchRequest("", limit=1))
    except (IndexMissing, IndexDamaged):
        return False
    return True
