"""What becomes of a letter after it left us, or could not: bounces, doubts settled by a person, giving up."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock
from gongkai.subscriptions import permissions
from gongkai.subscriptions.actions.subscribing import Refused
from gongkai.subscriptions.actions.telling import tell
from gongkai.subscriptions.models import Category, Message, Subscriber

BOUNCES = 3
# RFC 3463: the mailbox does not exist, has moved away, its domain is none or takes no mail (RFC 7505).
_NOBODY_THERE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_ADDRESS_CLASSES = ("5.0.", "5.1.", "5.2.")
_State = Message.State


def give_up(message: Message, *, why: str) -> None:
    """Not sent and not to be sent; the desk lists it with the reason."""
    Message.objects.filter(pk=message.pk).update(
        state=_State.GIVEN_UP, claimed_by="", lease_until=None, last_error=why[:500], finished_at=clock.now()
    )


@transaction.atomic
def turned_away(*, message: Message, status: str, why: str) -> None:
    """A channel refused a letter for good while we were sending it."""
    current = _locked(message.pk)
    if current is None or current.attempts != message.attempts:
        return
    give_up(current, why=why)
    _count(current, status)


@transaction.atomic
def record_bounce(*, token: str, status: str, why: str, delivered: bool = False) -> Message | None:
    """What a report of delivery (RFC 3464) says of a letter: failed (``status`` 5.x.x), delayed (4.x.x), ``delivered``.

    None for a letter that is not known. A report that comes twice counts once; a doubt is settled by it.
    """
    found = Message.objects.filter(token=token).first()
    message = _locked(found.pk) if found else None
    if message is None:
        return None
    if delivered and message.state == _State.IN_DOUBT:
        message.state = _State.SENT
        message.finished_at = clock.now()
        message.save(update_fields=["state", "finished_at"])
    elif not delivered and status.startswith("5.") and message.state != _State.GIVEN_UP:
        give_up(message, why=f"{status} {why}")
        _count(message, status)
        message.state = _State.GIVEN_UP
    return message


@transaction.atomic
def settle(*, message: Message, by: Any, delivered: bool) -> Message:
    """A person decides about a letter in doubt or given up: count it as delivered, or send it once more.

    Raises PermissionDenied, and Refused for a letter that somebody has settled meanwhile.
    """
    if not permissions.may_settle(by):
        raise PermissionDenied(_("只有区府办可以处理没有送到的通知，请联系区府办。"))
    current = _locked(message.pk)
    if current is None or current.state not in {_State.IN_DOUBT, _State.GIVEN_UP}:
        raise Refused(_("这封信已经处理过了，请刷新页面查看。"))
    current.state = _State.SENT if delivered else _State.COMPOSED
    current.attempts = current.attempts if delivered else 0
    current.due_at = current.finished_at = clock.now()
    current.save(update_fields=["state", "attempts", "due_at", "finished_at"])
    if not delivered:
        # A person says so: an address that had been stopped is tried again.
        Subscriber.objects.filter(pk=current.subscriber_id).update(bounces=0, stopped_at=None)
    audit.append(by.reference, "subscriptions.settle", current.reference, delivered=delivered)
    return current


def _locked(pk: int) -> Message | None:
    found = Message.objects.select_for_update(of=("self",)).select_related("subscriber__user")
    return found.filter(pk=pk).first()


def _count(message: Message, status: str) -> None:
    """Count a bounce if it is the address's fault; stop at the third, or when nobody is there."""
    # 5.3 to 5.7 are about systems, routes, protocol and policy: a server that has us on a black list would else make us
    # forget every reader we have.
    if not status.startswith(_ADDRESS_CLASSES):
        return
    person = (
        Subscriber.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=message.subscriber_id)
    )
    person.bounces += 1
    if person.stopped_at is None and (person.bounces >= BOUNCES or status in _NOBODY_THERE):
        person.stopped_at = clock.now()
        person.notices.update(mail_due_at=None)
    person.save(update_fields=["bounces", "stopped_at"])
    if person.stopped_at and person.user:
        tell(
            users=[person.user],
            units=[None],
            category=Category.MAIL,
            title=_("%s的邮箱收不到通知，已停发邮件") % person.user,
            text=_("邮件被退回。请更正账号的邮箱后，在收件箱的“接收设置”中重新保存；收件箱不受影响。"),
            path=reverse("inbox:list"),
            key=f"mail.stopped:{person.pk}:{message.pk}",
            actor="system:mail",
        )
