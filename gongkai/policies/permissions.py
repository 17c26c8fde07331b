"""Who may read, change, review and publish a policy; what is published, everyone may read (``queries.public``)."""

from typing import Any

from gongkai.orgs.permissions import publishes_for, reads_for, reviews_for, works_for
from gongkai.policies.models import Policy


def may_read_draft(user: Any, policy: Policy) -> bool:
    """A unit's people read its drafts and their history; the district office and the auditor all."""
    return reads_for(user, policy.unit)


def may_change(user: Any, policy: Policy) -> bool:
    """A unit's clerks and publishers prepare its policies; the district office any."""
    return works_for(user, policy.unit)


def may_review(user: Any, policy: Policy) -> bool:
    """A unit's reviewers and publishers pass its drafts or send them back; the district office any."""
    return reviews_for(user, policy.unit)


def may_publish(user: Any, policy: Policy) -> bool:
    """A unit's publishers publish, schedule, correct and withdraw its policies; the district office any."""
    return publishes_for(user, policy.unit)
