"""Telling people: one call for everything that anybody is told, once and for all by its key."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock
from gongkai.kernel.atomic import require_transaction
from gongkai.orgs.models import Unit, User
from gongkai.subscriptions import channels, queries
from gongkai.subscriptions.actions.subscribing import change_preferences
from gongkai.subscriptions.models import Category, Notice, Preference, Subscriber
from gongkai.subscriptions.timing import due

_AT_ONCE = 1000
_log = logging.getLogger(__name__)


def tell(
    *,
    users: Iterable[User] = (),
    units: Iterable[Unit | None] = (),
    subject_keys: Iterable[str] = (),
    category: str,
    title: str,
    text: str,
    path: str,
    key: str,
    actor: str,
) -> int:
    """Write a notice for each person who is to know, in the caller's transaction; how many were new.

    ``users`` and the active staff of ``units`` (None: the district office) find it in their inbox; they, and the
    confirmed subscribers of any of ``subject_keys``, get it by letter as they have chosen. ``text`` is plain, ``path`` a
    path of this site ("/policies/12/"). The same ``key`` ("policy.corrected:12:3") never tells one person twice: call it
    again as often as you like. Raises ValueError for a category or a path that is none, OutsideTransactionError.
    For a subject with thousands of subscribers call it from an event's handler: it holds the caller's transaction.
    """
    require_transaction(_("通知"))
    _check(category, path, key)
    moment = clock.now()

    def notice(person: Subscriber, frequency: str, subject_key: str = "") -> Notice:
        hours = {name: getattr(person, name) for name in ("hour", "quiet_from", "quiet_until")}
        wanted = bool(person.reached_at) and not person.stopped_at
        return Notice(
            subscriber=person,
            key=key,
            subject_key=subject_key,
            category=category,
            # One line: it becomes the subject of a letter.
            title=" ".join(title.split())[:300],
            text=text.strip(),
            path=path,
            made_at=moment,
            mail_due_at=due(moment, frequency, **hours) if wanted else None,
        )

    staff = _staff(users, units)
    by_mail = channels.is_open()
    chosen = dict(
        Preference.objects.filter(category=category, subscriber__in=staff).values_list(
            "subscriber", "frequency"
        )
    )
    new = [
        notice(person, chosen.get(person.pk, person.frequency) if by_mail else "never")
        for person in staff.exclude(notices__key=key).select_related("user")
    ]
    readers = (
        queries.confirmed(subject_keys).exclude(subscriber__notices__key=key).select_related("subscriber")
    )
    new += {
        row.subscriber_id: notice(row.subscriber, row.subscriber.frequency, row.key)
        for row in readers.filter(subscriber__user=None)
    }.values()
    # Two who tell the same at the same moment: the second's rows are not written.
    Notice.objects.bulk_create(new, batch_size=_AT_ONCE, ignore_conflicts=True)
    if new:
        audit.append(actor, "subscriptions.tell", "subscriptions.Notice", key=key, told=len(new))
    return len(new)


def retract(*, path: str, actor: str) -> int:
    """Take back, in the caller's transaction, what is still to be told of a page that was taken down; how many notices.

    A letter that is composed already goes out: nobody can say of a letter under way what has been read.
    """
    require_transaction(_("通知"))
    count, _rows = Notice.objects.filter(path=path, message=None).delete()
    if count:
        audit.append(actor, "subscriptions.retract", "subscriptions.Notice", path=path, taken=count)
    return count


@transaction.atomic
def mark_read(*, by: Any, notices: Iterable[int] | None = None) -> int:
    """Mark notices of a person's own inbox as read (all without ``notices``); how many were unread.

    No entry in the audit chain: what a person has looked at is not an act of the office.
    """
    mine = queries.inbox(by).order_by().filter(read_at=None)
    mine = mine if notices is None else mine.filter(pk__in=list(notices))
    return Notice.objects.filter(pk__in=mine.values("pk")).update(read_at=clock.now())


@transaction.atomic
def choose(*, by: User, by_category: Mapping[str, str], **when: Any) -> Subscriber:
    """A member of staff chooses about their own letters; ``when`` as in change_preferences."""
    staff_subscribers([by])
    return change_preferences(subscriber=Subscriber.objects.get(user=by), by_category=by_category, **when)


def staff_subscribers(users: Iterable[User]) -> None:
    """Make the rows of those who have none yet."""
    moment = clock.now()
    rows = [Subscriber(user=user, created_at=moment, confirmed_at=moment) for user in users]
    Subscriber.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)


def _staff(users: Iterable[User], units: Iterable[Unit | None]) -> Any:
    units = list(units)
    keys = {user.pk for user in users if user.is_active} | set(
        queries.staff_of(units).values_list("pk", flat=True)
    )
    if units and not keys:
        _log.warning("通知没有人可收：所列单位没有在用的账号，区府办也没有；请开设账号。")
    staff_subscribers(User.objects.filter(pk__in=keys, subscriber=None))
    return Subscriber.objects.filter(user__in=keys)


def _check(category: str, path: str, key: str) -> None:
    if category not in Category.values:
        raise ValueError(
            _("没有“%s”这一类通知；请用 subscriptions.models.Category 中的一类，或者在那里加一行。")
            % category
        )
    # A path that is a whole address, or breaks a line, would make our letters lead elsewhere.
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        raise ValueError(
            _("通知的链接须是本站路径（以一个“/”开头），“%s”不是；请传 get_absolute_url()。") % path
        )
    if not key or len(key) > 200:
        raise ValueError(_("通知须有不超过 200 个字符的唯一标记，用来防止重复通知；请改写标记。"))
