"""`gongkai backup` and `restore`: keeping a copy of the installation, checking it, and coming back from it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from gongkai.project.cli import django, output

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=_FILE)
@click.option("--verify", is_flag=True, help="不作备份，只核对 TARGET 这份备份是否完好。")
@click.option("--open-keys", is_flag=True, help="不作备份，只打开 TARGET 这个密钥文件，把密钥显示出来。")
@click.option(
    "--keys", "keys_file", type=_FILE, help="密钥写到哪个文件；不写则放在备份旁边，须自行移到别处。"
)
@click.option("--unsealed", is_flag=True, help="密钥文件不用口令封存。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def backup(
    target: Path, verify: bool, open_keys: bool, keys_file: Path | None, unsealed: bool, as_json: bool
) -> None:
    """备份到 TARGET（文件或文件夹）；网站照常运行。

    密钥另写一个文件，用口令封存：口令取自 GONGKAI_BACKUP_PASSPHRASE_FILE 指向的文件或者
    GONGKAI_BACKUP_PASSPHRASE，都没有就在终端上问。
    """
    django.setup()
    if verify:
        _verify(target, as_json)
        return
    if open_keys:
        _open_keys(target)
        return
    from gongkai.project.backup.make import make

    passphrase = None if unsealed else _new_passphrase()
    with _refusals(), output.bar("备份") as bar:
        made = make(target, passphrase=passphrase, keys_file=keys_file, watch=_watch(bar))
    if as_json:
        output.emit_json(vars(made))
    else:
        say = output.console.print
        say(
            f"已备份到 {made.file}（{made.size / 2**20:.1f} MB）：{len(made.tables)} 张表"
            f" {sum(made.tables.values())} 行，{made.originals} 份原件；审计链头 {made.audit_head}",
            highlight=False,
        )
        if made.sealed:
            say(
                f"密钥在 {made.keys}，已用口令封存：请移到别处另存；口令另行保管，忘了口令谁也打不开。",
                highlight=False,
            )
        say("备份含个人信息，没有加密，只有本用户可读：请存放在有同等保护的地方。", highlight=False)
    if not made.sealed:
        output.notes.print(
            f"注意：密钥在 {made.keys}，没有加密，拿到它的人能伪造登录；请立即移到别处另存，或者不用 --unsealed 重作备份。",
            style="yellow",
            highlight=False,
        )
    if made.lost:
        output.fail(
            f"有 {len(made.lost)} 份原件在存储中缺失或者已变，没有备份到：{_first(made.lost)}；请用更早的备份补回。"
        )


def _verify(path: Path, as_json: bool) -> None:
    from gongkai.project.backup import archive

    with _refusals(), output.bar("核对") as bar, archive.opened(path) as found:
        found.verify(bar)
        manifest, originals = found.manifest, found.originals
    rows = sum(table["rows"] for table in manifest["tables"].values())
    lost = manifest["originals"]["lost"]
    if as_json:
        output.emit_json({"ok": True, **manifest})
        return
    output.console.print(
        f"备份完好：作于 {manifest['made_at']}，{len(manifest['tables'])} 张表 {rows} 行，{len(originals)} 份原件"
        + (f"（作备份时已缺 {len(lost)} 份）" if lost else "")
        + "。",
        highlight=False,
    )


def _open_keys(path: Path) -> None:
    from gongkai.project.backup import keys

    with _refusals():
        output.emit_json(asdict(keys.read(path, _passphrase_of(path))))


def _new_passphrase() -> str:
    """The passphrase to seal with, asked for twice. Raises WeakPassphrase, ImproperlyConfigured."""
    from django.core.exceptions import ImproperlyConfigured

    from gongkai.project.backup import seal

    given = _from_environment()
    if given is None:
        given = _asked("备份口令")
        seal.require_strong(given)
        if _asked("再输一次") != given:
            raise ImproperlyConfigured("两次输入的口令不同，没有备份；请重来。")
    seal.require_strong(given)
    return given


def _passphrase_of(keys_file: Path | None) -> str | None:
    """The passphrase of a sealed file; None where none is needed. Raises ImproperlyConfigured, OSError."""
    from gongkai.project.backup import keys

    if keys_file is None or not keys.is_sealed(keys_file):
        return None
    given = _from_environment()
    return _asked(f"密钥文件 {keys_file.name} 的口令") if given is None else given


def _from_environment() -> str | None:
    """What the environment gives, be it empty: a schedule with an empty file must not go on without a passphrase."""
    from gongkai.project.settings.base import env

    name = "BACKUP_PASSPHRASE"
    return env(name) if {f"GONGKAI_{name}", f"GONGKAI_{name}_FILE"} & set(os.environ) else None


def _asked(question: str) -> str:
    from django.core.exceptions import ImproperlyConfigured

    if not sys.stdin.isatty():
        raise ImproperlyConfigured(
            "没有备份口令，也没有终端可以输入；请设置 GONGKAI_BACKUP_PASSPHRASE_FILE，指向只有本用户可读的口令文件。"
        )
    # On stderr: stdout may be JSON. A default, or an empty answer would be asked for again and again.
    answer: str = click.prompt(question, hide_input=True, default="", show_default=False, err=True)
    return answer


@click.command()
@click.argument("file", type=_FILE)
@click.option("--keys", "keys_file", type=_FILE, help="与备份一起产生、另处保存的密钥文件；封存的要给口令。")
@click.option("--replace", is_flag=True, help="这里已有数据也恢复，现有数据全部丢弃。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def restore(file: Path, keys_file: Path | None, replace: bool, as_json: bool) -> None:
    """从备份恢复；先停止网站和后台进程。"""
    django.setup()
    from gongkai.project.backup import restore as work

    passphrase = _passphrase_of(keys_file)
    with _refusals(), output.bar("恢复") as bar:
        done = work.restore(
            file, keys_file=keys_file, passphrase=passphrase, replace=replace, watch=_watch(bar)
        )
    if as_json:
        output.emit_json(vars(done))
        return
    shown = Table("恢复了什么", "多少", "核对", title=f"备份作于 {done.made_at}", title_justify="left")
    for name, rows in done.tables.items():
        if rows:
            shown.add_row(f"表 {name}", str(rows), "行数与备份一致")
    shown.add_row("空表", str(sum(not rows for rows in done.tables.values())), "行数与备份一致")
    shown.add_row("原件", str(done.originals), "逐份核对哈希")
    shown.add_row("审计链", done.audit_head.partition(":")[0], f"整条校验，链头 {done.audit_head}")
    shown.add_row("检索索引", str(done.indexed), "由记录重建")
    if done.upgraded:
        shown.add_row("数据库升级", str(done.upgraded), "备份的版本较旧，已升级到本版本")
    output.console.print(shown, highlight=False)
    output.console.print(done.keys, highlight=False)
    if done.lost:
        output.console.print(
            f"作备份时已缺 {len(done.lost)} 份原件，这里也没有：{_first(done.lost)}。", highlight=False
        )


def _first(hashes: list[str]) -> str:
    return "、".join(each[:12] for each in hashes[:5]) + ("等" if len(hashes) > 5 else "")


def _watch(bar: output.Bar) -> Callable[[str, int, int | None], None]:
    def watch(label: str, done: int, total: int | None) -> None:
        bar.say(label)
        bar(done, total)

    return watch


@contextmanager
def _refusals() -> Iterator[None]:
    """What backup and restore refuse, as one sentence and exit code 1."""
    from gongkai.project.backup.archive import Damaged
    from gongkai.project.backup.place import Busy
    from gongkai.project.backup.restore import NotEmpty
    from gongkai.project.backup.schema import OtherSchema

    try:
        yield
    except (Damaged, Busy, NotEmpty, OtherSchema) as refusal:
        output.fail(str(refusal))
