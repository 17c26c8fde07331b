"""Verbs: set up units and groups from a profile; confirm a figure of the law. Those about accounts are in accounts/."""

import tomllib
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.law.figures import Figure
from gongkai.orgs.models import ConfirmedFigure, Unit, UnitGroup, User
from gongkai.orgs.permissions import works_across_units
from gongkai.orgs.units.actions import take_in_guide


class Refused(Exception):
    """The rules do not allow it; the message says which rule and what to do, in one sentence."""


@transaction.atomic
def load_units(*, path: Path, actor: str) -> int:
    """Create or update the units and groups that a TOML profile names; nothing is removed. Gives their number."""
    profile = tomllib.loads(path.read_text(encoding="utf-8"))
    units = {}
    for row in profile["units"]:
        values = {key: row[key] for key in ("name", "short_name", "kind")}
        units[row["code"]], _made = Unit.objects.update_or_create(code=row["code"], defaults=values)
        if row.get("guide"):
            take_in_guide(unit=units[row["code"]], row=row["guide"], actor=actor)
    for row in profile.get("groups", []):
        group, _made = UnitGroup.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "complete": row["complete"]}
        )
        group.units.set([units[code] for code in row["units"]])
    audit.append(actor, "orgs.load_units", "orgs.Unit", units=sorted(units))
    return len(units)


@transaction.atomic
def confirm_figure(*, figure: Figure, note: str, by: User) -> ConfirmedFigure:
    """The office's word that ``figure`` is right; what rests on it is reckoned anew.

    Raises PermissionDenied for others, and Refused without a note on what it was compared with.
    """
    if not works_across_units(by):
        raise PermissionDenied(_("法定数值由区府办确认，请联系区府办。"))
    if not note.strip():
        raise Refused(_("请写明对照了哪份原文，以便日后查考。"))
    row, made = ConfirmedFigure.objects.get_or_create(
        key=figure.key,
        valid_from=figure.valid_from,
        value=str(figure.value),
        defaults={"note": note.strip()[:300], "by": by, "at": clock.now()},
    )
    if made:
        audit.append(by.reference, "figure.confirmed", f"law.Figure:{figure.key}", value=row.value)
        events.record("figure.confirmed", subject=f"law.Figure:{figure.key}", key=figure.key)
    return row
