"""For whatever comes: addresses are unique and fit for a URL, nothing is lost, nothing but Unreadable is raised."""

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.reading.document import BlockKind, OfficialDocument, Unreadable
from gongkai.reading.read import read
from gongkai.text.normalise import bare
from gongkai.text.numerals import to_chinese

from .planting import SAMPLES, as_html, as_text

quick = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
count = st.integers(min_value=1, max_value=25)
prefix = st.one_of(
    count.map(lambda n: f"第{to_chinese(n)}条　"),
    count.map(lambda n: f"第{to_chinese(n)}条之一　"),
    count.map(lambda n: f"第{to_chinese(n)}章　"),
    count.map(lambda n: f"第{to_chinese(n)}节　"),
    count.map(lambda n: f"{to_chinese(n)}、"),
    count.map(lambda n: f"（{to_chinese(n)}）"),
    count.map(lambda n: f"{n}."),
    count.map(lambda n: f"（{n}）"),
    st.sampled_from(["①", "②", "③", "第一步：", "附件：", "附件1", "附件2", "=", ">", "", "", ""]),
)
words = st.text(
    alphabet="公开工作应当依照规定办理各街道区政府通知办法的，。：《》2025年3月1日", min_size=1, max_size=30
)
lines = st.lists(st.builds(lambda one, other: one + other, prefix, words), min_size=1, max_size=30)
FRAGMENT = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]+")


def attempt(data: bytes) -> OfficialDocument | None:
    try:
        return read(data, "any")
    except Unreadable as refused:
        assert str(refused).endswith("。")
        return None


def check(document: OfficialDocument) -> None:
    """What holds for every document."""
    paths = Counter(one.path for one in document.clauses)
    anchors = Counter(one.anchor for one in document.clauses)
    assert not [path for path, times in paths.items() if times > 1 or not path.strip()]
    assert not [anchor for anchor, times in anchors.items() if times > 1]
    assert all(FRAGMENT.fullmatch(anchor) for anchor in anchors)
    standing = Counter((one.part, one.block) for one in document.clauses)
    for number, part in enumerate(document.parts):
        for place, block in enumerate(part.blocks):
            if (block.kind is BlockKind.PARAGRAPH and block.text.strip()) or block.kind is BlockKind.TABLE:
                assert standing[number, place] == 1, block
    assert all(one.path in paths for one in document.citations)


@quick
@given(lines)
def test_every_clause_of_a_page_has_its_own_address(planted: list[str]) -> None:
    if document := attempt(as_html(planted)):
        check(document)


@quick
@given(lines)
def test_every_clause_of_a_plain_text_has_its_own_address(planted: list[str]) -> None:
    if document := attempt(as_text(planted)):
        check(document)


@quick
@given(lines)
def test_no_line_of_a_plain_text_is_lost(planted: list[str]) -> None:
    if document := attempt(as_text(planted)):
        everything = bare(document.text + "".join(part.label + part.title for part in document.parts))
        assert [line for line in planted if bare(line) not in everything] == []


@quick
@given(lines)
def test_clauses_hold_the_words_of_their_blocks(planted: list[str]) -> None:
    if document := attempt(as_text(planted)):
        for one in document.clauses:
            block = document.parts[one.part].blocks[one.block]
            if one.table is None:
                assert bare(one.label + one.text) == bare(block.text)


@quick
@given(lines, st.sampled_from([as_html, as_text]))
def test_the_same_bytes_give_the_same_document(planted: list[str], form) -> None:  # type: ignore[no-untyped-def]
    data = form(planted)
    assert attempt(data) == attempt(data)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
)
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    if document := attempt(data):
        check(document)


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<table>",
        "<tr>",
        "<td>",
        "<td colspan=3>",
        "<td rowspan=2>",
        "</td>",
        "</table>",
        "<br>",
        "<b>",
        "<li>",
        "<dl>",
        "<dt>",
        "<dd>",
        "<h1>",
        "</h1>",
        "<span style=display:none>",
        "<title>",
        "<body>",
        "发文字号：",
        "国发〔2019〕5号",
        "成文日期",
        "2019年2月30日",
        "一、总体要求",
        "第一条 总则",
        "附件",
        "&amp;nbsp;",
        "<!--",
        "-->",
        "<script>",
        "</script>",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TAGS, min_size=1, max_size=40))
def test_broken_markup_is_read_or_refused(tags: list[str]) -> None:
    if document := attempt(("<html>" + "".join(tags)).encode()):
        check(document)


FILES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in {".docx", ".html"})


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_keeps_the_rules_and_is_read_the_same_twice(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    document = read(data, name)
    check(document)
    assert document == read(data, name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.floats(min_value=0, max_value=1))
def test_a_file_cut_anywhere_is_read_or_refused(name: str, share: float) -> None:
    data = (SAMPLES / name).read_bytes()
    if document := attempt(data[: int(len(data) * share)]):
        check(document)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(FILES),
    st.lists(
        st.tuples(st.floats(min_value=0, max_value=0.9999), st.integers(1, 255)), min_size=1, max_size=12
    ),
)
def test_a_file_with_flipped_bytes_is_read_or_refused(name: str, flips: list[tuple[float, int]]) -> None:
    data = bytearray((SAMPLES / name).read_bytes())
    for place, mask in flips:
        data[int(len(data) * place)] ^= mask
    if document := attempt(bytes(data)):
        check(document)
