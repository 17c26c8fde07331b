"""Figures that the office confirms: who may, what is kept, and that default periods rest on nothing less."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.kernel import audit, worker
from gongkai.kernel.models import Event
from gongkai.law import figures
from gongkai.law.figures import figure
from gongkai.law.validity import State
from gongkai.orgs import actions
from gongkai.orgs.models import ConfirmedFigure, Role
from gongkai.orgs.queries import is_confirmed
from gongkai.policies.actions.effects import settle_effects
from gongkai.policies.models import Policy
from tests import factories

pytestmark = pytest.mark.django_db
WRITTEN = date(2019, 3, 1)
FIVE = figure("normative.validity_max", WRITTEN)
TRIAL = figure("normative.validity_max_trial", WRITTEN)
NOTICE = figure("normative.validity_max_notice", WRITTEN)


def confirm(rule, by=None, note="对照规章原文第二十六条"):
    return actions.confirm_figure(figure=rule, note=note, by=by or factories.user(Role.OFFICE))


def normative(title="示例区某某管理办法", **given):
    values = {
        "written_on": WRITTEN,
        "effective_from": date(2019, 4, 1),
        "is_normative": True,
        "live": True,
    } | given
    return Policy.objects.create(title=title, **values)


def until(policy):
    """The default end after everything has been reckoned anew."""
    row = Policy.objects.get(pk=policy.pk)
    settle_effects(row, actor="system:test")
    return Policy.objects.get(pk=policy.pk).default_until


# --- the office's word ----------------------------------------------------------------------------------------


def test_the_office_confirms_once_and_the_word_is_kept_with_note_and_event():
    office = factories.user(Role.OFFICE)
    row = confirm(FIVE, by=office)
    assert (row.key, row.valid_from, row.value, row.by) == (FIVE.key, FIVE.valid_from, "5", office)
    assert row.note == "对照规章原文第二十六条" and is_confirmed(FIVE)
    again = confirm(FIVE, by=factories.user(Role.OFFICE), note="另一次")
    assert again.pk == row.pk and again.note == row.note
    assert [event.payload for event in Event.objects.filter(kind="figure.confirmed")] == [{"key": FIVE.key}]
    assert audit.verify().ok


def test_nobody_else_confirms():
    inactive = factories.user(Role.OFFICE)
    inactive.is_active = False
    for person in (factories.user(), factories.user(Role.NONE), inactive):
        with pytest.raises(PermissionDenied):
            confirm(FIVE, by=person)
    assert not ConfirmedFigure.objects.exists()


@pytest.mark.parametrize("note", ["", "  \n"])
def test_a_word_without_a_note_is_refused(note):
    with pytest.raises(actions.Refused, match="原文"):
        confirm(FIVE, note=note)
    assert not is_confirmed(FIVE)


def test_another_value_or_day_of_the_same_key_needs_a_word_of_its_own():
    confirm(FIVE)
    assert not is_confirmed(replace(FIVE, value=3))
    assert not is_confirmed(replace(FIVE, valid_from=date(2019, 7, 1)))
    assert not is_confirmed(TRIAL)
    assert not is_confirmed(figure("normative.validity_max", date(2026, 1, 1)))


def test_a_figure_read_in_the_full_text_needs_no_word():
    checked = next(one for one in figures.all_figures() if one.checked)
    assert is_confirmed(checked) and not ConfirmedFigure.objects.exists()


def test_no_default_period_rests_on_a_figure_that_nobody_has_checked():
    """Should one be checked some day, the tests below must choose another."""
    assert not any(rule.checked for rule in (FIVE, TRIAL, NOTICE))


# --- default periods --------------------------------------------------------------------------------------------


def test_without_the_word_no_period_is_taken_for_granted():
    policy = normative()
    assert until(policy) is None
    assert policy.validity_on(date(2090, 1, 1)).state is State.IN_FORCE


@pytest.mark.parametrize(
    ("title", "rule", "end"),
    [
        ("示例区某某管理办法", FIVE, date(2024, 3, 31)),
        ("示例区某某管理办法（试行）", TRIAL, date(2021, 3, 31)),
        ("示例区某某暂行办法", TRIAL, date(2021, 3, 31)),
        ("示例区人民政府关于某某的通告", NOTICE, date(2020, 3, 31)),
    ],
)
def test_with_the_word_the_period_of_its_kind_applies_and_says_by_which_article(title, rule, end):
    policy = normative(title)
    for other in {FIVE, TRIAL, NOTICE} - {rule}:
        confirm(other)
    assert until(policy) is None
    confirm(rule)
    assert until(policy) == end
    row = Policy.objects.get(pk=policy.pk)
    assert row.validity_on(end).state is State.IN_FORCE
    lapsed = row.validity_on(date(end.year, 4, 1))
    assert lapsed.state is State.LAPSED and rule.citation in lapsed.reason and "未载明有效期" in lapsed.reason


@pytest.mark.parametrize(
    "given",
    [
        {"is_normative": None},
        {"is_normative": False},
        {"effective_until": date(2030, 1, 1)},
        {"effective_from": None},
        {"open_points": {"effective_until": {"value": "2030-01-01", "evidence": []}}},
        {"open_points": {"effective_from": {"value": "2019-05-01", "evidence": []}}},
        {"written_on": date(2009, 1, 1)},  # before the rule
    ],
)
def test_it_applies_to_normative_texts_only_that_state_no_end_and_whose_dates_are_settled(given):
    confirm(FIVE)
    assert until(normative(**given)) is None


def test_a_text_that_states_its_end_after_all_loses_the_default():
    confirm(FIVE)
    policy = normative()
    assert until(policy) == date(2024, 3, 31)
    Policy.objects.filter(pk=policy.pk).update(effective_until=date(2029, 12, 31))
    assert until(policy) is None
    assert Policy.objects.get(pk=policy.pk).validity_on(date(2026, 1, 1)).state is State.IN_FORCE


@pytest.mark.django_db(transaction=True)
def test_the_word_reaches_every_text_by_event(index_folder):
    kept, other = normative(), normative("另一份规范性文件", is_normative=None)
    confirm(FIVE)
    worker.drain()
    assert Policy.objects.get(pk=kept.pk).default_until == date(2024, 3, 31)
    assert Policy.objects.get(pk=other.pk).default_until is None
    assert Event.objects.filter(kind="policy.validity_changed").count() == 1
