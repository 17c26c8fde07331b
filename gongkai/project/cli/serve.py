"""`gongkai serve`, `work` and `prepare`: the running installation.

`serve` is one parent with two children, web and worker. A child that dies is started again; when the parent goes, however
it goes, the children go too.
"""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from gongkai.project.cli import django, output

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
_PR_SET_PDEATHSIG = 1


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--web-workers", default=1, show_default=True, help="网站进程数。")
@click.option("--sample", is_flag=True, help="首次启动时载入示例单位、示例文件和示例账号。")
def serve(host: str, port: int, web_workers: int, sample: bool) -> None:
    """启动网站和后台进程；按 Ctrl+C 停止。"""
    if _taken(host, port):
        output.fail(f"{host}:{port} 已被占用：可能已经启动过了；要换端口请加 --port。")
    django.setup()
    run_prepare()
    if sample:
        load_sample()
    _announce(host, port)
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(web_workers), "--blocking-threads", "4", "--backpressure", "64", "--no-ws", "--log-level", "warning",
        "gongkai.project.wsgi:application",
    ]  # fmt: skip
    raise SystemExit(_Parent([web, [sys.executable, "-m", "gongkai", "work"]]).run())


@click.command()
def work() -> None:
    """启动后台进程：投递事件、更新检索、定时任务。"""
    django.setup()
    from gongkai.kernel import worker

    worker.run()


@click.command()
@click.option("--sample", is_flag=True, help="载入示例单位、示例文件和示例账号。")
def prepare(sample: bool) -> None:
    """建库或升级数据库、编译翻译、收集静态文件、补建索引；重复运行无害。"""
    django.setup()
    run_prepare()
    if sample:
        load_sample()


def run_prepare() -> None:
    """Database, translations, static files and index brought to this version; quick when nothing changed."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from gongkai.project.cli.messages import compile_stale
    from gongkai.search import handlers

    compile_stale()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with output.notes.status("建立或升级数据库…"):
            call_command("migrate", verbosity=0, interactive=False)
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    fingerprint = _static_fingerprint()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != fingerprint:
        with output.notes.status("收集静态文件…"):
            call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(fingerprint, encoding="utf-8")
    handlers.mend()


def _static_fingerprint() -> str:
    """Changes whenever a static file of ours or the version of a library changes."""
    from importlib.metadata import version

    package = Path(__file__).resolve().parents[2]
    files = sorted(path for path in package.glob("*/static/**/*") if path.is_file())
    stamps = [
        f"{path.relative_to(package)}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files
    ]
    return "\n".join([version("wagtail"), version("django"), *stamps])


def load_sample() -> None:
    """The sample district: units, eight documents through the real import, and accounts with random passwords."""
    from django.conf import settings

    from gongkai.orgs.actions import load_units, open_account
    from gongkai.orgs.models import Role, Unit, UnitGroup
    from gongkai.policies.models import Original
    from gongkai.project.cli.documents import run_import

    if settings.PRODUCTION:
        output.fail("正式环境不载入示例；请去掉 --sample。")
    documents = sorted(path for path in SAMPLE.iterdir() if path.suffix in {".html", ".docx"})
    if not UnitGroup.objects.exists():
        load_units(path=SAMPLE / "units.toml", actor="system:sample")
    if Original.objects.count() < len(documents):
        report = run_import(documents, sample=True)
        output.notes.print(f"示例文件：{report['counts']}", highlight=False)
    accounts = Path(settings.DATA_DIR) / "sample_accounts"
    if not accounts.exists():
        lines = []
        for username, name, role, code in (
            ("office", "示例·区府办", Role.OFFICE, "fuban"),
            ("clerk", "示例·民政经办", Role.CLERK, "minzheng"),
        ):
            password = secrets.token_urlsafe(9)
            open_account(
                username=username,
                password=password,
                name=name,
                role=role,
                unit=Unit.objects.get(code=code),
                actor="system:sample",
            )
            lines.append(f"{username} {password} {name}")
        accounts.touch(mode=0o600)
        accounts.write_text("\n".join(lines), encoding="utf-8")


def _announce(host: str, port: int) -> None:
    from django.conf import settings

    say = output.console.print
    say(f"网站    http://{host}:{port}/", highlight=False)
    say(f"工作台  http://{host}:{port}/desk/", highlight=False)
    accounts = Path(settings.DATA_DIR) / "sample_accounts"
    if accounts.exists():
        for line in accounts.read_text(encoding="utf-8").splitlines():
            username, password, name = line.split(" ", 2)
            say(f"示例账号  {username}  密码 {password}  （{name}）", highlight=False, markup=False)


def _taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


class _Parent:
    """Starts its children, starts again what dies, and ends with them."""

    def __init__(self, commands: list[list[str]]) -> None:
        self._commands = commands
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def run(self) -> int:
        """Until SIGTERM or SIGINT; gives the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        restarts: list[float] = []
        while not self._stopping:
            for i, command in enumerate(self._commands):
                child = self._children.get(i)
                if child is None or child.poll() is not None:
                    if child is not None:
                        output.notes.print(
                            f"子进程意外结束（{child.returncode}），正在重新启动。",
                            style="yellow",
                            highlight=False,
                        )
                        restarts = [at for at in restarts if time.monotonic() - at < 60] + [time.monotonic()]
                        if len(restarts) > 5:
                            output.notes.print(
                                "一分钟内多次意外结束，已停止；请运行 gongkai doctor 查看原因。", style="red"
                            )
                            return self._end(1)
                    self._children[i] = subprocess.Popen(command, preexec_fn=_die_with_parent, env=os.environ)  # noqa: PLW1509, S603
            time.sleep(0.3)
        return self._end(0)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self, code: int) -> int:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        for child in self._children.values():
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
        return code


def _die_with_parent() -> None:
    """Linux only: the kernel ends the child when the parent is gone, even by SIGKILL. Elsewhere nothing happens."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        return
