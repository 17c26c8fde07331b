"""Whom visitors may turn to: the district office as its own guide to information gives it."""

from typing import Any

from gongkai.orgs.models import UnitKind
from gongkai.orgs.units.guides import confirmed, guide_of, listed, shown


def turning_to() -> dict[str, Any]:
    """Context of portal/contact.html: the office, the fields of its guide, the day they were confirmed."""
    office = listed().filter(kind=UnitKind.OFFICE).first()
    guide = guide_of(office) if office else None
    return {
        "office": office,
        "fields": shown(guide)[3:] if office else [],  # name, address, hours, telephone, fax, online
        "confirmed": confirmed(guide),
    }
