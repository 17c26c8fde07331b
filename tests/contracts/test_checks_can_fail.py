"""Checks that walk the real tree are shown a spoilt one: each must fail, or it proves nothing."""

import pytest
from django.urls import NoReverseMatch

from gongkai.kernel import events
from gongkai.project import wiring
from gongkai.project.cli import messages
from tests.contracts import (
    test_desk_routes,
    test_floors,
    test_habits,
    test_repository,
    test_translations,
    test_wiring,
)

_EVENTS, _SLOTS = dict(wiring.EVENTS), dict(wiring.SLOTS)
_BAD_PYTHON = "import time\nfrom django.dispatch import receiver\ndef view():\n" + "    time.time()\n" * 70

SPOILT = {
    "a layer more": (
        test_floors,
        "layers",
        lambda: [["text"], ["attic"]],
        test_floors.test_every_folder_stands_on_a_floor_and_every_floor_exists,
    ),
    "floors upside down": (
        test_floors,
        "may_use",
        lambda user, used: user == used,
        test_floors.test_code_names_no_address_or_template_of_a_floor_above,
    ),
    "a folder of helpers": (
        test_habits,
        "tracked",
        lambda: (test_habits.HOUSE / "law" / "helpers" / "a.py",),
        test_habits.test_no_module_has_a_name_that_says_nothing,
    ),
    "a signal": (test_habits, "source", lambda path: _BAD_PYTHON, test_habits.test_we_have_no_signals),
    "a clock": (
        test_habits,
        "source",
        lambda path: _BAD_PYTHON,
        test_habits.test_the_clock_is_read_in_one_file_alone,
    ),
    "a template with a clock": (
        test_habits,
        "source",
        lambda path: "{% now 'Y' %}",
        test_habits.test_templates_do_not_read_the_clock,
    ),
    "no docstring": (
        test_habits,
        "source",
        lambda path: _BAD_PYTHON,
        test_habits.test_every_python_file_begins_with_a_docstring,
    ),
    "no comment": (
        test_habits,
        "source",
        lambda path: "<p>",
        test_habits.test_every_template_says_what_it_is,
    ),
    "a long function": (
        test_habits,
        "source",
        lambda path: _BAD_PYTHON,
        test_habits.test_no_function_is_longer_than_a_page,
    ),
    "a long view": (test_habits, "source", lambda path: _BAD_PYTHON, test_habits.test_views_are_short),
    "a long file": (
        test_habits,
        "source",
        lambda path: "x\n" * 451,
        test_habits.test_no_file_is_longer_than_can_be_read_at_once,
    ),
    "work put off": (
        test_habits,
        "source",
        lambda path: "FIX" + "ME",
        test_habits.test_nothing_is_marked_as_still_to_be_done,
    ),
    "an event not wired": (
        wiring,
        "EVENTS",
        {},
        test_wiring.test_every_kind_of_event_recorded_is_in_the_wiring,
    ),
    "an event never recorded": (
        wiring,
        "EVENTS",
        _EVENTS | {"a.b": []},
        test_wiring.test_every_kind_of_event_in_the_wiring_is_recorded_somewhere,
    ),
    "a handler that is not there": (
        wiring,
        "EVENTS",
        {"a.b": ["gongkai.search.handlers.gone"]},
        test_wiring.test_every_handler_and_job_can_be_called,
    ),
    "a handler elsewhere": (
        wiring,
        "EVENTS",
        {"a.b": ["gongkai.search.index.rebuild"]},
        test_wiring.test_handlers_stand_in_the_file_for_handlers,
    ),
    "wiring not connected": (events, "wiring", dict, test_wiring.test_the_running_site_follows_the_wiring),
    "a slot that no page offers": (
        wiring,
        "SLOTS",
        _SLOTS | {"no.such": []},
        test_wiring.test_whatever_is_filled_is_offered_by_some_template,
    ),
    "a filling that is not there": (
        wiring,
        "SLOTS",
        {"a": ["gongkai.search.slots.gone"]},
        test_wiring.test_everything_that_fills_a_slot_can_be_called,
    ),
    "a slot without a word": (
        test_wiring,
        "source",
        lambda path: '{% slot "a.b" %}',
        test_wiring.test_every_slot_is_named_in_the_comment_of_its_template,
    ),
    "a link to nowhere": (
        wiring,
        "HEADER",
        [("x", "no:where")],
        test_wiring.test_every_link_of_header_and_footer_leads_somewhere,
    ),
    "an English message": (
        messages,
        "found_messages",
        lambda: {f"text {n}": "" for n in range(200)},
        test_translations.test_every_text_in_code_is_chinese,
    ),
    "a message without English": (
        messages,
        "found_messages",
        lambda: {"没有翻译": ""},
        test_translations.test_every_text_has_its_english,
    ),
    "a machine's folder": (
        test_repository,
        "source",
        lambda path: "/wo" + "rk/main",
        test_repository.test_no_file_names_a_folder_of_a_machine_or_a_registry,
    ),
    "a binding licence": (
        test_repository,
        "licence_of",
        lambda name: ["GPL-3.0"],
        test_repository.test_every_runtime_dependency_may_be_used_and_passed_on,
    ),
    "a writing route open": (
        test_desk_routes,
        "OPEN_NAMES",
        {"wagtailusers_users:add"},
        test_desk_routes.test_no_route_that_writes_past_our_actions_is_open_at_the_desk,
    ),
    "an exception that is gone": (
        test_desk_routes,
        "OPEN",
        {"desk/gone/": "x"},
        test_desk_routes.test_every_exception_still_exists,
    ),
}


@pytest.mark.parametrize("what", SPOILT)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_check_fails_when_there_is_something_to_find(what, monkeypatch):
    module, name, value, check = SPOILT[what]
    monkeypatch.setattr(module, name, value)
    with pytest.raises((AssertionError, ImportError, NoReverseMatch)):
        check()
