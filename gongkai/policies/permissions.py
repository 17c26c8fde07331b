"""Who may see, change and publish a policy."""

from typing import Any

from gongkai.orgs.permissions import works_for
from gongkai.policies.models import Policy


def may_see(user: Any, policy: Policy) -> bool:
    """Everyone sees what is published; a draft only those who work for its unit."""
    return policy.live or works_for(user, policy.unit)


def may_change(user: Any, policy: Policy) -> bool:
    """A unit's clerks change its policies; the district office any."""
    return works_for(user, policy.unit)


def may_publish(user: Any, policy: Policy) -> bool:
    """Until signed review stands between them, whoever may change may publish."""
    return may_change(user, policy)
