"""Home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.portal.home import home_context


@rule("public")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The ask box, what is new, and the ways in."""
    return render(request, "portal/home.html", home_context(clock.today()))
