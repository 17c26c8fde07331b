"""Reading a file once more for what was not kept of it: by a thread of its own, so that no request waits for a scan."""

import logging
import threading
import time
from enum import Enum

from gongkai.policies import originals
from gongkai.policies.beside import store
from gongkai.policies.models import Original
from gongkai.reading.read import read

# A file that could not be read is not tried at every look at the screen.
_REST_SECONDS = 600.0
logger = logging.getLogger(__name__)
_lock = threading.Lock()
# Hash of the file in hand. One at a time: a child takes a gigabyte, and the machine's processors are the citizens' too.
_in_hand: set[str] = set()
_failed: dict[str, float] = {}


class State(Enum):
    """How far it is: kept, being read or waiting for its turn, or not to be had."""

    FOUND = "found"
    PENDING = "pending"
    FAILED = "failed"


def ask(original: Original) -> State:
    """Have the file read if that was not done yet; returns at once. To be asked again as long as it is PENDING.

    Nothing is queued: who asks again is served when the file in hand is done, who has gone away costs nothing.
    """
    sha256 = original.sha256
    if store.get(sha256, store.READ) is not None:
        return State.FOUND
    with _lock:
        if time.monotonic() - _failed.get(sha256, -_REST_SECONDS) < _REST_SECONDS:
            return State.FAILED
        if not _in_hand:
            _in_hand.add(sha256)
            # A daemon: a process that is told to stop does not wait for a book, and the screen asks the next one.
            threading.Thread(target=_read, args=(original,), daemon=True, name="reading-again").start()
    return State.PENDING


def _read(original: Original) -> None:
    done = False
    try:
        store.keep_reading(original.sha256, read(originals.content(original), original.name))
        # A full disk keeps nothing: that is not to be tried again at once either.
        done = store.get(original.sha256, store.READ) is not None
    except Exception:
        logger.warning("original %s cannot be read again", original.sha256[:12], exc_info=True)
    finally:
        with _lock:
            _in_hand.discard(original.sha256)
            if done:
                _failed.pop(original.sha256, None)
            else:
                _failed[original.sha256] = time.monotonic()
