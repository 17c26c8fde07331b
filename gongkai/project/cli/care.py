"""`gongkai audit`, `outbox` and `units`: looking after an installation."""

from pathlib import Path

import click

from gongkai.project.cli import django, output


@click.group()
def audit() -> None:
    """审计链。"""


@audit.command()
@click.option("--head", "expected", help="另存的链头（序号:哈希），用来发现链尾被截断或整体改写。")
@click.option("--json", "as_json", is_flag=True)
def verify(expected: str | None, as_json: bool) -> None:
    """校验整条审计链。"""
    django.setup()
    from gongkai.kernel import audit as chain

    with output.bar("校验") as bar:
        result = chain.verify(expected_head=expected, progress=bar)
    if as_json:
        output.emit_json(vars(result))
    elif result.ok:
        output.console.print(f"审计链完好，共 {result.count} 条；链头 {result.head}", highlight=False)
    else:
        output.notes.print(result.why, style="red", highlight=False)
    if not result.ok:
        raise click.exceptions.Exit(1)


@audit.command()
def head() -> None:
    """显示链头，供另存。"""
    django.setup()
    from gongkai.kernel import audit as chain

    click.echo(chain.head())


@click.group()
def outbox() -> None:
    """事件投递。"""


@outbox.command()
def status() -> None:
    """待投递、正在投递和失败的数量。"""
    django.setup()
    from gongkai.kernel import worker

    output.emit_json(worker.status())


@outbox.command()
@click.argument("deliveries", nargs=-1, type=int)
def retry(deliveries: tuple[int, ...]) -> None:
    """重新投递失败的事件；不写编号则全部重投。"""
    django.setup()
    from gongkai.kernel import worker
    from gongkai.kernel.models import Delivery

    ids = list(deliveries) or list(Delivery.objects.filter(state="dead").values_list("pk", flat=True))
    output.console.print(f"重投 {worker.retry_dead(ids)} 件。", highlight=False)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def units(file: Path) -> None:
    """从 TOML 文件载入单位和机构组；已有的更新，不删除。格式见 gongkai/project/sample/units.toml。"""
    django.setup()
    from gongkai.orgs.actions import load_units

    try:
        count = load_units(path=file, actor="system:command")
    except (KeyError, ValueError) as problem:
        output.fail(f"单位文件不完整或者格式有误（{problem}），请对照示例 units.toml 更正。")
        return
    output.console.print(f"载入 {count} 个单位。", highlight=False)
