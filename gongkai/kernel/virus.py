"""The port of the virus scanner (clamd, where GONGKAI_CLAMD_URL names one): what could not be scanned never passes."""

import contextlib
import re
import socket
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

_CONNECT_SECONDS = 5.0
_SCAN_SECONDS = 240.0  # less than the lease of whoever waits for the answer
_PIECE = 64 * 1024
_LONGEST_ANSWER = 1024


class Infected(Exception):
    """The scanner found something; the message is one sentence for the person who gave the file."""


class Unscanned(Exception):
    """The scanner could not be asked, or did not answer in its own words; the file has to wait."""


def is_set() -> bool:
    """True if this installation has a scanner."""
    return bool(settings.CLAMD_URL)


def check(data: bytes) -> None:
    """Return if the scanner finds nothing in ``data``, or if the installation has none.

    Raises Infected, and Unscanned when there is no clear answer.
    """
    if not is_set():
        return
    try:
        answer = _answer_to(b"zINSTREAM\0", data)
    except (OSError, ImproperlyConfigured):
        answer = ""
    if answer == "stream: OK":
        return
    found = re.fullmatch(r"stream: (\S{1,120}) FOUND", answer)
    if found:
        raise Infected(
            _("查毒程序在文件里查出“%s”，文件没有收下，已经清除；请停止使用这个文件，并查杀它所在的电脑。")
            % found[1]
        )
    if "size limit exceeded" in answer:
        raise Unscanned(
            _(
                "文件超过查毒程序的上限，没有查成，还没有读取；请管理员调大 clamd 的 StreamMaxLength，系统会自动再查。"
            )
        )
    raise Unscanned(
        _("查毒程序没有给出结果，文件留在暂存区，系统会自动再查；请管理员检查 clamd 是否在运行。")
    )


def ping() -> bool:
    """True if the scanner answers. Raises ImproperlyConfigured for an address that cannot be one."""
    try:
        return _answer_to(b"zPING\0", None) == "PONG"
    except OSError:
        return False


def _answer_to(command: bytes, data: bytes | None) -> str:
    """What clamd says, without its closing NUL; "" where it closes without a whole answer. Raises OSError."""
    give_up = time.monotonic() + _SCAN_SECONDS
    with _connected() as clamd:
        # It may answer and close before it has heard all, when the file is too large for it: then hear why.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            clamd.sendall(command)
            for start in range(0, len(data or b""), _PIECE):
                piece = memoryview(data or b"")[start : start + _PIECE]
                clamd.sendall(len(piece).to_bytes(4, "big"))
                clamd.sendall(piece)
            if data is not None:
                clamd.sendall(bytes(4))
        heard = b""
        while b"\0" not in heard and len(heard) <= _LONGEST_ANSWER:
            clamd.settimeout(max(0.1, give_up - time.monotonic()))
            said = clamd.recv(_LONGEST_ANSWER)
            if not said:
                break
            heard += said
    answer, end, _rest = heard.partition(b"\0")
    return answer.decode("ascii", errors="replace").strip() if end else ""


def _connected() -> socket.socket:
    url = urlsplit(settings.CLAMD_URL)
    with contextlib.suppress(ValueError):  # a port that is no number
        if url.scheme == "unix" and url.path:
            clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            clamd.settimeout(_CONNECT_SECONDS)
            try:
                clamd.connect(url.path)
            except OSError:
                clamd.close()
                raise
            clamd.settimeout(_SCAN_SECONDS)
            return clamd
        if url.scheme == "tcp" and url.hostname and url.port:
            clamd = socket.create_connection((url.hostname, url.port), timeout=_CONNECT_SECONDS)
            clamd.settimeout(_SCAN_SECONDS)
            return clamd
    raise ImproperlyConfigured(_("GONGKAI_CLAMD_URL 应写成 tcp://主机:端口 或者 unix:/套接字的路径。"))
