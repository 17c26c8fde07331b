"""The record at size for `gongkai bench`: 10,000 policies, 30,000 relations; pages, and a repeal that shows everywhere."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

POLICIES, RELATIONS, CITATIONS = 10_000, 30_000, 30_000
_PAGES = 300


def record(_count: int) -> list[dict[str, Any]]:
    """Rows of the bench: pages uncached at size, what rests on the most relied-on text, its repeal until it shows."""
    from gongkai.project.cli.bench import _row

    keys = _fill(random.Random(20261123))  # noqa: S311 - made-up rows
    pages, impacts = _time_pages(keys), _time_impact()
    done, shown = _time_repeal()
    return [
        _row("政策页，不用缓存（1万份、3万关系）", pages),
        _row("废止涉及的全部文件（逐层）", impacts),
        _row("一份废止：从确认到写完", done),
        _row("一份废止：到页面、依据和检索都显示", shown),
    ]


def _fill(dice: random.Random) -> list[int]:
    """Made-up policies of ordinary length; each rests on three earlier ones, the first of them on by many."""
    from gongkai.policies.models import Citation, Policy, Relation

    first = date(2015, 1, 1)
    Policy.objects.bulk_create(
        (
            Policy(
                title=f"示例区第{n}号事项管理办法",
                document_number=f"示例府规〔2020〕{n}号",
                body=_body(n),
                live=True,
                effective_from=first + timedelta(days=n % 3000),
                published_on=first + timedelta(days=n % 3000),
                record_number=n,
            )
            for n in range(1, POLICIES + 1)
        ),
        batch_size=500,
    )
    keys = list(Policy.objects.order_by("pk").values_list("pk", flat=True))
    rows: dict[tuple[int, int, str], Relation] = {}
    while len(rows) < RELATIONS:
        source = dice.randrange(1, POLICIES)
        target = int(source * dice.random() ** 3)  # what is old is relied on by many
        kind = dice.choice(["based_on", "based_on", "implements", "interprets"])
        if source != target:
            rows[source, target, kind] = Relation(
                source_id=keys[source],
                target_id=keys[target],
                kind=kind,
                target_title=f"示例区第{target}号事项管理办法",
                target_key=f"n:{target}",
                state="confirmed",
                words=f"根据《示例区第{target}号事项管理办法》",
            )
    Relation.objects.bulk_create(rows.values(), batch_size=1000)
    cites: dict[tuple[int, int, str], Citation] = {}
    while len(cites) < CITATIONS:
        source, target = dice.randrange(1, POLICIES), dice.randrange(POLICIES)
        clause = f"第{'一二三四五六七八九'[dice.randrange(9)]}条"
        cites[source, target, clause] = Citation(
            source_id=keys[source],
            path="第二条",
            target_id=keys[target],
            target_key=f"n:{target}",
            target_clause=clause,
        )
    Citation.objects.bulk_create(cites.values(), batch_size=1000)
    return keys


def _body(n: int) -> list[dict[str, Any]]:
    numbers = [
        "一",
        "二",
        "三",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
        "十",
        "十一",
        "十二",
        "十三",
        "十四",
        "十五",
    ]
    lines = [
        f"第{number}条　第{n}号事项的第{number}项要求，由各街道办事处会同有关部门办理，申请人应当提交第{n}号材料和身份证明。"
        for number in numbers
    ]
    items = [f"（{number}）第{n}号事项的第{number}类情形；" for number in numbers[:9]]
    text = [*lines[:5], *items, *lines[5:], f"第十六条　本办法自{2015 + n % 8}年1月1日起施行。"]
    return [{"type": "paragraph", "value": line, "id": f"b{i}"} for i, line in enumerate(text)]


def _time_pages(keys: list[int]) -> list[float]:
    dice = random.Random(1)  # noqa: S311 - which pages are timed
    with _visitor() as visit:
        visit(f"/policies/{keys[-1]}/")  # templates are compiled once a process
        return [visit(f"/policies/{pk}/") for pk in dice.sample(keys, _PAGES)]


@contextmanager
def _visitor() -> Iterator[Any]:
    """A visit that gives its seconds; a page that does not answer stops the bench."""
    from django.conf import settings
    from django.test import Client

    client, hosts = Client(), settings.ALLOWED_HOSTS
    settings.ALLOWED_HOSTS = ["testserver"]

    def visit(path: str, words: str = "") -> float:
        started = time.perf_counter()
        answer = client.get(path)
        if answer.status_code != 200 or words not in answer.content.decode():
            raise RuntimeError(f"{path} 没有显示“{words}”（{answer.status_code}）。")
        return time.perf_counter() - started

    try:
        yield visit
    finally:
        settings.ALLOWED_HOSTS = hosts


def _most_relied_on(nth: int) -> Any:
    from django.db.models import Count

    from gongkai.policies.models import Policy

    return Policy.objects.annotate(n=Count("said_of")).order_by("-n", "pk")[nth]


def _time_impact() -> list[float]:
    from gongkai.policies.relations import resting_on

    times = []
    for nth in range(10):
        policy = _most_relied_on(nth)
        started = time.perf_counter()
        resting_on(policy)
        times.append(time.perf_counter() - started)
    return times


def _time_repeal() -> tuple[list[float], list[float]]:
    """Repeal ten of the most relied-on texts: until it is written, and until page, basis and search say so."""
    from django.db import transaction

    from gongkai.kernel import worker
    from gongkai.policies import actions
    from gongkai.policies.actions.publish import write_clauses
    from gongkai.policies.models import Policy
    from gongkai.search import index

    done, shown = [], []
    targets = [_most_relied_on(nth) for nth in range(10)]
    with transaction.atomic():
        for target in targets:
            write_clauses(target)
    index.rebuild()
    newest = Policy.objects.order_by("-pk")[0]
    with _visitor() as visit:
        for target in targets:
            rests = target.said_of.filter(kind="based_on").first().source
            started = time.perf_counter()
            actions.relate(
                source=newest, kind="repeals", target=target, by="system:bench", begins=date(2024, 1, 1)
            )
            done.append(time.perf_counter() - started)
            worker.drain()
            visit(target.get_absolute_url(), "已废止")
            visit(rests.get_absolute_url(), "依据已有变化")
            visit(f"/search/?q=示例区第{target.record_number}号事项管理办法&ended=1", "已废止")
            shown.append(time.perf_counter() - started)
    return done, shown
