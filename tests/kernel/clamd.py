"""A small clamd for tests: speaks INSTREAM honestly, finds EICAR, and lies when told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Written in two pieces: scanners of this very machine look for the whole.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIES = {
    "closes in mid-stream": None,
    "says nothing": b"",
    "answers garbage": b"\xff\xfe?!\n\0",
    "answers in another protocol": b"HTTP/1.1 200 OK\r\n\r\n",
    "answers without an end": b"stream: OK",
    "says OK of something else": b"1: stream: OK\0",
    "says error": b"INSTREAM: memory exhausted. ERROR\0",
    "says too large": b"INSTREAM size limit exceeded. ERROR\0",
}


class _Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        command = self._until_nul()
        if command == b"zPING":
            self.request.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM", command
        if server.lie == "closes in mid-stream":
            self.request.recv(10)
            return
        data = b""
        while size := int.from_bytes(self._exactly(4), "big"):
            data += self._exactly(size)
        server.heard.append(data)
        if server.lie:
            self.request.sendall(LIES[server.lie] or b"")
        elif EICAR in data:
            self.request.sendall(b"stream: Eicar-Signature FOUND\0")
        else:
            self.request.sendall(b"stream: OK\0")

    def _until_nul(self) -> bytes:
        heard = b""
        while not heard.endswith(b"\0"):
            heard += self._exactly(1)
        return heard[:-1]

    def _exactly(self, count: int) -> bytes:
        heard = b""
        while len(heard) < count:
            piece = self.request.recv(count - len(heard))
            if not piece:
                raise ConnectionError
            heard += piece
        return heard


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is nothing to print."""


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def clamd(lie: str = "", path: str = "") -> Iterator[Any]:
    """A server that listens; ``url`` is its address, ``heard`` what it was given. A socket at ``path`` if given."""
    server: Any = _Unix(path, _Talk) if path else _Tcp(("127.0.0.1", 0), _Talk)
    server.lie, server.heard = lie, []
    server.url = f"unix:{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
