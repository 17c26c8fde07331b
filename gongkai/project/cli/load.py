"""A small load of HTTP: so many connections kept open, each asking for the next page as soon as it has the last one."""

import contextlib
import itertools
import re
import selectors
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_GIVE_UP = 20.0


@dataclass
class Load:
    """What came back: seconds that each answer took, bytes of bodies, and answers that were not 200."""

    seconds: list[float] = field(default_factory=list)
    bytes: int = 0
    others: dict[str, int] = field(default_factory=dict)
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.lasted if self.lasted else 0.0


class _Connection:
    """One connection: a request out, an answer in, the next request."""

    def __init__(self, place: tuple[str, int]) -> None:
        self.place = place
        self.socket = socket.create_connection(place)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = b""
        self.asked = 0.0

    def ask(self, path: str) -> None:
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {self.place[0]}:{self.place[1]}\r\nAccept-Encoding: gzip\r\n\r\n"
        )
        self.read, self.asked = b"", time.perf_counter()
        self.socket.sendall(request.encode())

    def hear(self) -> tuple[str, int] | None:
        """(status, bytes of the body) when the answer is whole. Raises ConnectionError when the server hangs up."""
        got = self.socket.recv(262_144)
        if not got:
            raise ConnectionError
        self.read += got
        head, found, body = self.read.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if found else None
        whole = (length and len(body) >= int(length[1])) or (
            found and not length and body.endswith(b"0\r\n\r\n")
        )
        return (head[9:12].decode(), len(body)) if whole else None


def drive(place: tuple[str, int], paths: Iterable[str], *, connections: int, seconds: float) -> Load:
    """Ask ``place`` (host, port) for the paths, again and again, for so many seconds."""
    load, turns = Load(), itertools.cycle(paths)
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as chosen:
        for _ in range(connections):
            one = _Connection(place)
            stack.callback(one.socket.close)
            chosen.register(one.socket, selectors.EVENT_READ, one)
            one.ask(next(turns))
        started = time.perf_counter()
        while (passed := time.perf_counter() - started) < seconds:
            ready = chosen.select(timeout=_GIVE_UP)
            if not ready:
                break
            for key, _events in ready:
                _take(key.data, load, next(turns))
        load.lasted = passed if passed else seconds
    return load


def _take(one: _Connection, load: Load, following: str) -> None:
    answer = one.hear()
    if answer is None:
        return
    status, size = answer
    if status == "200":
        load.seconds.append(time.perf_counter() - one.asked)
        load.bytes += size
    else:
        load.others[status] = load.others.get(status, 0) + 1
    one.ask(following)
