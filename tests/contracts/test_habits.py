"""How code is written here: names, sizes, docstrings, the one clock, no signals, nothing left undone."""

import ast
import re
import warnings
from pathlib import Path

import pytest

from tests.contracts.tree import (
    HOUSE,
    imported_names,
    python_files,
    resolved,
    shown,
    source,
    templates,
    tracked,
)

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "services", "service", "managers"}
LONGEST_FILE, LONG_FILE = 450, 400
LONGEST_FUNCTION, LONG_FUNCTION, LONGEST_VIEW = 60, 40, 25

Function = ast.FunctionDef | ast.AsyncFunctionDef


def findings(check, paths: list[Path]) -> list[str]:
    """What a check of one text finds in all files, with the file's name."""
    assert paths
    return [f"{shown(path)} {what}" for path in paths for what in check(source(path))]


# --- names ---------------------------------------------------------------------------------------------------


def badly_named(path: Path) -> list[str]:
    """The parts of a module's path that say nothing about what is inside."""
    return [part for part in (*path.parent.parts, path.stem) if part in BANNED_NAMES]


def test_no_module_has_a_name_that_says_nothing():
    relative = [Path(shown(path)) for path in tracked() if path.suffix == ".py"]
    assert relative
    assert [str(path) for path in relative if badly_named(path)] == []


@pytest.mark.parametrize("name", ["gongkai/law/utils.py", "gongkai/services/foi.py", "tests/helpers.py"])
def test_a_name_that_says_nothing_is_found(name):
    assert badly_named(Path(name))
    assert not badly_named(Path("gongkai/theme/navigation.py"))


# --- no signals ----------------------------------------------------------------------------------------------


def signals(text: str) -> list[str]:
    """Signals made, received or connected in a file."""
    tree = ast.parse(text)
    names = imported_names(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [
                (node, a.name) for a in node.names if re.search(r"\bsignals$|^django\.dispatch", a.name)
            ]
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found += [(node, full)] if re.search(r"\bsignals\b|^django\.dispatch", full) else []
        elif isinstance(node, ast.Call):
            called = resolved(node.func, names)
            if re.search(
                r"(^|\.)Signal$|(^|\.)receiver$|signals?\b.*\.connect$|_(save|delete|init|signal)\.connect$",
                called,
            ):
                found.append((node, f"{called}()"))
    return [f"line {node.lineno}: {what}" for node, what in found]


def test_we_have_no_signals():
    assert findings(signals, python_files("gongkai", "tools")) == []


@pytest.mark.parametrize(
    "text",
    [
        "from django.dispatch import Signal\nx = Signal()",
        "from django.dispatch import receiver",
        "import django.dispatch as d\n@d.receiver(x)\ndef f(): ...",
        "from django.db.models.signals import post_save",
        "from django.db.models import signals\nsignals.post_save.connect(f)",
        "from wagtail.signals import page_published as p",
        "import django.db.models.signals\ndjango.db.models.signals.pre_save.connect(f)",
    ],
)
def test_a_signal_is_found(text):
    assert signals(text)
    assert (
        signals("import signal\nsignal.signal(signal.SIGTERM, f)\nwiring.connect()\nsqlite3.connect('x')")
        == []
    )


# --- the clock -----------------------------------------------------------------------------------------------

CLOCKS = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "asctime")),
    *(f"django.utils.timezone.{name}" for name in ("now", "localdate", "localtime")),
    "django.db.models.functions.Now",
}
#: These take a moment, and read the clock only when they are given none.
_WITH_A_MOMENT = {
    "django.utils.timezone.localtime": 1,
    "django.utils.timezone.localdate": 1,
    "time.strftime": 2,
}


def clock_readings(text: str) -> list[str]:
    """Where a file reads the clock, or names a function that does (`default=timezone.now`)."""
    tree = ast.parse(text)
    names = imported_names(tree)
    given = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and len(node.args) >= _WITH_A_MOMENT.get(resolved(node.func, names), 99)
    }
    found = [
        (node.lineno, resolved(node, names))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and resolved(node, names) in CLOCKS
        and id(node) not in given
    ]
    found += [
        (node.value.lineno, node.arg)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}
    ]
    return [f"line {line}: {what}" for line, what in sorted(set(found))]


def test_the_clock_is_read_in_one_file_alone():
    one = HOUSE / "kernel" / "clock.py"
    assert clock_readings(source(one)), "the check finds the one place that may"
    paths = [path for path in python_files("gongkai", "tools") if path != one]
    assert findings(clock_readings, paths) == []


