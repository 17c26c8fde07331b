"""What becomes of a delivery: claimed, tried, done, put off, given up, taken back from a dead worker.

A handler's own database writes and the mark "done" are committed in one transaction, and the mark is set only
by the try that still holds the claim: so in the database every effect happens exactly once, even if a worker
is killed at any point or two of them believe to hold the same delivery. Effects elsewhere (files, an index,
mail) may happen again; handlers are idempotent for their sake.
On SQLite a handler holds the one write lock while it runs: keep handlers short. A handler that gathers (events.py)
is run outside the transaction, for many deliveries at once.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from gongkai.kernel import clock, events, processes, wake
from gongkai.kernel.models import Delivery

ATTEMPTS = 12  # With the waits below the last try is a little over two hours after the first.
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
# Must exceed the slowest handler: after it another worker may try the same delivery, and one try is lost.
LEASE = timedelta(minutes=10)

_State = Delivery.State
_OPEN = (_State.PENDING, _State.RUNNING)
_log = logging.getLogger(__name__)
_in_hand: set[int] = set()  # Deliveries that a thread of this very process is working on.


class _ClaimLostError(Exception):
    """Another worker took this delivery over; whatever this try wrote must be rolled back."""


def drain(limit: int | None = None, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Deliver everything due now, in this process; returns how many were done. Failures are put off, not raised.

    `limit` bounds the tries, `stop` is asked before each.
    """
    done = tries = 0
    while (limit is None or tries < limit) and not stop():
        if (delivery := claim()) is None:
            break
        if most := events.gathered_by(delivery.handler):
            together = [delivery, *_companions(delivery, most if limit is None else min(most, limit - tries))]
            tries += len(together)
            done += attempt_together(together)
        else:
            tries += 1
            done += attempt(delivery)
    return done


def claim() -> Delivery | None:
    """Take the delivery that is due first and not held up by an earlier one of its subject, or None."""
    claimable = _claimable()
    # A look without a lock first: an idle sweep must not queue for SQLite's write lock.
    if not claimable.exists():
        return None
    with transaction.atomic():
        # PostgreSQL: rows that another worker is claiming are skipped. SQLite: IMMEDIATE lets one in at a time.
        delivery = claimable.select_for_update(skip_locked=True, of=("self",)).first()
        return delivery if delivery is not None and _take(delivery) else None


def _companions(delivery: Delivery, most: int) -> list[Delivery]:
    """Claim up to ``most`` - 1 further deliveries that the same handler may have now."""
    if most < 2:
        return []
    with transaction.atomic():
        same = _claimable().filter(handler=delivery.handler).exclude(subject=delivery.subject)
        found = same.select_for_update(skip_locked=True, of=("self",))[: most - 1]
        return [each for each in found if _take(each)]


def _take(delivery: Delivery) -> bool:
    """Mark a pending delivery as ours, in the caller's transaction; False if somebody else was first."""
    delivery.attempts += 1
    delivery.claimed_by = processes.me()
    # Before the commit: a reclaim in this process must not take the row for one that was dropped.
    _in_hand.add(delivery.pk)
    claimed = Delivery.objects.filter(pk=delivery.pk, state=_State.PENDING).update(
        state=_State.RUNNING,
        attempts=delivery.attempts,
        claimed_by=delivery.claimed_by,
        lease_until=clock.now() + LEASE,
    )
    if not claimed:
        _in_hand.discard(delivery.pk)
    return bool(claimed)


def attempt(delivery: Delivery) -> bool:
    """Run the handler of a claimed delivery; True if it is done, False if it failed and was put off or given up."""
    try:
        with transaction.atomic():
            events.handler(delivery.handler)(delivery.event)
            if not _finish(delivery):
                raise _ClaimLostError
    except _ClaimLostError:
        _log.warning("投递 %s 已被其他进程接手，本次处理已回滚。", delivery)
        return False
    except Exception as error:
        _log.warning("投递 %s 第 %s 次失败。", delivery, delivery.attempts, exc_info=True)
        _release(delivery, f"{type(error).__name__}: {error}"[:1000], wait=_wait(delivery.attempts))
        return False
    finally:
        _in_hand.discard(delivery.pk)
    return True


