"""Clause addresses: cited as people cite, found as people type."""

import tarfile
from pathlib import Path

import pytest

from gongkai.reading.address import Addresses, cite, find
from gongkai.reading.document import OfficialDocument
from gongkai.reading.read import read

LAW = """# 示例市公园条例
第一章　总则
第一条　为了管理公园，制定本条例。
第二条　本市公园适用本条例。
下列场所参照执行：
（一）广场；
（二）绿道：
1.滨水绿道；
2.山地绿道。
第二条之一　公园免费开放。
第二章　管理
第一节　日常管理
第三条　禁止下列行为：
（一）攀折花木；
（二）捕捞；
（三）露营。
前款规定由公园管理机构执行。
第十二条　本条例自公布之日起施行。
"""
NOTICE = """# 示例市公园管理局关于做好公园工作的通知
各区公园管理局：
现就有关工作通知如下：
一、总体要求
坚持为民。
二、主要任务
（一）建设公园。
1.新建公园。
2.改造公园。
（三）管理公园。
1.巡查。
（1）每日巡查。
示例市公园管理局
2024年3月1日
附件1
公园名单
第一条　名单由市局公布。
附件2
管理办法
第三条　名单每年更新。
（一）公布；
（二）备案。
"""


def made(text: str) -> OfficialDocument:
    return read(text.encode())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("第十二条", "第十二条"),
        ("第十二条/（三）", "第十二条第（三）项"),
        ("第十二条/第二款/（三）/1", "第十二条第二款第（三）项第1目"),
        ("第二条之一/第二款", "第二条之一第二款"),
        ("二/（三）/1", "第二部分第（三）项第1点"),
        ("附件2/第三条/（一）", "附件2第三条第（一）项"),
        ("第二章/第一节", "第二章第一节"),
        ("通知/一", "通知第一部分"),
        ("二~2", "第二部分（第2处）"),
    ],
)
def test_a_path_is_cited_in_the_words_of_a_letter(path: str, words: str) -> None:
    assert cite(path) == words


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("第3条", "第三条"),
        ("三条", "第三条"),
        ("第 三 条", "第三条"),
        ("第三条第一款", "第三条"),
        ("第三条第一款第（三）项", "第三条/（三）"),
        ("第3条第1款第3项", "第三条/（三）"),
        ("第三条第三项", "第三条/（三）"),
        ("三条二款", "第三条/第二款"),
        ("第２条第２款第（２）项", "第二条/第二款/（二）"),
        ("第二条第（一）项", "第二条/第二款/（一）"),
        ("第二条第二款第（二）项第2目", "第二条/第二款/（二）/2"),
        ("第二条之一", "第二条之一"),
        ("第二章第三条", "第三条"),
        ("第二章第一节", "第二章/第一节"),
        ("第二章", "第二章"),
    ],
)
def test_an_article_is_found_however_it_is_typed(words: str, path: str) -> None:
    clause = find(made(LAW).clauses, words)
    assert clause is not None and clause.path == path


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("二", "二"),
        ("二（三）1", "二/（三）/1"),
        ("二、（三）1.", "二/（三）/1"),
        ("二（三）1（1）", "二/（三）/1/（1）"),
        ("第二部分第（一）项第2点", "二/（一）/2"),
        ("第二条第（三）项", "二/（三）"),
        ("附件2第三条", "附件2/第三条"),
        ("附件二第3条第2项", "附件2/第三条/（二）"),
        ("附件1", "附件1/第一条"),
    ],
)
def test_items_of_a_notice_and_of_its_attachments_are_found(words: str, path: str) -> None:
    clause = find(made(NOTICE).clauses, words)
    assert clause is not None and clause.path == path


@pytest.mark.parametrize(
    "words",
    [
        "",
        "第九十九条",
        "第三条第九款",
        "第三条第（九）项",
        "附件7",
        "附件7第一条",
        "公园",
        "第条",
        "二（三）1" * 50,
    ],
)
def test_what_the_text_does_not_have_is_not_found(words: str) -> None:
    assert find(made(LAW).clauses, words) is None


@pytest.mark.parametrize("text", [LAW, NOTICE])
def test_every_numbered_clause_is_found_by_its_own_citation(text: str) -> None:
    clauses = made(text).clauses
    assert sum(clause.numbered for clause in clauses) > 8
    for clause in clauses:
        if clause.numbered:
            assert find(clauses, cite(clause.path)) is clause


@pytest.mark.data
def test_citations_of_real_laws_lead_back_to_their_clauses(data: Path) -> None:
    checked = 0
    with tarfile.open(data / "laws" / "laws.tar.gz") as archive:
        for entry in archive.getmembers()[::25]:
            stream = archive.extractfile(entry)
            if stream is None:
                continue
            clauses = read(stream.read()).clauses
            addresses = Addresses(clauses)
            for clause in clauses:
                if clause.numbered:
                    assert addresses.find(cite(clause.path)) is clause, f"{entry.name}: {clause.path}"
                    checked += 1
    assert checked > 2000
