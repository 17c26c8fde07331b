"""Named querysets over accounts and the audit chain, always with who is looking."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role, User
from gongkai.orgs.permissions import reads_accounts, reads_audit

SOON = 30  # days in which an account's last day is told to whoever keeps accounts
_OVER = 10**18  # above any number in the chain: what is typed may be longer than a database can compare


def open_accounts() -> QuerySet[User]:
    """Accounts that can be used today."""
    return User.objects.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today()), is_active=True)


def accounts(user: Any, *, q: str = "", role: str = "", unit: str = "", state: str = "") -> QuerySet[User]:
    """Accounts for the three administrators, narrowed by words, role, code of unit, and "open", "ending" or "ended"."""
    if not reads_accounts(user):
        return User.objects.none()
    found = User.objects.select_related("unit").order_by("unit__code", "username")
    for word in q.split():
        found = found.filter(Q(username__icontains=word) | Q(name__icontains=word))
    if role:
        found = found.filter(role=role)
    if unit:
        found = found.filter(unit__code=unit)
    if state == "open":
        found = found.filter(pk__in=open_accounts())
    if state == "ending":
        found = found.filter(pk__in=open_accounts(), ends_on__lte=clock.today() + timedelta(days=SOON))
    if state == "ended":
        found = found.exclude(pk__in=open_accounts())
    return found


def successors(leaver: User) -> QuerySet[User]:
    """Who may take over: people of the same unit, for the office's people those of the office."""
    found = open_accounts().exclude(pk=leaver.pk).exclude(role=Role.NONE)
    if leaver.unit_id:
        return found.filter(unit=leaver.unit_id).order_by("username")
    same = found.filter(role=leaver.role, unit=None)
    return same.exclude(role=Role.NONE).order_by("username")


def audit_entries(
    user: Any,
    *,
    actor: str = "",
    action: str = "",
    subject: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEntry]:
    """The audit chain for the auditor, newest first: by actor (a reference, a user name or a name), action and subject.

    ``since`` and ``until`` are calendar days of the office, both included.
    """
    if not reads_audit(user):
        return AuditEntry.objects.none()
    found = AuditEntry.objects.order_by("-seq")
    if actor:
        people = User.objects.filter(Q(username=actor) | Q(name__icontains=actor))
        named = [f"user:{pk}" for pk in people.values_list("pk", flat=True)[:500]]
        found = found.filter(Q(actor=actor) | Q(actor__in=named))
    if action:
        found = found.filter(action=action)
    if subject:
        found = found.filter(Q(subject=subject) | Q(subject__startswith=f"{subject}:"))
    return clock.within(found, since, until)


def names_of(entries: list[AuditEntry]) -> dict[str, str]:
    """Reference → name of the people among actors and subjects: the chain itself holds no names."""
    marks = ("user:", "orgs.User:")
    numbers = {
        reference.rpartition(":")[2]
        for entry in entries
        for reference in (entry.actor, entry.subject)
        if reference.startswith(marks)
    }
    wanted = [int(number) for number in numbers if number.isdecimal() and int(number) < _OVER]
    people = User.objects.filter(pk__in=wanted)
    return {f"{mark}{person.pk}": str(person) for person in people for mark in marks}
