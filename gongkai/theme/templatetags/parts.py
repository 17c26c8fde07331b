"""Filters that the theme's components need and Django lacks."""

from collections.abc import Iterable, Mapping

from django import template

register = template.Library()


def _is_header(cell: object) -> bool:
    return bool(cell.get("header") if isinstance(cell, Mapping) else getattr(cell, "header", False))


@register.filter
def header_scope(row: Iterable[object]) -> str:
    """`col` for a row made of header cells only, else `row`: what a header cell of this table row speaks for."""
    return "col" if all(_is_header(cell) for cell in row) else "row"
