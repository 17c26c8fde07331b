"""Chinese numerals both ways, for every number that statutes write."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.numerals import to_chinese, to_decimal, to_int

numbers = st.integers(min_value=0, max_value=99_999_999)


@given(numbers)
def test_every_number_written_in_chinese_is_read_back(number: int) -> None:
    assert to_int(to_chinese(number)) == number


@given(numbers)
def test_chinese_numerals_hold_no_arabic_figures_and_no_double_zero(number: int) -> None:
    written = to_chinese(number)
    assert not any(ch.isascii() for ch in written)
    assert "零零" not in written
    assert number == 0 or not written.endswith("零")


@given(numbers)
def test_arabic_numbers_are_read_in_both_widths(number: int) -> None:
    wide = str(number).translate({ord(str(n)): chr(ord("０") + n) for n in range(10)})
    assert to_int(str(number)) == to_int(wide) == number


@given(st.integers(min_value=1000, max_value=9999))
def test_digit_by_digit_years_are_read_with_every_zero_in_use(year: int) -> None:
    for zero in "〇○零":
        assert to_int("".join((zero + "一二三四五六七八九")[int(d)] for d in str(year))) == year


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (10_000, "一万"),
        (10_010, "一万零一十"),
        (12_000, "一万二千"),
        (100_000, "十万"),
        (110_000, "十一万"),
        (20_000_000, "二千万"),
        (10_000_010, "一千万零一十"),
    ],
)
def test_numbers_are_written_as_statutes_write_them(number: int, written: str) -> None:
    assert to_chinese(number) == written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二〇二五", 2025),
        ("一万三千", 13_000),
        ("一十二", 12),
        ("两千", 2000),
        ("①", 1),
        ("⑳", 20),
        ("三十万", 300_000),
        ("007", 7),
    ],
)
def test_other_writings_of_whole_numbers_are_read(text: str, number: int) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize("text", ["", " ", "条", "一条", "1.5", "十元", "-", "abc"])
def test_what_is_no_whole_number_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        to_int(text)


@given(st.text(max_size=12))
def test_reading_a_number_never_raises_anything_else(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(to_int(text), int)


@pytest.mark.parametrize("number", [-1, 100_000_000])
def test_numbers_outside_the_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError):
        to_chinese(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", "1234.5"),
        ("三", "3"),
        ("二点五", "2.5"),
        ("１．５", "1.5"),
        ("0.35", "0.35"),
        ("１，２３４", "1234"),
    ],
)
def test_figures_with_decimals_and_separators_are_read(text: str, value: str) -> None:
    assert to_decimal(text) == Decimal(value)
