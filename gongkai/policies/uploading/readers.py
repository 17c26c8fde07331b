"""The worker's threads that read what was handed in, beside the deliveries: two, so that a book holds nothing up."""

import threading
from datetime import timedelta

from django.db import close_old_connections, connections
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.policies.models import Upload
from gongkai.policies.uploading import claims, quarantine
from gongkai.policies.uploading.reading import ATTEMPTS, read_claimed

READERS = 2  # each with a child process of a gigabyte at most
WAIT_AT_MOST = timedelta(days=7)
_STRAY_AFTER = timedelta(days=1)  # a form of many files over a slow line takes hours, and its rows come last
_lock = threading.Lock()
_running: set[int] = set()
_asked = 0


def begin() -> None:
    """Start the readers that are not running; they end when nothing is left."""
    global _asked  # noqa: PLW0603
    with _lock:
        _asked += 1
        for place in set(range(READERS)) - _running:
            _running.add(place)
            # Daemons: a worker that is told to stop does not wait for a book, whose reading is taken up again.
            threading.Thread(target=_run, args=(place,), daemon=True, name=f"reader-{place}").start()


def sweep() -> None:
    """A periodic job: what dead readers left is taken up again, what waited for its time is read."""
    if claims.tidy(most=ATTEMPTS):
        begin()


def read_waiting(*, smallest: bool = False) -> int:
    """Read all that is due, in this thread; returns how many files."""
    count = 0
    while upload := claims.claim(smallest=smallest):
        try:
            read_claimed(upload)
        finally:
            claims.release(upload)
        count += 1
    return count


def clear() -> None:
    """A periodic job: files that wait for more than seven days, and files that belong to no row, are removed."""
    moment = clock.now()
    open_ = [Upload.State.RECEIVED, Upload.State.READING]
    Upload.objects.filter(state__in=open_, received_at__lt=moment - WAIT_AT_MOST).update(
        state=Upload.State.REFUSED,
        outcome=Upload.Outcome.LOST,
        sentence=_("七天内没有读成，暂存的文件已经清除；请重新上传。"),
        finished_at=moment,
        lease_until=None,
    )
    claims.tidy(most=ATTEMPTS)
    kept = {row.stored_as for row in Upload.objects.filter(kept=True).only("sha256", "token")}
    for place, changed in list(quarantine.held()):
        # A row is written after its file: what has none yet may just be arriving.
        if place not in kept and changed < (moment - _STRAY_AFTER).timestamp():
            quarantine.erase(place)


def _run(place: int) -> None:
    close_old_connections()
    try:
        while True:
            before = _asked
            read_waiting(smallest=place > 0)
            if _may_leave(place, before):
                return
    except BaseException:
        with _lock:
            _running.discard(place)
        raise
    finally:
        connections.close_all()


def _may_leave(place: int, before: int) -> bool:
    """True, and no longer running, unless asked again meanwhile: what came may have come too late for our last look."""
    with _lock:
        if _asked != before:
            return False
        _running.discard(place)
        return True
