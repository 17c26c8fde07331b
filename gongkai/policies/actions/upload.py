"""Files handed in at the desk: kept aside at once, each a row and an event, to be read by the worker."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.orgs.permissions import does_work
from gongkai.policies.actions.publish import Refused
from gongkai.policies.models import Batch, Upload
from gongkai.policies.uploading import limits
from gongkai.policies.uploading.quarantine import Piece
from gongkai.text.normalise import clean

RECEIVED = "upload.received"
# What systems leave in folders unasked; nobody means to hand it in.
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._|\.~)", re.I)
_KEY = re.compile(r"[\w-]{8,40}", re.ASCII)


class Receipt:
    """What came of handing in: the batch, the rows, the pieces that no row holds, and sentences for the person."""

    def __init__(self, batch: Batch | None) -> None:
        self.batch = batch
        self.rows: list[Upload] = []
        self.known: set[int] = set()  # rows that were there already
        self.spare: list[Piece] = []
        self.notes: list[str] = []


def receive(
    *, by: Any, batch: str, pieces: Sequence[Piece], packing: str = Upload.Packing.JUDGED, key: str = ""
) -> Receipt:
    """Make rows of files that lie in the quarantine.

    ``batch`` is the key that the page made; the first file opens the batch, for the unit of ``by``. ``key`` names a
    single file: sent again after a lost answer it is the same row. Nothing is ever published by this: what is read
    becomes a draft. Raises PermissionDenied, and Refused for a batch of somebody else.
    """
    if not does_work(by):
        raise PermissionDenied(_("您的账号不能上传文件；如工作需要，请向本单位管理员申请。"))
    if not _KEY.fullmatch(batch) or (key and not _KEY.fullmatch(key)) or packing not in Upload.Packing:
        raise Refused(_("这一页已经过时，请重新打开“上传文件”后再试。"))
    with transaction.atomic():
        receipt = Receipt(_batch(batch, by) if _wanted(pieces) else None)
        _add(receipt, pieces, packing, key)
        made = [row for row in receipt.rows if row.pk not in receipt.known]
        if receipt.batch and made:
            audit.append(by.reference, "policy.files_received", receipt.batch.reference, files=len(made))
            for row in made:
                if row.is_open:
                    announce(row)
    return receipt


def announce(row: Upload) -> None:
    """Tell the worker of a file that waits, in the caller's transaction."""
    events.record(RECEIVED, subject=row.reference, upload=row.pk)


def row_of(
    piece: Piece, *, batch: Batch, packing: str, key: str = "", parent: Upload | None = None
) -> Upload:
    """An unsaved row for a file; a too large one is refused on the spot."""
    moment = clock.now()
    row = Upload(
        batch=batch,
        parent=parent,
        key=key or secrets.token_hex(16),
        name=shown_name(piece.name),
        size=piece.size,
        sha256=piece.sha256,
        token=piece.token,
        packing=packing,
        received_at=moment,
        due_at=moment,
    )
    if piece.too_large:
        row.state, row.outcome = Upload.State.REFUSED, Upload.Outcome.UNREADABLE
        row.sentence, row.finished_at, row.kept = limits.too_large(), moment, False
    return row


def shown_name(name: str) -> str:
    """Folders and name as a person wrote them; never a path to write to."""
    pieces = [clean(piece) for piece in name.replace("\\", "/").split("/")]
    kept = "/".join(piece for piece in pieces if piece and piece not in {".", ".."})
    return kept[-255:] or _("未命名")


def _wanted(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if not _JUNK.search(piece.name.replace("\\", "/"))]


def _batch(key: str, by: Any) -> Batch:
    found, _made = Batch.objects.get_or_create(
        key=key, defaults={"by": by, "unit": by.unit, "opened_at": clock.now()}
    )
    if found.by_id != by.pk:
        raise Refused(_("这一批是别人上传的，请重新打开“上传文件”后再试。"))
    # Two files of a batch arrive at once: they are counted one after the other.
    return Batch.objects.select_for_update().get(pk=found.pk)


def _add(receipt: Receipt, pieces: Sequence[Piece], packing: str, key: str) -> None:
    wanted = _wanted(pieces)
    receipt.spare += [piece for piece in pieces if piece not in wanted]
    if len(wanted) < len(pieces):
        receipt.notes.append(_("已略过系统自动生成的文件（如 Thumbs.db）。"))
    if receipt.batch is None:
        return
    if key and len(wanted) > 1:
        raise Refused(_("一次只能续传一个文件，请把其余的文件另行上传。"))
    there = receipt.batch.uploads.filter(parent=None)
    if key and (known := there.filter(key=key).first()):
        receipt.rows.append(known)
        receipt.known.add(known.pk)
        receipt.spare += wanted
        return
    count, size = there.count(), there.exclude(sha256="").aggregate(all=Sum("size"))["all"] or 0
    for piece in wanted:
        count, size = count + 1, size + (0 if piece.too_large else piece.size)
        if count > limits.BATCH_FILES or size > limits.BATCH_BYTES:
            receipt.spare.append(piece)
            receipt.notes = list(dict.fromkeys([*receipt.notes, limits.too_many()]))
            continue
        row = row_of(piece, batch=receipt.batch, packing=packing, key=key)
        row.save()
        receipt.rows.append(row)
