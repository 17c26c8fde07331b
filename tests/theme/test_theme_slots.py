"""Slots: what wiring fills in appears in order, and a broken filler never breaks the page."""

import logging
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from gongkai.theme import slots

PACKAGE = Path(slots.__file__).parents[1]


def greeting(context, name):
    return mark_safe(f"<b>{name} {context['word']}</b>")


def silent(context, *objects):
    return None


def plain(context, *objects):
    return "1 < 2"


def broken(context, *objects):
    raise LookupError("no such service")


def show(source: str) -> str:
    return Template(source).render(Context({"word": "你好", "policy": "甲"}))


def test_an_empty_slot_leaves_nothing():
    assert show('[{% slot "policy.aside" policy %}]') == "[]"


def test_a_slot_is_filled_in_order_and_gets_context_and_objects():
    slots.fill({"policy.aside": [greeting, silent, plain]})
    assert show('{% slot "policy.aside" policy %}') == "<b>甲 你好</b>1 &lt; 2"


def test_a_dotted_path_is_imported_at_first_use():
    slots.fill({"policy.aside": [f"{__name__}.greeting"]})
    assert show('{% slot "policy.aside" policy %}') == "<b>甲 你好</b>"


def test_a_box_is_drawn_only_around_something():
    source = (
        '{% slot "policy.aside" policy as extra %}{% if extra %}<section>{{ extra }}</section>{% endif %}'
    )
    slots.fill({"policy.aside": [silent]})
    assert show(source) == ""
    slots.fill({"policy.aside": [greeting]})
    assert show(source) == "<section><b>甲 你好</b></section>"


def test_filling_twice_does_not_double():
    slots.fill({"footer": [plain]})
    slots.fill({"footer": [plain]})
    assert show('{% slot "footer" %}') == "1 &lt; 2"


@pytest.mark.parametrize("renderable", [broken, "gongkai.nowhere.at_all"])
def test_a_broken_filler_is_logged_and_left_out(settings, caplog, renderable):
    settings.SLOTS_RAISE = False
    slots.fill({"footer": [renderable, plain]})
    with caplog.at_level(logging.ERROR):
        assert show('a{% slot "footer" %}') == "a1 &lt; 2"
    assert "footer" in caplog.text


def test_a_broken_filler_is_seen_in_tests_and_by_developers(settings):
    settings.SLOTS_RAISE = True
    slots.fill({"footer": [broken]})
    with pytest.raises(LookupError):
        show('{% slot "footer" %}')


def test_every_slot_that_wiring_fills_is_offered_by_some_template(wired_slots):
    offered = {
        name
        for file in PACKAGE.glob("*/templates/**/*.html")
        for name in re.findall(r'{%\s*slot\s+"([^"]+)"', file.read_text(encoding="utf-8"))
    }
    assert {"header.search", "footer", "error.doors"} <= offered
    assert set(wired_slots) <= offered, "project/wiring.py fills slots that no page offers"
