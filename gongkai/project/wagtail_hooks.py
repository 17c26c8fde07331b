"""The desk as a whole: what of Wagtail's own menus is left out, and how our own pages look."""

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def our_pages() -> SafeString:
    """How the fields of our own pages look."""
    return format_html('<link rel="stylesheet" href="{}">', static("project/desk.css"))


@hooks.register("construct_help_menu")
def no_help_menu(_request: Any, items: list[Any]) -> None:
    """Wagtail's guide and news are about Wagtail, in English, and elsewhere on the network."""
    items.clear()


@hooks.register("construct_main_menu")
def only_our_menus(_request: Any, items: list[Any]) -> None:
    """What the gate shuts is not offered."""
    items[:] = [
        item
        for item in items
        if item.name not in {"explorer", "images", "documents", "reports", "settings", "help"}
    ]


@hooks.register("construct_snippet_action_menu")
def only_open_actions(items: list[Any], _request: Any, _context: Any) -> None:
    """Unpublishing is shut: a text is withdrawn with a reason, by an action of ours."""
    items[:] = [item for item in items if item.name not in {"action-unpublish", "action-delete"}]
