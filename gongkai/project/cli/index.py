"""`gongkai index` and `gongkai search`."""

from typing import Any

import click

from gongkai.project.cli import django, output


@click.group()
def index() -> None:
    """检索索引。"""


@index.command()
def rebuild() -> None:
    """重建整个索引；重建期间旧索引照常服务。"""
    django.setup()
    from gongkai.policies.models import Policy
    from gongkai.search import index as search_index

    with output.bar("重建索引", Policy.objects.filter(live=True).count()) as bar:
        documents = search_index.rebuild(bar)
    output.console.print(f"索引已重建：{documents} 份文件。", highlight=False)


@index.command()
def check() -> None:
    """检查索引能否读取。"""
    django.setup()
    from gongkai.search import index as search_index

    if not search_index.sound():
        output.fail("索引不存在或者已损坏，请运行 gongkai index rebuild。")
    output.console.print("索引可用。", highlight=False)


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--ended", is_flag=True, help="一并列出已失效、已废止的文件。")
@click.option("--limit", default=10, show_default=True, help="最多列出几份文件。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def search(words: tuple[str, ...], ended: bool, limit: int, as_json: bool) -> None:
    """检索已发布的文件，与网页结果相同。"""
    django.setup()
    from gongkai.kernel import clock
    from gongkai.search.results import find

    found = find(" ".join(words), on=clock.today(), with_ended=ended, limit=limit)
    if not found.working:
        output.fail("索引不存在或者已损坏，请运行 gongkai index rebuild。")
    groups: list[dict[str, Any]] = [
        {
            "document": group.document,
            "title": group.facts.title,
            "document_number": group.facts.document_number,
            "score": round(group.score, 4),
            "hits": [{"path": hit.path, "text": hit.text} for hit in group.hits],
        }
        for group in found.results.groups
    ]
    if as_json:
        output.emit_json({"total": found.results.total, "documents": groups})
        return
    output.console.print(f"找到 {found.results.total} 份文件。", highlight=False)
    for group in groups:
        output.console.print(
            f"{group['title']}  {group['document_number'] or ''}  ({group['document']})",
            highlight=False,
            markup=False,
        )
        for hit in group["hits"]:
            output.console.print(f"    {hit['path']}  {hit['text'][:70]}", highlight=False, markup=False)
