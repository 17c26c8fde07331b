"""Folding keeps every offset; cleaning keeps every visible character."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai.text.normalise import bare, clean, close_up, fold, unspace


@given(st.text())
@example("İﬁẞ")
@example("①㎡℃…½")
@example("\ufeff\u200b\u3000\uff21\uff22")
def test_folding_keeps_the_length_of_every_string(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("\uff21\uff22\uff23１２３", "abc123"), ("（２０１９）", "(2019)"), ("总　则", "总 则"), ("ABC", "abc")],
)
def test_folding_makes_widths_and_case_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for change in (clean, close_up, unspace, bare):
        assert change(change(text)) == change(text)


@given(st.text(alphabet="公开条例１２３（）〔〕，。、：“”abc \u3000\u00a0\u200b\ufeff\t\n"))
def test_cleaning_loses_nothing_that_can_be_seen(text: str) -> None:
    def seen(one: str) -> str:
        return "".join(ch for ch in one if ch not in " \u3000\u00a0\u200b\ufeff\t\n")

    for change in (clean, close_up, unspace):
        assert seen(change(text)) == seen(text)


def test_cleaned_text_is_one_line_without_invisible_characters() -> None:
    assert (
        clean("\ufeff　　第一条　　为了\u200b规范\n工作\u00a0\u00a0，制定 ") == "第一条 为了规范 工作 ，制定"
    )


@pytest.mark.parametrize(
    ("text", "closed"), [("总　　则", "总则"), ("上 海 市", "上海市"), ("open data", "open data")]
)
def test_letter_spaced_headings_are_closed_up(text: str, closed: str) -> None:
    assert close_up(text) == closed


def test_letter_spaced_words_are_closed_and_names_kept_apart() -> None:
    assert unspace("土 地 使 用") == "土地使用"
    assert unspace("广州市民政局 广州市财政局") == "广州市民政局 广州市财政局"


def test_bare_text_compares_across_widths_and_punctuation() -> None:
    assert bare("《２０２５年 工作要点》，") == bare("2025年工作要点")
