"""Filters and tags that the theme's components need and Django lacks."""

import re
from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.theme.address import public_url
from gongkai.theme.breaks import broken
from gongkai.theme.qr import qr_svg

register = template.Library()


def _is_header(cell: object) -> bool:
    return bool(cell.get("header") if isinstance(cell, Mapping) else getattr(cell, "header", False))


@register.filter
def header_scope(row: Iterable[object]) -> str:
    """`col` for a row made of header cells only, else `row`: what a header cell of this table row speaks for."""
    return "col" if all(_is_header(cell) for cell in row) else "row"


MANY_COLUMNS = 5


@register.filter
def many_columns(rows: Iterable[Iterable[object]]) -> bool:
    """True for a table that a phone cannot show whole, which then says that it goes on to the side."""
    return any(sum(_span(cell) for cell in row) >= MANY_COLUMNS for row in rows)


def _span(cell: object) -> int:
    span = cell.get("colspan", 1) if isinstance(cell, Mapping) else getattr(cell, "colspan", 1)
    return int(span or 1)


@register.filter
def breaks(title: str) -> SafeString:
    """A long title that is broken between words."""
    return broken(title)


_WRITTEN = re.compile("[a-z\u4e00-\u9fff]")  # no capitals: WTO and AI stand in Chinese as well


@register.filter
def with_lang(value: object) -> object:
    """``value``, which on a page in another language is marked as Chinese if it is (WCAG 2.2, 3.1.2).

    By the words and not by where they come from: the same list holds names of units, which nobody translates, and
    labels that are translated. A sentence with a Chinese name in it stays one in the page's language: Chinese is what
    begins in Chinese or has more of it.
    """
    if (get_language() or "zh").startswith("zh"):
        return value
    written = _WRITTEN.findall(str(value))
    han = sum(letter > "z" for letter in written)
    chinese = bool(written) and (written[0] > "z" or han * 2 > len(written))
    return format_html('<span lang="zh-Hans">{}</span>', value) if chinese else value


@register.filter
def public(path: str) -> str:
    """The full address of a path of this site, for paper; an address elsewhere stays as it is."""
    return public_url(path) if path.startswith("/") else path


@register.simple_tag
def qr(text: str) -> SafeString:
    """A QR code of ``text``."""
    return qr_svg(text)


@register.simple_tag
def copy_label(*names: str) -> str:
    """What the link that copies a clause's address is called, by the first of ``names`` that says anything.

    A function, not a translated block: a law has a thousand clauses, and a block costs five times as much for each.
    """
    name = next((str(name) for name in names if name), "")
    return _("复制“%(name)s”的链接") % {"name": name if len(name) <= 20 else f"{name[:19]}…"}
