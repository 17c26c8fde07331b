"""What holds of validity for all dates: five states that partition time, and reasons in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gongkai.law.effects import Effect, EffectKind, covers
from gongkai.law.figures import figure
from gongkai.law.validity import EXPIRING_MONTHS, DefaultPeriod, Flag, State, Validity, validity

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
MAYBE = st.none() | DAYS
ONE_DAY = timedelta(days=1)


def on(day: date, begins: date | None, until: date | None, repealed: date | None) -> Validity:
    """Validity from the three dates alone."""
    return validity(day, effective_from=begins, effective_until=until, repealed_on=repealed)


@settings(deadline=None)
@given(DAYS, DAYS, MAYBE, MAYBE, MAYBE)
def test_the_states_follow_one_another_and_never_return(
    one: date, other: date, begins: date | None, until: date | None, repealed: date | None
) -> None:
    assume(not (begins and until and until < begins))
    order = {
        State.UNKNOWN: 0,
        State.NOT_YET_IN_FORCE: 0,
        State.IN_FORCE: 1,
        State.LAPSED: 2,
        State.REPEALED: 2,
    }
    earlier = on(min(one, other), begins, until, repealed).state
    later = on(max(one, other), begins, until, repealed).state

    assert order[earlier] <= order[later]
    assert {earlier, later} != {State.LAPSED, State.REPEALED}


@settings(deadline=None)
@given(DAYS, DAYS, MAYBE, MAYBE)
def test_in_force_are_exactly_the_days_between_the_first_and_the_first_end(
    day: date, begins: date, until: date | None, repealed: date | None
) -> None:
    assume(not (until and until < begins))
    within = begins <= day and (until is None or day <= until) and (repealed is None or day < repealed)

    assert (on(day, begins, until, repealed).state is State.IN_FORCE) == within


@settings(deadline=None)
@given(DAYS, st.integers(0, 4000), st.integers(0, 4000))
def test_each_boundary_changes_the_state_overnight(begins: date, length: int, after: int) -> None:
    until = begins + timedelta(days=length)
    repealed = until + timedelta(days=after)

    assert on(begins - ONE_DAY, begins, until, None).state is State.NOT_YET_IN_FORCE
    assert on(begins, begins, until, None).state is State.IN_FORCE
    assert on(until, begins, until, None).state is State.IN_FORCE
    assert on(until + ONE_DAY, begins, until, None).state is State.LAPSED
    ended = State.REPEALED if after == 0 else State.LAPSED
    assert on(repealed + ONE_DAY, begins, until, repealed).state is ended


@settings(deadline=None)
@given(DAYS, MAYBE, MAYBE)
def test_written_and_published_dates_never_decide(
    day: date, written: date | None, published: date | None
) -> None:
    found = validity(
        day,
        effective_from=None,
        effective_until=None,
        repealed_on=None,
        written_on=written,
        published_on=published,
    )

    assert found.state is State.UNKNOWN
    assert "未载明施行日期" in found.reason


@settings(deadline=None)
@given(DAYS, MAYBE, MAYBE, MAYBE)
def test_only_what_is_in_force_can_be_expiring_or_partly_amended(
    day: date, begins: date | None, until: date | None, amended: date | None
) -> None:
    assume(not (begins and until and until < begins))
    amends = [Effect(EffectKind.AMENDS, "《甲》", amended)] if amended else []
    found = validity(day, effective_from=begins, effective_until=until, repealed_on=None, effects=amends)

    if found.flags & {Flag.EXPIRING, Flag.PARTLY_AMENDED}:
        assert found.state is State.IN_FORCE
    assert found.reason.endswith("。")


def test_an_end_before_the_beginning_is_refused_with_both_dates() -> None:
    with pytest.raises(ValueError, match=r"截止日（2025年12月31日）早于施行日期（2026年1月1日）"):
        on(date(2026, 1, 1), date(2026, 1, 1), date(2025, 12, 31), None)


@pytest.mark.parametrize(
    ("begins", "until", "repealed", "reason"),
    [
        (None, None, None, "文件未载明施行日期，是否有效须由制定机关确认。"),
        (date(2020, 1, 1), None, None, "自2020年1月1日起施行，未载明有效期，2026年6月1日有效。"),
        (date(2020, 1, 1), date(2025, 12, 31), None, "有效期至2025年12月31日，届满自动失效。"),
        (date(2020, 1, 1), None, date(2024, 1, 1), "自2024年1月1日起废止。"),
        (date(2027, 1, 1), None, None, "自2027年1月1日起施行，2026年6月1日尚未施行。"),
        (
            date(2025, 1, 1),
            None,
            date(2024, 1, 1),
            "自2024年1月1日起废止，原定自2025年1月1日起施行，从未施行。",
        ),
        (
            date(2018, 1, 1),
            date(2020, 12, 31),
            date(2022, 3, 1),
            "有效期至2020年12月31日，届满自动失效，其后另于2022年3月1日被列明废止。",
        ),
        (
            date(2020, 1, 1),
            date(2028, 12, 31),
            date(2027, 1, 1),
            "自2020年1月1日起施行，有效期至2028年12月31日（含当日），将自2027年1月1日起废止，2026年6月1日有效。",
        ),
    ],
)
def test_the_reason_states_the_dates_it_rests_on(
    begins: date | None, until: date | None, repealed: date | None, reason: str
) -> None:
    assert on(date(2026, 6, 1), begins, until, repealed).reason == reason


def test_a_day_before_publication_says_that_the_text_was_not_yet_public() -> None:
    found = validity(
        date(2026, 1, 15),
        effective_from=date(2026, 1, 1),
        effective_until=None,
        repealed_on=None,
        published_on=date(2026, 2, 1),
    )

    assert found.state is State.IN_FORCE
    assert "2026年2月1日才发布，当日尚未公布" in found.reason


def test_lapsed_and_repealed_are_different_words() -> None:
    assert [state.label for state in State] == ["尚未施行", "现行有效", "已失效", "已废止", "有效性待确认"]
    assert all(flag.label for flag in Flag)


def test_the_warning_before_the_end_is_the_figure_of_the_evaluation_rule() -> None:
    assert figure("normative.evaluate_before_lapse", on=date(2026, 1, 1)).number == EXPIRING_MONTHS


# --- what other documents do --------------------------------------------------------------------------------------

CLAUSES = st.lists(st.sampled_from(["第一条", "第三条", "第三条第二款", "第十二条"]), max_size=2).map(tuple)
EFFECTS = st.lists(
    st.builds(
        Effect, st.sampled_from(EffectKind), st.just("《甲办法》"), MAYBE, MAYBE, st.booleans(), CLAUSES
    ),
    max_size=4,
)
NOBODY = {"effective_until": None, "repealed_on": None}


def told(day: date, begins: date | None, effects: list[Effect], **more: Any) -> Validity:
    return validity(day, effective_from=begins, effects=effects, **(NOBODY | more))


@settings(deadline=None)
@given(DAYS, MAYBE, EFFECTS, st.randoms())
def test_the_order_in_which_events_came_to_be_known_changes_nothing(
    day: date, begins: date | None, effects: list[Effect], dice: Random
) -> None:
    mixed = list(effects)
    dice.shuffle(mixed)

    one, other = told(day, begins, effects), told(day, begins, mixed)
    assert (one.state, one.flags) == (other.state, other.flags)


@settings(deadline=None)
@given(DAYS, MAYBE, MAYBE, EFFECTS)
def test_an_effect_changes_nothing_before_its_own_day(
    day: date, begins: date | None, until: date | None, effects: list[Effect]
) -> None:
    assume(not (begins and until and until < begins))
    later = [replace(each, begins=day + ONE_DAY * (n + 1)) for n, each in enumerate(effects)]

    with_them, without = (told(day, begins, some, effective_until=until) for some in (later, []))
    assert with_them.state is without.state
    assert with_them.flags - {Flag.EXPIRING} == without.flags - {Flag.EXPIRING}


@settings(deadline=None)
@given(DAYS, MAYBE, EFFECTS)
def test_one_more_effect_never_brings_a_text_back_into_force(
    day: date, begins: date | None, effects: list[Effect]
) -> None:
    if told(day, begins, effects).state is State.IN_FORCE:
        for n in range(len(effects)):
            assert told(day, begins, effects[:n] + effects[n + 1 :]).state is State.IN_FORCE


@settings(deadline=None)
@given(DAYS, DAYS, DAYS)
def test_a_repeal_by_another_says_who_and_when_and_holds_from_its_first_day(
    begins: date, ends: date, day: date
) -> None:
    found = told(day, begins, [Effect(EffectKind.REPEALS, "《甲办法》", ends)])

    assert (found.state is State.REPEALED) == (day >= ends)
    if found.state is State.REPEALED:
        assert "《甲办法》" in found.reason
        assert found.phrases[0].dates["from"] == ends


@settings(deadline=None)
@given(DAYS, DAYS, DAYS)
def test_what_the_owner_has_not_answered_leaves_the_text_unknown_and_not_ended(
    begins: date, ends: date, day: date
) -> None:
    found = told(day, begins, [Effect(EffectKind.REPEALS, "《甲办法》", ends, asked=True)])

    assert (found.state is State.UNKNOWN) == (day >= ends)
    assert found.state is not State.REPEALED


@settings(deadline=None)
@given(DAYS, DAYS, st.integers(1, 10), EFFECTS)
def test_a_default_period_never_lengthens_what_ends_anyway(
    day: date, begins: date, years: int, effects: list[Effect]
) -> None:
    default = DefaultPeriod(begins + timedelta(days=365 * years), "某规定第二十六条")
    with_it, without = told(day, begins, effects, default=default), told(day, begins, effects)

    if with_it.state is State.IN_FORCE:
        assert without.state is State.IN_FORCE
    assert Flag.NO_END_STATED not in with_it.flags


@settings(deadline=None)
@given(DAYS, DAYS, EFFECTS, st.sampled_from(["第一条", "第三条", "第三条之一", "第十二条第一款"]))
def test_a_clause_is_as_its_document_but_for_changes_that_do_not_touch_it(
    day: date, begins: date, effects: list[Effect], clause: str
) -> None:
    whole, part = told(day, begins, effects), told(day, begins, effects, clause=clause)

    assert part.state is whole.state
    touched = any(
        e.kind is EffectKind.AMENDS and not e.asked and e.amends_from <= day and covers(e.clauses, clause)
        for e in effects
    )
    assert (Flag.PARTLY_AMENDED in part.flags) == (touched and whole.state is State.IN_FORCE)


@pytest.mark.parametrize(
    ("changed", "clause", "touched"),
    [
        (("第三条",), "第三条第二款", True),
        (("第三条第二款",), "第三条", True),
        (("第三条",), "第三条之一", False),
        (("第三十条",), "第三条", False),
        ((), "第三条", True),
    ],
)
def test_a_change_touches_what_stands_within_it_and_above_it(
    changed: tuple[str, ...], clause: str, touched: bool
) -> None:
    assert covers(changed, clause) is touched