def attempt_together(deliveries: list[Delivery]) -> int:
    """Run the one gathering handler of claimed deliveries for all of them; how many are done.

    Where it fails for many, it is tried for each alone: one that cannot be delivered must not hold up the rest.
    """
    try:
        try:
            events.handler(deliveries[0].handler)([delivery.event for delivery in deliveries])
        except Exception as error:
            if len(deliveries) > 1:
                return sum(attempt_together([delivery]) for delivery in deliveries)
            delivery = deliveries[0]
            _log.warning("投递 %s 第 %s 次失败。", delivery, delivery.attempts, exc_info=True)
            _release(delivery, f"{type(error).__name__}: {error}"[:1000], wait=_wait(delivery.attempts))
            return 0
        with transaction.atomic():
            return sum(_finish(delivery) for delivery in deliveries)
    finally:
        _in_hand.difference_update(delivery.pk for delivery in deliveries)


def _finish(delivery: Delivery) -> int:
    return _held(delivery).update(state=_State.DONE, finished_at=clock.now(), lease_until=None, last_error="")


def reclaim() -> int:
    """Put back what dead workers held, at once if they ran here, else when their lease ends; returns how many."""
    moment, me = clock.now(), processes.me()
    back = 0
    for delivery in Delivery.objects.filter(state=_State.RUNNING).iterator():
        expired = delivery.lease_until is None or delivery.lease_until <= moment
        # Ours, but no thread has it: the database was away when the outcome was to be written.
        dropped = delivery.claimed_by == me and delivery.pk not in _in_hand
        if expired or dropped or processes.is_gone(delivery.claimed_by):
            back += _release(delivery, _("处理它的进程已中止：%s") % delivery.claimed_by, wait=timedelta())
    return back


def dead() -> QuerySet[Delivery]:
    """The dead-letter list: deliveries given up, oldest first, with their events."""
    return Delivery.objects.filter(state=_State.DEAD).select_related("event").order_by("event_id", "id")


def retry_dead(ids: Iterable[int]) -> int:
    """Put deliveries of the dead-letter list back, with all their tries again; returns how many."""
    with transaction.atomic():
        back = Delivery.objects.filter(pk__in=list(ids), state=_State.DEAD).update(
            state=_State.PENDING, attempts=0, due_at=clock.now(), finished_at=None
        )
        wake.announce()
    return back


def status() -> dict[str, int | float | None]:
    """How many deliveries are pending, running and dead, and the age in seconds of the oldest one still open."""
    open_ = Q(state__in=_OPEN)
    found = Delivery.objects.filter(open_ | Q(state=_State.DEAD)).aggregate(
        pending=Count("pk", filter=Q(state=_State.PENDING)),
        running=Count("pk", filter=Q(state=_State.RUNNING)),
        dead=Count("pk", filter=Q(state=_State.DEAD)),
        oldest=Min("event__recorded_at", filter=open_),
    )
    if found["oldest"] is not None:
        found["oldest"] = (clock.now() - found["oldest"]).total_seconds()
    return found


def _claimable() -> QuerySet[Delivery]:
    """Due, with no earlier one of the same handler and subject open, and none of them being run."""
    same = Delivery.objects.filter(handler=OuterRef("handler"), subject=OuterRef("subject"))
    # Two questions, not one with OR: each is one step in the index, however many wait on the subject.
    earlier = same.filter(state=_State.PENDING, event__lt=OuterRef("event"))
    running = same.filter(state=_State.RUNNING)
    due = Delivery.objects.filter(state=_State.PENDING, due_at__lte=clock.now())
    free = due.filter(~Exists(earlier), ~Exists(running))
    return free.select_related("event").order_by("due_at", "event_id")


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    """The delivery's row if this very try still holds it."""
    return Delivery.objects.filter(
        pk=delivery.pk, state=_State.RUNNING, claimed_by=delivery.claimed_by, attempts=delivery.attempts
    )


def _release(delivery: Delivery, error: str, *, wait: timedelta) -> int:
    """Put a delivery back for later, or give it up after its last try; 0 if it was not held any more."""
    moment = clock.now()
    if delivery.attempts < ATTEMPTS:
        change = {"state": _State.PENDING, "due_at": moment + wait}
    else:
        change = {"state": _State.DEAD, "finished_at": moment}
    released = _held(delivery).update(**change, claimed_by="", lease_until=None, last_error=error)
    if released and delivery.attempts >= ATTEMPTS:
        _log.error("投递 %s 试了 %s 次仍未成功，已放弃：%s", delivery, delivery.attempts, error)
    return released


def _wait(attempts: int) -> timedelta:
    """Doubling from FIRST_WAIT, never more than LONGEST_WAIT."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 30))
