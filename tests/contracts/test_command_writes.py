"""Every command of the console that writes goes through an action, and a new one is entered here before it can be merged."""

import ast
import re
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gongkai.project.cli import cli
from tests.contracts.test_console import commands
from tests.contracts.tree import HOUSE
from tests.contracts.walking import fingerprint, tables

#: Command → the actions that it goes through ("module:name"), which each stand in its module; empty for one that only
#: reads, or writes files alone. A new command is entered here before it can be merged.
COMMANDS: dict[str, list[str]] = {
    "serve": [
        "gongkai.orgs.accounts.actions:set_up_account",
        "gongkai.policies.actions.publish:settle_earlier",
    ],
    "prepare": [
        "gongkai.orgs.accounts.actions:set_up_account",
        "gongkai.policies.actions.publish:settle_earlier",
    ],
    "work": ["gongkai.kernel.worker:run"],
    "import": ["gongkai.policies.actions:take_in"],
    "import-library": ["gongkai.policies.actions.library:chain_versions"],
    "import-guides": ["gongkai.guides.actions:take_in"],
    "withdraw": ["gongkai.policies.actions:withdraw"],
    "units": ["gongkai.orgs.actions:load_units"],
    "profile load": [],
    "mail send": [],
    "mail bounce": [],
    "outbox retry": ["gongkai.kernel.worker:retry_dead"],
    "accounts first": ["gongkai.orgs.accounts.actions:set_up_administrators"],
    "accounts reset-factor": ["gongkai.orgs.sign_in.actions:reset_factor_at_machine"],
    "restore": [],  # puts back a whole backup, with the audit chain in it
}
READ_ONLY = {
    "accounts code", "accounts list", "audit head", "audit verify", "backup", "bench", "bench-reading", "doctor",
    "evaluate reading", "evaluate search", "evaluate tune", "index check", "index rebuild", "mail bench", "mail status", "messages check",
    "messages compile", "messages update", "outbox status", "read", "search",
}  # fmt: skip
#: Those of them that can be run here without a folder of files or minutes of time.
_TRIED = {
    "accounts list": [], "audit head": [], "audit verify": [], "outbox status": [], "mail status": [], "index check": [],
    "search": ["食堂"],
}  # fmt: skip


def every_command():
    """Words of a command → its function; groups left out."""
    found = {}
    for words in commands(cli):
        command = cli
        for word in words:
            command = command.get_command(click.Context(command), word)
        if not isinstance(command, click.Group):
            found[" ".join(words)] = command.callback
    return found


def test_every_command_is_entered_with_the_action_that_it_goes_through():
    assert set(every_command()) == set(COMMANDS) | READ_ONLY
    assert set(COMMANDS) & READ_ONLY == set()


@pytest.mark.parametrize(
    ("command", "action"), [(name, each) for name, found in COMMANDS.items() for each in found]
)
def test_the_action_of_a_command_is_there_and_its_module_calls_it(command, action):
    module, _colon, name = action.partition(":")
    assert callable(getattr(import_module(module), name))
    text = Path(every_command()[command].__code__.co_filename).read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\(", text), f"{command} does not call {name}"


_WRITING = {
    "save",
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "bulk_update",
    "delete",
    "update",
}


def past_actions(path):
    """Calls in a file that write to a table by themselves."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WRITING:
            target = ast.unparse(node.func.value)
            if ".objects" in target or node.func.attr in {"save", "bulk_create"}:
                found.append(f"{path.name}:{node.lineno} {target}.{node.func.attr}")
    return found


def test_no_command_writes_to_a_table_by_itself():
    files = sorted((HOUSE / "project" / "cli").rglob("*.py"))
    assert len(files) > 15
    assert [each for path in files if path.name not in _FOR_MEASURING for each in past_actions(path)] == []


#: They make a database of their own, measure it and throw it away; or write files of translations.
_FOR_MEASURING = {
    "messages.py",
    "bench.py",
    "bench_portal.py",
    "bench_record.py",
    "bench_reading.py",
    "mail.py",
}


def test_a_command_that_writes_by_itself_is_found(tmp_path):
    (tmp_path / "planted.py").write_text("User.objects.filter(pk=1).update(role='office')\n{}.update(a=1)\n")
    assert past_actions(tmp_path / "planted.py") == ["planted.py:1 User.objects.filter(pk=1).update"]


@pytest.mark.parametrize("command", sorted(_TRIED))
def test_a_command_that_reads_changes_no_table(command, site):
    before = {table: fingerprint(table) for table in tables()}
    done = CliRunner().invoke(cli, [*command.split(), *_TRIED[command]])
    assert done.exit_code in {0, 1}, (done.output, done.exception)
    assert {table: fingerprint(table) for table in tables()} == before
