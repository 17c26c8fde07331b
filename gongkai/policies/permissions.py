"""Who may change and publish a policy; what is published, everyone may read (``queries.public``)."""

from typing import Any

from gongkai.orgs.permissions import works_for
from gongkai.policies.models import Policy


def may_change(user: Any, policy: Policy) -> bool:
    """A unit's clerks change its policies; the district office any."""
    return works_for(user, policy.unit)


def may_publish(user: Any, policy: Policy) -> bool:
    """Until signed review stands between them, whoever may change may publish."""
    return may_change(user, policy)
