"""The line that the inbox offers to the home page of the desk (orgs/waiting.py)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.orgs.permissions import may_use_desk
from gongkai.orgs.waiting import Group, Waiting
from gongkai.subscriptions import queries


def waiting(user: Any, *, in_menu: bool = False) -> list[Waiting]:
    """Notices that a person has not read; the menu has an entry of its own for them."""
    if in_menu or not may_use_desk(user):
        return []
    return [Waiting(_("未读通知"), queries.unread(user), reverse("inbox:list"), group=Group.WATCH)]
