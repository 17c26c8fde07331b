"""The sending process is killed at every step of a letter: nothing is lost, nothing goes out twice by itself."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.subscriptions.smtp_server import CUT, Hold, SmtpServer

ROOT = Path(__file__).resolve().parents[2]
REAL_TIME = True  # child processes have a clock of their own


class World:
    """A database of its own and child processes on it, with an SMTP server in this process."""

    def __init__(self, data, url, smtp):
        self.smtp, self.children = smtp, []
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.subscriptions.settings",
            "GONGKAI_DATA": str(data),
            "GONGKAI_DATABASE_URL": url,
            "TEST_SMTP_URL": smtp.url,
        }

    def start(self, command, *arguments):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.subscriptions.child", command, *map(json.dumps, arguments)],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.children.append(child)
        return child

    def run(self, command, *arguments):
        out, err = (child := self.start(command, *arguments)).communicate(timeout=60)
        assert child.returncode == 0, err
        return json.loads(out.splitlines()[-1])

    def kill_standing(self, command, *arguments):
        """Start a command that stands still at some point, and kill it there."""
        child = self.start(command, *arguments)
        assert child.stdout.readline() == "standing\n", child.communicate()[1]
        kill(child)

    def kill_at(self, step):
        """Kill a sending process while the server stands still at a step; then let the server go on."""
        self.smtp.answers[step] = hold = Hold()
        child = self.start("send")
        assert hold.reached.wait(30), child.communicate()
        if step == "text":  # let it fill every buffer on the way and stand in the midst of the text
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(1)
        kill(child)
        del self.smtp.answers[step]
        hold.go.set()

    @property
    def got(self):
        return [each.to for each in self.smtp.taken]


def kill(child):
    child.send_signal(signal.SIGKILL)
    child.communicate()


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A database with its tables made once: the folder of an SQLite file, and the name of a database on a server."""
    folder, server = tmp_path_factory.mktemp("empty"), os.environ.get("GONGKAI_DATABASE_URL", "")
    name = f"letters_{secrets.token_hex(6)}" if server else ""
    with on_server(server, name) as url, SmtpServer() as smtp:
        World(folder, url, smtp).run("migrate")
        yield folder, name


@contextmanager
def on_server(server, name, template="template1"):
    """The URL of a new database on the server, gone afterwards; "" without a server."""
    if not server:
        yield ""
        return
    with psycopg.connect(server, autocommit=True) as database:
        database.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as database:
        database.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def world(tmp_path, empty):
    folder, template = empty
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    server, name = os.environ.get("GONGKAI_DATABASE_URL", ""), f"letters_{secrets.token_hex(6)}"
    with on_server(server, name, template) as url, SmtpServer() as smtp:
        made = World(tmp_path, url, smtp)
        yield made
        for child in made.children:
            if child.poll() is None:
                kill(child)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_killed_before_the_text_the_letter_goes_out_once(world, step):
    world.run("letters", 2)
    world.kill_at(step)
    assert world.got == []
    assert world.run("look")["states"] == ["sending", "composed"]
    assert world.run("send") == 2
    assert sorted(world.got) == ["r0@example.cn", "r1@example.cn"]
    assert world.run("look")["states"] == ["sent", "sent"]
    assert world.run("send") == 0


@pytest.mark.slow
def test_killed_in_the_midst_of_the_text_the_letter_goes_out_once(world):
    world.run("letters", 1, 5_000_000)
    world.kill_at("text")
    assert world.run("look")["states"] == ["sending"]
    assert world.run("send") == 1
    assert len(world.got) == 1 and world.smtp.taken[0].text.count("字") == 5_000_000


def test_killed_before_the_final_dot_it_is_in_doubt_and_not_sent_blindly(world):
    world.run("letters", 1)
    world.kill_standing("send_and_stop_before_the_dot")
    assert world.run("send") == 0
    assert world.run("look")["states"] == ["in_doubt"]
    assert world.got == []
    # Not lost: a person sends it once more.
    world.run("again")
    assert world.run("send") == 1 and len(world.got) == 1


