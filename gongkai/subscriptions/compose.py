"""Writing letters: what is due for a person becomes one letter, a few hundred people in one transaction. A periodic job."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from gongkai.kernel import clock
from gongkai.kernel.numbering import take_turn
from gongkai.subscriptions import channels, mails
from gongkai.subscriptions.models import Message, Notice, Subscriber, Subscription
from gongkai.subscriptions.timing import after_quiet, is_quiet

PEOPLE_AT_ONCE = 250
MOST_IN_A_LETTER = 50  # More become a second letter: nothing that somebody asked for is left out.
UNCONFIRMED_KEPT = timedelta(days=7)
LETTERS_KEPT = timedelta(days=90)
NOTICES_KEPT = timedelta(days=400)


def run() -> int:
    """Write every letter that is due; how many. Killed at any point, what was not committed is written next time."""
    names = list(channels.all_open())
    written = 0
    while names:
        people, letters = _some(names)
        written += letters
        if people < PEOPLE_AT_ONCE:
            break
    return written


@transaction.atomic
def _some(names: list[str]) -> tuple[int, int]:
    """(people looked at, letters written) of one batch; those in quiet time are put off, not looked at again."""
    moment = clock.now()
    due = Notice.objects.filter(mail_due_at__lte=moment, subscriber__channel__in=names)
    # A look without a lock first: an idle job must not queue for SQLite's write lock.
    keys = list(
        due.order_by("subscriber_id").values_list("subscriber_id", flat=True).distinct()[:PEOPLE_AT_ONCE]
    )
    if not keys:
        return 0, 0
    take_turn("subscriptions.compose")
    people = Subscriber.objects.select_related("user").in_bulk(keys)
    gathered: dict[int, list[Notice]] = defaultdict(list)
    for notice in due.filter(subscriber__in=keys).order_by("made_at", "pk"):
        gathered[notice.subscriber_id].append(notice)
    letters: list[tuple[Message, list[Notice]]] = []
    for pk, notices in gathered.items():
        person = people[pk]
        if not _reachable(person):
            _put_off(notices, None)
        elif is_quiet(moment, person.quiet_from, person.quiet_until):
            _put_off(notices, after_quiet(moment, person.quiet_from, person.quiet_until))
        else:
            letters += _letters(person, notices)
    _write(letters)
    return len(keys), len(letters)


def _reachable(person: Subscriber) -> bool:
    if person.stopped_at or not person.reached_at:
        return False
    return person.user.is_active if person.user else person.confirmed_at is not None


def _put_off(notices: Sequence[Notice], until: object) -> None:
    Notice.objects.filter(pk__in=[each.pk for each in notices]).update(mail_due_at=until)


def _letters(person: Subscriber, notices: list[Notice]) -> list[tuple[Message, list[Notice]]]:
    moment = clock.now()
    return [
        (
            mails.message(person, mails.digest(person, part), composed_at=moment, due_at=moment),
            part,
        )
        for part in (
            notices[start : start + MOST_IN_A_LETTER] for start in range(0, len(notices), MOST_IN_A_LETTER)
        )
    ]


def _write(letters: list[tuple[Message, list[Notice]]]) -> None:
    Message.objects.bulk_create([message for message, _notices in letters])
    # One short statement for each letter: bulk_update with its CASE of hundreds of branches takes three times as long.
    for message, notices in letters:
        told = Notice.objects.filter(pk__in=[each.pk for each in notices])
        told.update(message=message, mail_due_at=None)


@transaction.atomic
def tidy() -> int:
    """Forget what need not be kept: addresses never confirmed, old letters, old notices; how many rows. A daily job."""
    moment = clock.now()
    never = Subscriber.objects.filter(
        user=None, confirmed_at=None, created_at__lt=moment - UNCONFIRMED_KEPT
    ).exclude(asked_on__gt=clock.today() - UNCONFIRMED_KEPT)
    unconfirmed = Subscription.objects.filter(confirmed_at=None, created_at__lt=moment - UNCONFIRMED_KEPT)
    done = Message.objects.filter(
        state__in=[Message.State.SENT, Message.State.GIVEN_UP], finished_at__lt=moment - LETTERS_KEPT
    )
    old = Notice.objects.filter(made_at__lt=moment - NOTICES_KEPT, mail_due_at=None)
    return sum(found.delete()[0] for found in (never, unconfirmed, done, old))
