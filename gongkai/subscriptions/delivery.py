"""What becomes of a letter: claimed, handed over, sent, put off, given up, or in doubt. A periodic job.

Two crashes are told apart by what was committed before them. Found ``sending``: the final dot was not sent, the server
has thrown the text away, so the letter goes out again. Found ``handed``: the server may have taken it; it is neither
sent again blindly nor forgotten, but ``in_doubt``, until a report of delivery or a person settles it.
"""

import logging
import time
from contextlib import closing
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from gongkai.kernel import clock, processes
from gongkai.subscriptions import actions, channels, mails
from gongkai.subscriptions.channels import Channel, Letter, NotNow, TurnedAway, Unknown
from gongkai.subscriptions.models import Message
from gongkai.subscriptions.timing import after_quiet, is_quiet

ATTEMPTS = 60  # With the waits below a letter is given up after some two days and a half.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LEASE = timedelta(minutes=15)  # longer than the slowest step of a server (smtp.LAST_REPLY_SECONDS)
# A run ends soon, so that a worker which is asked to stop need not be killed in the midst of a letter.
SECONDS_A_RUN = 8.0
_State = Message.State
_log = logging.getLogger(__name__)
_in_hand: set[int] = set()  # Letters that a thread of this very process is working on.


class _ClaimLost(Exception):
    """Somebody else has the letter, or it is gone: this try must not hand it over."""


def run() -> int:
    """Send what is due, for some seconds; how many letters the other side took."""
    reclaim()
    sent = 0
    until = time.monotonic() + SECONDS_A_RUN
    for channel in channels.all_open().values():
        # In doubt about the line, QUIT may fail; closing() ends it in any case.
        with closing(channel):
            while time.monotonic() < until and (message := claim(channel.name)) is not None:
                try:
                    sent += attempt(message, channel)
                except NotNow:
                    break
    return sent


def reclaim() -> int:
    """Settle what dead processes held, at once if they ran here, else when their lease ends; how many letters."""
    moment, me = clock.now(), processes.me()
    back = 0
    for message in Message.objects.filter(state__in=[_State.SENDING, _State.HANDED]).iterator():
        expired = message.lease_until is None or message.lease_until <= moment
        dropped = message.claimed_by == me and message.pk not in _in_hand
        if not (expired or dropped or processes.is_gone(message.claimed_by)):
            continue
        held = _held(message, message.state)
        if message.state == _State.SENDING:
            back += _back(held, message, why="", wait=timedelta())
        else:
            back += held.update(state=_State.IN_DOUBT, claimed_by="", lease_until=None, finished_at=moment)
            _log.error("%s 可能已经送到，也可能没有，请在工作台“通知投递”中处理。", message)
    return back


def claim(channel: str) -> Message | None:
    """Take the letter that is due first, or None. One that would arrive in quiet time is put off."""
    while True:
        due = Message.objects.filter(
            state=_State.COMPOSED, channel=channel, due_at__lte=clock.now()
        ).order_by("due_at", "pk")
        # A look without a lock first: an idle job must not queue for SQLite's write lock.
        if not due.exists():
            return None
        with transaction.atomic():
            found = due.select_related("subscriber__user").select_for_update(skip_locked=True, of=("self",))
            message = found.first()
            if message is None:
                return None
            if _take(message):
                return message


def _take(message: Message) -> bool:
    """Mark a letter as ours, in the caller's transaction; False if it must wait or not go out at all."""
    moment, person = clock.now(), message.subscriber
    if not message.asked_for:
        if person.stopped_at:
            actions.give_up(message, why=_("这个地址多次退信，已停发。"))
            return False
        if is_quiet(moment, person.quiet_from, person.quiet_until):
            message.due_at = after_quiet(moment, person.quiet_from, person.quiet_until)
            message.save(update_fields=["due_at"])
            return False
    message.state = _State.SENDING
    message.attempts += 1
    message.claimed_by = processes.me()
    message.lease_until = moment + LEASE
    message.save(update_fields=["state", "attempts", "claimed_by", "lease_until"])
    _in_hand.add(message.pk)
    return True


def attempt(message: Message, channel: Channel) -> bool:
    """Send a claimed letter; True if it was taken. Raises NotNow when no other letter would go out now either."""

    def hand_over() -> None:
        # Committed by itself before the step: after a crash this is all that is known.
        moved = _held(message, _State.SENDING).update(state=_State.HANDED, lease_until=clock.now() + LEASE)
        if not moved:
            raise _ClaimLost

    try:
        channel.send(_letter(message), hand_over)
        mark_sent(message)
        return True
    except NotNow as problem:
        _back(_held(message, _State.SENDING, _State.HANDED), message, why=str(problem))
        if problem.unreachable:
            _log.warning("邮件服务器暂时不能用：%s", problem)
            raise
    except TurnedAway as problem:
        actions.turned_away(message=message, status=problem.status, why=str(problem))
    except Unknown as problem:
        _held(message, _State.HANDED).update(
            state=_State.IN_DOUBT,
            claimed_by="",
            lease_until=None,
            last_error=str(problem)[:500],
            finished_at=clock.now(),
        )
        _log.error("%s 可能已经送到，也可能没有，请在工作台“通知投递”中处理。", message)
    except _ClaimLost:
        _log.warning("%s 已由其他进程接手或者已被取消，本次没有发出。", message)
    except Exception as problem:  # A fault of ours in one letter must not hold up the rest.
        _log.exception("%s 没有发出，稍后再试。", message)
        # What was handed over already stays so, and becomes a doubt.
        _back(_held(message, _State.SENDING), message, why=type(problem).__name__)
    finally:
        _in_hand.discard(message.pk)
    return False


def mark_sent(message: Message) -> None:
    """The other side has it: nothing of ours sends it again."""
    _held(message, _State.SENDING, _State.HANDED).update(
        state=_State.SENT, claimed_by="", lease_until=None, last_error="", finished_at=clock.now()
    )


def _letter(message: Message) -> Letter:
    person = message.subscriber
    with translation.override(person.language):
        # Nothing to unsubscribe from before it is confirmed.
        stop = "" if message.asked_for else mails.unsubscribe_url(person)
    return Letter(
        token=message.token,
        to=person.reached_at,
        subject=message.subject,
        text=message.text,
        html=message.html,
        written_at=message.composed_at,
        unsubscribe_url=stop,
    )


def _held(message: Message, *states: str) -> QuerySet[Message]:
    """The letter's row if this very try still holds it."""
    return Message.objects.filter(
        pk=message.pk, state__in=states, claimed_by=message.claimed_by, attempts=message.attempts
    )


def _back(held: QuerySet[Message], message: Message, *, why: str, wait: timedelta | None = None) -> int:
    """Put a letter back for later, or give it up after its last try; 0 if it was not held any more."""
    if message.attempts >= ATTEMPTS:
        return held.update(
            state=_State.GIVEN_UP,
            claimed_by="",
            lease_until=None,
            last_error=why[:500],
            finished_at=clock.now(),
        )
    wait = _wait(message.attempts) if wait is None else wait
    return held.update(
        state=_State.COMPOSED,
        claimed_by="",
        lease_until=None,
        last_error=why[:500],
        due_at=clock.now() + wait,
    )


def _wait(attempts: int) -> timedelta:
    """Doubling from FIRST_WAIT, never more than LONGEST_WAIT."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 30))
