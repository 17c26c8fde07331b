"""The installation's index: reading it from many processes, writing it from one at a time, rebuilding it whole."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.index import Writer
from gongkai.engine.passage import Passage
from gongkai.engine.ports import Engine, IndexBusy, IndexDamaged, IndexMissing, IndexWriter, SearchRequest
from gongkai.search import sources

WAIT_SECONDS = 20.0


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


def refresh(documents: Iterable[tuple[str, Iterable[Passage]]]) -> None:
    """Make the passages given with each document all that is found of it.

    Raises IndexMissing, IndexDamaged or IndexBusy: the deliveries are tried again later, when the index has been rebuilt.
    """
    with writer() as index:
        for document, passages in documents:
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
