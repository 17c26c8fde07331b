"""Verbs: set up units, groups and accounts from a profile."""

import tomllib
from pathlib import Path

from django.db import transaction

from gongkai.kernel import audit
from gongkai.orgs.models import Role, Unit, UnitGroup, User


@transaction.atomic
def load_units(*, path: Path, actor: str) -> int:
    """Create or update the units and groups that a TOML profile names; nothing is removed. Gives their number."""
    profile = tomllib.loads(path.read_text(encoding="utf-8"))
    units = {}
    for row in profile["units"]:
        values = {key: row[key] for key in ("name", "short_name", "kind")}
        units[row["code"]], _made = Unit.objects.update_or_create(code=row["code"], defaults=values)
    for row in profile.get("groups", []):
        group, _made = UnitGroup.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "complete": row["complete"]}
        )
        group.units.set([units[code] for code in row["units"]])
    audit.append(actor, "orgs.load_units", "orgs.Unit", units=sorted(units))
    return len(units)


@transaction.atomic
def open_account(
    *, username: str, password: str, name: str, role: Role, unit: Unit | None, actor: str
) -> User:
    """Open an account with a role; an account that exists is left as it is, password and all."""
    user = User.objects.filter(username=username).first()
    if user:
        return user
    user = User.objects.create_user(
        username, password=password, name=name, role=role, unit=unit, is_staff=True
    )
    audit.append(actor, "orgs.open_account", f"orgs.User:{user.pk}", role=str(role))
    return user
