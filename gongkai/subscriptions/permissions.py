"""Who may read a notice and who settles what became of a letter."""

from typing import Any

from gongkai.orgs.permissions import may_use_desk, works_across_units
from gongkai.subscriptions.models import Notice


def may_read(user: Any, notice: Notice) -> bool:
    """A notice is for the person it was written to and for nobody else."""
    return may_use_desk(user) and notice.subscriber.user_id == user.pk


def may_settle(user: Any) -> bool:
    """The district office looks after letters whose fate is not known."""
    return works_across_units(user)
