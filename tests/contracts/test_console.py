"""The console command: every command explains itself, and a wrong one is refused with exit code 2."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from gongkai.project.cli import _COMMANDS, cli
from tests.contracts.tree import ROOT


def gongkai(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    command = [sys.executable, "-m", "gongkai", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and command of a group, as words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*path, name)
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


def test_help_lists_every_command():
    done = gongkai("--help")
    assert done.returncode == 0, done.stderr
    for name, (_module, _attribute, line) in _COMMANDS.items():
        assert name in done.stdout
        assert line[:6] in done.stdout


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_explains_itself(name):
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0, done.exception or done.output
    assert any("\u4e00" <= character <= "\u9fff" for character in done.output)


def test_every_command_of_a_group_explains_itself():
    known = [words for words in commands(cli) if len(words) > 1]
    assert ("audit", "verify") in known
    for words in known:
        assert CliRunner().invoke(cli, [*words, "--help"]).exit_code == 0, words


def test_help_needs_no_database_and_writes_nothing(tmp_path):
    command = [sys.executable, "-m", "gongkai", "import", "--help"]
    environment = {"GONGKAI_DATA": str(tmp_path / "var"), "PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], ["import", "--no-such-option"], ["audit", "nothing"], ["--x"]]
)
def test_wrong_use_ends_with_2(arguments):
    done = gongkai(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_told():
    done = gongkai("--version")
    assert done.returncode == 0, done.stderr
    assert any(character.isdigit() for character in done.stdout)
