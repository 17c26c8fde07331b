"""Who a worker process is, and whether a process that claimed something is certainly gone."""

import os
import socket
from functools import lru_cache
from pathlib import Path

_PROC = Path("/proc")


def me() -> str:
    """This process as `place:pid:start`; the start time tells it from a later process with the same pid."""
    pid = os.getpid()
    return f"{_place()}:{pid}:{_started(pid)}"


def is_gone(process: str) -> bool:
    """Whether `process` (as given by `me`) ran at this place and no longer lives; False when we cannot know."""
    place, _, rest = process.rpartition(":")[0].rpartition(":")
    started = process.rpartition(":")[2]
    return place == _place() and rest.isdigit() and _started(int(rest)) != started


@lru_cache(maxsize=1)
def _place() -> str:
    # Host name alone is not enough: two containers may share it and not see each other's processes.
    parts = [socket.gethostname()]
    try:
        parts.append((_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8])
        parts.append((_PROC / "self/ns/pid").readlink().name.strip("pid:[]"))
    except OSError:
        pass
    return "/".join(parts)


def _started(pid: int) -> str:
    """When the process started, in ticks since boot; "0" where that is not told; "" if it does not live."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "" if _PROC.joinpath("self").exists() else _answers(pid)
    state, *fields = stat.rpartition(")")[
        2
    ].split()  # The command's name may itself hold spaces and brackets.
    # A killed process whose parent has not yet asked after it is a zombie: listed, but gone.
    return "" if state in {"Z", "X"} else fields[18]


def _answers(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "0"
