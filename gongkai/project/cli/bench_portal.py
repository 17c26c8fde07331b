"""The portal under load for `gongkai bench portal`: granian with two workers, 10,000 policies, 16 connections."""

import gzip
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CONNECTIONS, SECONDS, WORKERS = 16, 20.0, 2
_PUBLISH_EVERY = 1.0

# Corrects one of the texts every second until it is ended; a process of its own, as the desk's would be.
_PUBLISHER = """
import time
from gongkai.project.cli import django; django.setup()
from django.db import transaction
from gongkai.kernel import audit, events
from gongkai.policies import actions
from gongkai.policies.models import Policy
n = 0
while True:
    n += 1
    text = f"示例区民政局关于第{n}次更新的通知\\n示例民发〔2024〕{5000 + n}号\\n各街道：\\n一、事项\\n第{n}次更新由街道办理。\\n示例区民政局\\n2024年3月1日\\n"
    actions.take_in(data=text.encode(), name=f"{n}.txt", actor="system:bench")
    print(n, flush=True)
    time.sleep(%s)
"""


def portal(_count: int) -> list[dict[str, Any]]:
    """Rows of the bench: pages without the page cache, pages from it while a third process publishes, sizes."""
    from gongkai.kernel.models import Series
    from gongkai.policies.models import Policy
    from gongkai.project.cli.bench import _row
    from gongkai.project.cli.bench_record import POLICIES, _fill

    if Policy.objects.count() < POLICIES:
        _fill(random.Random(20261123))  # noqa: S311 - made-up rows
    # The made-up rows took their numbers past the series.
    Series.objects.update_or_create(name="policy", defaults={"last": 10 * POLICIES})
    _give_units()
    keys = list(Policy.objects.values_list("pk", flat=True))
    dice = random.Random(7)  # noqa: S311 - which pages are asked for
    pages = [f"/policies/{pk}/" for pk in dice.sample(keys, 2000)]
    library = ["/policies/", *(f"/policies/?year={2015 + n % 9}&page={1 + n % 7}" for n in range(300))]
    rows = []
    with _server(cache_mb=0) as drive:
        for what, paths in {"政策页，不用页面缓存": pages, "政策库，不用页面缓存": library}.items():
            drive(paths[:60], 3)
            load = drive(paths, SECONDS)
            rows.append(_row(f"{what}（16连接）", load.seconds) | _told(load))
    with _server(cache_mb=64) as drive:
        often = ["/", "/policies/", *pages[:18]]
        drive(often, 3)
        with _publishing() as published:
            load = drive(often, SECONDS)
            told = _told(load) | {"published": published()}
        rows.append(_row("页面缓存，另一进程每秒发布一次（16连接）", load.seconds) | told)
        rows += _sizes(drive, pages[0])
    return rows


def _told(load: Any) -> dict[str, Any]:
    return {
        "per_second": round(load.rate, 1),
        "others": load.others,
        "kb": round(load.bytes / max(1, len(load.seconds)) / 1000, 1),
    }


def _give_units() -> None:
    """Units, kinds and subjects for the made-up policies: a library without facets would be too easy."""
    from django.db.models import F
    from django.db.models.functions import Mod

    from gongkai.orgs.models import Unit
    from gongkai.policies.models import Policy

    units = [
        Unit.objects.get_or_create(
            code=f"bench{n}", defaults={"name": f"示例区第{n}局", "short_name": f"第{n}局"}
        )[0]
        for n in range(40)
    ]
    kinds = ["通知", "意见", "办法", "方案", "公告", "决定", "批复", "函", "规定", "细则"]
    subjects = ["民政", "教育", "卫生", "城乡建设", "商贸", "财政", "环境", "交通", "文化", "劳动"]
    made = Policy.objects.filter(unit=None).annotate(rest=Mod(F("pk"), len(units)))
    for n, unit in enumerate(units):
        keys = list(made.filter(rest=n).values_list("pk", flat=True))
        Policy.objects.filter(pk__in=keys).update(unit=unit, kind=kinds[n % 10], subject=subjects[n // 4])


@contextmanager
def _server(cache_mb: int) -> Iterator[Callable[..., Any]]:
    """Two workers of granian; gives ``drive(paths, seconds)``."""
    from gongkai.project.cli.load import drive
    from gongkai.project.cli.serve import threads

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
        str(WORKERS), "--blocking-threads", str(threads(WORKERS)), "--backpressure", "64", "--no-ws", "--log-level", "error", "gongkai.project.wsgi:application",
    ]  # fmt: skip
    env = {**os.environ, "GONGKAI_PAGE_CACHE_MB": str(cache_mb), "GONGKAI_RATE_LIMIT": "0"}
    child = subprocess.Popen(command, env=env)  # noqa: S603
    try:
        _await(port)
        yield lambda paths, seconds: drive(
            ("127.0.0.1", port), paths, connections=CONNECTIONS, seconds=seconds
        )
    finally:
        child.terminate()
        child.wait(timeout=20)


def _await(port: int) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("网站没有启动，请先运行 gongkai doctor。")


@contextmanager
def _publishing() -> Iterator[Callable[[], int]]:
    """A process that publishes every second; gives how often it has."""
    command = [sys.executable, "-c", _PUBLISHER % _PUBLISH_EVERY]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    done: list[str] = []
    reader = threading.Thread(target=lambda: done.extend(child.stdout or []), daemon=True)
    reader.start()
    while not reader.is_alive() or not child.stdout:
        time.sleep(0.05)
    try:
        yield lambda: len(done)
    finally:
        child.terminate()
        child.wait(timeout=20)
        reader.join(timeout=5)


def _sizes(_drive: Any, policy: str) -> list[dict[str, Any]]:
    """Bytes of pages as they go over the line, and of what the portal's pages ask for beside them."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    rows = []
    linked: set[str] = set()
    for path in ("/", "/policies/", policy, "/topics/", "/guides/", "/about/"):
        text = Client().get(path).content
        rows.append(
            {"what": f"网页 {path}（gzip 后，kB）", "n": 1, **_kilobytes(len(gzip.compress(text, 6)))}
        )
        linked |= set(re.findall(r'(?:href|src)="[^"]*/static/([^"]+\.(?:css|js))"', text.decode()))
    for end in ("css", "js"):
        files = [
            finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name)) for name in linked if name.endswith(end)
        ]
        size = sum(Path(str(file)).stat().st_size for file in files)
        rows.append({"what": f"门户的 {end}（未压缩，kB）", "n": len(files), **_kilobytes(size)})
    return rows


def _kilobytes(size: int) -> dict[str, float]:
    return {"p50": size / 1000, "p95": size / 1000, "max": size / 1000}
