"""Killing an import at random points, by signal, and comparing what is on record in the end."""

import random
import signal
import time
from pathlib import Path
from typing import Any

from tests.factories import text_of
from tests.installation import Installation

KILLS = 20


def assert_killed_imports_change_nothing(whole: Installation, broken: Installation, files: Path) -> None:
    """Import the same files into both, the second with a kill twenty times over, and compare all that is on record."""
    files.mkdir()
    for n in range(60):
        (files / f"{n}.txt").write_bytes(text_of(n + 1))
    # Another file of the first document, and a number that is taken: what is offered must survive a kill as well.
    (files / "again.txt").write_bytes(text_of(1).replace("，".encode(), "，\n".encode()))
    for installation in (whole, broken):
        installation.run("prepare")
    whole.run("import", str(files))
    chance = random.Random(7)
    for _ in range(KILLS):
        child = broken.start("import", str(files))
        time.sleep(chance.uniform(0.5, 4))
        child.send_signal(signal.SIGKILL)
        child.communicate()
    broken.run("import", str(files))
    assert _record(broken, files) == _record(whole, files)


def _record(installation: Installation, files: Path) -> tuple[Any, ...]:
    listed = installation.json("search", "街道", "--limit", "200")
    verified = installation.json("audit", "verify")
    return (
        sorted((d["title"], d["document_number"]) for d in listed["documents"]),
        verified["ok"],
        verified["count"],
        installation.json("import", str(files))["counts"],
    )
