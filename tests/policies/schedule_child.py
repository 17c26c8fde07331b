"""A process with a database of its own that publishes what is due; it can be made to stand still to be killed."""

import json
import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.project.settings.test")
django.setup()

from django.core.management import call_command  # noqa: E402

from gongkai.kernel import clock  # noqa: E402
from gongkai.kernel.models import AuditEntry, Event  # noqa: E402
from gongkai.orgs.models import Role, User  # noqa: E402
from gongkai.policies import actions  # noqa: E402
from gongkai.policies.actions import waiting  # noqa: E402
from gongkai.policies.actions.schedule import publish_due  # noqa: E402
from gongkai.policies.models import Policy, Schedule  # noqa: E402
from tests import factories  # noqa: E402


def prepare() -> dict[str, object]:
    """A draft whose hour has come."""
    call_command("migrate", verbosity=0)
    unit = factories.unit()
    publisher = User.objects.create_user("p", password="x", role=Role.PUBLISHER, unit=unit, is_staff=True)
    data = factories.text_of(4100)
    draft = actions.take_in(data=data, name="4100.txt", actor="system:test", publish=False).policy
    row = actions.schedule(policy=draft, by=publisher, at=clock.now() + timedelta(minutes=1))
    Schedule.objects.filter(pk=row.pk).update(due_at=clock.now() - timedelta(minutes=1))
    return {}


def stand() -> dict[str, object]:
    """Publish, and stand still when everything is written and nothing is committed."""

    def standing(*_args: object, **_values: object) -> None:
        print("standing", flush=True)
        time.sleep(60)

    waiting.settle = standing
    return run()


def run() -> dict[str, object]:
    """What the periodic job does, and what is on record then."""
    published = publish_due()
    return report() | {"published": published}


def report() -> dict[str, object]:
    """What is on record."""
    policy = Policy.objects.get()
    return {
        "live": policy.live,
        "editions": policy.editions.count(),
        "events": Event.objects.filter(kind="policy.published").count(),
        "audited": AuditEntry.objects.filter(action="policy.published").count(),
        "states": list(Schedule.objects.values_list("state", flat=True)),
    }


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))
