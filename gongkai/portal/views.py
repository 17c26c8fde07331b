"""Home and the pages about the site."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.policies import queries
from gongkai.policies.library import row

LATEST = 8


@rule("public")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The ask box, what is new, and the ways in."""
    today = clock.today()
    latest = [row(policy, today) for policy in queries.for_lists()[:LATEST]]
    subjects = [
        {
            "label": subject,
            "url": f"{reverse('policies:library')}?{urlencode({'subject': subject})}",
            "count": n,
        }
        for subject, n in queries.counts(queries.public(), "subject")[:12]
    ]
    units = [
        {"label": name, "url": f"{reverse('policies:library')}?unit={code}", "count": n}
        for (code, name), n in queries.unit_counts()
    ]
    context = {
        "latest": latest,
        "subjects": subjects,
        "units": units,
        "total": queries.public().count(),
        "has_search_box": True,
    }
    return render(request, "portal/home.html", context)


@rule("public")
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is, how to use it, and where to turn."""
    return render(request, "portal/about.html")
