"""Parts → stored stream → parts: nothing of a document is lost or moved on the way to the desk and back."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.policies.body import to_parts, to_stream
from gongkai.reading.document import Block, BlockKind, Cell, Part, PartKind, Table
from gongkai.reading.numbering import clauses_of
from gongkai.reading.read import read
from tests.installation import ROOT

words = st.text("第一条（一）1.内容，。", min_size=1, max_size=12).map(str.strip).filter(bool)
lines = st.builds(Block, st.sampled_from([kind for kind in BlockKind if kind is not BlockKind.TABLE]), words)


@st.composite
def tables(draw):
    """A full grid, some of whose rows begin with a cell that spans all columns."""
    width = draw(st.integers(1, 4))
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        if width > 1 and draw(st.booleans()):
            rows.append((Cell(draw(words), colspan=width),))
        else:
            rows.append(tuple(Cell(draw(words)) for _ in range(width)))
    return Block(BlockKind.TABLE, table=Table(tuple(rows), draw(st.just("") | words)))


parts = st.lists(
    st.builds(
        Part,
        st.sampled_from(PartKind),
        words,
        st.lists(lines | tables(), max_size=6).map(tuple),
        st.just("") | words,
    ),
    min_size=1,
    max_size=3,
)


def plain(parts_of):
    """What must survive: kinds, titles, texts and tables; not where in the file it stood."""
    return [
        (
            p.kind,
            p.title,
            p.label,
            [(b.kind, b.text, b.table and (b.table.grid(), b.table.caption)) for b in p.blocks],
        )
        for p in parts_of
    ]


@settings(max_examples=150, deadline=None)
@given(parts)
def test_a_body_comes_back_as_it_was(made):
    stored = json.loads(json.dumps(to_stream(made)))
    assert plain(to_parts(stored)) == plain(made)
    assert [c.path for c in clauses_of(to_parts(stored))] == [c.path for c in clauses_of(made)]


def test_the_samples_come_back_with_the_same_clauses_and_merged_cells():
    for file in sorted((ROOT / "gongkai" / "project" / "sample").iterdir()):
        if file.suffix in {".html", ".docx"}:
            document = read(file.read_bytes(), file.name)
            again = to_parts(to_stream(document.parts))
            assert [(c.path, c.text, c.table and c.table.grid()) for c in clauses_of(again)] == [
                (c.path, c.text, c.table and c.table.grid()) for c in document.clauses
            ]
            spans = [
                [(x.colspan, x.rowspan) for row in c.table.rows for x in row]
                for c in clauses_of(again)
                if c.table
            ]
            assert spans == [
                [(x.colspan, x.rowspan) for row in c.table.rows for x in row]
                for c in document.clauses
                if c.table
            ]


def test_a_body_without_a_part_marker_is_one_main_part():
    (part,) = to_parts([{"type": "paragraph", "value": "一、内容", "id": "1"}])
    assert part.kind is PartKind.MAIN and part.blocks[0].text == "一、内容"
