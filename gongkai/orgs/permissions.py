"""Predicates of who may do what in general; rules about one record are in the app that owns it."""

from typing import Any

from gongkai.orgs.models import Role, Unit, User

# Django permissions that each role brings; superusers have all.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.CLERK: frozenset(
        {
            "wagtailadmin.access_admin",
            "policies.view_policy",
            "policies.change_policy",
            "policies.publish_policy",
            "guides.view_service",
            "guides.change_service",
        }
    ),
    Role.OFFICE: frozenset(
        {
            "wagtailadmin.access_admin",
            "policies.view_policy",
            "policies.change_policy",
            "policies.publish_policy",
            "guides.view_service",
            "guides.change_service",
            "orgs.view_unit",
            "orgs.view_unitgroup",
        }
    ),
}


def may_use_desk(user: Any) -> bool:
    """People with a role at the desk, and superusers."""
    return bool(user.is_authenticated and user.is_active and (user.is_superuser or user.role != Role.NONE))


def sees_all_units(user: Any) -> bool:
    """The district office and superusers work across units."""
    return may_use_desk(user) and (user.is_superuser or user.role == Role.OFFICE)


def works_for(user: Any, unit: Unit | None) -> bool:
    """True for the unit's own clerks and for those who work across units."""
    return sees_all_units(user) or (may_use_desk(user) and unit is not None and user.unit_id == unit.pk)


class RoleBackend:
    """Gives each role its Django permissions, so that the desk asks one table and not rows in a database."""

    def authenticate(self, request: Any, **credentials: Any) -> User | None:
        """Never: passwords are checked by Django's own backend."""
        return None

    def get_all_permissions(self, user: User, obj: object | None = None) -> set[str]:
        """The permissions of the user's role; none for an inactive account or about a single object."""
        if obj is not None or not user.is_active or user.is_anonymous:
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
