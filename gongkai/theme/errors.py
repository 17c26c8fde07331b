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


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    page = render_to_string(f"{status}.html", {"big": is_big(request)})
    answer = HttpResponse(page, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
