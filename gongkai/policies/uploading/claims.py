"""Who reads which file: claimed, kept while it is read, given back, closed, and cleared out of the quarantine.

The row owns tries and waits, as a delivery of the outbox does; every write asks first whether the row is still ours.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongkai.kernel import clock, processes
from gongkai.policies.models import Upload
from gongkai.policies.uploading import quarantine

# Longer than one page, and than what follows the last one: every page renews it.
LEASE = timedelta(minutes=10)
_State = Upload.State
_in_hand: set[int] = set()  # rows that a thread of this very process is reading


class TakenOverError(Exception):
    """Another reader took the file over; whatever this try wrote must be rolled back."""


def due() -> QuerySet[Upload]:
    """What may be read now."""
    return Upload.objects.filter(state=_State.RECEIVED, due_at__lte=clock.now())


def claim(*, smallest: bool = False) -> Upload | None:
    """Take a file to read: the one that has waited longest, or the smallest, so that nothing small waits for a book."""
    if not due().exists():  # without a lock first: who is idle must not queue for SQLite's write lock
        return None
    with transaction.atomic():
        waiting = due().select_for_update(skip_locked=True, of=("self",))
        found = waiting.order_by(*(["size"] if smallest else []), "pk").first()
        if found is None:
            return None
        found.attempts += 1
        found.reader = processes.me()
        # Before the commit: a reclaim in this process must not take the row for one that was dropped.
        _in_hand.add(found.pk)
        taken = (
            due()
            .filter(pk=found.pk)
            .update(
                state=_State.READING,
                attempts=found.attempts,
                reader=found.reader,
                lease_until=clock.now() + LEASE,
            )
        )
    if not taken:
        _in_hand.discard(found.pk)
        return None
    return Upload.objects.select_related("batch__by", "batch__unit").get(pk=found.pk)


def release(upload: Upload) -> None:
    """The thread is done with it."""
    _in_hand.discard(upload.pk)


def keep(upload: Upload, done: int, of: int) -> None:
    """Still reading: pages done and in all. Raises TakenOverError."""
    upload.pages = of
    if not _held(upload).update(pages_done=done, pages=of, lease_until=clock.now() + LEASE):
        raise TakenOverError


def close(upload: Upload, *, state: str, outcome: str, sentence: str, **also: Any) -> None:
    """What became of it; in the caller's transaction where that writes more. Raises TakenOverError."""
    if state == _State.DONE:
        also["pages_done"] = upload.pages
    closed = _held(upload).update(
        state=state, outcome=outcome, sentence=sentence, finished_at=clock.now(), lease_until=None, **also
    )
    if not closed:
        raise TakenOverError
    upload.outcome = outcome


def put_off(upload: Upload, wait: timedelta, why: str, *, attempts: int | None = None) -> None:
    """It waits and is tried again."""
    again: dict[str, Any] = {} if attempts is None else {"attempts": attempts}
    _held(upload).update(
        state=_State.RECEIVED,
        due_at=clock.now() + wait,
        sentence=why,
        lease_until=None,
        pages_done=0,
        **again,
    )


def fail(upload: Upload, wait: timedelta, *, most: int) -> None:
    """Our own fault: tried again, and given up after ``most`` tries with a word that says so."""
    if upload.attempts < most:
        put_off(upload, wait, "")
    elif _give_up(_held(upload)):
        discard(upload)


def discard(upload: Upload) -> None:
    """Take a closed file out of the quarantine; a kill before this is made good by ``tidy``."""
    classified = upload.outcome == Upload.Outcome.CLASSIFIED
    # What a zip held may prove classified later, when its pieces are read.
    quarantine.erase(upload.stored_as, overwrite=classified or upload.outcome == Upload.Outcome.UNPACKED)
    Upload.objects.filter(pk=upload.pk).update(
        kept=False, **({"sha256": "", "token": ""} if classified else {})
    )


def tidy(*, most: int) -> bool:
    """Put back what dead readers held and clear away what is closed; True if anything may be read now."""
    if not Upload.objects.filter(kept=True).exists():
        return False
    for upload in Upload.objects.filter(kept=True).exclude(state__in=[_State.RECEIVED, _State.READING]):
        if upload.pk not in _in_hand:
            discard(upload)
    for upload in Upload.objects.filter(state=_State.READING):
        if upload.pk not in _in_hand and _is_gone(upload):
            fail(upload, timedelta(), most=most)
    return due().exists()


def _is_gone(upload: Upload) -> bool:
    expired = upload.lease_until is None or upload.lease_until <= clock.now()
    # Ours, but no thread has it: the database was away when the outcome was to be written.
    return expired or upload.reader == processes.me() or processes.is_gone(upload.reader)


def _give_up(rows: QuerySet[Upload]) -> int:
    return rows.update(
        state=_State.REFUSED,
        outcome=Upload.Outcome.FAILED,
        sentence=_(
            "系统几次读取这个文件都没有成功，已停止，没有收下；请另存为新的文件后再上传，仍不行的请联系管理员。"
        ),
        finished_at=clock.now(),
        lease_until=None,
    )


def _held(upload: Upload) -> QuerySet[Upload]:
    """The row, if this very try still has it."""
    return Upload.objects.filter(
        pk=upload.pk, state=_State.READING, reader=upload.reader, attempts=upload.attempts
    )
