"""What a citizen does about letters: subscribe, confirm, choose, stop. Nothing here tells whether an address is known."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock
from gongkai.subscriptions import addresses, channels, mails
from gongkai.subscriptions.models import (
    Frequency,
    Message,
    Notice,
    Preference,
    Subscriber,
    Subscription,
)
from gongkai.subscriptions.timing import due

CONFIRMATIONS_A_DAY = 3  # to one address
CONFIRMATIONS_AN_HOUR = 600  # to all together: the form must not become a machine that writes to strangers
MOST_SUBSCRIPTIONS = 200
VISITOR = "visitor"


class Refused(Exception):
    """It cannot be done; the message says why and what to do, in one sentence."""


@transaction.atomic
def subscribe(
    *, address: str, key: str, name: str, frequency: str = Frequency.DAILY, language: str = "zh-hans"
) -> None:
    """Ask the owner of an address, by letter, to confirm a subscription; nothing else is sent before that.

    The fourth asking of a day is passed over in silence, as is whatever else would tell that an address is known.
    Raises NoAddress, and Refused while no mail goes out or too many strangers ask at once.
    No entry in the audit chain: until it is confirmed, nobody knows who asked.
    """
    address = addresses.cleaned(address)
    if not channels.is_open():
        raise Refused(_("本站暂未开通邮件订阅，请收藏本页，以后再来查看。"))
    moment = clock.now()
    lately = Message.objects.filter(asked_for=True, composed_at__gt=moment - timedelta(hours=1))
    if lately.count() >= CONFIRMATIONS_AN_HOUR:
        raise Refused(_("现在申请订阅的人太多，请一小时后再试。"))
    person = _person(address, frequency, language)
    if not _may_ask_again(person):
        return
    row, _made = Subscription.objects.get_or_create(
        subscriber=person, key=key, defaults={"name": name[:300], "created_at": moment}
    )
    if row.confirmed_at is None:  # the seven days begin anew
        row.created_at = moment
        row.save(update_fields=["created_at"])
    known = row.confirmed_at and person.confirmed_at and not person.stopped_at
    mail = mails.already(row) if known else mails.confirmation(row)
    mails.message(person, mail, asked_for=True, composed_at=moment, due_at=moment).save()


def _person(address: str, frequency: str, language: str) -> Subscriber:
    """The locked row of an address. A stranger's choices are kept only until the owner has confirmed."""
    blank = Subscriber(address=address, address_key=addresses.key_of(address), created_at=clock.now())
    Subscriber.objects.bulk_create([blank], ignore_conflicts=True)
    person = Subscriber.objects.select_for_update().get(channel="email", address_key=blank.address_key)
    if person.confirmed_at is None:
        person.frequency, person.language = frequency, language
    return person


def _may_ask_again(person: Subscriber) -> bool:
    today = clock.today()
    person.asked_times = person.asked_times + 1 if person.asked_on == today else 1
    person.asked_on = today
    person.save()
    return person.asked_times <= CONFIRMATIONS_A_DAY and person.subscriptions.count() < MOST_SUBSCRIPTIONS


@transaction.atomic
def confirm(*, subscription: Subscription) -> Subscription:
    """The owner of the address says yes; again does no harm. An address that had been stopped is tried anew."""
    person = Subscriber.objects.select_for_update().get(pk=subscription.subscriber_id)
    moment = clock.now()
    if subscription.confirmed_at and person.confirmed_at and not person.stopped_at:
        return subscription
    person.confirmed_at = person.confirmed_at or moment
    person.bounces, person.stopped_at = 0, None
    person.save(update_fields=["confirmed_at", "bounces", "stopped_at"])
    subscription.confirmed_at = subscription.confirmed_at or moment
    subscription.save(update_fields=["confirmed_at"])
    audit.append(VISITOR, "subscriptions.confirm", person.reference, about=subscription.key)
    return subscription


@transaction.atomic
def unsubscribe(*, subscriber: Subscriber, key: str | None = None) -> bool:
    """End one subscription, or all letters (``key`` None); True if nothing is left.

    With the last one the address goes too, and every letter to it. Staff keep their inbox: for them letters end.
    """
    person = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    if person is None:
        return True
    if person.user_id:
        person.preferences.all().delete()
        person.frequency = Frequency.NEVER
        person.save(update_fields=["frequency"])
        person.notices.update(mail_due_at=None)
        Message.objects.filter(subscriber=person, state=Message.State.COMPOSED).delete()
    elif key is not None:
        person.subscriptions.filter(key=key).delete()
        person.notices.filter(subject_key=key).update(mail_due_at=None)
    left = bool(person.user_id is None and key is not None and person.subscriptions.exists())
    audit.append(VISITOR, "subscriptions.unsubscribe", person.reference, about=key or "")
    if not left and not person.user_id:
        person.delete()
    return not left


@transaction.atomic
def change_preferences(
    *,
    subscriber: Subscriber,
    frequency: str,
    hour: int,
    quiet_from: int,
    quiet_until: int,
    by_category: Mapping[str, str] | None = None,
) -> Subscriber:
    """How often, at which hour, and when not; ``by_category`` (staff) says what differs from ``frequency``.

    What waits already follows the new choice.
    """
    person = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    person.frequency, person.hour = frequency, hour
    person.quiet_from, person.quiet_until = quiet_from, quiet_until
    if person.user_id:  # an address that was stopped and mended in the account is tried anew
        person.bounces, person.stopped_at = 0, None
    person.save()
    chosen = {name: value for name, value in (by_category or {}).items() if value and value != frequency}
    person.preferences.all().delete()
    Preference.objects.bulk_create(
        [Preference(subscriber=person, category=name, frequency=value) for name, value in chosen.items()]
    )
    moment = clock.now()
    waiting = list(person.notices.exclude(mail_due_at=None))
    for notice in waiting:
        how_often = chosen.get(notice.category, frequency)
        hours = {"hour": hour, "quiet_from": quiet_from, "quiet_until": quiet_until}
        notice.mail_due_at = due(moment, how_often, **hours)
    Notice.objects.bulk_update(waiting, ["mail_due_at"], batch_size=500)
    audit.append(
        f"user:{person.user_id}" if person.user_id else VISITOR, "subscriptions.choose", person.reference
    )
    return person
