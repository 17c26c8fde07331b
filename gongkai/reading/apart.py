"""Reading a file in a process of its own, with limits: what hangs, eats memory or crashes takes nothing with it."""

import contextlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO, Any

from gongkai.reading.document import Cell, Classified, Table, Unreadable
from gongkai.reading.page import Align, Label, Line, Page

# A reader tells of every page that it has done: silence for longer means that it hangs.
SILENCE_SECONDS = 10.0
MEMORY_BYTES = 1024**3
CPU_SECONDS = 3600  # a backstop for a child whose parent was killed and can no longer stop it
# The reader needs neither the database nor its password.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")

Progress = Callable[[int, int], None]


def page_apart(data: bytes, form: str, progress: Progress | None = None) -> Page:
    """The page that the reader of ``form`` makes of ``data``, read by a child process.

    ``progress`` is told (pages done, pages in all). Raises Unreadable with the reader's sentence, or with one that says
    that the reader had to be stopped.
    """
    with subprocess.Popen(  # noqa: S603  our own program
        _command(form),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    ) as child:
        try:
            answer = _Conversation(child, data, progress).answer()
        finally:
            _end(child)
    if answer is None:
        raise Unreadable(
            "读取这个文件时程序异常中止（内容不正常或者占用内存超过 1 GB），没有读入；请另存为新的文件或者拆分后再试。"
        )
    if "classified" in answer:
        raise Classified(answer["classified"])
    if "unreadable" in answer:
        raise Unreadable(answer["unreadable"])
    return page_from(answer["page"])


def _command(form: str) -> list[str]:
    return [sys.executable, "-m", "gongkai.reading.apart", form]


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
        self._heard = b""
        self._progress = progress

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
                    if (last := self._lines()) is not None:
                        return last
                if time.monotonic() - silent_since > SILENCE_SECONDS:
                    raise Unreadable(
                        "读取这个文件的一页超过 10 秒仍没有结果，已停止，没有读入；请另存为新的文件或者拆分后再试。"
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
        if b"\n" not in self._heard:
            return None
        *whole, self._heard = self._heard.split(b"\n")
        for line in whole:
            word: dict[str, Any] = json.loads(line)
            if "done" not in word:
                return word
            if self._progress:
                self._progress(word["done"], word["of"])
        return None


# --- a page as plain JSON ----------------------------------------------------------------------------------


def page_data(page: Page) -> dict[str, Any]:
    """``page`` as plain data."""
    return {
        "lines": [_line_data(line) for line in page.lines],
        "labels": [[label.name, label.value, label.source] for label in page.labels],
        "headline": page.headline,
        "window_title": page.window_title,
        "warnings": page.warnings,
        "concealed": page.concealed,
    }


def _line_data(line: Line) -> list[Any]:
    table = line.table and {
        "caption": line.table.caption,
        "unit": line.table.unit,
        "rows": [
            [[c.text, c.header, c.colspan, c.rowspan, c.doubtful] for c in row] for row in line.table.rows
        ],
    }
    return [
        line.text,
        line.align.value,
        line.strong,
        line.heading,
        table,
        line.origin,
        line.linked,
        line.sheet,
        line.confidence,
        list(line.doubtful),
    ]


def page_from(data: dict[str, Any]) -> Page:
    """The page behind ``page_data``."""
    return Page(
        lines=[_line_from(*row) for row in data["lines"]],
        labels=[Label(*row) for row in data["labels"]],
        headline=data["headline"],
        window_title=data["window_title"],
        warnings=list(data["warnings"]),
        concealed=list(data["concealed"]),
    )


def _line_from(
    text: str,
    align: str,
    strong: bool,
    heading: int,
    table: dict[str, Any] | None,
    origin: str,
    linked: bool,
    sheet: int,
    confidence: float,
    doubtful: list[int],
) -> Line:
    read = table and Table(
        tuple(tuple(Cell(*cell) for cell in row) for row in table["rows"]), table["caption"], table["unit"]
    )
    return Line(
        text, Align(align), strong, heading, read or None, origin, linked, sheet, confidence, tuple(doubtful)
    )


# --- the child ---------------------------------------------------------------------------------------------


def _child(form: str, given: IO[bytes], out: IO[bytes]) -> None:
    from gongkai.reading.read import page_here

    def tell(word: dict[str, Any]) -> None:
        out.write(json.dumps(word, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
        out.flush()

    try:
        page = page_here(given.read(), form, lambda done, of: tell({"done": done, "of": of}))
    except Classified as refusal:
        tell({"classified": str(refusal)})
    except Unreadable as refusal:
        tell({"unreadable": str(refusal)})
    except MemoryError:
        tell({"unreadable": "文件展开后占用内存超过 1 GB，没有读入；请核实来源，或者拆分后再导入。"})
    except RecursionError:
        tell({"unreadable": "文件的结构嵌套过深，不是正常的公文；请另存为新的文件后再导入。"})
    else:
        tell({"page": page_data(page)})


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


if __name__ == "__main__":
    _limit()
    # What a library prints must not be taken for our words.
    speech = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _child(sys.argv[1], sys.stdin.buffer, speech)
