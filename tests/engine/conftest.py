"""A small library of documents, and an index of it."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from gongkai.engine.chunk import Clause, passages_of
from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.index import Writer
from gongkai.engine.passage import DocumentFacts, Passage

ROOT = Path(__file__).resolve().parents[2]


def shared_data() -> Path:
    """The folder of real material beside the checkout; absent on a citizen's machine, obligatory in CI."""
    folder = Path(os.environ.get("GONGKAI_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{folder} is missing")
        pytest.skip(f"{folder} is missing")
    return folder


def made(document: str, title: str, *texts: str, **facts: object) -> list[Passage]:
    known = DocumentFacts(document=document, title=title, **facts)  # type: ignore[arg-type]
    clauses = [Clause(f"{k}", f"c{k}", (f"第{k}章",), text) for k, text in enumerate(texts, start=1)]
    return list(passages_of(known, clauses))


LONG = (
    "本条是为了把前后两条隔开而写的一段话，说的是别的事情，与检索的内容没有关系，请不要介意它的长度和啰嗦。"
    * 2
)
LIBRARY: dict[str, list[Passage]] = {
    "work-points": made(
        "work-points",
        "2025年普陀区政务公开工作要点",
        "推进“一网通办、一网统管”融合发展，依法公开政府信息。" + LONG,
        "主管税务机关应当在十五个工作日内办结退税。" + LONG,
        document_number="普府办〔2025〕12号",
        index_number="AA0100-2025-001",
        issuers=("普陀区人民政府办公室",),
        kind="通知",
        topics=("政务公开",),
        units=("区府办",),
        published_on=date(2025, 4, 1),
        effective_from=date(2025, 4, 1),
        effective_until=date(2025, 12, 31),
    ),
    "subsidy": made(
        "subsidy",
        "关于支持小微企业稳岗补贴的实施办法",
        "对不裁员的小微企业，按照每人1000元给予稳岗补贴。" + LONG,
        "依据普府办〔2025〕12号文件执行。" + LONG,
        document_number="普府规〔2024〕3号",
        kind="规范性文件",
        topics=("就业", "企业"),
        units=("区人社局", "区财政局"),
        published_on=date(2024, 3, 5),
        effective_from=date(2024, 4, 5),
        effective_until=date(2029, 4, 4),
        repealed_on=date(2026, 1, 1),
    ),
    "parking": made(
        "parking",
        "停车管理暂行规定",
        "公共停车场应当公示收费标准。" + LONG,
        kind="规范性文件",
        units=("区建管委",),
        written_on=date(2019, 7, 1),
    ),
    "asked": made(
        "asked",
        "河道保洁办法",
        "河道每日打捞一次。",
        units=("区水务局",),
        effective_from=date(2023, 1, 1),
        in_question_from=date(2025, 12, 30),
    ),
    "coming": made(
        "coming",
        "养老服务补贴办法",
        "七十周岁以上老人可以申请养老服务补贴。",
        kind="规范性文件",
        topics=("民生",),
        units=("区民政局",),
        published_on=date(2025, 6, 1),
        effective_from=date(2026, 1, 1),
    ),
}


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    with Writer(folder) as writer:
        writer.rebuild(LIBRARY.items())
    return folder


@pytest.fixture(scope="session")
def engine(library: Path) -> Iterator[EmbeddedEngine]:
    yield EmbeddedEngine(library)
