"""`gongkai import-guides`: services and their guides from a list, with every fault told by row and column."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from gongkai.project.cli import django, output
from gongkai.reading.document import Unreadable

_WORDS = {"created": "新建", "changed": "更新", "unchanged": "没有变化", "refused": "不能导入"}
_SHOWN = 200


@click.command("import-guides")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="只检查，不写入。")
@click.option(
    "--template", type=click.Path(dir_okay=False, path_type=Path), help="写出一份 JSON 模板，不导入。"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告。")
def import_guides(file: Path | None, dry_run: bool, template: Path | None, as_json: bool) -> None:
    """从 xlsx 或者 JSON 清单导入办事事项和办事指南，按事项编码更新，重复导入没有影响。

    xlsx 的表头写列名，先后不限：事项编码、事项名称、实施单位、服务对象必填。依据、条件、材料、流程在单元格里一行一条，
    材料每条写成：名称｜形式｜份数｜说明｜样表网址。有错的行逐项说明，不影响其他行。
    """
    if template:
        _write_template(template)
        return
    if file is None:
        raise click.UsageError("请写明要导入的文件，或者用 --template 写出模板。")
    django.setup()
    try:
        report = run_import(file, dry_run=dry_run)
    except Unreadable as problem:
        output.fail(f"{file.name}：{problem}")
        return
    output.emit_json(report) if as_json else _print(report, dry_run)
    if report["counts"].get("refused"):
        raise click.exceptions.Exit(1)


def run_import(path: Path, *, dry_run: bool = False) -> dict[str, Any]:
    """Import a list and give ``{"counts": {...}, "notes": [...], "rows": [{place, code, name, result, faults, missing}]}``."""
    from gongkai.guides import actions, importing
    from gongkai.kernel import worker

    found = importing.read(path.read_bytes())
    with output.bar("导入", len(found.rows)) as bar:
        outcomes = actions.take_in(rows=found.rows, by="system:import", dry_run=dry_run, progress=bar)
    if not dry_run:
        with output.bar("更新"):
            worker.drain()
    rows = [{**vars(each), "result": each.result.value} for each in outcomes]
    return {"counts": dict(Counter(row["result"] for row in rows)), "notes": list(found.notes), "rows": rows}


def _print(report: dict[str, Any], dry_run: bool) -> None:
    def say(sentence: str) -> None:
        output.console.print(sentence, highlight=False, markup=False)

    told = [*report["notes"], *(fault for row in report["rows"] for fault in row["faults"])]
    told += [
        f"{row['place']}“{row['name']}”缺少关键要素：{'、'.join(row['missing'])}。"
        for row in report["rows"]
        if row["missing"]
    ]
    for sentence in told[:_SHOWN]:
        say(sentence)
    if len(told) > _SHOWN:
        say(f"另有 {len(told) - _SHOWN} 条没有显示，请用 --json 查看全部。")
    counted = "，".join(f"{_WORDS[name]} {n} 个" for name, n in report["counts"].items())
    say(
        f"{'检查' if dry_run else '处理'}了 {len(report['rows'])} 个事项：{counted}。"
        + ("没有写入。" if dry_run else "")
    )


def _write_template(path: Path) -> None:
    sample = Path(__file__).resolve().parents[1] / "sample" / "guides.json"
    first = json.loads(sample.read_text(encoding="utf-8"))["services"][:1]
    path.write_text(json.dumps({"services": first}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    output.console.print(f"模板已写入 {path}，照样填写后用 gongkai import-guides 导入。", highlight=False)
