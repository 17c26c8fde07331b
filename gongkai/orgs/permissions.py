"""Predicates of who may do what in general; rules about one record are in the app that owns it."""

from typing import Any

from gongkai.orgs.models import ADMINISTRATORS, Role, Unit, User

_DESK = "wagtailadmin.access_admin"
_READS = frozenset({_DESK, "policies.view_policy"})
_WRITES = _READS | {"policies.change_policy", "guides.view_service", "guides.change_service"}
_PUBLISHES = _WRITES | {"policies.publish_policy"}

# Django permissions that each role brings, and all that it brings: nobody has more by being a superuser.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.NONE: frozenset(),
    Role.CLERK: _WRITES,
    Role.REVIEWER: _READS,
    Role.PUBLISHER: _PUBLISHES,
    Role.OFFICE: _PUBLISHES | {"orgs.view_unit", "orgs.view_unitgroup"},
    Role.SYSTEM: frozenset({_DESK}),
    Role.SECURITY: frozenset({_DESK}),
    Role.AUDITOR: _READS | {"guides.view_service"},
}


def may_use_desk(user: Any) -> bool:
    """People with a role whose account has not ended."""
    return bool(user.is_authenticated and user.is_active and user.role != Role.NONE and not user.has_ended())


def _is(user: Any, *roles: Role) -> bool:
    return may_use_desk(user) and user.role in roles


def _of(user: Any, unit: Unit | None, *roles: Role) -> bool:
    return unit is not None and _is(user, *roles) and user.unit_id == unit.pk


# --- whose work a person sees and does ------------------------------------------------------------------------------


def works_across_units(user: Any) -> bool:
    """The district office reads and writes for every unit."""
    return _is(user, Role.OFFICE)


def works_in_unit(user: Any) -> bool:
    """Clerks and publishers write for their own unit, which is ``user.unit``."""
    return _is(user, Role.CLERK, Role.PUBLISHER)


def does_work(user: Any) -> bool:
    """Whoever writes at all: for the own unit or across units."""
    return works_in_unit(user) or works_across_units(user)


def reads_all_units(user: Any) -> bool:
    """The district office and the auditor read every unit's drafts."""
    return _is(user, Role.OFFICE, Role.AUDITOR)


def reads_in_unit(user: Any) -> bool:
    """Clerks, reviewers and publishers read the drafts of their own unit, which is ``user.unit``."""
    return _is(user, Role.CLERK, Role.REVIEWER, Role.PUBLISHER)


def reads_drafts(user: Any) -> bool:
    """Whoever reads any drafts at all."""
    return reads_in_unit(user) or reads_all_units(user)


def works_for(user: Any, unit: Unit | None) -> bool:
    """Writes for ``unit``: its clerks and publishers, and the district office; no unit is the office's."""
    return works_across_units(user) or _of(user, unit, Role.CLERK, Role.PUBLISHER)


def reads_for(user: Any, unit: Unit | None) -> bool:
    """Reads the drafts of ``unit``: whoever writes for it, its reviewers, and the auditor."""
    return reads_all_units(user) or _of(user, unit, Role.CLERK, Role.REVIEWER, Role.PUBLISHER)


def publishes_for(user: Any, unit: Unit | None) -> bool:
    """Publishes, corrects and takes back what ``unit`` answers for: its publishers, and the district office."""
    return works_across_units(user) or _of(user, unit, Role.PUBLISHER)


def reviews_for(user: Any, unit: Unit | None) -> bool:
    """Passes or sends back what ``unit`` prepares: its reviewers and publishers, and the district office."""
    return works_across_units(user) or _of(user, unit, Role.REVIEWER, Role.PUBLISHER)


# --- accounts, roles, audit: three different people (三员分立) -------------------------------------------------------


def keeps_accounts(user: Any) -> bool:
    """The system administrator opens and ends accounts, hands work over, and gives one-time passwords."""
    return _is(user, Role.SYSTEM)


def keeps_roles(user: Any) -> bool:
    """The security administrator gives roles and unlocks accounts."""
    return _is(user, Role.SECURITY)


def reads_audit(user: Any) -> bool:
    """The auditor reads the audit chain."""
    return _is(user, Role.AUDITOR)


def reads_accounts(user: Any) -> bool:
    """All three administrators see who has which account."""
    return _is(user, *ADMINISTRATORS)


def may_give_role(user: Any, account: User) -> bool:
    """The security administrator, to others, and never to an account that the same person opened."""
    return keeps_roles(user) and user.pk not in {account.pk, account.opened_by_id}


def may_end(user: Any, account: User) -> bool:
    """The system administrator ends others' accounts."""
    return keeps_accounts(user) and user.pk != account.pk


class RoleBackend:
    """Gives each role its Django permissions, so that the desk asks one table and not rows in a database."""

    def authenticate(self, request: Any, **credentials: Any) -> User | None:
        """Never: passwords are checked by Django's own backend."""
        return None

    def get_all_permissions(self, user: User, obj: object | None = None) -> set[str]:
        """The permissions of the user's role; none for an account that has ended or about a single object."""
        if obj is not None or not may_use_desk(user):
            return set()
        return set(ROLE_PERMISSIONS.get(user.role, frozenset()))

    def has_perm(self, user: User, perm: str, obj: object | None = None) -> bool:
        """True if the role brings ``perm``."""
        return perm in self.get_all_permissions(user, obj)

    def has_module_perms(self, user: User, app_label: str) -> bool:
        """True if the role brings any permission of the app."""
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user))

    def get_user(self, user_id: int) -> User | None:
        """Left to Django's own backend."""
        return None
