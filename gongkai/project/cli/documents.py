"""`gongkai import` and `withdraw`: files in, and a document taken out of sight."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gongkai.project.cli import django, output
from gongkai.reading.apart import Progress
from gongkai.reading.document import Unreadable

# In a folder only these are tried: a list of metadata beside the documents is no document.
DOCUMENTS = {
    ".html", ".htm", ".docx", ".txt", ".md", ".pdf", ".doc", ".wps", ".rtf", ".xlsx", ".xls", ".et", ".ofd", ".eml", ".zip",
    ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp",
}  # fmt: skip
WORDS = {
    "published": "已发布",
    "draft": "存为草稿",
    "unchanged": "没有变化",
    "same_number": "已有同号文件",
    "offered": "与已有文件相同，待确认",
    "refused": "不能导入",
    "skipped": "不是文件，跳过",
}


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--draft", is_flag=True, help="只存为草稿，不发布。")
@click.option("--sample", is_flag=True, help="标为示例文件。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告。")
def import_(paths: tuple[Path, ...], draft: bool, sample: bool, as_json: bool) -> None:
    """导入文件或文件夹：读取、保存原件、建立记录并发布。

    重复导入不会产生重复记录；中断后再次运行即可继续；一个文件读不了不影响其余文件。
    """
    django.setup()
    report = run_import(list(paths), draft=draft, sample=sample)
    if as_json:
        output.emit_json(report)
    else:
        _print_report(report)
    if report["counts"].get("refused"):
        raise click.exceptions.Exit(1)


def run_import(paths: list[Path], *, draft: bool = False, sample: bool = False) -> dict[str, Any]:
    """Import ``paths`` and give ``{"counts": {...}, "files": [{"file", "result", "policy", "notes"}]}``."""
    from gongkai.kernel import worker
    from gongkai.search import handlers

    handlers.mend()
    worker.reclaim()
    tried = list(_files(paths))
    rows = []
    with output.bar("导入", len(tried)) as bar:
        for n, (path, skip) in enumerate(tried, start=1):

            def tell(done: int, of: int, name: str = path.name) -> None:
                bar.say(f"导入 {name} 第 {done} / {of} 页")

            rows.append(
                {"file": str(path), "result": "skipped", "policy": None, "notes": []}
                if skip
                else _take(path, draft, sample, tell)
            )
            bar.say("导入")
            bar(n)
    with output.bar("更新检索"):
        worker.drain()
    return {"counts": dict(Counter(row["result"] for row in rows)), "files": rows}


def _files(paths: list[Path]) -> Iterator[tuple[Path, bool]]:
    """(file, whether to skip it): a file named is always tried, in a folder only documents are."""
    for path in paths:
        if path.is_file():
            yield path, False
            continue
        for child in sorted(path.rglob("*")):
            if child.is_file() and not child.name.startswith((".", "~$")):
                # The pictures and scripts that a browser saved beside a page are no documents.
                beside = any(parent.name.endswith(("_files", ".files")) for parent in child.parents)
                yield child, beside or child.suffix.lower() not in DOCUMENTS


def _take(path: Path, draft: bool, sample: bool, progress: Progress) -> dict[str, Any]:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from gongkai.policies import actions

    row: dict[str, Any] = {"file": str(path), "result": "refused", "policy": None, "notes": []}
    try:
        outcome = actions.take_in(
            data=path.read_bytes(),
            name=path.name,
            actor="system:import",
            publish=not draft,
            sample=sample,
            progress=progress,
        )
    except Unreadable as problem:
        return row | {"notes": [str(problem)]}
    except OSError as problem:
        return row | {"notes": [f"文件打不开（{problem.strerror}），请检查权限后重试。"]}
    except (DatabaseError, ImproperlyConfigured):
        raise  # not this file's fault, and the next one would fare no better
    except Exception as problem:  # one bad file never stops the rest; what it was is told
        return row | {
            "notes": [f"读取时出错（{type(problem).__name__}：{problem}），请把这个文件发给维护者。"]
        }
    return row | {"result": outcome.result.value, "policy": outcome.policy.pk, "notes": list(outcome.notes)}


def _print_report(report: dict[str, Any]) -> None:
    for row in report["files"]:
        if row["notes"] and row["result"] != "unchanged":
            output.console.print(
                f"{Path(row['file']).name}：{WORDS[row['result']]}。{' '.join(row['notes'])}",
                highlight=False,
                markup=False,  # gongkai[ocr] is no style
            )
    words = "，".join(f"{WORDS[name]} {n} 个" for name, n in report["counts"].items()) or "没有可导入的文件"
    output.console.print(f"共 {len(report['files'])} 个文件：{words}。", highlight=False)


@click.command()
@click.argument("policy", type=int)
@click.option("--reason", required=True, help="撤回原因，会显示在原来的地址上。")
def withdraw(policy: int, reason: str) -> None:
    """撤回一份已发布的文件：正文从页面、列表和检索中消失，地址保留并说明原因。"""
    django.setup()
    from gongkai.kernel import worker
    from gongkai.policies import actions
    from gongkai.policies.models import Policy

    found = Policy.objects.filter(pk=policy).first()
    if found is None:
        output.fail(f"没有第 {policy} 号文件，请用 gongkai search 查到编号后重试。")
        return
    try:
        actions.withdraw(policy=found, by="system:command", reason=reason)
    except actions.Refused as refusal:
        output.fail(str(refusal))
    worker.drain()
    output.console.print(f"已撤回：{found.title}", highlight=False)
