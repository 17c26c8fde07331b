"""`gongkai doctor`: what is missing or unsafe in this installation, why it matters, and how to mend it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from gongkai.project.cli import django, output
from gongkai.project.cli.doctor.finding import SIGNS, Finding


@click.command()
@click.option("--all", "every", is_flag=True, help="核对全部原件；不写则只抽查一部分。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def doctor(every: bool, as_json: bool) -> None:
    """检查安装：每一项好不好，为什么要紧，怎么补。"""
    django.setup()
    found = list(examine(every=every))
    if as_json:
        output.emit_json([{**asdict(each), "ok": each.ok} for each in found])
    else:
        for each in found:
            output.console.print(each.line(), highlight=False, markup=False)
        good, warn, bad = (sum(each.state == state for each in found) for state in SIGNS)
        output.console.print(
            f"共 {len(found)} 项：{good} 项好，{warn} 项要注意，{bad} 项不好。", highlight=False
        )
    if not all(each.ok for each in found):
        raise click.exceptions.Exit(1)


def examine(*, every: bool = False) -> Iterator[Finding]:
    """Everything there is to say, in order; what needs the database only where it can be had and is up to date."""
    from gongkai.project.cli.doctor import care, machine, record

    yield from _looked("程序", machine.python)
    yield from _looked("数据目录", machine.folder)
    yield from _looked("密钥", machine.keys)
    yield from _looked("磁盘", machine.disk)
    database = list(_looked("数据库", record.database))
    yield from database
    if all(each.ok for each in database):
        yield from _looked("审计链", record.chain)
        yield from _looked("原件", lambda: record.originals(every=every))
        yield from _looked("检索索引", record.index)
        yield from _looked("事件投递", record.deliveries)
        yield from _looked("时钟", record.clock)
        yield from _looked("法定数值", record.figures)
    yield from _looked("备份", care.backup)
    yield from _looked("运行方式", care.safety)
    yield from _looked("邮件", care.mail)
    yield from _looked("查毒", care.scanner)
    yield from _looked("可选组件", care.extras)
    yield from _looked("节假日", care.holidays)


def _looked(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of one look; a look that itself breaks down is a finding, and the others go on."""
    try:
        yield from look()
    except Exception as problem:
        said = " ".join(str(problem).split())[:200]
        yield Finding(
            name,
            "bad",
            f"查不下去（{type(problem).__name__}：{said}）",
            "这一项好不好还不知道",
            "请照括号里的原因处理后再查",
        )
