"""One parent with several children: what dies is started again, and nothing outlives the parent.

Each child leads a process group of its own, so that whatever it starts ends with it. A parent that is killed outright
cannot clean up: the kernel then tells its children (Linux), and the next start clears what is left all the same.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from types import FrameType

from django.conf import settings

from gongkai.kernel import processes
from gongkai.project.cli import output

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 15.0
_RESTARTS_A_MINUTE = 5


def _note() -> Path:
    return Path(settings.DATA_DIR) / "serve.json"


class Parent:
    """Starts its children, starts again what dies, and ends with them."""

    def __init__(self, commands: list[list[str]]) -> None:
        self._commands = commands
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def run(self) -> int:
        """Until SIGTERM or SIGINT; gives the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        deaths: list[float] = []
        while not self._stopping:
            for i, command in enumerate(self._commands):
                child = self._children.get(i)
                if child is not None and child.poll() is None:
                    continue
                if child is not None:
                    output.notes.print(
                        f"子进程意外结束（{child.returncode}），正在重新启动。",
                        style="yellow",
                        highlight=False,
                    )
                    _end_group(child.pid, signal.SIGKILL)
                    deaths = [at for at in deaths if time.monotonic() - at < 60] + [time.monotonic()]
                if len(deaths) > _RESTARTS_A_MINUTE:
                    output.notes.print(
                        "一分钟内多次意外结束，已停止；请运行 gongkai doctor 查看原因。", style="red"
                    )
                    return self._end(1)
                self._start(i, command)
            time.sleep(0.2)
        return self._end(0)

    def _start(self, i: int, command: list[str]) -> None:
        self._children[i] = subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: PLW1509, S603
        groups = [child.pid for child in self._children.values()]
        # Written aside and moved: a kill in the middle must not leave half a note, or its groups are never cleared.
        aside = _note().with_suffix(".new")
        aside.write_text(json.dumps({"parent": processes.me(), "groups": groups}), encoding="utf-8")
        aside.replace(_note())

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self, code: int) -> int:
        for child in self._children.values():
            child.terminate()
        give_up = time.monotonic() + _GRACE_SECONDS
        for child in self._children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, give_up - time.monotonic()))
            # A server stopped while it was starting may leave workers that it had just made.
            _end_group(child.pid, signal.SIGKILL)
        _note().unlink(missing_ok=True)
        return code


def clear_leftovers() -> None:
    """End what a parent that was killed outright left running; a parent that is alive is left alone."""
    try:
        note = json.loads(_note().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if not processes.is_gone(note["parent"]):
        return
    for group in note["groups"]:
        if _is_ours(group):
            _end_group(group, signal.SIGKILL)
    _note().unlink(missing_ok=True)


def _is_ours(group: int) -> bool:
    """True if the group has a process that runs this program: ids are given again, and to others."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ProcessLookupError):
            if os.getpgid(int(entry.name)) == group:
                line = (entry / "cmdline").read_bytes()
                return b"gongkai" in line
    return False


def _end_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _die_with_parent() -> None:
    """Linux only: the kernel ends the child when the parent is gone, even by SIGKILL. Elsewhere nothing happens."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
