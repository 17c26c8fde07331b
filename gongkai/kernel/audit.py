"""The audit chain: who did what to what and when, each entry sealed with the hash of the one before it.

The chain holds references and keyed digests only, no personal data: what was done in detail stays in the
app's own rows, and `matches` proves that those details are the ones that were sealed.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.kernel.atomic import require_transaction
from gongkai.kernel.models import AuditEntry, Series
from gongkai.kernel.numbering import next_number

SERIES = "audit"
GENESIS = "0" * 64
_CHUNK = 2000
# References only: a name, an address of mail or a sentence does not fit and so cannot slip into the chain.
_REFERENCE = re.compile(r"[A-Za-z][\w.]*(:[\w.\-/]+)?", re.ASCII)


@dataclass(frozen=True)
class Verification:
    """What a check of the chain found; `head` is "seq:hash", to be kept elsewhere as an anchor."""

    ok: bool
    count: int
    head: str
    first_bad: int | None = None
    why: str = ""


def append(actor: str, action: str, subject: str, **facts: Any) -> AuditEntry:
    """Seal one entry at the end of the chain, in the caller's transaction.

    `actor` and `subject` are references ("user:12", "system:import", "policies.Policy:12"); `facts` (JSON values,
    dates, Decimal, UUID) are kept as a keyed digest only. Others who append wait until this transaction ends, so
    that numbers have no gap. Raises OutsideTransactionError, ValueError for something that is not a reference.
    """
    require_transaction(_("审计记录"))
    for value in (actor, action, subject):
        if not _REFERENCE.fullmatch(value):
            raise ValueError(
                _("审计记录只写引用（如 user:12），不写个人信息，“%s”不是引用；请改写为类型加编号。") % value
            )
    seq = next_number(SERIES)  # Locks the series: from here on we are alone at the end of the chain.
    last = AuditEntry.objects.filter(seq=seq - 1).values_list("hash", flat=True).first()
    entry = AuditEntry(seq=seq, at=clock.now(), actor=actor, action=action, subject=subject)
    entry.previous = last if last is not None else GENESIS
    entry.digest = _digest(entry, facts, _keys()[0])
    entry.hash = _seal(entry)
    entry.save(force_insert=True)
    return entry


def matches(entry: AuditEntry, **facts: Any) -> bool:
    """Whether these are the facts that were sealed in the entry, under the present key or a former one."""
    return any(hmac.compare_digest(entry.digest, _digest(entry, facts, key)) for key in _keys())


def head() -> str:
    """The end of the chain as "seq:hash"; "0:000…" while it is empty. Kept elsewhere, it is an anchor for `verify`."""
    last = AuditEntry.objects.order_by("-seq").first()
    return f"{last.seq}:{last.hash}" if last else f"0:{GENESIS}"


def verify(
    *, expected_head: str | None = None, progress: Callable[[int, int], None] | None = None
) -> Verification:
    """Check the whole chain in constant memory, up to the first entry that is wrong.

    Finds change, deletion, insertion, reordering, and a tail cut off (by the series' counter; someone who can
    also change that is found out by `expected_head`, an anchor "seq:hash" that was kept elsewhere).
    `progress` is called with entries done and expected. Needs no key. Raises ValueError for a malformed anchor.
    """
    anchor_seq, anchor_hash = _parse_head(expected_head)
    promised = _promised()
    seq, previous = 0, GENESIS
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=_CHUNK):
        why = _fault(entry, seq + 1, previous)
        if not why and entry.seq == anchor_seq and entry.hash != anchor_hash:
            why = _("第 %d 条与另存的链头不符，说明此前的记录被整体改写；请从备份核对。") % entry.seq
        if why:
            return Verification(False, seq, f"{seq}:{previous}", seq + 1, why)
        seq, previous = entry.seq, entry.hash
        if progress and seq % _CHUNK == 0:
            progress(seq, promised)
    if progress:
        progress(seq, promised)
    # Entries appended while we read are ours too: the counter may have grown, never shrunk.
    reached = max(promised, anchor_seq)
    if seq < reached:
        why = _("链尾缺少第 %(first)d 至 %(last)d 条，说明记录被截断；请从备份核对。")
        return Verification(
            False, seq, f"{seq}:{previous}", seq + 1, why % {"first": seq + 1, "last": reached}
        )
    if seq > max(promised, _promised()):
        why = _("共有 %(seq)d 条记录，编号序列却只发到 %(given)d，说明有记录绕过系统插入；请核对来源。")
        return Verification(
            False, seq, f"{seq}:{previous}", promised + 1, why % {"seq": seq, "given": promised}
        )
    return Verification(True, seq, f"{seq}:{previous}")


def _fault(entry: AuditEntry, expected: int, previous: str) -> str:
    if entry.seq > expected:
        return _("缺少第 %d 条，说明有记录被删除；请从备份核对。") % expected
    if entry.seq < expected:
        return _("第 %d 条不在应有的位置，说明有记录被插入；请从备份核对。") % entry.seq
    if entry.hash != _seal(entry):
        return _("第 %d 条的内容与其哈希不符，说明写入后被改动；请从备份核对。") % entry.seq
    if entry.previous != previous:
        return _("第 %d 条没有接在上一条之后，说明记录被替换、插入或调换；请从备份核对。") % entry.seq
    return ""


def _promised() -> int:
    return Series.objects.filter(name=SERIES).values_list("last", flat=True).first() or 0


def _parse_head(text: str | None) -> tuple[int, str]:
    if text is None:
        return 0, GENESIS
    found = re.fullmatch(r"(\d+):([0-9a-f]{64})", text)
    if not found:
        raise ValueError(_("链头须写成“序号:哈希”，“%s”不是；请照校验结果原样填写。") % text)
    return int(found[1]), found[2]


def _seal(entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [entry.seq, at, entry.actor, entry.action, entry.subject, entry.digest, entry.previous]
    return hashlib.sha256(_canonical(fields)).hexdigest()


def _digest(entry: AuditEntry, facts: dict[str, Any], key: bytes) -> str:
    # The number goes in as well: equal facts must not be recognisable as equal from outside.
    return hmac.new(key, _canonical([entry.seq, facts]), hashlib.sha256).hexdigest()


def _keys() -> list[bytes]:
    """The present key first, then former ones: settings.AUDIT_KEY if given, else derived from SECRET_KEY."""
    own = getattr(settings, "AUDIT_KEY", "")
    secrets = [own] if own else []
    secrets += [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        hmac.new(secret.encode(), b"gongkai.audit.facts/1", hashlib.sha256).digest() for secret in secrets
    ]


def _canonical(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    ).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(_("审计细节里的 %s 没有唯一的写法；请先转成文字、数字或日期。") % type(value).__name__)
