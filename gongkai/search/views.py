"""The results page."""

from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies import at
from gongkai.search import results as found_as
from gongkai.search.page import results_context

_DEEPEST_PAGE = 100


@rule("public")
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Documents with the clauses that match; every state of the page is in its address."""
    text = request.GET.get("q", "").strip()
    asked = at.asked(request.GET)
    number = _page_number(request.GET.get("page", ""))
    found = (
        found_as.find(
            text,
            on=asked.day,
            there_by=asked.day if asked.given else None,
            **_choices(request),
            offset=(number - 1) * found_as.PAGE_SIZE,
        )
        if text
        else found_as.Found()
    )
    pages = ceil(found.results.total / found_as.PAGE_SIZE)
    context = results_context(request.GET, text, found, number, pages, asked)
    return render(request, "search/results.html", context, status=200 if found.working else 503)


def _page_number(text: str) -> int:
    return min(max(int(text), 1), _DEEPEST_PAGE) if text.isdecimal() and len(text) < 6 else 1


def _choices(request: HttpRequest) -> dict[str, Any]:
    year = request.GET.get("year", "")
    return {
        "with_ended": request.GET.get("ended") == "1",
        "kinds": tuple(filter(None, [request.GET.get("kind", "")[:40]])),
        "units": tuple(filter(None, [request.GET.get("unit", "")[:40]])),
        "years": (int(year),) if year.isdecimal() and len(year) == 4 else (),
        "by_date": request.GET.get("sort") == "date",
    }
