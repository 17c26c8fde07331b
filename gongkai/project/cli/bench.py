"""`gongkai bench`: how fast this installation's code is on this machine, in a temporary installation of its own."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import click

from gongkai.project.cli import django, output

_CHILD = "GONGKAI_BENCH_CHILD"


@click.command()
@click.argument(
    "what", type=click.Choice(["documents", "publish", "pages", "record", "portal", "all"]), default="all"
)
@click.option("--count", default=200, show_default=True, help="用多少份文件测量。")
@click.option("--json", "as_json", is_flag=True)
def bench(what: str, count: int, as_json: bool) -> None:
    """测量读取、保存、检索、发布到可见和页面的耗时（毫秒）；在临时目录里进行，不碰现有数据。"""
    if not os.environ.get(_CHILD):
        with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
            env = {**os.environ, _CHILD: "1", "GONGKAI_DATA": folder, "GONGKAI_LOG_LEVEL": "ERROR"}
            child = subprocess.run([sys.executable, "-m", "gongkai", *sys.argv[1:]], env=env, check=False)  # noqa: S603
            raise SystemExit(child.returncode)
    django.setup()
    from gongkai.project.cli.bench_portal import portal
    from gongkai.project.cli.bench_record import record
    from gongkai.project.cli.serve import run_prepare

    run_prepare()
    parts: dict[str, Callable[[int], list[dict[str, Any]]]] = {
        "documents": _documents,
        "publish": _publish,
        "pages": _pages,
        "record": record,
        "portal": portal,
    }
    rows = [row for name, run in parts.items() if what in {name, "all"} for row in run(count)]
    report = {
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": os.getloadavg()[0],
        "rows": rows,
    }
    if as_json:
        output.emit_json(report)
        return
    output.console.print(f"{report['machine']}，负载 {report['load']:.1f}", highlight=False)
    for row in rows:
        output.console.print(
            f"{row['what']:　<28} n={row['n']:<5} p50 {row['p50']:>8.1f}  p95 {row['p95']:>8.1f}  max {row['max']:>8.1f}"
            + ("" if row["what"].endswith("kB）") else " ms")
            + (f"  每秒 {row['per_second']:.0f} 次" if "per_second" in row else ""),
            highlight=False,
        )


def _row(what: str, seconds: list[float]) -> dict[str, Any]:
    ordered = sorted(value * 1000 for value in seconds)
    place = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]  # noqa: E731
    return {"what": what, "n": len(ordered), "p50": place(0.5), "p95": place(0.95), "max": ordered[-1]}


def _timed(call: Callable[..., Any], *args: Any, **values: Any) -> float:
    started = time.perf_counter()
    call(*args, **values)
    return time.perf_counter() - started


def variants(count: int) -> list[tuple[str, bytes]]:
    """Sample documents with other numbers and titles: ``count`` different files of ordinary length, html and docx."""
    import io

    import docx

    from gongkai.project.cli.serve import SAMPLE
    from gongkai.reading.read import read

    page = (SAMPLE / "03_one_thing_plan.html").read_text(encoding="utf-8")
    lines = read((SAMPLE / "02_canteen_rules.docx").read_bytes()).text.splitlines()
    made: list[tuple[str, bytes]] = []
    for n in range(count):
        if n % 2:
            made.append(
                (
                    f"{n}.html",
                    page.replace("〔2026〕12号", f"〔2026〕{1000 + n}号")
                    .replace("高效办成一件事", f"高效办成第{n}件事")
                    .encode(),
                )
            )
            continue
        word, file = docx.Document(), io.BytesIO()
        for line in lines:
            word.add_paragraph(
                line.replace("〔2025〕2号", f"〔2025〕{1000 + n}号").replace("长者食堂", f"第{n}长者食堂")
            )
        word.save(file)
        made.append((f"{n}.docx", file.getvalue()))
    return made


def _documents(count: int) -> list[dict[str, Any]]:
    """One ordinary file after another: read, saved and published, indexed and committed."""
    from gongkai.kernel import worker
    from gongkai.policies import actions
    from gongkai.reading.read import read

    reading, saving, indexing, whole = [], [], [], []
    with output.bar("文件", count) as bar:
        for n, (name, data) in enumerate(variants(count), start=1):
            read_in = _timed(read, data, name)
            taken_in = _timed(actions.take_in, data=data, name=name, actor="system:bench")
            delivered = _timed(worker.drain)
            reading.append(read_in)
            saving.append(taken_in - read_in)
            indexing.append(delivered)
            whole.append(taken_in + delivered)
            bar(n)
    return [
        _row("读取一个文件", reading),
        _row("保存记录并发布", saving),
        _row("写入检索索引", indexing),
        _row("读取+保存+索引", whole),
    ]


def _publish(count: int) -> list[dict[str, Any]]:
    """From the commit of a publication to page, list and search, with a worker process of its own."""
    from django.test import Client

    from gongkai.kernel import clock
    from gongkai.policies import actions
    from gongkai.search.results import find

    tries = min(count, 30)
    worker = subprocess.Popen([sys.executable, "-m", "gongkai", "work"], start_new_session=True)
    client = Client(headers={"host": "127.0.0.1"})
    page, listed, found = [], [], []
    try:
        time.sleep(4)
        with output.bar("发布", tries) as bar:
            for n in range(tries):
                text = f"示例区民政局关于闪电{n}号事项的通知\n示例民发〔2024〕{n + 1}号\n各街道：\n一、事项\n闪电{n}号事项由街道办理。\n示例区民政局\n2024年3月1日\n"
                policy = actions.take_in(data=text.encode(), name=f"{n}.txt", actor="system:bench").policy
                started = time.perf_counter()
                client.get(policy.get_absolute_url())
                page.append(time.perf_counter() - started)
                client.get("/policies/")
                listed.append(time.perf_counter() - started)
                while not any(
                    group.facts.title == policy.title
                    for group in find(f"“闪电{n}号”", on=clock.today()).results.groups
                ):
                    time.sleep(0.005)
                    if time.perf_counter() - started > 30:
                        output.fail("三十秒内没有检索到刚发布的文件，请运行 gongkai doctor。")
                found.append(time.perf_counter() - started)
                bar(n + 1)
    finally:
        worker.terminate()
        worker.wait(timeout=20)
    return [_row("发布→页面", page), _row("发布→列表", listed), _row("发布→可检索", found)]


def _pages(count: int) -> list[dict[str, Any]]:
    """Pages rendered in this process, nothing cached, over the documents that are there."""
    from django.test import Client

    from gongkai.kernel import worker
    from gongkai.policies import actions
    from gongkai.policies.models import Policy

    if Policy.objects.count() < count:
        for name, data in variants(count):
            actions.take_in(data=data, name=name, actor="system:bench")
        worker.drain()
    client = Client(headers={"host": "127.0.0.1"})
    keys = list(Policy.objects.values_list("pk", flat=True)[:50])
    addresses = {
        "首页": ["/"] * 50,
        "政策文件列表": ["/policies/"] * 50,
        "政策文件页": [f"/policies/{pk}/" for pk in keys],
        "检索结果页": [
            f"/search/?q={words}"
            for words in ("长者食堂 补贴", "一件事", "运营单位", "示例府办〔2026〕1001号", "第十条") * 10
        ],
    }
    rows = []
    for name, urls in addresses.items():
        client.get(urls[0])
        rows.append(_row(name, [_timed(client.get, url) for url in urls]))
    return rows
