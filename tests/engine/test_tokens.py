"""Terms and their offsets, and document numbers in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engine.tokens import bigram_terms, bigrams, fold, number_keys, units, word_terms, words


@given(st.text(max_size=200))
def test_folding_keeps_the_length_so_offsets_hold(text):
    assert len(fold(text)) == len(text)


@given(st.text(alphabet="政务公开２０２５年１２號〔〕 ab\uff3a，😀\x00", max_size=60))
def test_every_term_stands_where_its_offsets_say(text):
    for token in units(text):
        assert fold(text[token.start : token.end]) == token.text
    for token in words(text):
        assert fold(text[token.start : token.end]) == token.text
    for token in bigrams(text):
        assert fold(text[token.start]) == token.text[0]
        assert fold(text[token.end - 1]) == token.text[-1]
    assert [t.text for t in bigrams(text)] == bigram_terms(text)
    single = {t.text for t in units(text)}
    assert {t.text for t in words(text)} | single == set(word_terms(text)) | single
    assert single <= set(word_terms(text))


def test_numbers_and_ascii_words_stay_whole():
    assert bigram_terms("２０２５年12月5G基站3.5%") == [
        "2025年",
        "年12",
        "12月",
        "月5g",
        "5g基",
        "基站",
        "站3.5",
    ]
    assert {"2025", "12", "5g", "3.5", "基站"} <= set(word_terms("２０２５年12月5G基站3.5%"))


@pytest.mark.parametrize(
    "written",
    [
        "普府办〔2025〕12号",
        "普府办[2025]12号",
        "普府办(2025)12",
        "普府办（２０２５）１２号",
        "普府办【2025】第12号",
        "普府办〔2025年〕012号",
        "普府办2025 12号",
        "普府办 2025年第12号",
        "普府办 2025-12号",
    ],
)
def test_every_spelling_of_a_number_gives_one_key(written):
    (number,) = number_keys(written)
    assert number.key == "普府办:2025:12"
    assert number.keys == ["普府办:2025:12", "府办:2025:12", ":2025:12"]


def test_a_number_without_agency_has_a_key_of_its_own():
    assert [n.key for n in number_keys("〔2025〕12")] == [":2025:12"]


@pytest.mark.parametrize("text", ["2025年12月3日", "共2025 12号楼", "2025", "第12号", "增长（2025）1.5倍"])
def test_dates_and_bare_figures_are_no_document_numbers(text):
    assert not list(number_keys(text))


def test_offsets_of_a_number_are_those_of_the_text_as_given():
    text = "　依据　普府办〔２０２５〕１２号，废止。"
    (number,) = number_keys(text)
    assert text[number.start : number.end].endswith("〔２０２５〕１２号")
