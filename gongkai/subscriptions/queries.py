"""Named querysets: a person's inbox, who is to be told, letters in trouble."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from gongkai.orgs.accounts.queries import open_accounts
from gongkai.orgs.models import Role, Unit, User
from gongkai.orgs.permissions import may_use_desk
from gongkai.subscriptions.models import Message, Notice, Subscriber, Subscription
from gongkai.subscriptions.permissions import may_settle

_TROUBLED = (Message.State.IN_DOUBT, Message.State.GIVEN_UP)


def inbox(user: Any) -> QuerySet[Notice]:
    """A member of staff's notices, unread first, then the newest."""
    if not may_use_desk(user):
        return Notice.objects.none()
    mine = Notice.objects.filter(subscriber__user=user).select_related("subscriber")
    return mine.alias(is_read=Q(read_at__isnull=False)).order_by("is_read", "-made_at", "-pk")


def unread(user: Any) -> int:
    """How many notices a person has not read."""
    return inbox(user).filter(read_at=None).order_by().count() if may_use_desk(user) else 0


def staff_of(units: Iterable[Unit | None]) -> QuerySet[User]:
    """The active staff of the units; None means the district office, and so does a unit that nobody works for."""
    units = list(units)
    active = open_accounts().exclude(role=Role.NONE)
    office = Q(role=Role.OFFICE)
    named = [unit.pk for unit in units if unit is not None]
    staffed = set(active.filter(unit__in=named).values_list("unit", flat=True))
    wanted = Q(unit__in=named)
    if None in units or set(named) - staffed:
        wanted |= office
    return active.filter(wanted) if units else active.none()


def confirmed(keys: Iterable[str]) -> QuerySet[Subscription]:
    """Subscriptions to any of the keys whose subscriber has confirmed them and can still be reached."""
    return Subscription.objects.filter(
        key__in=list(keys),
        confirmed_at__isnull=False,
        subscriber__confirmed_at__isnull=False,
        subscriber__stopped_at=None,
    )


def subscriber_for(user: User) -> Subscriber | None:
    """The row of a member of staff; None until the first notice or choice."""
    return Subscriber.objects.filter(user=user).first()


def troubled(user: Any) -> QuerySet[Message]:
    """Letters that may or may not have arrived, and those given up: for the district office to settle."""
    if not may_settle(user):
        return Message.objects.none()
    found = Message.objects.filter(state__in=_TROUBLED).select_related("subscriber__user")
    return found.order_by("-state", "-composed_at", "-pk")


def stopped(user: Any) -> QuerySet[Subscriber]:
    """Addresses that letters came back from until we stopped."""
    if not may_settle(user):
        return Subscriber.objects.none()
    found = Subscriber.objects.filter(stopped_at__isnull=False).select_related("user")
    return found.order_by("-stopped_at", "-pk")


def counts() -> dict[str, int]:
    """How many letters are in each state."""
    rows = Message.objects.values_list("state").annotate(n=Count("pk")).order_by()
    found = dict(rows)
    return {state.value: found.get(state.value, 0) for state in Message.State}
