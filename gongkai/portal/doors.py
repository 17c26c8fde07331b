"""The ways in when a page is not what one came for: one list for home and for error pages, one for questions."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _


def doors() -> list[dict[str, str]]:
    """Doors for theme/parts/doors.html."""
    return [
        {
            "label": _("浏览全部政策文件"),
            "url": reverse("policies:library"),
            "note": _("按单位、文种、年份和有效性筛选。"),
        },
        {
            "label": _("怎么查、怎么引用"),
            "url": reverse("portal:help"),
            "note": _("检索的写法，有效性的来历。"),
        },
        _hotline(),
    ]


def ways_to_ask() -> list[dict[str, str]]:
    """Where to ask people: only what the installation has been told of, and the national hotline."""
    board = {
        "label": _("网上留言"),
        "url": settings.MESSAGE_BOARD_URL,
        "note": _("写下问题，由主办单位答复；将离开本站。"),
    }
    request = {
        "label": _("申请公开政府信息"),
        "url": settings.INFORMATION_REQUEST_URL,
        "note": _("要的信息没有公开的，可以依申请公开；将离开本站。"),
    }
    contact = {
        "label": _("联系单位"),
        "url": reverse("units:units"),
        "note": _("每个单位的页面有公开指南：地址、电话和申请公开的办法。"),
    }
    return [_hotline(), *(each for each in (board, request) if each["url"]), contact]


def _hotline() -> dict[str, str]:
    return {
        "label": _("打 12345"),
        "url": "tel:12345",
        "note": _("政务服务便民热线：咨询、求助、投诉和建议。"),
    }
