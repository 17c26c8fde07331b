"""A scratch database on disk or on a PostgreSQL server, and child processes that work on it."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]


class World:
    """One scratch database with the kernel's tables, and the processes started on it."""

    def __init__(self, data: Path, url: str) -> None:
        self.url = url
        self._children: list[subprocess.Popen] = []
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.kernel.settings",
            "GONGKAI_DATA": str(data),
            "GONGKAI_DATABASE_URL": url,
            "PYTHONPATH": str(ROOT),
        }

    def start(self, command, *arguments, **env):
        """A child process, left running."""
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.kernel.child", command, *map(json.dumps, arguments)],
            cwd=ROOT,
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._children.append(child)
        return child

    def run(self, command, *arguments, **env):
        """What the command returned."""
        return self.finish(self.start(command, *arguments, **env))

    def finish(self, child):
        """What a running child returned; its complaints if it failed."""
        out, err = child.communicate(timeout=120)
        assert child.returncode == 0, err
        return json.loads(out.splitlines()[-1])

    def worker(self, *arguments, **env):
        """A worker process that has come up."""
        child = self.start("work", *arguments, **env)
        assert child.stdout.readline() == "ready\n", child.communicate()[1]
        return child

    def end(self):
        for child in self._children:
            if child.poll() is None:
                child.kill()
            child.communicate()


@contextmanager
def scratch(data: Path, server: str) -> Iterator[World]:
    """A fresh World: a file under `data`, or a new database on `server` (a URL); all it started ends with it."""
    url = ""
    if server:
        name = f"kernel_{secrets.token_hex(6)}"
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
    world = World(data, url)
    try:
        world.run("migrate")
        yield world
    finally:
        world.end()
        if server:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
