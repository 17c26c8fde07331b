"""What of a person's inbox goes over to a successor (orgs/accounts/handing_over.py), and what stays."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongkai.orgs.accounts.handing_over import Work
from gongkai.orgs.models import User
from gongkai.subscriptions.actions.telling import staff_subscribers
from gongkai.subscriptions.models import Notice, Subscriber, Subscription


def work_of(person: User) -> list[Work]:
    """Notices that were not read go over, without their letters; those that were read stay."""
    mine = _of(person)
    followed = Subscription.objects.filter(subscriber__user=person)
    return [
        Work(
            _("收件箱中未读的通知"),
            mine.filter(read_at=None).count(),
            lambda successor: _move(person, successor),
        ),
        Work(_("已读的通知"), mine.exclude(read_at=None).count()),
        Work(_("本人的订阅"), followed.count()),
    ]


def _move(person: User, successor: User) -> None:
    """What the successor was told as well is not told twice; no letter goes out for what a predecessor was told."""
    staff_subscribers([successor])
    into = Subscriber.objects.get(user=successor)
    known = Notice.objects.filter(subscriber=into).values("key")
    unread = _of(person).filter(read_at=None)
    pks = list(unread.exclude(key__in=known).values_list("pk", flat=True))
    Notice.objects.filter(pk__in=pks).update(subscriber=into, mail_due_at=None)


def _of(person: User) -> QuerySet[Notice]:
    """A person's notices, but those about the own password and authenticator: they are nobody else's business."""
    return Notice.objects.filter(subscriber__user=person).exclude(key__startswith="sign_in.changed:")
