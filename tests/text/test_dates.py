"""Dates in every writing of official text, none where there is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.dates import find_dates, in_chinese, is_date_line, parse_date
from gongkai.text.numerals import to_chinese

days = st.dates(min_value=date(1949, 10, 1), max_value=date(2099, 12, 31))
NOVEMBER = date(2018, 11, 6)


def wide(text: str) -> str:
    return text.translate({ord(str(n)): chr(ord("０") + n) for n in range(10)})


def in_numerals(day: date, zero: str) -> str:
    year = "".join((zero + "一二三四五六七八九")[int(d)] for d in str(day.year))
    return f"{year}年{to_chinese(day.month)}月{to_chinese(day.day)}日"


@given(days)
def test_a_day_written_in_chinese_is_read_back(day: date) -> None:
    assert in_chinese(day) == f"{day.year}年{day.month}月{day.day}日"
    assert parse_date(in_chinese(day)) == day


@given(days, st.sampled_from("〇○零０"))
def test_a_day_in_chinese_numerals_is_read_with_every_zero(day: date, zero: str) -> None:
    assert parse_date(in_numerals(day, zero)) == day


@given(
    days,
    st.sampled_from(
        ["{y}-{m:02}-{d:02}", "{y}.{m}.{d}", "{y}/{m}/{d}", "{y}年{m:02}月{d:02}日", "{y} 年 {m} 月 {d} 日"]
    ),
)
def test_every_arabic_writing_is_read_in_both_widths(day: date, shape: str) -> None:
    text = shape.format(y=day.year, m=day.month, d=day.day)
    assert parse_date(text) == parse_date(wide(text)) == day


@given(days, days, st.sampled_from(["自", "，经", "（", "于", "至"]))
def test_dates_in_a_sentence_are_found_with_their_places(one: date, other: date, between: str) -> None:
    text = f"本办法自{in_chinese(one)}起施行{between}{in_numerals(other, '〇')}止。"
    found = list(find_dates(text))
    assert [each.date for each in found] == [one, other]
    assert [text[each.start : each.end] for each in found] == [in_chinese(one), in_numerals(other, "〇")]


@pytest.mark.parametrize(
    "text", ["2018-11-06 10:30", "2018-11-06 10:30:00", "2018-11-06T10:30:00+08:00", "2018年11月6日 星期二"]
)
def test_a_time_after_the_day_does_no_harm(text: str) -> None:
    assert parse_date(text) == NOVEMBER


@pytest.mark.parametrize(
    "text",
    [
        "2018年2月30日",
        "2019年2月29日",
        "2018年13月1日",
        "2018-11-31",
        "2018年0月6日",
        "2018年11月0日",
        "二〇一八年二月三十日",
        "2018.4.31",
    ],
)
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    assert parse_date(text) is None
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018年11月",
        "11月6日",
        "2018年",
        "12018-11-06",
        "2018-11-061",
        "国发〔2019〕5号",
        "第2018.11条",
        "10.20.30",
    ],
)
def test_what_is_no_full_date_is_none(text: str) -> None:
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "2018年11月6日",
        " 2018年11月6日　",
        "二〇一八年十一月六日",
        "2018 年 11 月 6 日",
        "２０１８年１１月６日",
    ],
)
def test_a_line_that_is_only_a_date_is_a_date_line(text: str) -> None:
    assert is_date_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "2018年11月6日起施行",
        "自2018年11月6日",
        "2018年11月6日 2018年11月7日",
        "",
        "2018年2月30日",
        "国务院2018年11月6日",
    ],
)
def test_a_line_that_says_more_is_no_date_line(text: str) -> None:
    assert not is_date_line(text)


@given(st.text(max_size=60))
def test_finding_dates_never_fails_and_offsets_hold(text: str) -> None:
    for each in find_dates(text):
        assert parse_date(text[each.start : each.end]) == each.date
