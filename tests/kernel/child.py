"""A process of its own for the kernel's tests, to be killed at will: `python -m tests.kernel.child COMMAND ARGUMENTS`."""

import json
import sys
import threading
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connection, transaction  # noqa: E402

from gongkai.kernel import audit, events, numbering, outbox, worker  # noqa: E402
from gongkai.kernel.models import AuditEntry, Delivery, Event, Series  # noqa: E402
from tests.kernel.handlers import MODULE, WIRING  # noqa: E402


def migrate():
    call_command("migrate", "kernel", verbosity=0, skip_checks=True)


def record(kind, count, subjects=7, together=50):
    for start in range(0, count, together):
        with transaction.atomic():
            for number in range(start, min(start + together, count)):
                events.record(kind, subject=f"Paper:{number % subjects}", number=number)


def work(sweep=0.5, ticks=0):
    if ticks:
        worker.schedule([worker.Periodic("tick", f"{MODULE}.tick", seconds=ticks)])
    worker.run(sweep_seconds=sweep, ready=lambda: print("ready", flush=True))


def drain():
    return worker.drain()


def look():
    # The status first: when it says that all is done, the effects read after it are all there.
    status = worker.status()
    series = dict(Series.objects.values_list("name", "last"))
    return {
        "status": status,
        "events": Event.objects.count(),
        "done": Delivery.objects.filter(state="done").count(),
        "retried": Delivery.objects.filter(attempts__gt=1).count(),
        "effects": {name: last for name, last in series.items() if name.startswith("effect:")},
        "series": series,
        "errors": list(Delivery.objects.exclude(last_error="").values_list("last_error", flat=True)),
    }


def latency(count):
    """Seconds from the commit to the moment when the effect can be seen, for each of `count` events."""
    waits = []
    for number in range(count):
        with transaction.atomic():
            event = events.record("paper.read", subject=f"Paper:{number}")
        begun = time.monotonic()
        while not Series.objects.filter(name=f"effect:note:{event.pk}").exists():
            if time.monotonic() - begun > 10:
                break
            time.sleep(0.001)
        waits.append(time.monotonic() - begun)
        time.sleep(0.05)
    return waits


def number(threads, each):
    """Take numbers in several threads at once; every third transaction is rolled back."""

    def take():
        try:
            for turn in range(each):
                with transaction.atomic():
                    got = numbering.next_number("录")
                    numbering.next_number(f"got:{got}")
                    transaction.set_rollback(turn % 3 == 2)
        finally:
            connection.close()

    _in_threads(take, threads)


def seal(threads, each):
    def add():
        try:
            for turn in range(each):
                with transaction.atomic():
                    audit.append("user:1", "paper.file", f"Paper:{turn}", turn=turn)
                    transaction.set_rollback(turn % 3 == 2)
        finally:
            connection.close()

    _in_threads(add, threads)
    found = audit.verify()
    return [found.ok, found.count, found.why]


def outside():
    """The names of what is raised where no transaction is open, and what stays behind."""
    raised = []
    for call in (
        lambda: events.record("paper.read", subject="Paper:1"),
        lambda: numbering.next_number("录"),
        lambda: audit.append("user:1", "paper.file", "Paper:1"),
    ):
        try:
            call()
        except RuntimeError as error:
            raised.append([type(error).__name__, str(error)])
    return {
        "raised": raised,
        "left": [Event.objects.count(), Series.objects.count(), AuditEntry.objects.count()],
    }


def tamper():
    """What the migrated database says to each way of changing the audit table."""
    with transaction.atomic():
        audit.append("user:1", "paper.file", "Paper:1")
    statements = ["UPDATE kernel_auditentry SET actor = 'user:2'", "DELETE FROM kernel_auditentry"]
    if connection.vendor == "postgresql":
        statements.append("TRUNCATE kernel_auditentry")
    answers = []
    for statement in statements:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            answers.append("done")
        except IntegrityError as error:
            answers.append(str(error))
    return {"answers": answers, "left": AuditEntry.objects.filter(actor="user:1").count()}


def throughput(count):
    record("paper.ignored", 1)
    events.wire({"paper.plain": ["tests.kernel.child.nothing"]})
    begun = time.monotonic()
    record("paper.plain", count)
    recorded = time.monotonic()
    outbox.drain()
    return {
        "recorded_per_s": count / (recorded - begun),
        "drained_per_s": count / (time.monotonic() - recorded),
    }


def nothing(event):
    """A handler that does nothing, to measure what the outbox itself costs."""


def _in_threads(call, threads):
    running = [threading.Thread(target=call) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


if __name__ == "__main__":
    events.wire(WIRING)
    command, *arguments = sys.argv[1:]
    print(json.dumps(globals()[command](*map(json.loads, arguments))), flush=True)
