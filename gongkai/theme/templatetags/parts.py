"""Filters and tags that the theme's components need and Django lacks."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.safestring import SafeString

from gongkai.theme import markup
from gongkai.theme.address import public_url
from gongkai.theme.breaks import broken
from gongkai.theme.language import with_lang

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


register.filter(with_lang)


@register.filter
def public(path: str) -> str:
    """The full address of a path of this site, for paper; an address elsewhere stays as it is."""
    return public_url(path) if path.startswith("/") else path


register.simple_tag(markup.state_word)
register.simple_tag(markup.chip)
register.simple_tag(markup.facts_line)
register.simple_tag(markup.document_row)
register.simple_tag(markup.clause)
