"""One record for whoever reads and does not change it: the newest draft as citizens will see it, open points, history."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from gongkai.kernel.access import rule
from gongkai.orgs.permissions import reads_drafts
from gongkai.policies import permissions, queries
from gongkai.policies.standing import standing_context

_PAGE_SIZE = 20


@rule(reads_drafts)
@never_cache
@require_admin_access
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft in a frame, what the reader was not sure of, every saved version and every publication."""
    readable = queries.draft_readable_by(request.user).select_related("unit", "original")
    policy = get_object_or_404(readable, pk=pk)
    draft = policy.get_latest_revision_as_object()
    saved = policy.revisions.select_related("user").defer("content").order_by("-created_at", "-pk")
    context = standing_context(policy, request.user) | {
        "policy": policy,
        "draft": draft,
        "may_review": permissions.may_review(request.user, policy),
        "page": Paginator(saved, _PAGE_SIZE).get_page(request.GET.get("page")),
        "editions": policy.editions.select_related("by").order_by("-number"),
    }
    return render(request, "policies/desk/read.html", context)
