"""`gongkai import-library`: laws with several versions, from a folder or archive and the list that dates them."""

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import click

from gongkai.project.cli import django, output
from gongkai.project.cli.documents import WORDS
from gongkai.reading.document import Unreadable

_LARGEST = 20_000_000  # bytes of one file: a law has less than one million
_ENDINGS = {".md", ".txt", ".html", ".docx"}


@click.command("import-library")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--list", "listing", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="逐行 JSON 的清单：name、publish、valid_from、expired。")  # fmt: skip
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="把缺什么写入这个 JSON 文件。"
)
def import_library(path: Path, listing: Path | None, report: Path | None) -> None:
    """导入法规库（文件夹或 tar.gz）：按文件名和清单定日期，同名版本新旧衔接，缺日期或者矛盾的逐部列出。

    重复导入不会产生重复记录；中断后再次运行即可继续。
    """
    django.setup()
    found = run_library(path, listing)
    if report:
        report.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    words = "，".join(f"{WORDS[name]} {n} 个" for name, n in sorted(found["counts"].items()))
    output.console.print(
        f"共 {found['files']} 个文件：{words}。版本衔接 {found['chained']} 处。", highlight=False
    )
    for row in found["refused"]:
        output.console.print(f"{row['file']}：{row['why']}", highlight=False)
    output.console.print(f"缺日期或者存疑 {len(found['lacking'])} 部：", highlight=False)
    for row in found["lacking"]:
        output.console.print(
            f"  {row['title']}（{row['published_on'] or '日期不明'}）：{row['what']}", highlight=False
        )


def run_library(path: Path, listing: Path | None) -> dict[str, Any]:
    """Import all files, chain the versions, bring the index up to date; gives counts and what is lacking."""
    from gongkai.kernel import worker
    from gongkai.policies.actions import library
    from gongkai.search import handlers

    handlers.mend()
    worker.reclaim()
    listed = _entries(listing) if listing else {}
    counts: Counter[str] = Counter()
    refused, ended = [], {}
    files = list(_names(path))
    with output.bar("导入", len(files)) as bar:
        for n, (name, data) in enumerate(_files(path), start=1):
            entry = library.entry_for(PurePosixPath(name).stem, listed)
            try:
                outcome = library.take_in_version(data=data, file=PurePosixPath(name).name, entry=entry)
            except Unreadable as problem:
                counts["refused"] += 1
                refused.append({"file": name, "why": str(problem)})
            else:
                counts[outcome.result.value] += 1
                if listed:
                    ended[outcome.policy.pk] = entry.ended
                else:
                    ended.setdefault(outcome.policy.pk, False)
            bar(n)
    made = library.chain_versions(ended, ended if listed else {})
    with output.bar("更新检索"):
        worker.drain()
    lacking = [
        {
            "policy": each.policy.pk,
            "title": each.policy.title,
            "published_on": each.policy.published_on.isoformat() if each.policy.published_on else None,
            "what": each.what,
        }
        for each in library.lacking(ended)
    ]
    return {
        "files": len(files),
        "counts": dict(counts),
        "chained": len(made),
        "refused": refused,
        "lacking": lacking,
    }


def _entries(path: Path) -> dict[tuple[str, date | None], Any]:
    """The list by name and day of publication; a line that cannot be read is told and stops the import."""
    from gongkai.policies.actions.library import Entry

    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            entry = Entry(
                row["name"], _day(row.get("publish")), _day(row.get("valid_from")), bool(row.get("expired"))
            )
        except (ValueError, KeyError, TypeError):
            output.fail(
                f"{path.name} 第 {number} 行不是清单的一行，请改为含 name、publish、valid_from、expired 的 JSON。"
            )
        found[entry.name, entry.published_on] = entry
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _names(path: Path) -> Iterator[str]:
    if path.is_dir():
        yield from (str(child.relative_to(path)) for child in _children(path))
        return
    with tarfile.open(path) as archive:
        yield from (member.name for member in archive if _wanted(member))


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every document, one at a time; nothing of an archive is written to disk."""
    if path.is_dir():
        for child in _children(path):
            yield str(child.relative_to(path)), child.read_bytes()
        return
    with tarfile.open(path) as archive:
        for member in archive:
            handle = archive.extractfile(member) if _wanted(member) else None
            if handle:
                yield member.name, handle.read()


def _children(path: Path) -> list[Path]:
    return [
        child for child in sorted(path.rglob("*")) if child.is_file() and child.suffix.lower() in _ENDINGS
    ]


def _wanted(member: tarfile.TarInfo) -> bool:
    return (
        member.isfile() and member.size <= _LARGEST and PurePosixPath(member.name).suffix.lower() in _ENDINGS
    )
