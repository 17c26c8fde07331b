"""Filters and tags that the theme's components need and Django lacks."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.translation import gettext as _

register = template.Library()


def _is_header(cell: object) -> bool:
    return bool(cell.get("header") if isinstance(cell, Mapping) else getattr(cell, "header", False))


@register.filter
def header_scope(row: Iterable[object]) -> str:
    """`col` for a row made of header cells only, else `row`: what a header cell of this table row speaks for."""
    return "col" if all(_is_header(cell) for cell in row) else "row"


@register.simple_tag
def copy_label(*names: str) -> str:
    """What the link that copies a clause's address is called, by the first of ``names`` that says anything.

    A function, not a translated block: a law has a thousand clauses, and a block costs five times as much for each.
    """
    name = next((str(name) for name in names if name), "")
    return _("复制“%(name)s”的链接") % {"name": name if len(name) <= 20 else f"{name[:19]}…"}
