"""No page is shown that was put together before what is committed: two web processes, a third that publishes."""

import re
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

import pytest

from tests.installation import ROOT, Installation

# Corrects one text again and again; says after each commit which wording it was and when.
PUBLISHER = """
import sys, time
from gongkai.project.cli import django; django.setup()
from gongkai.policies import actions
from gongkai.policies.models import Policy
from gongkai.orgs.models import User, Role
pk, rounds, pause = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
office = User.objects.filter(role=Role.OFFICE).first()
for n in range(1, rounds + 1):
    policy = Policy.objects.get(pk=pk).get_latest_revision_as_object()
    policy.title = f"示例区关于版本〔{n}〕的通知"
    policy.correction_note = f"第{n}次勘误"
    revision = actions.save_draft(policy=policy, by=office)
    actions.publish(policy=policy, by=office, revision=revision)
    print(n, time.monotonic(), flush=True)
    time.sleep(pause)
"""


def read_on(site, path, until, seen):
    """Ask for a page until told to stop; notes [when asked, which wording was shown]."""
    while not until.is_set():
        began = time.monotonic()
        with urllib.request.urlopen(f"{site.url}{path}", timeout=20) as answer:
            text = answer.read().decode()
        shown = max(map(int, re.findall(r"版本〔(\d+)〕", text)), default=0)
        seen.append((began, shown, answer.headers["ETag"]))


def stale(seen, commits):
    """Answers that were asked for after a commit and show an older wording."""
    return [
        (began, shown, n) for began, shown, _etag in seen for n, at in commits if began > at and shown < n
    ]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request, tmp_path, fill_with_sample):
    env = {"GONGKAI_RATE_LIMIT": "0"}
    if request.param == "postgres":
        from tests.postgres import start

        folder = Path(mkdtemp(prefix="gongkai-pg-"))
        folder.chmod(0o755)
        env["GONGKAI_DATABASE_URL"] = start(folder)
    installation = Installation(tmp_path, **env)
    if request.param == "sqlite":
        fill_with_sample(installation.folder)
    installation.serve("--web-workers", "2")
    yield installation
    installation.stop()


def test_no_page_is_older_than_the_last_commit(site):
    pk = 2  # the rules of canteens
    listed = f"/policies/?q={quote('关于版本')}"
    seen, until = (
        {path: [] for path in (f"/policies/{pk}/", listed, f"/api/policies/{pk}/")},
        threading.Event(),
    )
    readers = [
        threading.Thread(target=read_on, args=(site, path, until, rows))
        for path, rows in seen.items()
        for _ in range(2)
    ]
    for each in readers:
        each.start()
    done = subprocess.run(
        [sys.executable, "-c", PUBLISHER, str(pk), "12", "0.4"],
        env={**site.env, "DJANGO_SETTINGS_MODULE": "gongkai.project.settings.base"},
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    time.sleep(0.3)
    until.set()
    for each in readers:
        each.join()
    assert done.returncode == 0, done.stderr[-2000:]
    commits = [(int(n), float(at)) for n, at in (line.split() for line in done.stdout.splitlines())]
    assert len(commits) == 12
    for path, rows in seen.items():
        assert stale(rows, commits) == [], path
        assert max(shown for _began, shown, _etag in rows) == 12, path
        # And it was the cache that answered: many more answers than wordings, each with its own mark.
        assert len({etag for _began, _shown, etag in rows}) < len(rows) / 2, path


def test_a_stale_answer_would_be_found():
    assert stale([(5.0, 1, "e")], [(1, 1.0), (2, 4.0)])
    assert not stale([(3.0, 1, "e"), (5.0, 2, "e")], [(1, 1.0), (2, 4.0)])