def test_killed_after_the_dot_and_before_the_answer_it_is_in_doubt_and_not_sent_twice(world):
    world.run("letters", 1)
    world.kill_at("end")
    for _ in range(2):
        assert world.run("send") == 0
    assert world.run("look")["states"] == ["in_doubt"]
    assert len(world.got) == 1
    assert "None" not in world.run("bounced", True)
    assert world.run("look")["states"] == ["sent"]


@pytest.mark.slow
def test_killed_after_the_answer_and_before_the_mark_it_is_in_doubt_and_not_sent_twice(world):
    world.run("letters", 2)
    world.kill_standing("send_and_stop_before_the_mark")
    assert world.run("send") == 1
    assert world.run("look")["states"] == ["in_doubt", "sent"]
    assert world.got == ["r0@example.cn", "r1@example.cn"]
    # Sent again by a person it bears the same Message-ID, by which a mailbox knows it.
    world.run("again")
    world.run("send")
    assert world.got == ["r0@example.cn", "r1@example.cn", "r0@example.cn"]
    assert world.smtp.taken[0].mail["Message-ID"] == world.smtp.taken[2].mail["Message-ID"]


@pytest.mark.slow
def test_a_report_that_it_failed_settles_a_doubt_too(world):
    world.run("letters", 1)
    world.kill_at("end")
    world.run("send")
    world.run("bounced", False)
    assert world.run("look")["states"] == ["given_up"]


def test_a_letter_that_another_process_took_over_is_not_handed_over(world):
    world.run("letters", 1)
    assert world.run("send_and_lose_the_claim") == 0
    assert world.got == []
    assert world.run("look")["states"] == ["sending"]


@pytest.mark.slow
def test_two_processes_send_every_letter_once(world):
    world.run("letters", 40)
    both = [world.start("send") for _ in range(2)]
    outs = [child.communicate(timeout=60) for child in both]
    assert [child.returncode for child in both] == [0, 0], outs
    assert sorted(world.got) == sorted(f"r{number}@example.cn" for number in range(40))


@pytest.mark.slow
@pytest.mark.parametrize("where", ["before", "after"])
def test_killed_while_it_writes_letters_everybody_gets_one(world, where):
    world.run("readers", 5)
    world.run("told", "k:1")
    world.kill_standing("compose_slowly", where)
    assert world.run("look")["waiting"] == 5
    assert world.run("compose_all") == 5
    assert world.run("compose_all") == 0
    assert world.run("send") == 5 and len(set(world.got)) == 5


@pytest.mark.slow
def test_two_who_tell_and_two_who_write_at_once_do_it_once(world):
    world.run("readers", 30)
    for command in (["told", "k:1"], ["compose_all"]):
        both = [world.start(*command) for _ in range(2)]
        outs = [child.communicate(timeout=60) for child in both]
        assert [child.returncode for child in both] == [0, 0], outs
    found = world.run("look")
    assert (found["notices"], len(found["states"])) == (30, 30)


@pytest.mark.slow
def test_a_line_cut_in_the_midst_of_the_text_is_tried_again(world):
    world.run("letters", 1, 2_000_000)
    world.smtp.answers["text"] = CUT
    assert world.run("send") == 0
    assert world.run("look")["states"] == ["composed"]
    world.smtp.answers.clear()
    assert world.run("send") == 0, "not before its time"
    world.run("make_due")
    assert world.run("send") == 1 and len(world.got) == 1


@pytest.mark.slow
def test_a_line_cut_before_the_answer_is_in_doubt(world):
    world.run("letters", 2)
    world.smtp.answers["end"] = CUT
    world.run("send")
    assert world.run("look")["states"] == ["in_doubt", "in_doubt"]
    world.smtp.answers.clear()
    assert world.run("send") == 0
