"""Markdown: what a reader of it sees, once rendered, is the document's text, whole and in order."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from gongkai.reading.document import Block, BlockKind, Cell, Element, OfficialDocument, Part, PartKind, Table
from gongkai.reading.markdown import markdown
from gongkai.reading.numbering import clauses_of
from gongkai.reading.read import read
from gongkai.text.normalise import bare

from .planting import SAMPLES, planted
from .test_akn import LAW, NOTICE, made, paragraph, parts, quick, tight

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def seen(document: OfficialDocument) -> str:
    """The words of the rendered page, without spaces."""
    page = RENDERER.render(markdown(document))
    return tight(html.unescape(re.sub(r"<[a-z/][^>]*>", "", page)))


def told(document: OfficialDocument) -> str:
    """What the page should say: the title, then every part; a merged cell in every place it covers."""
    first = document.parts[0].title if document.parts else ""
    return tight("".join(_told(document, document.title.value or first)))


def _told(document: OfficialDocument, title: str) -> Iterator[str]:
    yield title
    for part in document.parts:
        if part.kind not in {PartKind.MAIN, PartKind.COVER}:
            yield part.label
            yield "" if part.title == title and not part.label else part.title
        for block in part.blocks:
            if block.table:
                yield block.table.caption
                yield from (text for row in block.table.grid() for text in row)
            elif block.kind is not BlockKind.TITLE or bare(block.text) not in bare(title):
                yield block.text


def check(document: OfficialDocument) -> None:
    assert seen(document) == told(document)


def test_a_law_has_headings_and_anchors() -> None:
    written = markdown(planted("txt", LAW)).splitlines()
    assert written[0] == "# 示例区食堂管理办法"
    assert '## <a id="zhang1"></a>第一章　总则' in written
    assert '<a id="tiao2-p1"></a>（一）面积不少于一百平方米；' in written
    assert [line for line in written if line.startswith('<a id="tiao2-k3-p1-n1"></a>1\\.')]
    check(planted("txt", LAW))


def test_a_notice_keeps_its_number_recipients_attachments_signature_date_and_notes() -> None:
    document = planted("html", [*NOTICE, "附件1", "=名单", "某食堂的情况。"])
    written = markdown(document)
    for line in (
        "示例发〔2026〕3号",
        "各街道：",
        "附件：名单",
        "示例区民政局",
        "2026年1月2日",
        "（此件公开发布）",
    ):
        assert f"\n\n{line}\n\n" in written
    assert "\n\n# 附件1　名单\n\n" in written
    check(document)


def test_merged_cells_are_repeated_and_pipes_do_not_divide() -> None:
    rows = (
        (Cell("区|县", header=True), Cell("金额", colspan=2)),
        (Cell("甲\n乙", rowspan=2), Cell("1"), Cell("2")),
        (Cell("3"), Cell("4")),
    )
    document = made(Block(BlockKind.TABLE, table=Table(rows, caption="名单")))
    assert markdown(document).split("\n\n")[1:] == [
        "| 区\\|县 | 金额 | 金额 |\n| --- | --- | --- |\n| 甲<br>乙 | 1 | 2 |\n| 甲<br>乙 | 3 | 4 |\n"
    ]
    assert RENDERER.render(markdown(document)).count("<td>") == 6
    check(document)


def test_characters_that_mean_something_in_markdown_mean_nothing() -> None:
    lines = [
        "# 甲",
        "1. 乙",
        "- 丙",
        "=====",
        "*丁*",
        "<b>戊</b>",
        "`己`",
        "[庚](a)",
        "> 辛",
        "&amp;",
        "~~壬~~",
        "    癸",
        "子\n丑",
        "\\*",
    ]
    document = made(*(Block(BlockKind.NOTE, line) for line in lines), *(paragraph(line) for line in lines))
    check(document)
    assert not re.search("<(?:h1|li|em|b|code|blockquote|s|pre|hr)[ />]", RENDERER.render(markdown(document)))


def test_doubtful_characters_are_marked() -> None:
    cells = ((Cell("甲"), Cell("乙", colspan=2, doubtful=True)),)
    document = made(
        paragraph("面积三百*平方米", doubtful=(2, 3, 4)), Block(BlockKind.TABLE, table=Table(cells))
    )
    assert "面积<mark>三百\\*</mark>平方米" in markdown(document)
    assert "| 甲 | <mark>乙</mark> | <mark>乙</mark> |" in markdown(document)
    check(document)


def test_a_document_without_text_is_empty() -> None:
    assert markdown(OfficialDocument("", "", "")).strip() == ""


@quick
@given(parts, parts)
def test_nothing_is_lost_whatever_comes(first: Part, second: Part) -> None:
    both = (first, second)
    check(OfficialDocument("a", "txt", "", Element("题目"), parts=both, clauses=clauses_of(both)))


def test_the_samples_are_whole() -> None:
    for path in sorted(SAMPLES.iterdir()):
        if path.suffix in {".html", ".docx"}:
            check(read(path.read_bytes(), path.name))


@pytest.mark.data
@pytest.mark.parametrize("folder", ["gov_cn", "guangzhou"])
def test_real_pages_are_whole(data: Path, folder: str) -> None:
    files = [
        path for path in sorted((data / "documents" / folder).iterdir()) if path.suffix in {".html", ".docx"}
    ]
    assert len(files) > 20
    for path in files:
        check(read(path.read_bytes(), path.name))
