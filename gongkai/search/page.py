"""What the results page shows besides the rows: filters with counts, pages, what was left out, the next doors."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.orgs.models import Unit
from gongkai.policies.at import Asked
from gongkai.policies.words import day
from gongkai.search.direct import direct
from gongkai.search.results import PAGE_SIZE, Found, rows
from gongkai.theme import pager

_FACETS = (("unit", "unit"), ("kind", "kind"), ("year", "year"))


def results_context(
    query: QueryDict, text: str, found: Found, number: int, pages: int, asked: Asked
) -> dict[str, Any]:
    """Context of search/results.html."""
    total = found.results.total
    names = _unit_names(found)
    return {
        "query": text,
        "has_search_box": True,
        "found": found,
        "total": total,
        "asked": asked,
        "today_url": _address(query, at=""),
        "rows": rows(found.results, asked.day, asked.parameter),
        "groups": _groups(query, found, names),
        "chosen": _chosen(query, names),
        "clear_url": _address(query, kind="", unit="", year=""),
        "ended_url": _address(query, ended="1"),
        "day": day(asked.day),
        "direct": direct(text, asked) if text else None,
        "pager": pager.links(_pages(total, number), query) if pages > 1 else None,
        "sorts": [
            {
                "label": _("按相关程度"),
                "url": _address(query, sort=""),
                "current": query.get("sort") != "date",
            },
            {
                "label": _("按发布日期"),
                "url": _address(query, sort="date"),
                "current": query.get("sort") == "date",
            },
        ],
        "doors": [
            {"label": _("换个说法再查"), "url": "#q", "note": _("少写几个字，或者只写文号、文件名中的词。")},
            {
                "label": _("浏览全部政策文件"),
                "url": reverse("policies:library"),
                "note": _("按单位、年份和有效性筛选。"),
            },
        ],
    }


def _pages(total: int, number: int) -> Page:
    # The rows are on the engine's side; the paginator only needs to know how many there are.
    return Paginator(range(total), PAGE_SIZE).get_page(number)


def _unit_names(found: Found) -> dict[str, str]:
    codes = found.results.facets.get("unit", {}) or found.results.facets.get("units", {})
    return dict(Unit.objects.filter(code__in=list(codes)).values_list("code", "short_name"))


def _groups(query: QueryDict, found: Found, names: dict[str, str]) -> list[dict[str, Any]]:
    labels = {"unit": _("责任单位"), "kind": _("文种"), "year": _("年份")}
    return [
        {
            "label": labels[parameter],
            "options": [
                {
                    "label": names.get(value, value),
                    "url": _address(query, **{parameter: "" if query.get(parameter) == value else value}),
                    "count": n,
                    "current": query.get(parameter) == value,
                }
                for value, n in list(found.results.facets.get(facet, {}).items())[:12]
            ],
        }
        for facet, parameter in _FACETS
    ]


def _chosen(query: QueryDict, names: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": names.get(value, value), "url": _address(query, **{name: ""})}
        for name in ("unit", "kind", "year")
        if (value := query.get(name))
    ]


def _address(query: QueryDict, **changes: str) -> str:
    changed = query.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"{reverse('search:results')}?{changed.urlencode()}"
