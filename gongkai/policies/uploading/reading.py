"""Reading one file that was handed in: scanned, judged, opened if it is a zip, read into a draft, and cleared away.

What becomes of it is written in the transaction of the record, and only by the try that still holds the row: killed at
any point it is read again, and never taken in twice.
"""

import logging
import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, virus
from gongkai.orgs.models import Unit
from gongkai.orgs.permissions import works_across_units
from gongkai.policies.actions.take_in import Outcome, Result, take_in
from gongkai.policies.actions.upload import announce, row_of
from gongkai.policies.models import Batch, Policy, Upload
from gongkai.policies.uploading import archives, claims, judge, quarantine
from gongkai.reading.document import Classified, Unreadable
from gongkai.reading.formats import detect
from gongkai.reading.matter import Matter

ATTEMPTS = 4
_UNSCANNED_WAIT = timedelta(minutes=1)
_FAILED_WAIT = timedelta(seconds=20)
_TELL_SECONDS = 1.0  # progress is written no oftener
_log = logging.getLogger(__name__)
_OUTCOMES = {
    Result.DRAFT: Upload.Outcome.DRAFT,
    Result.OFFERED: Upload.Outcome.OFFERED,
    Result.UNCHANGED: Upload.Outcome.UNCHANGED,
    Result.SAME_NUMBER: Upload.Outcome.SAME_NUMBER,
}


def read_claimed(upload: Upload) -> None:
    """Read one claimed file to its end, whatever that is; nothing is raised."""
    try:
        _read(upload)
    except claims.TakenOverError:
        _log.warning("上传 %s 已被其他进程接手，本次读取已停止。", upload.pk)
        return
    except virus.Unscanned as problem:
        # The scanner's absence is not the file's fault: it costs no try.
        claims.put_off(upload, _UNSCANNED_WAIT, str(problem), attempts=0)
        return
    except quarantine.FullError:
        # Nor is a full disk.
        claims.put_off(upload, _UNSCANNED_WAIT, _("服务器的磁盘已满，腾出空间后会自动继续读取。"), attempts=0)
        return
    except Exception as problem:
        state = _refusal(problem)
        if state is None:
            _log.warning("上传 %s 第 %s 次读取失败。", upload.pk, upload.attempts, exc_info=True)
            claims.fail(upload, _FAILED_WAIT, most=ATTEMPTS)
            return
        _refuse(upload, *state)
    claims.discard(upload)


def _read(upload: Upload) -> None:
    data = quarantine.content(upload.stored_as)
    virus.check(data)
    judge.refuse_harmful(data)
    judge.refuse_not_chinese(data)
    hold = _Hold(upload)
    form = detect(data)
    if form in {"zip", "eml"}:
        if form == "zip" and upload.parent_id:
            raise Unreadable(_("这是层层套着的压缩包，没有打开；请解压后再上传。"))
        matter = archives.opened(data)
        if form == "zip" and not _one_document(upload, matter, hold):
            _unpack(upload, matter)
            return
    by = upload.batch.by
    notes: list[str] = []

    def adjust(policy: Policy) -> None:
        policy.unit = _owner(upload.batch, policy.unit, notes)

    def settled(outcome: Outcome) -> None:
        claims.close(
            upload,
            state=Upload.State.DONE,
            outcome=_OUTCOMES[outcome.result],
            policy=outcome.policy,
            sentence="\n".join((*notes, *outcome.notes) if outcome.result == Result.DRAFT else outcome.notes),
        )

    take_in(
        data=data,
        name=upload.name,
        actor=by.reference,
        publish=False,  # a person looks at everything that is handed in before anybody else reads it
        progress=hold.progress,
        adjust=adjust,
        settled=settled,
    )


def _owner(batch: Batch, read: Unit | None, notes: list[str]) -> Unit | None:
    """Whose draft it becomes.

    The district office hands in for every unit: the one that was read, or the office's own. A clerk's file stays with
    the clerk's unit even where it names another one as its issuer: it would vanish from the hands of the only person
    who knows of it and turn up unasked among another unit's drafts, or, where no unit was read, belong to nobody.
    """
    if works_across_units(batch.by):
        return read or batch.unit
    if read is not None and read != batch.unit:
        words = _("读到的发文机关是%(read)s；草稿先归%(own)s，要移交的，请联系区府办。")
        notes.append(words % {"read": read, "own": batch.unit})
    return batch.unit


# --- zip ------------------------------------------------------------------------------------------------------


def _one_document(upload: Upload, matter: Matter, hold: "_Hold") -> bool:
    if upload.packing != Upload.Packing.JUDGED:
        return upload.packing == Upload.Packing.ONE
    try:
        return archives.is_one_document(matter, hold.progress)
    except Classified:
        # take_in, which says this of all other files, has not seen this one.
        with transaction.atomic():
            audit.append(upload.batch.by.reference, "policy.classified_refused", "policies.Original")
        raise


def _unpack(upload: Upload, matter: Matter) -> None:
    """Each file of a zip becomes a row of its own, and waits its turn as if it had been handed in alone."""
    pieces = []
    try:
        for each in matter.enclosures:
            pieces.append(quarantine.keep(each.data, name=each.name))
        with transaction.atomic():
            claims.close(
                upload,
                state=Upload.State.DONE,
                outcome=Upload.Outcome.UNPACKED,
                sentence="\n".join(matter.warnings),
            )
            for place, piece in enumerate(pieces):
                row = row_of(
                    piece,
                    batch=upload.batch,
                    packing=Upload.Packing.ONE,
                    key=f"{upload.pk}.{place}",
                    parent=upload,
                )
                row.save()
                announce(row)
    except BaseException:
        for piece in pieces:
            quarantine.erase(piece.stored_as)
        raise


# --- refusals -------------------------------------------------------------------------------------------------


def _refusal(problem: Exception) -> tuple[str, str] | None:
    """What a file is refused as, and why in words; None for what is our own fault."""
    if isinstance(problem, Classified):
        return Upload.Outcome.CLASSIFIED, str(problem)
    if isinstance(problem, Unreadable):
        return Upload.Outcome.UNREADABLE, str(problem)
    if isinstance(problem, virus.Infected):
        return Upload.Outcome.INFECTED, str(problem)
    if isinstance(problem, quarantine.LostError):
        return Upload.Outcome.LOST, _("暂存的文件不在了或者已经变了，没有读取；请重新上传。")
    return None


def _refuse(upload: Upload, outcome: str, why: str) -> None:
    also: dict[str, Any] = {}
    with transaction.atomic():
        if outcome == Upload.Outcome.INFECTED:
            audit.append(upload.batch.by.reference, "policy.infected_refused", upload.reference)
        if outcome == Upload.Outcome.CLASSIFIED:
            # Its very name may tell what nobody may read: of the file nothing stays but the fact.
            also = {"name": _("（带有密级标志的文件）"), "size": 0, "pages": 0, "pages_done": 0}
        claims.close(upload, state=Upload.State.REFUSED, outcome=outcome, sentence=why, **also)


class _Hold:
    """Tells how far the reading is, and so keeps the row: who no longer holds it stops reading."""

    def __init__(self, upload: Upload) -> None:
        self._upload, self._told = upload, 0.0

    def progress(self, done: int, of: int) -> None:
        """Pages done and in all. Raises TakenOverError."""
        if time.monotonic() - self._told < _TELL_SECONDS and done < of:
            return
        self._told = time.monotonic()
        claims.keep(self._upload, done, of)
