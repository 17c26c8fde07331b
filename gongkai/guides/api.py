"""A service with its guide as plain data, for the public interface and for files; ``importing`` reads the same form."""

from typing import Any

from gongkai.guides.elements import missing_elements
from gongkai.guides.models import Guide, Service


def as_dict(service: Service) -> dict[str, Any]:
    """Values that JSON knows. What the office has not stated is "", [] or None; ``missing`` names the key elements."""
    guide = service.known_guide
    return {
        "code": service.code,
        "name": service.name,
        "unit": {"code": service.unit.code, "name": service.unit.name},
        "audience": service.audience,
        "category": service.category,
        "channel": service.channel,
        "active": service.active,
        "is_sample": service.is_sample,
        "url": service.get_absolute_url(),
        "missing": missing_elements(guide),
        "guide": {
            "basis": guide.basis,
            "conditions": guide.conditions,
            "materials": guide.materials,
            "place": guide.place,
            "hours": guide.hours,
            "phone": guide.phone,
            "steps": guide.steps,
            "statutory": _limit(guide, "statutory"),
            "promised": _limit(guide, "promised"),
            "fee": guide.fee,
            "result": guide.result,
            "updated_on": guide.updated_on.isoformat() if guide.updated_on else None,
        },
    }


def _limit(guide: Guide, name: str) -> dict[str, Any] | None:
    value = getattr(guide, f"{name}_value")
    return None if value is None else {"value": value, "unit": getattr(guide, f"{name}_unit")}
