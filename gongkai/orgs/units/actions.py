"""Verbs: what a unit says in its guide, written at the desk or read from the office's profile."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.orgs.models import Unit, UnitGuide, User
from gongkai.orgs.permissions import publishes_for
from gongkai.orgs.units.guides import FIELDS, guide_of, values_of

STATED = "unit.guide_stated"


@transaction.atomic
def state_guide(*, unit: Unit, values: dict[str, str], by: User) -> UnitGuide:
    """The unit's words, confirmed today; the words before them are kept. The same words again confirm them anew.

    Raises PermissionDenied for whoever does not publish for the unit.
    """
    if not publishes_for(by, unit):
        raise PermissionDenied(_("本单位的指南由本单位发布人或者区府办修改，请联系他们。"))
    return _write(unit, values, confirmed_on=clock.today(), by=by, actor=by.reference)


@transaction.atomic
def take_in_guide(*, unit: Unit, row: dict[str, Any], actor: str) -> UnitGuide | None:
    """What the profile says of a unit, where nobody has written at the desk since; None where that changes nothing."""
    values = {name: str(row.get(name, "")).strip() for name in FIELDS}
    day = row.get("confirmed_on")
    confirmed_on = day if isinstance(day, date) else None
    now = guide_of(unit)
    if now and (now.by_id or (values_of(now), now.confirmed_on) == (values, confirmed_on)):
        return None
    return _write(unit, values, confirmed_on=confirmed_on, by=None, actor=actor)


def _write(
    unit: Unit, values: dict[str, str], *, confirmed_on: date | None, by: User | None, actor: str
) -> UnitGuide:
    stated = {name: values.get(name, "").strip() for name in FIELDS}
    made = UnitGuide.objects.create(unit=unit, confirmed_on=confirmed_on, by=by, at=clock.now(), **stated)
    audit.append(actor, STATED, f"orgs.Unit:{unit.pk}", guide=made.pk)
    events.record(STATED, subject=f"orgs.Unit:{unit.pk}", unit=unit.pk)
    return made
