"""Where Wagtail looks for what an app brings to the desk: the forms of records, and the ways to our own pages."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.orgs.menu import Way
from gongkai.orgs.permissions import does_work
from gongkai.orgs.waiting import lines_of
from gongkai.policies import desk
from gongkai.policies.models import Policy


class _WorkMenu(Menu):
    """What waits for a person (orgs/waiting.py), one line each with its count; made anew for each request."""

    def menu_items_for_request(self, request: HttpRequest) -> list[MenuItem]:
        """The lines that have a place in the menu, also the empty ones: they lead to their pages."""
        return [
            MenuItem(
                f"{line.label} ({line.count})" if line.count else line.label,
                line.url,
                name=line.menu,
                icon_name=line.icon,
                order=n,
            )
            for n, line in enumerate(lines_of(request, in_menu=True))
        ]


@hooks.register("register_admin_menu_item")
def work() -> Any:
    """What waits for a person, one line each."""
    return SubmenuMenuItem(_("待办"), _WorkMenu(items=[]), icon_name="tasks", order=110, name="work")


@hooks.register("register_snippet_action_menu_item")
def hand_in_button(model: type) -> desk.HandInItem | None:
    """送审 below the form of a record."""
    return desk.HandInItem() if model is Policy else None


for way in (
    Way(does_work, _("上传文件"), "records:upload", icon="upload", order=90),
    Way(does_work, _("主题"), "topics_desk:topics", icon="tag", order=120),
):
    hooks.register("register_admin_menu_item", lambda way=way: way)


@hooks.register("register_log_actions")
def answers_of_doubts(register: Any) -> None:
    """How the history of a document names the answers to its doubtful places."""
    register.register_action("policies.settled", _("核对"), _("核对了一处存疑的地方"))
    register.register_action("policies.settling_undone", _("撤销核对"), _("撤销了上一次核对"))
