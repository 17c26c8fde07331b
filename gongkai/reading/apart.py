"""Reading a file in a process of its own, with limits: what hangs, eats memory or crashes takes nothing with it."""

import contextlib
import ctypes
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from gongkai.reading.carry import plain, restored
from gongkai.reading.document import Classified, OfficialDocument, Unreadable

# A reader tells of every page that it has done: silence for longer means that it hangs.
SILENCE_SECONDS = 10.0
RECOGNISING_SECONDS = 30.0  # a picture of bounded size; a dense page takes 9 s on a busy machine of two cores
MEMORY_BYTES = 960 * 1024**2  # a gigabyte with the programs themselves
MAX_ANSWER = 128 * 1024 * 1024  # bytes; a book of 500 pages makes some 10 million
CPU_SECONDS = 3600  # a backstop where a child does not end with its parent
# The reader needs neither the database nor its password.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
_DIED = "读取这个文件时程序异常中止（内容不正常或者占用内存超过 1 GB），没有读入；请另存为新的文件或者拆分后再试。"


class Stopped(Unreadable):
    """The reader was silent for too long and was ended."""


Progress = Callable[[int, int], None]


def read_apart(data: bytes, form: str, name: str = "", progress: Progress | None = None) -> OfficialDocument:
    """The document that the reader of ``form`` makes of ``data``, read and understood by a child process.

    ``progress`` is told (pages done, pages in all). Raises Unreadable with the reader's sentence, or with one that says
    that the reader had to be stopped.
    """
    answer = ask_child(_command(form), data, progress)
    try:
        document: OfficialDocument = restored(OfficialDocument, answer["document"])
    except (KeyError, ValueError, TypeError, IndexError):
        raise Unreadable(_DIED) from None
    return replace(document, name=name)


def ask_child(command: list[str], data: bytes, progress: Progress | None = None) -> dict[str, Any]:
    """The last word of a child process of ours that is given ``data``.

    Raises Unreadable with the child's sentence, or with one that says that it died or had to be stopped.
    """
    with subprocess.Popen(  # noqa: S603  our own program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=_surroundings(),
    ) as child:
        try:
            answer = _Conversation(child, data, progress).answer()
        finally:
            _end(child)
    if answer is None:
        raise Unreadable(_DIED)
    if "classified" in answer:
        raise Classified(answer["classified"])
    if "unreadable" in answer:
        raise Unreadable(answer["unreadable"])
    return answer


def _command(form: str) -> list[str]:
    return command_of("gongkai.reading.apart", form)


def command_of(module: str, *words: str) -> list[str]:
    """How ``module`` of ours is run as a child: its words, and last the process that it belongs to."""
    # -P: a folder of documents that we stand in may hold a json.py, which must not be taken for Python's own.
    return [sys.executable, "-P", "-m", module, *words, str(os.getpid())]


def _surroundings() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    paths = [str(Path(__file__).resolve().parents[2]), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}


def _end(child: subprocess.Popen[bytes]) -> None:
    # The whole group: a converter that the child started must not outlive it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


class _Conversation:
    """Gives the child its file and hears its lines at the same time: neither side may wait for a full pipe."""

    def __init__(self, child: subprocess.Popen[bytes], data: bytes, progress: Progress | None) -> None:
        assert child.stdin
        assert child.stdout
        self._in, self._out = child.stdin, child.stdout
        self._left = memoryview(data)
        self._heard = bytearray()
        self._progress = progress
        self._patience = SILENCE_SECONDS

    def answer(self) -> dict[str, Any] | None:
        """The child's last word, None when it died without one."""
        os.set_blocking(self._in.fileno(), False)
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._in, selectors.EVENT_WRITE)
            waiting.register(self._out, selectors.EVENT_READ)
            silent_since = time.monotonic()
            while True:
                ready = waiting.select(timeout=1.0)
                for key, _ in ready:
                    if key.fileobj is self._in:
                        self._give(waiting)
                        silent_since = time.monotonic()
                        continue
                    piece = os.read(self._out.fileno(), 1 << 20)
                    silent_since = time.monotonic()
                    if not piece:
                        return None
                    self._heard += piece
                    if b"\n" in piece and (last := self._lines()) is not None:
                        return last
                    if len(self._heard) > MAX_ANSWER:
                        return None
                if time.monotonic() - silent_since > self._patience:
                    raise Stopped(
                        f"读取这个文件的一页超过 {self._patience:.0f} 秒仍没有结果，已停止，没有读入；请另存为新的文件或者拆分后再试。"
                    )

    def _give(self, waiting: selectors.DefaultSelector) -> None:
        with contextlib.suppress(BlockingIOError):
            try:
                self._left = self._left[os.write(self._in.fileno(), self._left[: 1 << 16]) :]
            except BrokenPipeError:
                self._left = self._left[:0]
        if not self._left:
            waiting.unregister(self._in)
            with contextlib.suppress(BrokenPipeError):
                self._in.close()

    def _lines(self) -> dict[str, Any] | None:
        """Hear every whole line; the child's last word if it was among them."""
        *whole, rest = self._heard.split(b"\n")
        self._heard = rest
        for line in whole:
            try:
                word: dict[str, Any] = json.loads(line)
            except ValueError:
                return {}
            if not isinstance(word, dict):
                return {}
            if "patience" in word:
                self._patience = min(float(word["patience"]), RECOGNISING_SECONDS)
                continue
            if "done" not in word:
                return word
            if self._progress:
                self._progress(word["done"], word["of"])
        return None


# --- the child ---------------------------------------------------------------------------------------------

_asking: list[Callable[[float], None]] = []  # in the child: the one way to the parent


def may_take(seconds: float) -> None:
    """Ask the parent, if there is one, to bear up to so many seconds of silence from now on."""
    for ask in _asking:
        ask(seconds)


def _child(form: str, given: IO[bytes], out: IO[bytes]) -> None:
    from gongkai.reading.read import read_here

    # As the readers know this module: here it runs under the name __main__.
    known = import_module("gongkai.reading.apart")

    def tell(word: dict[str, Any]) -> None:
        out.write(json.dumps(word, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
        out.flush()

    known._asking.append(lambda seconds: tell({"patience": seconds}))
    try:
        document = read_here(given.read(), form, progress=lambda done, of: tell({"done": done, "of": of}))
    except Classified as refusal:
        tell({"classified": str(refusal)})
    except Unreadable as refusal:
        tell({"unreadable": str(refusal)})
    except MemoryError:
        tell({"unreadable": "文件展开后占用内存超过 1 GB，没有读入；请核实来源，或者拆分后再导入。"})
    except RecursionError:
        tell({"unreadable": "文件的结构嵌套过深，不是正常的公文；请另存为新的文件后再导入。"})
    else:
        tell({"document": plain(document)})


def _limit() -> None:
    """No more than a gigabyte of its own, and no image of it on disk when it crashes: what was read may be secret."""
    limits = (
        (resource.RLIMIT_DATA, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _end_with(parent: int) -> None:
    """Were our parent killed, nobody would be left to stop us: the kernel of Linux then ends us (PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))
    if os.getppid() != parent:  # it was gone before we asked
        sys.exit(1)


def confined() -> IO[bytes]:
    """Bind this process to its limits and to its parent, the last word of the command; where to speak to that parent."""
    _limit()
    _end_with(int(sys.argv[-1]))
    # What a library prints must not be taken for our words.
    speech = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return speech


if __name__ == "__main__":
    _child(sys.argv[1], sys.stdin.buffer, confined())
