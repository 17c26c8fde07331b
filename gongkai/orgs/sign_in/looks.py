"""The log of looks at personal data: writing a line, and whether a line is still the one that was written."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Look

_ACTION, _LONGEST = "orgs.look", 1000
# As in the audit chain: a name or an address of mail does not fit.
_REFERENCE = re.compile(r"[A-Za-z][\w.]*(:[\w.\-/]+)?", re.ASCII)


@transaction.atomic
def look(who: Any, what: str, subject: str | Iterable[str], purpose: str = "") -> Look:
    """Note that ``who`` (a request or a person) was shown personal data; the caller shows them after this.

    ``what`` names the page in a few words (gettext_noop, e.g. "退信和停发的地址"), never what stands there. ``subject`` says of
    whom, by reference ("user:12", "subscriptions.Subscriber:7"), one or several. Raises ValueError for what is no reference.
    """
    user = who.user if isinstance(who, HttpRequest) else who
    # A line has room for the references of a page; further ones make a further line.
    first, *more = _lines([subject] if isinstance(subject, str) else list(subject))
    row = _write(user, what, first, purpose)
    for line in more:
        _write(user, what, line, purpose)
    return row


def unsealed(rows: Iterable[Look]) -> set[int]:
    """Of these rows, those that are not what was sealed in the audit chain when they were written: changed or slipped in."""
    kept = {f"orgs.Look:{row.pk}": row for row in rows}
    entries = AuditEntry.objects.filter(subject__in=list(kept), action=_ACTION)
    sound = {
        entry.subject
        for entry in entries
        if (row := kept[entry.subject])
        and entry.actor == row.by.reference
        and audit.matches(entry, **_facts(row))
    }
    return {row.pk for reference, row in kept.items() if reference not in sound}


def _write(user: Any, what: str, subject: str, purpose: str) -> Look:
    row = Look.objects.create(
        by=user, at=clock.now(), what=what, subject=subject, purpose=" ".join(purpose.split())[:200]
    )
    audit.append(user.reference, _ACTION, f"orgs.Look:{row.pk}", **_facts(row))
    return row


def _facts(row: Look) -> dict[str, Any]:
    return {"at": row.at, "what": row.what, "whom": row.subject, "purpose": row.purpose}


def _lines(subjects: list[str]) -> list[str]:
    lines = [""]
    for each in subjects:
        if not _REFERENCE.fullmatch(each):
            raise ValueError(_("查阅记录只写引用（如 user:12），不写个人信息，“%s”不是引用；请改写。") % each)
        if len(lines[-1]) + len(each) >= _LONGEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {each}".strip()
    return lines
