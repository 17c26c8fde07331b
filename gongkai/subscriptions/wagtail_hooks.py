"""Where Wagtail looks for what this app brings to the desk: the inbox in the menu, with what is unread."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from gongkai.subscriptions import queries


class InboxMenuItem(MenuItem):
    """The menu's line: 收件箱 (3)."""

    def render_component(self, request: HttpRequest) -> Any:
        """Made anew for each request: Wagtail keeps the item itself."""
        waiting = queries.unread(request.user)
        label = f"{self.label} ({waiting})" if waiting else str(self.label)
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


@hooks.register("register_admin_menu_item")
def inbox_menu_item() -> InboxMenuItem:
    """Above everything else."""
    return InboxMenuItem(_("收件箱"), reverse_lazy("inbox:list"), name="inbox", icon_name="mail", order=50)
