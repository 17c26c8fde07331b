"""A process that sends letters, to be killed at will: `python -m tests.subscriptions.child COMMAND ARGUMENTS`."""

import json
import sys
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from gongkai.kernel import clock  # noqa: E402
from gongkai.subscriptions import actions, compose, delivery, smtp  # noqa: E402
from gongkai.subscriptions.models import Message, Notice, Subscriber  # noqa: E402
from tests.subscriptions.conftest import letter, reader, tell  # noqa: E402


def migrate():
    call_command("migrate", verbosity=0, skip_checks=True)


def letters(count, size=0):
    """Write letters that are due, to readers without a quiet time."""
    for number in range(count):
        person = reader(address=f"r{number}@example.cn", quiet_from=0, quiet_until=0)
        letter(person, subject=f"信{number}", text="字" * size + "\n")


def readers(count):
    for number in range(count):
        reader(address=f"r{number}@example.cn", quiet_from=0, quiet_until=0)


def told(key):
    """Tell everybody, and say so before and after."""
    return tell(subject_keys=["policy:1"], key=key)


def compose_slowly(where):
    """Compose, and stop for ever in the midst of it: before the letters are written, or after, before the commit."""
    whole = compose._write

    def write(letters):
        if where == "after":
            whole(letters)
        _stop()

    compose._write = write
    compose.run()


def compose_all():
    return compose.run()


def send():
    return delivery.run()


def send_and_stop_before_the_mark():
    """The server has said 250; the process stands still before it writes that down."""
    delivery.mark_sent = _stop
    delivery.run()


def send_and_stop_before_the_dot():
    """`handed` is committed; the process stands still before the final dot."""
    smtp.EmailChannel._hand_over = _stop
    delivery.run()


def send_and_lose_the_claim():
    """The text is on its way when another process takes the letter over."""
    whole = smtp.EmailChannel._text

    def text(self, connection, data):
        whole(self, connection, data)
        Message.objects.update(claimed_by="elsewhere:1:1")

    smtp.EmailChannel._text = text
    return delivery.run()


def look():
    return {
        "states": list(Message.objects.order_by("pk").values_list("state", flat=True)),
        "attempts": list(Message.objects.order_by("pk").values_list("attempts", flat=True)),
        "subjects": sorted(Message.objects.values_list("subject", flat=True)),
        "waiting": Notice.objects.exclude(mail_due_at=None).count(),
        "notices": Notice.objects.count(),
        "readers": Subscriber.objects.count(),
    }


def make_due():
    return Message.objects.filter(state="composed").update(due_at=clock.now())


def bounced(delivered):
    """A report of delivery arrives for the only letter."""
    token = Message.objects.get().token
    return str(
        actions.record_bounce(
            token=token, status="2.0.0" if delivered else "5.1.1", why="x", delivered=delivered
        )
    )


def again():
    """What the button at the desk does, without a person."""
    with transaction.atomic():
        Message.objects.filter(state="in_doubt").update(state="composed", attempts=0, due_at=clock.now())


def _stop(*_args, **_values):
    print("standing", flush=True)
    time.sleep(60)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps(globals()[command](*map(json.loads, arguments))), flush=True)
