"""`gongkai evaluate`: measuring reading and search on files whose answers are known; touches no installation."""

import json
from pathlib import Path
from typing import Any

import click

from gongkai.project.cli import output

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def evaluate() -> None:
    """用已知答案测量。"""


@evaluate.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--truth", required=True, type=_FILE, help="JSON Lines：每行一个文件和它的正确要素。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def reading(folder: Path, truth: Path, as_json: bool) -> None:
    """逐项比对读到的要素和正确答案。"""
    from gongkai.reading.evaluate import evaluate_reading

    with output.bar("读取") as bar:
        report = evaluate_reading(folder, truth, bar)
    if as_json:
        output.emit_json(report)
        return
    for name, count in report["fields"].items():
        output.console.print(
            f"{name:<16} 正确 {count['exact']}/{count['of']}，标为确定 {count['sure']}，其中正确 {count['sure_right']}",
            highlight=False,
        )
    for row in report["wrong"]:
        output.console.print(f"  {row}", highlight=False, markup=False)


@evaluate.command()
@click.option("--corpus", required=True, type=_FILE)
@click.option("--queries", required=True, type=_FILE)
@click.option("--qrels", required=True, type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def search(corpus: Path, queries: Path, qrels: Path, as_json: bool) -> None:
    """在临时索引上跑一套问题，给出命中率和耗时。"""
    from gongkai.engine.evaluate import evaluate_search

    with output.bar("检索") as bar:
        report: dict[str, Any] = evaluate_search(corpus, queries, qrels, bar)
    if as_json:
        output.emit_json(report)
        return
    for name in ("queries", "doc_hit", "passage_hit", "passage_chars", "mrr10", "ms"):
        output.console.print(f"{name:<14} {report[name]}", highlight=False)


@evaluate.command()
@click.option("--corpus", required=True, type=_FILE)
@click.option("--queries", required=True, type=_FILE)
@click.option("--qrels", required=True, type=_FILE)
@click.option("--write", is_flag=True, help="把学到的权重写进程序的权重文件。")
def tune(corpus: Path, queries: Path, qrels: Path, write: bool) -> None:
    """从已知答案的问题学习排序权重，分折报告和全体报告各一次。"""
    from gongkai.engine import rank
    from gongkai.engine.tune import tune as learn

    with output.bar("学习") as bar:
        report = learn(corpus, queries, qrels, bar)
    if write:
        rank.WEIGHTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    output.emit_json(report)
