"""`gongkai serve`, `work` and `prepare`: the running installation."""

import secrets
import socket
import sys
from pathlib import Path

import click

from gongkai.project.cli import database, district, django, output, parent

SAMPLE = district.SAMPLE


def threads(web_workers: int) -> int:
    """Threads of each web process: four in all, at least two each, so that one slow page holds up nobody.

    More of them wait for one another: with two processes on two cores, four each made the slow twentieth of pages twice as slow.
    """
    return max(2, 4 // max(1, web_workers))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--web-workers", default=1, show_default=True, help="网站进程数。")
@click.option("--sample", is_flag=True, help="首次启动时载入示例单位、示例文件和示例账号。")
def serve(host: str, port: int, web_workers: int, sample: bool) -> None:
    """启动网站和后台进程；按 Ctrl+C 停止。"""
    django.setup()
    from gongkai.project.backup import place

    place.refuse_if_half_restored()
    parent.clear_leftovers()
    if _taken(host, port):
        output.fail(f"{host}:{port} 已被占用：可能已经启动过了；要换端口请加 --port。")
    run_prepare()
    if sample:
        load_sample()
    _announce(host, port)
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(web_workers), "--blocking-threads", str(threads(web_workers)), "--backpressure", "64", "--no-ws",
        "--log-level", "warning", "gongkai.project.wsgi:application",
    ]  # fmt: skip
    raise SystemExit(parent.Parent([web, [sys.executable, "-m", "gongkai", "work"]]).run())


@click.command()
def work() -> None:
    """启动后台进程：投递事件、更新检索、定时任务。"""
    django.setup()
    from gongkai.kernel import worker
    from gongkai.project.backup import place

    place.refuse_if_half_restored()
    worker.run()


@click.command()
@click.option("--sample", is_flag=True, help="载入示例单位、示例文件和示例账号。")
def prepare(sample: bool) -> None:
    """建库或升级数据库、编译翻译、收集静态文件、补建索引；重复运行无害。"""
    django.setup()
    from gongkai.project.backup import place

    place.refuse_if_half_restored()
    run_prepare()
    if sample:
        load_sample()


def run_prepare() -> None:
    """Database, translations, static files and index brought to this version; quick when nothing changed."""
    from django.conf import settings
    from django.core.management import call_command

    from gongkai.project.cli.messages import compile_stale
    from gongkai.search import index

    compile_stale()
    database.bring_up_to_date()
    _settle_earlier()
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    fingerprint = _static_fingerprint()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != fingerprint:
        with output.notes.status("收集静态文件…"):
            call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(fingerprint, encoding="utf-8")
    if not index.sound():
        index.rebuild()


def _settle_earlier() -> None:
    """Records of an earlier version of the product get what this one keeps of every publication; nothing when all have it."""
    from gongkai.policies.actions.publish import settle_earlier
    from gongkai.policies.models import Policy

    count = Policy.objects.filter(live=True, editions=None, live_revision__isnull=False).count()
    if count:
        with output.bar("补记发布的版本和关系", count) as bar:
            settle_earlier(bar)


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
    """The sample district, and accounts for it with random passwords."""
    from gongkai.orgs.accounts.actions import set_up_account
    from gongkai.orgs.models import Role, Unit

    district.load()
    for username, password, name in _sample_accounts():
        role, code = _ACCOUNTS[username]
        set_up_account(
            username=username,
            password=password,
            name=name,
            role=Role(role),
            unit=Unit.objects.get(code=code) if code else None,
            actor="system:sample",
        )


# user name → (role, code of the unit)
_ACCOUNTS = {
    "office": ("office", "fuban"),
    "clerk": ("clerk", "minzheng"),
    "reviewer": ("reviewer", "minzheng"),
    "publisher": ("publisher", "minzheng"),
    "system": ("system", ""),
    "security": ("security", ""),
    "auditor": ("auditor", ""),
}
_NAMES = {
    "office": "示例·区府办",
    "clerk": "示例·民政经办",
    "reviewer": "示例·民政审核",
    "publisher": "示例·民政发布",
    "system": "示例·系统管理员",
    "security": "示例·安全管理员",
    "auditor": "示例·审计管理员",
}


def _sample_accounts() -> list[list[str]]:
    """[user name, password, name] of the sample accounts; passwords are drawn once and kept for the owner only.

    The file is complete before any account exists: a start that is cut off between the two can be taken up again.
    """
    from django.conf import settings

    path = Path(settings.DATA_DIR) / "sample_accounts"
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    known = {line.split(" ", 1)[0] for line in kept.splitlines()}
    drawn = "".join(
        f"{user} {secrets.token_urlsafe(9)} {_NAMES[user]}\n" for user in _ACCOUNTS if user not in known
    )
    if drawn:  # all of them at first, later those that an older version of the product did not have
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(kept + drawn, encoding="utf-8")
        draft.replace(path)
    return [line.split(" ", 2) for line in (kept + drawn).splitlines()]


def _announce(host: str, port: int) -> None:
    from django.conf import settings

    say = output.console.print
    say(f"网站    http://{host}:{port}/", highlight=False)
    say(f"工作台  http://{host}:{port}/desk/", highlight=False)
    if (Path(settings.DATA_DIR) / "sample_accounts").exists():
        for username, password, name in _sample_accounts():
            say(f"示例账号  {username}  密码 {password}  （{name}）", highlight=False, markup=False)
        if settings.TOTP:
            say("登录要动态口令时，手机扫码，或者运行 gongkai accounts code 用户名 查看", highlight=False)


def _taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
