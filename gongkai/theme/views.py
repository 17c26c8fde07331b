"""The component gallery, for staff: every part and layout with invented content; and the switch to large text."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.theme import big as large
from gongkai.theme import samples
from gongkai.theme.address import public_url
from gongkai.theme.qr import qr_svg

_LONGEST = 300  # of a path: a code of more is too fine to read off paper


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


@rule("public")
@require_safe
def big(request: HttpRequest) -> HttpResponse:
    """Large text on or off, then back to the page one came from.

    A link and no form: nothing but the look of one's own pages changes, and pages without a form's token can be cached.
    """
    return large.switched(request)


@rule("public")
@require_safe
def qr(request: HttpRequest) -> HttpResponse:
    """The code of ?to=, a path of this site: of no other, or anybody could have codes made in our name."""
    path = request.GET.get("to", "")
    if not path.startswith("/") or path.startswith("//") or len(path) > _LONGEST or not path.isprintable():
        raise Http404
    answer = HttpResponse(qr_svg(public_url(path)), content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer
