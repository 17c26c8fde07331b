"""Who may change a service and its guide; active ones everyone may read (``queries.public``)."""

from typing import Any

from gongkai.guides.models import Service
from gongkai.orgs.permissions import works_for


def may_change(user: Any, service: Service) -> bool:
    """A unit's clerks change its services; the district office any."""
    return works_for(user, service.unit)
