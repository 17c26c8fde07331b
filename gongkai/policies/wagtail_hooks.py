"""Where Wagtail looks for what an app brings to the desk: the forms of records, and the ways to our own pages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.orgs.permissions import may_use_desk, sees_all_units
from gongkai.policies import desk  # noqa: F401


class _ForDesk(MenuItem):
    """Shown to whoever works at the desk."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_use_desk(request.user)


class _ForOffice(MenuItem):
    """Shown to those who work across units."""

    def is_shown(self, request: HttpRequest) -> bool:
        return sees_all_units(request.user)


@hooks.register("register_admin_menu_item")
def work() -> Any:
    """What waits for a person, one line each."""
    lines = [
        (_("待确认的关系"), "records:proposals", "link"),
        (_("待答复的废止和修改"), "records:answers", "warning"),
        (_("政策和办事的关联"), "records:services", "link"),
        (_("即将到期的文件"), "records:expiring", "time"),
        (_("存疑的版本关系"), "records:doubts", "help"),
    ]
    items: list[MenuItem] = [
        _ForDesk(label, reverse_lazy(name), icon_name=icon, order=100 + n * 10, name=name.replace(":", "-"))
        for n, (label, name, icon) in enumerate(lines)
    ]
    items.append(
        _ForOffice(
            _("待确认的法定数值"),
            reverse_lazy("orgs_desk:figures"),
            icon_name="list-ul",
            order=200,
            name="orgs-figures",
        )
    )
    return SubmenuMenuItem(_("待办"), Menu(items=items), icon_name="tasks", order=110, name="work")


@hooks.register("register_admin_menu_item")
def topics() -> MenuItem:
    """The topics that a person keeps."""
    return _ForDesk(_("主题"), reverse_lazy("topics_desk:topics"), icon_name="tag", order=120, name="topics")
