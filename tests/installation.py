"""A whole installation in a folder of its own, run by its own command in child processes."""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def copy_sample(folder: Path, shared: Path) -> None:
    """Put the data of a fresh installation with the sample into ``folder``: made once in ``shared``, then copied.

    By the command that everybody uses; that the first start makes it is tested by those who do without this.
    """
    made = shared / "prepared-sample"
    with (shared / "prepared-sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done := shared / "prepared-sample.done").exists():
            shutil.rmtree(made, ignore_errors=True)
            Installation(made).run("prepare", "--sample")
            done.touch()
    shutil.copytree(made, folder, dirs_exist_ok=True)


class Installation:
    """Commands of one installation; ``serve`` starts it as `make run` does."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        cleared = {k: v for k, v in os.environ.items() if not k.startswith(("GONGKAI_", "DJANGO_"))}
        self.env = {**cleared, "GONGKAI_DATA": str(folder), "COLUMNS": "200", **env}
        self.parent: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command in a child process."""
        command = [sys.executable, "-m", "gongkai", *words]
        return subprocess.Popen(
            command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *words: str, code: int = 0) -> str:
        """A command to its end; its stdout. Fails when it does not end with ``code``."""
        child = self.start(*words)
        out, err = child.communicate(timeout=300)
        assert child.returncode == code, f"{words}: {child.returncode}\n{out[-3000:]}\n{err[-3000:]}"
        self.said = err
        return out

    def json(self, *words: str, code: int = 0) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.run(*words, "--json", code=code))

    def serve(self, *words: str) -> None:
        """Start web and worker with the sample, and wait until it answers."""
        self.parent = self.start("serve", "--sample", "--port", str(self.port), *words)
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up:
            assert self.parent.poll() is None, self.parent.communicate()
            if self.answers():
                return
            time.sleep(0.1)
        raise AssertionError("the site did not answer within two minutes")

    def answers(self) -> bool:
        """True if the home page can be had."""
        try:
            with urllib.request.urlopen(f"{self.url}/", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End the parent and wait for it."""
        if self.parent and self.parent.poll() is None:
            self.parent.send_signal(number)
            self.parent.wait(timeout=30)

    def password(self, username: str) -> str:
        """The password of a sample account."""
        lines = (self.folder / "sample_accounts").read_text(encoding="utf-8")
        found = re.search(rf"^{username} (\S+)", lines, re.M)
        assert found
        return found[1]
