"""What is recorded has its line in the wiring, what is wired exists, and every slot is named where it is offered."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.module_loading import import_string

from gongkai.kernel import events
from gongkai.project import wiring
from gongkai.theme import slots
from tests.contracts.tree import HOUSE, imported_names, python_files, resolved, shown, source, templates

RECORD = "gongkai.kernel.events.record"


# --- events --------------------------------------------------------------------------------------------------


def constants(tree: ast.Module) -> dict[str, str]:
    """Strings that a module gives a name, one by one or several at once."""
    found = {}
    for node in tree.body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign) and node.value:
            targets = [node.target]
        for target in targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if (
                    isinstance(name, ast.Name)
                    and isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                ):
                    found[name.id] = value.value
    return found


def _constant_elsewhere(name: str) -> str | None:
    """The value of `gongkai.app.module.NAME`, read from the file it stands in."""
    module, _, constant = name.rpartition(".")
    path = HOUSE.parent / Path(*module.split(".")).with_suffix(".py")
    return constants(ast.parse(source(path))).get(constant) if path.is_file() else None


def recorded_kinds(text: str, *, recorder: str = RECORD) -> Iterator[tuple[int, str | None]]:
    """(line, kind) of every recording in a file; None where the kind cannot be read from the text."""
    tree = ast.parse(text)
    names, own = imported_names(tree), constants(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or resolved(node.func, names) != recorder:
            continue
        kind = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "kind"), None)
        if isinstance(kind, ast.Constant):
            yield node.lineno, str(kind.value)
        elif isinstance(kind, ast.Name) and kind.id in own:
            yield node.lineno, own[kind.id]
        else:
            name = resolved(kind, names) if kind else ""
            yield node.lineno, _constant_elsewhere(name) if "." in name else None


def all_recorded() -> dict[str, list[str | None]]:
    """File → kinds it records."""
    paths = python_files("gongkai")
    return {shown(path): kinds for path in paths if (kinds := [k for _, k in recorded_kinds(source(path))])}


def test_every_kind_of_event_recorded_is_in_the_wiring():
    recorded = all_recorded()
    assert recorded
    assert {kind for kinds in recorded.values() for kind in kinds} - set(wiring.EVENTS) == set()


def test_every_kind_of_event_in_the_wiring_is_recorded_somewhere():
    recorded = {kind for kinds in all_recorded().values() for kind in kinds}
    assert set(wiring.EVENTS) - recorded == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("from gongkai.kernel import events\nevents.record('a.b', subject='x')", "a.b"),
        ("from gongkai.kernel.events import record as r\nr('a.b', subject='x')", "a.b"),
        ("from gongkai.kernel import events\nKIND, X = 'a.b', 'c'\nevents.record(KIND, subject='x')", "a.b"),
        ("from gongkai.kernel import events\nevents.record(subject='x', kind='a.b')", "a.b"),
        ("from gongkai.kernel import events\nevents.record(f'a.{x}', subject='x')", None),
        (
            "from gongkai.kernel import events\nfrom gongkai.policies.actions import end as p\n"
            "events.record(p.WITHDRAWN, subject='x')",
            "policy.withdrawn",
        ),
    ],
)
def test_the_kind_of_a_recording_is_read_from_the_text(text, kind):
    assert [found for _, found in recorded_kinds(text)] == [kind]


def test_every_handler_and_job_can_be_called():
    for paths in wiring.EVENTS.values():
        for path in paths:
            assert callable(import_string(path)), path
    for job in wiring.JOBS:
        assert callable(import_string(job.call)), job


def test_the_running_site_follows_the_wiring():
    assert events.wiring() == wiring.EVENTS
    assert set(wiring.SLOTS) <= set(slots.filled())


def test_handlers_stand_in_the_file_for_handlers():
    paths = [path for listed in wiring.EVENTS.values() for path in listed]
    assert [path for path in paths if not re.match(r"gongkai\.\w+\.handlers\.\w+$", path)] == []


def test_every_link_of_header_and_footer_leads_somewhere():
    for _label, name in (*wiring.HEADER, *wiring.FOOTER):
        assert reverse(name)


# --- slots ---------------------------------------------------------------------------------------------------


def offered(text: str) -> set[str]:
    """Slots that a template offers; one whose name is a variable is offered as its variable."""
    without_comments = re.sub(r"{#.*?#}", "", text)
    return {name.strip("'\"") for name in re.findall(r"{%\s*slot\s+(\S+)", without_comments)}


def undocumented(text: str) -> set[str]:
    """Slots that the comment of their template does not name after the word Slot."""
    comments = " ".join(re.findall(r"{#(.*?)#}", text))
    _, _, listed = comments.partition("Slot")
    return {
        name for name in offered(text) if not re.search(rf"(?<![\w.]){re.escape(name)}(?![\w]|\.\w)", listed)
    }


def test_whatever_is_filled_is_offered_by_some_template():
    every = {name for path in templates() for name in offered(source(path))}
    assert len(every) > 3
    assert set(wiring.SLOTS) - every == set()


def test_every_slot_is_named_in_the_comment_of_its_template():
    assert {shown(path): missing for path in templates() if (missing := undocumented(source(path)))} == {}


def test_a_slot_without_a_word_is_found():
    text = '{# A page. Slots: a.head (above), a.side. #}{% slot "a.head" %}{% slot \'a.side\' x %}{% slot "a.foot" %}'
    assert offered(text) == {"a.head", "a.side", "a.foot"}
    assert undocumented(text) == {"a.foot"}
    assert undocumented('{# Slot: a.head.more #}{% slot "a.head" %}') == {"a.head"}


def test_everything_that_fills_a_slot_can_be_called():
    for paths in wiring.SLOTS.values():
        for path in paths:
            assert callable(import_string(path)), path
