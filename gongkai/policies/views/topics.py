"""Pages of topics for everyone: all topics, and one with its policies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies import at
from gongkai.policies import topics as found


@rule("public")
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic with how much is in it."""
    return render(request, "policies/topics.html", found.list_context(at.asked(request.GET)))


@rule("public")
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: what is in force, what changed lately, which units, and what has ended."""
    shown = get_object_or_404(found.public(), slug=slug)
    context = found.topic_context(shown, request.GET, at.asked(request.GET))
    return render(request, "policies/topic.html", context)
