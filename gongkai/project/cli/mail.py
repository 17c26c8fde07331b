"""`gongkai mail`: letters at the terminal: how many are where, send now, read a bounce, measure."""

import os
import subprocess
import sys
import tempfile
import time
from typing import Any, BinaryIO

import click

from gongkai.project.cli import django, output

_CHILD = "GONGKAI_BENCH_CHILD"


@click.group()
def mail() -> None:
    """邮件和通知。"""


@mail.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """每种状态有多少封信；有不确定或没有发成的，返回 1。"""
    django.setup()
    from gongkai.subscriptions import channels, queries

    found: dict[str, Any] = {"channels": sorted(channels.all_open()), "letters": queries.counts()}
    if as_json:
        output.emit_json(found)
    else:
        if not found["channels"]:
            output.console.print(
                "没有配置邮件服务器（GONGKAI_SMTP_URL），不发邮件，通知留在收件箱。", highlight=False
            )
        from gongkai.subscriptions.models import Message

        for state in Message.State:
            output.console.print(f"{state.label}：{found['letters'][state.value]}", highlight=False)
    if found["letters"]["in_doubt"] or found["letters"]["given_up"]:
        raise click.exceptions.Exit(1)


@mail.command()
def send() -> None:
    """现在就写好、发出到期的信（后台进程平时自动做）。"""
    django.setup()
    from gongkai.subscriptions import compose, delivery

    written, sent = compose.run(), 0
    while count := delivery.run():
        sent += count
    output.console.print(f"写好 {written} 封，发出 {sent} 封。", highlight=False)


@mail.command()
@click.argument("file", type=click.File("rb"), default="-")
def bounce(file: BinaryIO) -> None:
    """读一封投递状态通知（RFC 3464），从文件或者标准输入；供邮件服务器把退信地址的来信转给本命令。"""
    django.setup()
    from gongkai.subscriptions import actions, bounces

    report = bounces.read(file.read(bounces.LONGEST))
    if report is None:
        # Not an error: the mail server would otherwise send a bounce of the bounce.
        output.console.print("不是投递状态通知，没有处理。", highlight=False)
        return
    found = actions.record_bounce(
        token=report.token, status=report.status, why=report.why, delivered=report.delivered
    )
    if found is None:
        output.console.print("通知所说的信不是本站发的，或者已经删除，没有处理。", highlight=False)
        return
    output.console.print(
        f"已记录：{found.reference} {report.status} {found.get_state_display()}", highlight=False
    )


@mail.command()
@click.option("--count", default=10_000, show_default=True, help="多少位订阅人。")
@click.option("--json", "as_json", is_flag=True)
def bench(count: int, as_json: bool) -> None:
    """测量写汇总信要多久；在临时目录里进行，不碰现有数据。"""
    if not os.environ.get(_CHILD):
        with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
            # Composed, never sent: the server is nobody's.
            said = {
                "GONGKAI_SMTP_URL": "smtp://127.0.0.1:1?tls=none",
                "GONGKAI_MAIL_FROM": "bench@example.cn",
            }
            env = {**os.environ, **said, _CHILD: "1", "GONGKAI_DATA": folder, "GONGKAI_LOG_LEVEL": "ERROR"}
            child = subprocess.run([sys.executable, "-m", "gongkai", *sys.argv[1:]], env=env, check=False)  # noqa: S603
            raise SystemExit(child.returncode)
    django.setup()
    from gongkai.project.cli import database

    database.bring_up_to_date()
    found = bench_digests(count)
    if as_json:
        output.emit_json(found)
        return
    output.console.print(
        f"{count} 位订阅人，每人 {found['each']} 条：通知 {found['tell_s']:.1f} 秒，"
        f"写成 {found['letters']} 封汇总信 {found['compose_s']:.1f} 秒（负载 {found['load']:.1f}）",
        highlight=False,
    )


def bench_digests(count: int, *, each: int = 3) -> dict[str, Any]:
    """Seconds to tell ``count`` readers ``each`` things, and to write the digests of one morning, on this database."""
    from datetime import timedelta

    from django.db import transaction

    from gongkai.kernel import clock
    from gongkai.subscriptions import actions, compose
    from gongkai.subscriptions.models import Subscriber, Subscription

    moment = clock.now()
    people = Subscriber.objects.bulk_create(
        Subscriber(
            address=f"bench{number}@example.cn",
            address_key=f"bench{number}@example.cn",
            created_at=moment,
            confirmed_at=moment,
            quiet_from=0,
            quiet_until=0,
        )
        for number in range(count)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=one, key="library", name="全部", created_at=moment, confirmed_at=moment)
        for one in people
    )
    started = time.perf_counter()
    for number in range(each):
        with transaction.atomic():
            actions.tell(
                subject_keys=["library"],
                category="published",
                title=f"示例区人民政府办公室关于印发第{number}号测试事项实施办法的通知",
                text="自发布之日起施行，有效期五年。",
                path=f"/policies/{number + 1}/",
                key=f"bench:{number}",
                actor="system:bench",
            )
    told = time.perf_counter()
    with clock.frozen(moment + timedelta(days=2)):
        letters = compose.run()
    return {
        "readers": count,
        "each": each,
        "letters": letters,
        "tell_s": told - started,
        "compose_s": time.perf_counter() - told,
        "load": os.getloadavg()[0],
    }
