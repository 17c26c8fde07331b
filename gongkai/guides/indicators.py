"""Figures about guides for oversight: whether the key elements are there."""

from django.utils.translation import gettext as _

from gongkai.guides import queries
from gongkai.guides.elements import grave, missing_elements
from gongkai.kernel import clock
from gongkai.law.figures import figure
from gongkai.orgs.indicators import Behind, Indicator


def key_elements() -> Indicator:
    """The share of services offered whose guide states all eight key elements; behind it those that do not."""
    services = list(queries.public())
    lacking = [(each, missing) for each in services if (missing := missing_elements(each.known_guide))]
    rows = [
        Behind(each.name, each.get_absolute_url(), _("缺少：%(names)s") % {"names": "、".join(missing)})
        for each, missing in lacking
    ]
    stated = figure("inspection.guide_elements", clock.today())
    return Indicator(
        name=_("办事指南要素完整率"),
        definition=_(
            "在用的办事事项中，办事指南%(n)d类关键要素齐全的所占的比例（%(citation)s，数值待机关确认）。"
        )
        % {"n": stated.number, "citation": stated.citation},
        numerator=len(services) - len(lacking),
        denominator=len(services),
        rows=tuple(rows),
    )


def gravely_lacking() -> Indicator:
    """The services whose guide lacks so many elements that an inspection of the site counts them (INS-06)."""
    today = clock.today()
    services = list(queries.public())
    lacking = [each for each in services if grave(each, today)]
    least, items = figure("inspection.guide_missing_elements", today), figure("inspection.guide_items", today)
    return Indicator(
        name=_("关键要素严重缺失的办事指南"),
        definition=_(
            "在用的办事事项中，办事指南缺少%(least)d类以上关键要素的；达到%(items)d个，或者不足%(items)d个而全部缺失的，检查判为不合格（%(citation)s，数值待机关确认）。"
        )
        % {"least": least.number, "items": items.number, "citation": least.citation},
        numerator=len(lacking),
        denominator=len(services),
        rows=tuple(
            Behind(each.name, each.get_absolute_url(), "、".join(missing_elements(each.known_guide)))
            for each in lacking
        ),
    )
