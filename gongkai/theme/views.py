"""The component gallery: every part and layout of the theme with invented content, for staff."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.kernel.access import rule
from gongkai.theme import samples


@rule("staff")
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return render(request, "theme/gallery/parts.html", samples.parts())


@rule("staff")
def layout(request: HttpRequest, layout: str) -> HttpResponse:
    """A whole page in one of the layouts."""
    if layout not in samples.LAYOUTS:
        raise Http404
    return render(request, f"theme/gallery/{layout}.html", samples.parts())
