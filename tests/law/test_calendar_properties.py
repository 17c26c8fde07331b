"""What holds of the calendar for all dates and amounts, and for every derivation."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.law import calendar as law_calendar
from gongkai.law.calendar import (
    Calendar,
    DayKind,
    Disagreement,
    Override,
    Period,
    announced_years,
    cross_check,
)
from gongkai.law.calendar import days as calendar_days

CALENDAR = Calendar()
DAYS = st.dates(date(2018, 1, 1), date(2028, 12, 31))
AMOUNTS = st.integers(1, 90)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(DAYS)
    return Period(first, first + timedelta(days=draw(st.integers(0, 40))), "征求第三方意见", "第三十三条")


@settings(deadline=None)
@given(DAYS, AMOUNTS, st.lists(periods(), max_size=3))
def test_counting_up_to_a_deadline_gives_back_the_days_that_were_added(
    start: date, n: int, suspended: list[Period]
) -> None:
    due = CALENDAR.add_working_days(start, n, suspended=suspended).due

    assert CALENDAR.count_working_days(start, due, suspended=suspended).count == n


@settings(deadline=None)
@given(DAYS, AMOUNTS)
def test_one_day_more_or_one_day_later_never_ends_earlier(start: date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n).due

    assert CALENDAR.add_working_days(start, n + 1).due > due
    assert CALENDAR.add_working_days(start + timedelta(days=1), n).due >= due


@settings(deadline=None)
@given(DAYS, AMOUNTS, st.lists(periods(), max_size=3))
def test_a_deadline_lies_on_a_working_day_outside_every_suspension(
    start: date, n: int, suspended: list[Period]
) -> None:
    result = CALENDAR.add_working_days(start, n, suspended=suspended)

    assert CALENDAR.is_working_day(result.due)
    assert not any(result.due in period for period in suspended)
    assert result.due >= CALENDAR.add_working_days(start, n).due


@settings(deadline=None)
@given(DAYS, AMOUNTS, st.lists(periods(), max_size=3))
def test_a_derivation_names_every_day_once_and_numbers_the_counted_ones_in_order(
    start: date, n: int, suspended: list[Period]
) -> None:
    result = CALENDAR.add_working_days(start, n, suspended=suspended)

    assert [step.day for step in result.steps] == [
        start + timedelta(days=k) for k in range(1, (result.due - start).days + 1)
    ]
    assert [step.number for step in result.steps if step.number] == list(range(1, n + 1))
    assert all(step.number or not step.reason.works or step.suspended for step in result.steps)
    assert sum((run.last - run.first).days + 1 for run in result.runs) == len(result.steps)


@settings(deadline=None)
@given(DAYS, st.integers(1, 400))
def test_calendar_days_are_plain_addition_and_roll_over_only_ever_delays_to_a_working_day(
    start: date, n: int
) -> None:
    plain = CALENDAR.add_days(start, n)
    rolled = CALENDAR.add_days(start, n, roll_over="民事诉讼法第八十五条")

    assert plain.due == start + timedelta(days=n)
    assert not plain.provisional
    assert rolled.due >= plain.due
    assert CALENDAR.is_working_day(rolled.due)
    assert (rolled.due == plain.due) == CALENDAR.is_working_day(plain.due)


@settings(deadline=None)
@given(DAYS, st.integers(1, 60))
def test_a_month_deadline_keeps_the_day_or_takes_the_last_of_the_month(start: date, n: int) -> None:
    due = CALENDAR.add_months(start, n).due

    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == n
    assert due.day == start.day or (due.day < start.day and (due + timedelta(days=1)).day == 1)


@settings(deadline=None)
@given(DAYS, DAYS)
def test_a_result_is_provisional_exactly_when_a_day_of_it_is(one: date, other: date) -> None:
    after, until = min(one, other), max(one, other)
    touched = [after + timedelta(days=k) for k in range(1, (until - after).days + 1)]

    result = CALENDAR.count_working_days(after, until)

    assert result.provisional == any(day >= date(2026, 12, 29) for day in touched)
    assert result.provisional == ("尚未载入" in result.text)


@pytest.mark.parametrize("year", range(2019, 2027))
def test_both_packages_agree_on_every_day_of_the_years_in_use(year: int) -> None:
    assert cross_check(year) == []


def test_the_one_known_disagreement_is_found_named_and_chinesecalendar_followed() -> None:
    day = date(2005, 12, 31)

    assert cross_check(2005) == [Disagreement(day, False, True)]
    assert not CALENDAR.is_working_day(day)
    result = CALENDAR.add_working_days(date(2005, 12, 30), 1)
    assert any("两个日历包不一致" in note for note in result.notes)


def test_a_year_without_a_notice_cannot_be_cross_checked() -> None:
    year = max(announced_years()) + 1

    with pytest.raises(ValueError, match=f"{year}年的放假安排尚未收入"):
        cross_check(year)


def test_the_months_of_2025_and_2026_have_the_make_up_weekends_of_the_notices() -> None:
    notices = {
        2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
        2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    }
    for year, weekends in notices.items():
        table = calendar_days.announced_table(year)
        assert [f"{day:%m-%d}" for day, why in table.items() if why.kind is DayKind.MAKEUP] == weekends


def test_a_derivation_reads_as_a_clerk_would_write_it() -> None:
    text = CALENDAR.add_working_days(date(2026, 9, 30), 20, article="政府信息公开条例第三十三条第二款").text

    assert text == (
        "自2026年9月30日次日起算20个工作日（政府信息公开条例第三十三条第二款），至2026年11月3日届满："
        "10月1日至7日国庆节放假不计；10月10日国庆节调休上班（周六）计入；其余周末7天不计。"
    )


def test_a_suspension_shows_its_reason_and_article() -> None:
    third_party = Period(date(2026, 3, 5), date(2026, 3, 11), "征求第三方意见", "条例第三十三条第三款")

    text = CALENDAR.add_working_days(date(2026, 3, 2), 20, suspended=[third_party]).text

    assert "3月5日至11日征求第三方意见（条例第三十三条第三款）不计" in text


def test_a_last_day_put_off_names_the_holiday_and_the_rule() -> None:
    text = CALENDAR.add_days(date(2026, 9, 18), 15, roll_over="民事诉讼法第八十五条").text

    assert text == (
        "自2026年9月18日次日起算15日，至2026年10月8日届满。"
        "原届满日10月3日适逢休假（10月3日至7日国庆节），依民事诉讼法第八十五条顺延至2026年10月8日。"
    )


def test_every_run_says_what_became_of_its_days() -> None:
    result = CALENDAR.add_working_days(date(2026, 9, 30), 4)

    assert [(run.first.day, run.last.day, run.words) for run in result.runs] == [
        (1, 7, "国庆节放假不计"),
        (8, 9, "第1至2天"),
        (10, 10, "国庆节调休上班（周六）计入"),
        (11, 11, "周末不计"),
        (12, 12, "第4天"),
    ]


def test_a_new_notice_entered_by_the_office_ends_the_provisional_state() -> None:
    before = CALENDAR.add_working_days(date(2026, 12, 21), 20)
    entered = Calendar({date(2027, 1, 3): Override(True, "元旦调休上班")}, announced=[2027])

    after = entered.add_working_days(date(2026, 12, 21), 20)

    assert (before.due, before.provisional) == (date(2027, 1, 19), True)
    assert (after.due, after.provisional) == (date(2027, 1, 18), False)
    assert "1月3日元旦调休上班（机关录入的上班，周日）计入" in after.text


def test_an_office_day_is_told_apart_from_a_statutory_one() -> None:
    office = Calendar({date(2026, 3, 9): Override(False, "台风停工")})

    assert office.explain(date(2026, 3, 9)).kind is DayKind.OVERRIDE_OFF
    assert "3月9日台风停工（机关录入的放假）不计" in office.add_working_days(date(2026, 3, 6), 1).text


@pytest.mark.parametrize("n", [0, -1])
def test_a_period_of_no_days_is_refused_in_words(n: int) -> None:
    for add in (CALENDAR.add_working_days, CALENDAR.add_days, CALENDAR.add_months, CALENDAR.add_years):
        with pytest.raises(ValueError, match="期限至少为1"):
            add(date(2026, 1, 1), n)


def test_dates_the_wrong_way_round_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="早于起算日"):
        CALENDAR.count_working_days(date(2026, 3, 3), date(2026, 3, 2))
    with pytest.raises(ValueError, match="早于第一天"):
        Period(date(2026, 3, 3), date(2026, 3, 2), "听证")


def test_twenty_working_days_are_added_in_well_under_a_millisecond() -> None:
    CALENDAR.add_working_days(date(2026, 9, 30), 20)

    def once() -> float:
        begun = perf_counter()
        CALENDAR.add_working_days(date(2026, 9, 30), 20)
        return perf_counter() - begun

    # The best of many: the machine is shared, and only our own work is measured.
    assert min(once() for _ in range(50)) < 0.0005


def test_the_package_offers_what_it_names() -> None:
    assert all(hasattr(law_calendar, name) for name in law_calendar.__all__)
