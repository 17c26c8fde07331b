"""`gongkai bench-reading`: how fast files are read in bulk, how flat memory stays, how long a whole library takes."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from gongkai.project.cli import output
from gongkai.project.cli.bench import variants


@click.command("bench-reading")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=1000, show_default=True, help="另用多少份普通的 html、docx 测量速度和内存。")
@click.option("--library", is_flag=True, help="把所给的文件夹导入一个临时的库两次，测量总时间。")
@click.option("--json", "as_json", is_flag=True)
def bench_reading(paths: tuple[Path, ...], count: int, library: bool, as_json: bool) -> None:
    """测量读取的速度：每秒多少份、每秒多少页，内存是否随份数增长；不碰现有数据。"""
    report: dict[str, Any] = {"load": os.getloadavg()[0], "bulk": _bulk(count) if count else None}
    report["files"] = [] if library else [_one(path) for path in paths if path.is_file()]
    report["library"] = [_library(path) for path in paths] if library else []
    if as_json:
        output.emit_json(report)
        return
    if bulk := report["bulk"]:
        output.console.print(
            f"普通文件 {bulk['files']} 份：每秒 {bulk['per_second']:.0f} 份；内存 {bulk['mb_early']:.0f} → {bulk['mb_late']:.0f} MB",
            highlight=False,
        )
    for row in report["files"]:
        output.console.print(
            f"{row['file']}：{row['pages']} 页，{row['seconds']:.1f} 秒，每秒 {row['pages_per_second']:.1f} 页",
            highlight=False,
        )
    for row in report["library"]:
        output.console.print(
            f"{row['folder']}：第一次 {row['first']:.0f} 秒，没有变化再导入 {row['again']:.0f} 秒",
            highlight=False,
        )


def _megabytes() -> float:
    """What this process holds now; its peak where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _bulk(count: int) -> dict[str, Any]:
    """Read many ordinary files one after another in this process; memory after a tenth of them and at the end."""
    from gongkai.reading.read import read

    files = variants(min(count, 200))
    early, started = 0.0, time.perf_counter()
    with output.bar("读取", count) as bar:
        for n in range(count):
            name, data = files[n % len(files)]
            read(data, name)
            if n == count // 10:
                early = _megabytes()
            bar(n + 1)
    seconds = time.perf_counter() - started
    return {"files": count, "per_second": count / seconds, "mb_early": early, "mb_late": _megabytes()}


def _one(path: Path) -> dict[str, Any]:
    """Read one file, the starting of its process included."""
    from gongkai.reading.read import read

    pages = 1
    started = time.perf_counter()
    with output.bar(path.name) as bar:

        def told(done: int, of: int) -> None:
            nonlocal pages
            pages = max(pages, of)
            bar(done)

        read(path.read_bytes(), path.name, told)
    seconds = time.perf_counter() - started
    return {"file": path.name, "pages": pages, "seconds": seconds, "pages_per_second": pages / seconds}


def _library(folder: Path) -> dict[str, Any]:
    """Import a folder into an installation of its own, twice."""
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as home:
        env = {**os.environ, "GONGKAI_DATA": home, "GONGKAI_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "gongkai"]
        subprocess.run([*command, "prepare"], env=env, check=True, capture_output=True)  # noqa: S603
        took = []
        for _ in range(2):
            started = time.perf_counter()
            subprocess.run(  # noqa: S603
                [*command, "import", str(folder), "--json"], env=env, check=False, stdout=subprocess.DEVNULL
            )
            took.append(time.perf_counter() - started)
    return {"folder": folder.name, "first": took[0], "again": took[1]}
