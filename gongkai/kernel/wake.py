"""How a commit wakes the worker at once: a datagram on the same machine, NOTIFY between machines on PostgreSQL.

A wake carries no data and may be lost without harm, for the worker's sweep finds whatever is due.
"""

import hashlib
import logging
import socket
import sys
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection, transaction

CHANNEL = "gongkai_outbox"
PLACES = 4  # Workers on one machine that can be woken by datagram; further ones live on NOTIFY and the sweep.
_RETRY_SECONDS = 2.0
_log = logging.getLogger(__name__)


def announce() -> None:
    """Wake every worker when the current transaction commits (at once outside a transaction)."""
    if connection.vendor == "postgresql":
        # Inside the transaction: PostgreSQL itself holds the message back until the commit.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    transaction.on_commit(_send)


def listen(callback: Callable[[], None], stop: threading.Event) -> list[threading.Thread]:
    """Call `callback` at every wake until `stop` is set; returns the threads that listen."""
    threads = []
    if (receiver := _bind()) is not None:
        threads.append(threading.Thread(target=_hear_datagrams, args=(receiver, callback, stop), daemon=True))
    if connection.vendor == "postgresql":
        threads.append(threading.Thread(target=_hear_notify, args=(callback, stop), daemon=True))
    for thread in threads:
        thread.start()
    return threads


def listening() -> bool:
    """True if a worker on this machine waits for wakes; always False where there are no datagrams to wake it by."""
    probe = _socket()
    if probe is None:
        return False
    with probe:
        for address in _addresses():
            try:
                probe.connect(address)  # Refused where nobody is bound; nothing is sent, and nobody is woken.
            except OSError:
                continue
            return True
    return False


def _addresses() -> list[str]:
    # Abstract addresses (leading NUL) vanish with their process: no stale socket file after kill -9.
    name = hashlib.sha256(str(settings.DATA_DIR).encode()).hexdigest()[:32]
    return [f"\0gongkai-{name}-{place}" for place in range(PLACES)]


def _socket() -> socket.socket | None:
    if sys.platform != "linux":  # Only Linux has the abstract namespace.
        return None
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def _send() -> None:
    sender = _socket()
    if sender is None:
        return
    with sender:
        sender.setblocking(False)
        for address in _addresses():
            try:
                sender.sendto(b"", address)
            except OSError:  # Nobody there, or its queue is full of wakes already.
                continue


def _bind() -> socket.socket | None:
    receiver = _socket()
    if receiver is None:
        return None
    for address in _addresses():
        try:
            receiver.bind(address)
        except OSError:  # Taken by another worker.
            continue
        receiver.settimeout(0.5)
        return receiver
    receiver.close()
    return None


def _hear_datagrams(receiver: socket.socket, callback: Callable[[], None], stop: threading.Event) -> None:
    with receiver:
        while not stop.is_set():
            try:
                receiver.recv(1)
            except TimeoutError:
                continue
            callback()


def _hear_notify(callback: Callable[[], None], stop: threading.Event) -> None:
    """A connection of its own (Django's connections belong to threads), opened again whenever it breaks."""
    while not stop.is_set():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            callback()  # Whatever was announced while nobody listened.
            while not stop.is_set():
                # psycopg's own error is a sibling of Django's: both mean that the connection is gone.
                with connection.wrap_database_errors:
                    for _notice in connection.connection.notifies(timeout=0.5, stop_after=1):
                        callback()
        except DatabaseError:
            _log.warning("LISTEN 连接中断，%s 秒后重连；其间由定时巡查投递。", _RETRY_SECONDS)
            connection.close()
            stop.wait(_RETRY_SECONDS)
    connection.close()