def test_templates_do_not_read_the_clock():
    assert findings(lambda text: re.findall(r"{%\s*now\b.*?%}", text), templates()) == []


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\ndatetime.datetime.now()",
        "import datetime as dt\nx = dt.date.today()",
        "from datetime import datetime as moment\nmoment.utcnow()",
        "from datetime import date\nf(default=date.today)",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "from django.utils import timezone\ntimezone.now()",
        "from django.utils.timezone import localdate\nlocaldate()",
        "from django.utils import timezone\ntimezone.localtime()",
        "from django.db import models\nx = models.DateTimeField(auto_now_add=True)",
    ],
)
def test_a_reading_of_the_clock_is_found(text):
    assert clock_readings(text)


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.monotonic(); time.perf_counter(); time.sleep(1)",
        "from django.utils import timezone\ntimezone.localtime(moment)",
        "from gongkai.kernel import clock\nclock.now(); clock.today()",
    ],
)
def test_what_reads_no_calendar_is_allowed(text):
    assert clock_readings(text) == []


# --- what every file says of itself --------------------------------------------------------------------------


def without_docstring(text: str) -> list[str]:
    """Says so if a module begins with anything but a docstring; an empty file has nothing to explain."""
    tree = ast.parse(text)
    return ["has no docstring"] if tree.body and not (ast.get_docstring(tree) or "").strip() else []


def test_every_python_file_begins_with_a_docstring():
    assert findings(without_docstring, python_files()) == []
    empty = [shown(path) for path in python_files("gongkai") if not source(path).strip()]
    assert empty == [], "a package of the product says what belongs in it"


def test_every_template_says_what_it_is():
    assert findings(lambda text: [] if re.search(r"{#.+?#}", text) else ["has no comment"], templates()) == []


@pytest.mark.parametrize("text", ["import os", "# A comment is none.\nx = 1", '"""  """'])
def test_a_missing_docstring_is_found(text):
    assert without_docstring(text)
    assert without_docstring('"""What belongs here."""\nimport os') == []


# --- sizes ---------------------------------------------------------------------------------------------------


def functions(text: str) -> list[tuple[str, int, int]]:
    """(name, line, number of lines without the docstring) of every function in a file."""
    return [
        (node.name, node.lineno, node.end_lineno - node.lineno + 1 - _docstring_lines(node))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, Function) and node.end_lineno
    ]


def _docstring_lines(node: Function) -> int:
    first = node.body[0]
    return (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0


def too_long(text: str, limit: int) -> list[str]:
    """Functions of more than `limit` lines."""
    return [f"line {line}: {name} has {n} lines" for name, line, n in functions(text) if n > limit]


def sized_files() -> dict[str, int]:
    """Python and HTML of ours → number of lines."""
    paths = [*python_files(), *(path for path in tracked() if path.suffix == ".html")]
    return {shown(path): len(source(path).splitlines()) for path in paths}


def test_no_file_is_longer_than_can_be_read_at_once():
    sizes = sized_files()
    long = {name: n for name, n in sizes.items() if n > LONG_FILE}
    if long:
        warnings.warn(f"near the limit of {LONGEST_FILE} lines: {long}", stacklevel=1)
    assert {name: n for name, n in sizes.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_page():
    paths = python_files()
    long = findings(lambda text: too_long(text, LONG_FUNCTION), paths)
    if long:
        warnings.warn(f"functions above {LONG_FUNCTION} lines: {long}", stacklevel=1)
    assert findings(lambda text: too_long(text, LONGEST_FUNCTION), paths) == []


def test_views_are_short():
    views = [path for path in python_files("gongkai") if "views" in (path.stem, path.parent.name)]
    assert findings(lambda text: too_long(text, LONGEST_VIEW), views) == []


def test_a_long_function_is_found_and_its_docstring_is_not_counted():
    body = '    """One\n\n    two."""\n' + "    x = 1\n" * 40
    assert too_long(f"def f():\n{body}", 40) == ["line 1: f has 41 lines"]
    assert (
        too_long(f"class A:\n    async def f(self):\n    {body.replace(chr(10), chr(10) + '    ')}", 41) == []
    )


# --- nothing left undone -------------------------------------------------------------------------------------

_UNDONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK|raise NotImplemented" + r"Error)\b")
_TEXT = {".py", ".html", ".css", ".js", ".sh", ".toml", ".md", ".yaml", ".in", ""}


def undone(text: str) -> list[str]:
    """Marks of work put off."""
    return [
        f"line {number}: {mark}"
        for number, line in enumerate(text.splitlines(), 1)
        for mark in _UNDONE.findall(line)
    ]


def test_nothing_is_marked_as_still_to_be_done():
    assert findings(undone, [path for path in tracked() if path.suffix in _TEXT]) == []


def test_a_mark_of_work_put_off_is_found():
    assert undone("x = 1\n# TO" + "DO: later") == ["line 2: TO" + "DO"]
    assert undone("raise NotImplemented" + "Error") and not undone("PHOTODOCS, xxx")
