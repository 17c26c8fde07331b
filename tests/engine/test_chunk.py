"""Chunking: every character in exactly one passage, none too long, tables by row."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.engine.chunk import LIMIT, Clause, chunk, cut, passages_of, sentences
from gongkai.engine.passage import DocumentFacts

texts = st.text(alphabet="甲乙丙丁，、。；！？”\n 1a!;=", max_size=900)


def clause(number: int, text: str, table=None, parent: str = "二") -> Clause:
    return Clause(f"{parent}/（{number}）", f"c{number}", ("第二章",), text, table)


@given(texts)
def test_sentences_cover_the_text_and_end_where_a_sentence_ends(text):
    spans = list(sentences(text))
    assert "".join(text[a:b] for a, b in spans) == text
    assert all(0 < b - a <= LIMIT for a, b in spans)


def test_a_closing_quote_stays_with_its_sentence():
    text = "他说：“应当公开。”其余不变。"
    assert [text[a:b] for a, b in sentences(text)] == ["他说：“应当公开。”", "其余不变。"]


def test_an_address_is_not_cut_at_its_question_mark():
    text = "请访问http://x.cn/a?b=1;c=2办理。"
    assert len(list(sentences(text))) == 1


def test_a_sentence_longer_than_the_limit_is_cut_at_commas_and_at_last_hard():
    with_commas = "某某单位应当，" * 60
    assert all(with_commas[b - 1] == "，" for _, b in cut(with_commas))
    assert {b - a for a, b in list(sentences("字" * 600))} == {250, 100}


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, max_size=6))
def test_passages_cover_every_character_of_every_clause_exactly_once(many):
    clauses = [clause(i, text) for i, text in enumerate(many)]
    covered = {c.path: [0] * len(c.text) for c in clauses}
    by_path = {c.path: c for c in clauses}
    for made in chunk(clauses):
        assert 0 < len(made.text) <= LIMIT
        for part in made.parts:
            piece = by_path[part.path].text[part.start : part.end]
            assert made.text[part.at : part.at + part.end - part.start] == piece
            for k in range(part.start, part.end):
                covered[part.path][k] += 1
    for c in clauses:
        assert set(covered[c.path]) == ({1} if c.text.strip() else {0} if c.text else set())


def test_short_neighbours_of_one_parent_are_joined_and_those_of_another_are_not():
    made = list(chunk([clause(1, "第一项。"), clause(2, "第二项。"), clause(3, "另一项。", parent="三")]))
    assert [m.text for m in made] == ["第一项。\n第二项。", "另一项。"]
    assert [p.anchor for p in made[0].parts] == ["c1", "c2"]


def test_long_text_comes_out_near_the_length_aimed_at():
    text = "本区各部门应当在每月底前公开上月的办理情况并说明理由。" * 80
    lengths = [b - a for a, b in cut(text)]
    assert 130 <= sum(lengths) / len(lengths) <= 180
    assert min(lengths) > 100


def test_a_table_gives_a_passage_for_each_row_with_its_headers():
    table = (("事项", "责任单位", "时限"), ("政策解读", "区府办", ""), ("年度报告", "各部门", "3月底"))
    made = list(chunk([clause(1, "", table)]))
    assert [m.text for m in made] == [
        "事项：政策解读；责任单位：区府办",
        "事项：年度报告；责任单位：各部门；时限：3月底",
    ]
    assert [m.parts[0].row for m in made] == [1, 2]


def test_a_document_without_clauses_still_has_a_passage_for_its_title():
    made = list(passages_of(DocumentFacts(document="1", title="通知"), []))
    assert [(p.title, p.text) for p in made] == [("通知", "")]
