"""Every figure carries its article and source, and the value in force on a day is the one given."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gongkai.law.figures import (
    Figure,
    FigureError,
    FigureUnit,
    NotInForce,
    UnknownFigure,
    all_figures,
    figure,
    load_figures,
    unchecked,
)

EVERY = all_figures()


def named(one: Figure) -> str:
    """How a figure is called in the list of tests."""
    return f"{one.key} {one.valid_from}"


STATUTE = """
[statute]
title = "示例条例"
document_number = ""
valid_from = 2020-01-01
checked = true
source = "示例"
"""
FIGURE = """
[[figure]]
key = "sample.reply"
id = "S-1"
value = 20
unit = "working_days"
article = "第一条"
says = "二十个工作日内答复。"
"""


@pytest.mark.parametrize("one", EVERY, ids=named)
def test_every_figure_names_its_statute_article_source_and_sentence(one: Figure) -> None:
    assert one.statute
    assert one.article
    assert one.source
    assert one.says.endswith("。")
    assert one.key.count(".") == 1
    assert one.citation.startswith(f"《{one.statute}》")


@pytest.mark.parametrize("one", [one for one in EVERY if one.checked], ids=named)
def test_a_checked_figure_points_to_a_numbered_article_of_a_text_that_was_read(one: Figure) -> None:
    assert "第" in one.article or "（" in one.article
    assert "全文" in one.source


@pytest.mark.parametrize("one", [one for one in EVERY if not one.checked], ids=named)
def test_an_unchecked_figure_says_what_must_still_be_confirmed(one: Figure) -> None:
    assert "确认" in one.source or "机关设置为准" in one.source


@pytest.mark.parametrize(
    ("key", "day", "value"),
    [
        ("foi.reply", date(2019, 5, 14), 15),
        ("foi.reply", date(2019, 5, 15), 20),
        ("foi.reply", date(2008, 5, 1), 15),
        ("foi.reply_extension", date(2019, 5, 14), 15),
        ("foi.reply_extension", date(2026, 1, 1), 20),
        ("foi.publish_within", date(2026, 1, 1), 20),
        ("foi.clarification_notice", date(2026, 1, 1), 7),
        ("foi.third_party_opinion", date(2026, 1, 1), 15),
        ("foi.joint_maker_opinion", date(2026, 1, 1), 15),
        ("foi.department_report_by", date(2018, 1, 1), "03-31"),
        ("foi.department_report_by", date(2026, 1, 1), "01-31"),
        ("foi.government_report_by", date(2026, 1, 1), "03-31"),
        ("litigation.direct", date(2015, 4, 30), 3),
        ("litigation.direct", date(2015, 5, 1), 6),
        ("consultation.major_decision", date(2026, 1, 1), 30),
        ("enforcement.publish_licence_or_penalty", date(2026, 1, 1), 7),
        ("normative.legality_review_max", date(2026, 1, 1), 15),
        ("participation.small_firms_share", date(2025, 6, 1), 0.5),
    ],
)
def test_the_value_given_is_the_one_in_force_on_the_day(key: str, day: date, value: object) -> None:
    assert figure(key, on=day).value == value


def test_every_key_gives_its_own_value_on_its_first_and_last_day() -> None:
    for one in all_figures():
        assert figure(one.key, on=one.valid_from) is one
        if one.valid_until:
            assert figure(one.key, on=one.valid_until) is one


def test_a_mistyped_key_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UnknownFigure, match=r"没有「foi.replay」，最接近的是「foi.reply」"):
        figure("foi.replay", on=date(2026, 1, 1))


def test_a_day_before_the_rule_is_answered_with_the_spans_that_are_known() -> None:
    with pytest.raises(NotInForce, match=r"在2001-01-01没有有效的数值.*2008-05-01至2019-05-14"):
        figure("foi.reply", on=date(2001, 1, 1))


def test_what_was_not_read_in_full_is_listed_for_the_office_to_confirm() -> None:
    keys = {one.key for one in unchecked()}

    assert {"fees.pay_within", "normative.validity_max", "response.other_public_concern"} <= keys
    assert "foi.clarification_notice" not in keys
    assert all(not one.checked for one in unchecked())


def test_a_date_in_the_year_becomes_a_day_and_other_units_refuse() -> None:
    day = date(2026, 1, 1)

    assert figure("foi.department_report_by", on=day).in_year(2027) == date(2027, 1, 31)
    assert figure("participation.small_firms_share", on=day).share == 0.5
    with pytest.raises(TypeError, match="不是年内日期"):
        figure("foi.reply", on=day).in_year(2027)
    with pytest.raises(TypeError, match="不是整数"):
        _ = figure("foi.department_report_by", on=day).number
    with pytest.raises(TypeError, match="不是比例"):
        _ = figure("foi.reply", on=day).share


def test_two_values_of_one_key_that_follow_each_other_are_accepted(tmp_path: Path) -> None:
    older = FIGURE.replace("20", "15") + "valid_from = 2010-01-01\nvalid_until = 2019-12-31\n"
    (tmp_path / "sample.toml").write_text(STATUTE + FIGURE + older, encoding="utf-8")

    assert [one.value for one in load_figures(tmp_path)["sample.reply"]] == [15, 20]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (STATUTE + FIGURE + FIGURE, "在时间上重叠"),
        (
            STATUTE + FIGURE + FIGURE + "valid_from = 2010-01-01\nvalid_until = 2020-01-01\n",
            "在时间上重叠",
        ),
        (STATUTE + FIGURE + "valid_until = 2019-01-01\n", "valid_until 早于 valid_from"),
        (STATUTE + FIGURE.replace("value = 20\n", ""), "缺少字段 value"),
        (STATUTE + FIGURE.replace('"working_days"', '"fortnights"'), "单位 fortnights 不认识"),
        (STATUTE + FIGURE.replace("20", '"twenty"'), "不是非负整数"),
        (STATUTE + FIGURE.replace("20", "true"), "不是非负整数"),
        (STATUTE + FIGURE.replace("20", "2.5"), "不是非负整数"),
        (STATUTE + FIGURE.replace("working_days", "date_in_year").replace("20", '"13-45"'), "不是年内日期"),
        (STATUTE + FIGURE.replace("working_days", "share").replace("20", "1.5"), "0 到 1 之间"),
        (STATUTE + FIGURE + 'note = "?"\n', "不认识的字段：note"),
        (STATUTE + FIGURE.replace("第一条", ""), "article 是空的"),
        (STATUTE + FIGURE + 'valid_until = "soon"\n', "valid_until 类型不对"),
        ("[statute\n", "不是合法的 TOML"),
    ],
)
def test_a_statute_file_with_a_slip_is_refused_naming_file_and_field(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "sample.toml").write_text(text, encoding="utf-8")

    with pytest.raises(FigureError, match=complaint):
        load_figures(tmp_path)


def test_every_unit_in_use_has_a_label_or_needs_none() -> None:
    assert {one.unit for one in all_figures()} <= set(FigureUnit)
    assert FigureUnit.WORKING_DAYS.label == "个工作日"
