"""Answers for when a page cannot be given: drawn without database, session or translations, in large text where it is on."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from gongkai.theme.big import is_big


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: Django calls this for a request that it cannot read (handler400)."""
    return _answer(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: Django calls this after something broke (handler500)."""
    return _answer(request, 500)


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """429: somebody asks more often than this site answers; in ``wait`` seconds they may again."""
    return _answer(request, 429, wait)


def unavailable(request: HttpRequest, wait: int = 60) -> HttpResponse:
    """503: the site is there, but cannot answer for ``wait`` seconds, as while it is brought up to date."""
    return _answer(request, 503, wait)


def _answer(request: HttpRequest, status: int, wait: int = 0) -> HttpResponse:
    page = render_to_string(f"{status}.html", {"big": is_big(request), "wait": wait})
    answer = HttpResponse(page, status=status)
    answer.headers["Cache-Control"] = "no-store"
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer
