"""Sums of money and shares, with the words that bound them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.amounts import find_amounts
from gongkai.text.numerals import to_chinese


def found(text: str) -> list[tuple[str, str, str]]:
    """Value (plain), unit and limit of each amount in ``text``."""
    return [(f"{each.value.normalize():f}", each.unit, each.limit) for each in find_amounts(text)]


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_sum_is_the_same_in_figures_and_in_chinese(number: int) -> None:
    expected = [(Decimal(number), "元")]
    for text in (f"补贴{number}元。", f"补贴{number:,}元。", f"补贴{to_chinese(number)}元。"):
        assert [(each.value, each.unit) for each in find_amounts(text)] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2万元", "20000"),
        ("1.5万元", "15000"),
        ("十万元", "100000"),
        ("二十五万元", "250000"),
        ("1.5亿元", "150000000"),
        ("2千元", "2000"),
        ("３０００元", "3000"),
        ("1,234.5元", "1234.5"),
        ("人民币500元", "500"),
        ("5角", None),
    ],
)
def test_sums_are_read_in_yuan(text: str, value: str | None) -> None:
    assert found(f"给予{text}补贴") == ([(value, "元", "")] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50%", "0.5"),
        ("50％", "0.5"),
        ("５０％", "0.5"),
        ("百分之五十", "0.5"),
        ("百分之三点五", "0.035"),
        ("12.5%", "0.125"),
        ("千分之三", "0.003"),
        ("万分之五", "0.0005"),
        ("5‰", "0.005"),
        ("百分之百", "1"),
    ],
)
def test_shares_are_read_as_parts_of_one(text: str, value: str) -> None:
    assert found(f"按照投资额的{text}给予补贴") == [(value, "1", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不超过2万元", ("20000", "元", "不超过")),
        ("最高不超过200万元", ("2000000", "元", "最高不超过")),
        ("最高200万元", ("2000000", "元", "最高")),
        ("3000元以上", ("3000", "元", "以上")),
        ("50万元以内", ("500000", "元", "以内")),
        ("三千元以下", ("3000", "元", "以下")),
        ("不低于10%", ("0.1", "1", "不低于")),
        ("百分之五十以上", ("0.5", "1", "以上")),
        ("至少100元", ("100", "元", "至少")),
        ("不少于5万元", ("50000", "元", "不少于")),
    ],
)
def test_the_limit_stands_with_the_amount(text: str, expected: tuple[str, str, str]) -> None:
    value, unit, limit = expected
    (one,) = found(f"补贴{text}。")
    assert one[:2] == (value, unit)
    assert one[2] and one[2] in limit


def test_a_range_of_fines_gives_both_ends_with_their_own_limits() -> None:
    assert found("处2万元以上10万元以下的罚款") == [("20000", "元", "以上"), ("100000", "元", "以下")]


def test_a_limit_of_one_sum_is_not_borrowed_by_the_next() -> None:
    assert found("补贴不超过3000元，奖励500元") == [("3000", "元", "不超过"), ("500", "元", "")]
    assert found("给予50%补贴，最高10万元") == [("0.5", "1", ""), ("100000", "元", "最高")]


@pytest.mark.parametrize(
    "text", ["2026年", "3天", "10公里", "3单元", "多元化", "单位：万元", "第3条", "12345热线", "5个百分点"]
)
def test_other_figures_are_no_amounts(text: str) -> None:
    assert found(text) == []


def test_foreign_money_is_not_counted_as_yuan() -> None:
    assert found("注册资本200万美元") == []


@given(st.text(alphabet="0123456789.,，一二十百千万亿元%％‰分之不超过以上最高 ", max_size=40))
def test_offsets_hold_and_amounts_do_not_overlap(text: str) -> None:
    end = 0
    for each in find_amounts(text):
        assert end <= each.start < each.end <= len(text)
        assert each.unit in {"元", "1"} and each.value >= 0
        end = each.end
