"""Predicates about signing in: who needs a second factor, who resets another's, who reads the log of looks."""

from typing import Any

from django.conf import settings

from gongkai.orgs.models import ADMINISTRATORS, Role, User
from gongkai.orgs.permissions import keeps_roles, reads_audit

_NEED_A_FACTOR = (Role.PUBLISHER, Role.OFFICE, *ADMINISTRATORS)


def needs_factor(user: Any) -> bool:
    """Publishers, the district office and administrators sign in with a second factor, unless the site has it off."""
    return bool(settings.TOTP and user.role in _NEED_A_FACTOR)


def may_reset_factor(user: Any, account: User) -> bool:
    """The security administrator, of others; for one's own there are the recovery codes."""
    return keeps_roles(user) and user.pk != account.pk


def may_unlock(user: Any) -> bool:
    """The security administrator lifts a lock-out."""
    return keeps_roles(user)


def may_read_looks(user: Any) -> bool:
    """The auditor reads who looked at personal data."""
    return reads_audit(user)
