"""A process of its own that hands files in and kills the workers that read them: `python -m tests.policies.upload_child FILES KILLS`."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from gongkai.kernel.models import AuditEntry  # noqa: E402
from gongkai.orgs.models import Role  # noqa: E402
from gongkai.policies.models import Original, Policy, Upload  # noqa: E402
from gongkai.policies.uploading import readers  # noqa: E402
from tests import factories  # noqa: E402
from tests.policies.upload_world import hand_in, held, text, zipped  # noqa: E402


def receive(count):
    """So many files and a zip of as many others, handed in by a clerk."""
    clerk = factories.user(Role.CLERK, of=factories.unit())
    packed = zipped(dict(text(n) for n in range(count + 1, 2 * count + 1)))
    hand_in(clerk, *[text(n) for n in range(1, count + 1)], ("a.zip", packed))


def look():
    rows = Upload.objects.values_list("state", flat=True)
    taken = AuditEntry.objects.filter(action="policy.taken_in").values_list("subject", flat=True)
    return {
        "states": sorted(set(rows)),
        "rows": len(rows),
        "outcomes": sorted(set(Upload.objects.values_list("outcome", flat=True))),
        "policies": Policy.objects.count(),
        "titles": Policy.objects.values("title").distinct().count(),
        "originals": Original.objects.count(),
        "taken": len(taken),
        "taken_once": len(set(taken)),
        "live": Policy.objects.filter(live=True).count(),
        "held": Upload.objects.filter(kept=True).count(),
        "tried_again": Upload.objects.filter(attempts__gt=1).count(),
    }


def worker():
    return subprocess.Popen([sys.executable, "-m", "gongkai", "work"])


def killed(chance):
    """Kill a worker with a file in its hands, after it has read some; what was there at that moment."""
    before, child = Policy.objects.count(), worker()
    reading = Upload.objects.filter(state="reading")
    give_up = time.monotonic() + 60
    while Policy.objects.count() == before and time.monotonic() < give_up:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.3))
    while not reading.exists() and time.monotonic() < give_up:
        pass
    child.kill()
    child.wait()
    return look()


def ordeal(files, kills):
    """Hand in so many files and a zip, kill so many workers, let the last one end; [after each kill …, in the end]."""
    receive(files)
    chance = random.Random(5)
    found = [killed(chance) for _ in range(kills)]
    child = worker()
    give_up = time.monotonic() + 120
    while (set((last := look())["states"]) - {"done"} or last["held"]) and time.monotonic() < give_up:
        time.sleep(0.2)
    child.terminate()
    code = child.wait(timeout=30)
    return [*found, look() | {"code": code, "left": left_a_day_later()}]


def left_a_day_later():
    """What the quarantine holds when the job has cleared it of what a kill left without a row, which it does after a day."""
    for place in held():
        file = Path(settings.QUARANTINE_DIR) / place
        os.utime(file, (file.stat().st_mtime - 2 * 24 * 3600,) * 2)
    readers.clear()
    return len(held())


print(json.dumps(ordeal(*map(int, sys.argv[1:]))))
