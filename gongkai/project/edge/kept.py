"""Pages kept in the memory of a web process, each under everything that it depends on."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True)
class Page:
    """An answer as it went out: status line, headers, bytes."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str


Made = TypeVar("Made")
_BESIDE = 2500  # bytes that a page takes beside its body and key: headers, places in the list


def _size(key: Hashable, page: Page) -> int:
    """What it takes of the room; a visitor may write a long key."""
    return len(page.body) + len(str(key)) + _BESIDE


class Kept:
    """The pages used last, up to ``room`` bytes. A page of an old key is never asked for again and falls out in time."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._size = 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable) -> Page | None:
        """The page, or None."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Page) -> None:
        """Keep a page; one that takes more than a tenth of the room is not kept."""
        size = _size(key, page)
        if size > self.room // 10:
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = page
            self._size += size - (_size(key, old) if old else 0)
            while self._size > self.room:
                self._size -= _size(*self._pages.popitem(last=False))

    def get_or_make(self, key: Hashable, make: Callable[[], Page | Made]) -> Page | Made:
        """The page that is kept or what ``make`` gives; of several who want it at once one makes it, the others wait.

        ``make`` gives a Page to be kept, or something else that is for this visitor alone: then each makes its own.
        """
        with self._alone(key):
            page = self.get(key)
            if page is not None:
                return page
            made = make()
            if isinstance(made, Page):
                self.put(key, made)
            return made

    @contextmanager
    def _alone(self, key: Hashable) -> Iterator[None]:
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                yield
        finally:
            with self._lock:
                if not turn.locked():
                    self._making.pop(key, None)
