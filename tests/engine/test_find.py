"""Finding: numbers first, phrases exact, filters by the same rule as the record, and no query that raises."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gongkai.engine.chunk import passages_of
from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.index import Writer
from gongkai.engine.passage import DocumentFacts, Validity
from gongkai.engine.ports import MAX_QUERY, Filters, SearchRequest, Sort
from gongkai.engine.tokens import units
from gongkai.law.effects import Effect, EffectKind
from gongkai.law.validity import State, validity

from .conftest import LIBRARY, LONG, made


def found(engine, text, **request):
    return [group.document for group in engine.search(SearchRequest(text, **request)).groups]


@pytest.mark.parametrize(
    "typed",
    ["普府办〔2025〕12号", "普府办2025 12号", "〔2025〕12", "普府办（２０２５）12", "AA0100-2025-001"],
)
def test_a_document_number_in_any_spelling_brings_that_document_first(engine, typed):
    results = engine.search(SearchRequest(typed))
    assert results.groups[0].document == "work-points"
    assert results.groups[0].by_number


def test_a_document_that_cites_the_number_is_found_after_it(engine):
    assert found(engine, "普府办2025 12号")[:2] == ["work-points", "subsidy"]


def test_a_quoted_phrase_must_stand_there_in_full(engine):
    assert found(engine, "“小微企业稳岗补贴”") == ["subsidy"]
    assert found(engine, '"政务公开工作要点"') == ["work-points"]
    assert found(engine, "“补贴养老服务”") == []


def test_a_phrase_is_found_whatever_punctuation_stands_between(engine):
    hit = engine.search(SearchRequest("“一网通办一网统管”")).groups[0].hits[0]
    assert [hit.text[a:b] for a, b in hit.ranges] == ["一网通办、一网统管"]


def test_the_hit_names_the_clause_in_which_the_words_stand(engine):
    hit = engine.search(SearchRequest("十五个工作日内办结退税")).groups[0].hits[0]
    assert (hit.document, hit.path, hit.anchor) == ("work-points", "2", "c2")


def test_a_title_as_typed_comes_first(engine):
    assert found(engine, "停车管理暂行规定")[0] == "parking"
    group = engine.search(SearchRequest("停车管理")).groups[0]
    assert [group.facts.title[a:b] for a, b in group.title_ranges] == ["停车管理"]


@pytest.mark.parametrize(
    ("typed", "document"), [("税", "work-points"), ("停", "parking"), ("1000", "subsidy")]
)
def test_a_query_of_one_character_or_one_number_works_and_marks_it(engine, typed, document):
    group = engine.search(SearchRequest(typed)).groups[0]
    assert group.document == document
    assert any(hit.text[a:b] == typed for hit in group.hits for a, b in hit.ranges)


def test_marked_places_are_words_of_the_query(engine):
    for group in engine.search(SearchRequest("小微企业如何申请稳岗补贴")).groups:
        for hit in group.hits:
            for a, b in hit.ranges:
                for unit in units(hit.text[a:b]):
                    assert unit.text in "小微企业如何申请稳岗补贴"


def test_totals_and_facets_count_documents(engine):
    results = engine.search(SearchRequest("补贴"))
    assert results.total == 2
    assert results.facets["kind"] == {"规范性文件": 2}
    assert results.facets["topic"] == {"就业": 1, "企业": 1, "民生": 1}
    assert results.facets["year"] == {"2024": 1, "2025": 1}
    assert results.facets["unit"] == {"区人社局": 1, "区财政局": 1, "区民政局": 1}


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        (Filters(kinds=("通知",)), {"work-points"}),
        (Filters(units=("区民政局", "区建管委")), {"coming", "parking"}),
        (Filters(topics=("企业",)), {"subsidy"}),
        (Filters(years=(2019, 2024)), {"parking", "subsidy"}),
        (Filters(kinds=("规范性文件",), years=(2025,)), {"coming"}),
        (Filters(kinds=("没有",)), set()),
    ],
)
def test_filters_hold(engine, filters, documents):
    assert set(found(engine, "", filters=filters)) == documents


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(2024, 4, 1), date(2024, 4, 9))
    | st.dates(date(2025, 12, 28), date(2026, 1, 3))
    | st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.sets(st.sampled_from(list(Validity)), min_size=1),
)
def test_the_index_judges_validity_as_the_record_does(engine, day, states):
    expected = {name for name, passages in LIBRARY.items() if passages[0].validity_on(day) in states}
    assert set(found(engine, "", filters=Filters(on=day, validity=frozenset(states)))) == expected


dates = st.none() | st.dates(date(2025, 1, 1), date(2025, 1, 9))


@given(dates, dates, dates, dates, st.dates(date(2024, 12, 30), date(2025, 1, 11)))
def test_search_and_the_law_agree_on_validity(begins, until, repealed, asked, day):
    assume(not (begins and until and until < begins))
    facts = DocumentFacts(
        document="x",
        effective_from=begins,
        effective_until=until,
        repealed_on=repealed,
        in_question_from=asked,
    )
    effects = [Effect(EffectKind.REPEALS, "《甲》", asked, asked=True)] if asked else []
    state = validity(
        day, effective_from=begins, effective_until=until, repealed_on=repealed, effects=effects
    ).state
    ended = {State.LAPSED, State.REPEALED}
    assert (
        facts.validity_on(day).value
        == {
            **dict.fromkeys(ended, "ended"),
            State.IN_FORCE: "in_force",
            State.NOT_YET_IN_FORCE: "not_yet",
            State.UNKNOWN: "unknown",
        }[state]
    )


def test_both_ends_of_an_interval_are_in_force():
    facts = LIBRARY["work-points"][0]
    assert facts.validity_on(date(2025, 4, 1)) is Validity.IN_FORCE
    assert facts.validity_on(date(2025, 12, 31)) is Validity.IN_FORCE
    assert facts.validity_on(date(2025, 12, 31) + timedelta(1)) is Validity.ENDED


def test_in_force_only_tells_how_many_lapsed_ones_it_hides_and_keeps_the_unknown(engine):
    day = date(2026, 6, 1)
    results = engine.search(SearchRequest("补贴", filters=Filters.in_force(day)))
    assert [g.document for g in results.groups] == ["coming"]
    assert results.hidden_ended == 1
    everything = engine.search(SearchRequest("", filters=Filters.in_force(day)))
    assert {g.document for g in everything.groups} == {"parking", "coming", "asked"}
    assert everything.hidden_ended == 2
    known = engine.search(SearchRequest("", filters=Filters.in_force(day, known_only=True)))
    assert [g.document for g in known.groups] == ["coming"]


def test_what_came_later_is_not_found_on_an_earlier_day(engine):
    by = {
        day: set(found(engine, "", filters=Filters(there_by=day)))
        for day in (date(2019, 7, 1), date(2025, 6, 1))
    }
    assert "coming" not in by[date(2019, 7, 1)] and "parking" in by[date(2019, 7, 1)]
    assert "coming" in by[date(2025, 6, 1)]


def test_newest_first_by_date(engine):
    assert found(engine, "", sort=Sort.DATE) == ["coming", "work-points", "subsidy", "parking", "asked"]
    assert found(engine, "补贴", sort=Sort.DATE) == ["coming", "subsidy"]


def test_pages_of_one_document_each_give_all_and_none_twice(engine):
    whole = found(engine, "应当公开补贴")
    assert len(whole) > 1
    paged = [found(engine, "应当公开补贴", offset=k, limit=1) for k in range(len(whole))]
    assert [d for page in paged for d in page] == whole
    assert found(engine, "应当公开补贴", offset=len(whole)) == []


def test_what_no_document_holds_enough_of_is_searched_loosely_and_said_so(engine):
    results = engine.search(SearchRequest("停车场里丢了猫找谁要回来呢"))
    assert results.understood.loosened
    assert results.groups[0].document == "parking"


def test_of_a_longer_query_never_less_is_asked_than_of_a_shorter_one(tmp_path):
    """No document is found by chance through one pair of characters of a question that has nine."""
    chance = made("chance", "河道公告", "申请表可以在窗口领取。" + LONG)
    with Writer(tmp_path) as writer:
        writer.rebuild([("chance", chance)])
    engine = EmbeddedEngine(tmp_path)
    asked = "申请残疾托养护理补贴资金拨付标准要求"
    for length in range(4, len(asked) + 1):
        assert engine.search(SearchRequest(asked[:length])).understood.loosened, asked[:length]


def test_a_document_that_is_all_title_comes_before_those_that_only_mention_its_words(tmp_path):
    listed = list(passages_of(DocumentFacts(document="listed", title="示例区托育机构备案名单"), []))
    # More passages than are looked at, so that the one without text is not among them.
    told = "会议通报托育机构备案名单的编制情况。" + LONG
    mention = [made(f"mention{n}", f"第{n}次会议纪要", *[told] * 10) for n in range(40)]
    others = [made(f"other{n}", f"第{n}号公告", f"河道{n}保洁由街道办理。" + LONG) for n in range(400)]
    with Writer(tmp_path) as writer:
        writer.rebuild([("listed", listed), *((p[0].document, p) for p in (*mention, *others))])
    assert found(EmbeddedEngine(tmp_path), "托育机构备案名单")[0] == "listed"


def test_a_long_query_is_cut_and_said_so(engine):
    results = engine.search(SearchRequest("稳岗补贴" * 2500))
    assert results.understood.cut
    assert len(results.understood.text) == MAX_QUERY
    assert results.groups[0].document == "subsidy"


@pytest.mark.parametrize(
    "typed", ["，。？！", "+ - : ( ) *", "😀😀", "\x00", '"', "“”", "\ud800", "\u200b", "((("]
)
def test_signs_alone_find_nothing_and_raise_nothing(engine, typed):
    results = engine.search(SearchRequest(typed))
    assert (results.total, results.groups) == (0, ())


@pytest.mark.parametrize(
    "typed",
    [
        "补贴 +(稳岗",
        "title:补贴",
        "补贴*",
        "补贴\x00",
        "😀补贴",
        "补贴 AND NOT OR ~2",
        "[补贴 TO 稳岗}",
        ".*补贴",
    ],
)
def test_the_signs_of_other_search_languages_are_just_signs(engine, typed):
    assert "subsidy" in found(engine, typed)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=300) | st.text(alphabet='补贴税“”"〔2025〕12号 .*+-:()[]\\^$\x00😀１', max_size=40),
    st.sampled_from(list(Sort)),
    st.integers(-5, 20_000),
    st.integers(-5, 300),
)
def test_no_query_raises_and_what_is_marked_is_there(engine, text, sort, offset, limit):
    results = engine.search(SearchRequest(text, sort=sort, offset=offset, limit=limit))
    for group in results.groups:
        for hit in group.hits:
            ends = [0, *(x for span in hit.ranges for x in span)]
            assert ends == sorted(ends)
            assert ends[-1] <= len(hit.text)
