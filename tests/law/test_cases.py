"""Every case in cases/*.yaml: a lawyer adds a case there, and this file runs it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.law.calendar import Calendar, Override, Period, add_months
from gongkai.law.effects import Effect, EffectKind
from gongkai.law.validity import DefaultPeriod, validity

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    """The cases of one file, each named by its place in the file."""
    rows = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(row, id=f"case {number}") for number, row in enumerate(rows, start=1)]


def told(case: dict[str, Any], result: str) -> str:
    """What a failure prints: the lawyer's reasoning against ours."""
    return f"{case.get('why') or case.get('name')} ≠ {result}"


def calendar_of(case: dict[str, Any]) -> Calendar:
    """The office calendar that a case describes."""
    overrides = {row["day"]: Override(row["works"], row["name"]) for row in case.get("overrides", [])}
    return Calendar(overrides, announced=case.get("announced", []))


def suspensions(case: dict[str, Any]) -> list[Period]:
    """The suspensions that a case describes."""
    return [Period(**row) for row in case.get("suspended", [])]


@pytest.mark.parametrize("case", cases("working_days"))
def test_a_period_of_working_days_ends_on_the_day_counted_by_hand(case: dict[str, Any]) -> None:
    result = calendar_of(case).add_working_days(case["start"], case["n"], suspended=suspensions(case))

    assert (result.due, result.provisional) == (case["due"], case.get("provisional", False)), told(
        case, result.text
    )


@pytest.mark.parametrize("case", cases("calendar_days"))
def test_a_period_of_days_months_or_years_ends_on_the_day_counted_by_hand(case: dict[str, Any]) -> None:
    calendar, roll_over = calendar_of(case), case.get("roll_over", "")
    if case["unit"] == "days":
        result = calendar.add_days(case["start"], case["n"], suspended=suspensions(case), roll_over=roll_over)
    else:
        add = {"months": calendar.add_months, "years": calendar.add_years}[case["unit"]]
        result = add(case["start"], case["n"], roll_over=roll_over)

    assert (result.due, result.provisional) == (case["due"], case.get("provisional", False)), told(
        case, result.text
    )


@pytest.mark.parametrize("case", cases("count"))
def test_working_days_between_two_days_are_as_many_as_counted_by_hand(case: dict[str, Any]) -> None:
    result = calendar_of(case).count_working_days(case["after"], case["until"])

    assert (result.count, result.provisional) == (case["count"], case.get("provisional", False)), told(
        case, result.text
    )


@pytest.mark.parametrize("case", cases("days"))
def test_a_day_is_worked_or_not_for_the_reason_in_the_notice(case: dict[str, Any]) -> None:
    reason = calendar_of(case).explain(case["day"])

    expected = (case["works"], case["kind"], case["name"], case.get("provisional", False))
    assert (reason.works, reason.kind, reason.name, reason.provisional) == expected, told(case, reason.label)


@pytest.mark.parametrize("case", cases("validity"))
def test_a_document_is_in_the_state_that_its_own_dates_say(case: dict[str, Any]) -> None:
    result = validity(
        case["day"],
        effective_from=case.get("from"),
        effective_until=case.get("until"),
        repealed_on=case.get("repealed"),
        published_on=case.get("published"),
        written_on=case.get("written"),
        effects=[Effect(EffectKind.AMENDS, "《关于修改的决定》", case["amended"])]
        if case.get("amended")
        else (),
    )

    assert (result.state, result.flags) == (case["state"], set(case["flags"])), told(case, result.reason)


@pytest.mark.parametrize("case", cases("validity_effects"))
def test_a_document_or_clause_is_in_the_state_that_others_confirmedly_leave_it_in(
    case: dict[str, Any],
) -> None:
    own = case["document"]
    result = validity(
        case["day"],
        effective_from=own.get("effective_from"),
        effective_until=own.get("effective_until"),
        repealed_on=own.get("repealed_on"),
        published_on=own.get("published_on"),
        written_on=own.get("written_on"),
        doubtful=case["doubtful"],
        effects=[effect_of(event) for event in case["events"] if counts(event)],
        default=default_of(case["default_period"], own),
        clause=case["clause"] or "",
    )

    expected = case["expect"]
    assert (result.state, result.flags) == (expected["state"], set(expected["flags"])), told(
        case, result.reason
    )
    assert all(words in result.reason for words in expected["because"]), told(case, result.reason)


def counts(event: dict[str, Any]) -> bool:
    """Only what a person has confirmed, of a document that is still public, does anything."""
    return event["state"] in {"confirmed", "asked"} and not event.get("withdrawn")


def effect_of(event: dict[str, Any]) -> Effect:
    return Effect(
        EffectKind(event["kind"]),
        event["by"],
        event.get("from"),
        event.get("by_published"),
        event["state"] == "asked",
        tuple(event.get("clauses") or ()),
    )


def default_of(rule: dict[str, Any] | None, own: dict[str, Any]) -> DefaultPeriod | None:
    begins = own.get("effective_from")
    if not rule or not rule["confirmed"] or not begins or own.get("effective_until"):
        return None
    return DefaultPeriod(add_months(begins, 12 * rule["years"]) - timedelta(days=1), rule["article"])
