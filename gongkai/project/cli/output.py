"""Progress and results on the terminal: people read stderr and tables, programs read JSON on stdout."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

console = Console(soft_wrap=True)  # piped output must not be cut into lines of 80 columns
notes = Console(stderr=True)


def emit_json(value: Any) -> None:
    """One JSON document on stdout, Chinese as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


class Bar:
    """A progress bar that may be told the total late."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def __call__(self, done: int, total: int | None = None) -> None:
        self._progress.update(self._task, completed=done, total=total) if total else self._progress.update(
            self._task, completed=done
        )

    def say(self, label: str) -> None:
        """What is being done now."""
        self._progress.update(self._task, description=label)


@contextmanager
def bar(label: str, total: int | None = None) -> Iterator[Bar]:
    """A progress bar on stderr; on anything but a terminal it stays silent."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as progress:
        yield Bar(progress, progress.add_task(label, total=total))


def fail(sentence: str) -> None:
    """Say what is wrong on stderr and end with exit code 1."""
    notes.print(sentence, style="red", highlight=False, markup=False)
    raise click.exceptions.Exit(1)
