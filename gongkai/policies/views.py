"""Pages of the library: the list with its filters, a policy, its original file."""

import logging
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.policies import originals, queries
from gongkai.policies.library import library_context
from gongkai.policies.models import Policy
from gongkai.policies.page import policy_context

PAGE_SIZE = 20
logger = logging.getLogger(__name__)
_TYPES = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}


@rule("public")
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every published policy, newest first, narrowed by filters in the address."""
    today = clock.today()
    chosen = {
        name: request.GET.get(name, "").replace("\0", "")[:120]
        for name in ("unit", "kind", "subject", "year", "state")
    }
    found = queries.library(on=today, **chosen)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "policies/library.html", library_context(request.GET, chosen, page, today))


@rule("public")
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one policy; a withdrawn one says so at the same address (410)."""
    found = get_object_or_404(Policy.objects.select_related("unit", "original"), pk=pk)
    if found.live:
        return render(request, "policies/policy.html", policy_context(found, clock.today()))
    if found.withdrawn_on:
        return render(request, "policies/withdrawn.html", {"policy": found}, status=410)
    raise Http404(_("没有这份文件，或者它还没有发布。"))


@rule("public")
@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was handed in, always as a download: a saved page must not run as ours."""
    return _original(
        get_object_or_404(queries.public().select_related("original"), pk=pk, original__isnull=False)
    )


@rule("staff")
@require_safe
def desk_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for those who work on a draft, and for nobody else."""
    mine = queries.changeable_by(request.user).select_related("original")
    response = _original(get_object_or_404(mine, pk=pk, original__isnull=False))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _original(found: Any) -> HttpResponse:
    try:
        data = originals.content(found.original)
    except originals.OriginalLostError:
        logger.exception("the original of policy %s cannot be served", found.pk)
        return HttpResponse(
            _("原件暂时不能下载，已通知管理员；请稍后再试。"),
            status=503,
            content_type="text/plain; charset=utf-8",
        )
    response = HttpResponse(data, content_type=_TYPES.get(found.original.format, "application/octet-stream"))
    response.headers["Content-Disposition"] = _attachment(found)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _attachment(found: Any) -> str:
    name = f"{found.document_number or found.pk} {found.title}"[:80] + f".{found.original.format}"
    return f"attachment; filename*=UTF-8''{quote(name)}"
