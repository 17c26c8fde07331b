"""Handlers for the kernel's tests; what they did is left in number series, so that it commits with the delivery."""

import os
import random
import time

from gongkai.kernel import events
from gongkai.kernel.models import Event, Series
from gongkai.kernel.numbering import next_number

MODULE = "tests.kernel.handlers"
WIRING = {
    "paper.filed": [f"{MODULE}.note", f"{MODULE}.copy"],
    "paper.read": [f"{MODULE}.note"],
    "paper.lost": [f"{MODULE}.fail_after_writing"],
    "paper.slow": [f"{MODULE}.slow"],
    "paper.deadly": [f"{MODULE}.kill_the_worker"],
    "paper.ignored": [],
    "paper.heaped": [f"{MODULE}.heap"],
}


def note(event: Event) -> None:
    """Count the effect, notice disorder within the subject, and take a little time to be killed in."""
    _leave_traces("note", event)


def copy(event: Event) -> None:
    """A second handler of the same event."""
    _leave_traces("copy", event)


def fail_after_writing(event: Event) -> None:
    """Write, then fail unless the test has opened the door."""
    next_number(f"effect:lost:{event.pk}")
    if not Series.objects.filter(name="door").exists():
        raise ValueError("门没有开")


def slow(event: Event) -> None:
    """Take long enough for a polite stop to arrive meanwhile."""
    next_number(f"begun:{event.pk}")
    time.sleep(1)
    next_number(f"effect:slow:{event.pk}")


heaps: list[list[str]] = []


@events.gathers(3)
def heap(happened: list[Event]) -> None:
    """Gather what is given at once; a paper called bad spoils every heap that it is in."""
    heaps.append([event.subject for event in happened])
    if any(event.subject == "Paper:bad" for event in happened):
        raise ValueError("这份不行")


def kill_the_worker(event: Event) -> None:
    """What running out of memory looks like from outside."""
    os.kill(os.getpid(), 9)


def tick() -> None:
    """A periodic job."""
    from django.db import transaction

    with transaction.atomic():
        next_number("ticks")


def _leave_traces(name: str, event: Event) -> None:
    last, _made = Series.objects.get_or_create(name=f"last:{name}:{event.subject}")
    if last.last >= event.pk:
        next_number("disorder")
    time.sleep(random.random() * 0.004)
    Series.objects.filter(name=last.name).update(last=event.pk)
    next_number(f"effect:{name}:{event.pk}")
    time.sleep(random.random() * 0.004)
