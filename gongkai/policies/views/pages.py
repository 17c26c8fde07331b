"""Pages of the library: the list with its filters, a policy, its original file."""

import logging
import re
from pathlib import PurePath
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.policies import actions, originals, queries
from gongkai.policies.library import library_context
from gongkai.policies.models import Likeness, Original, Policy
from gongkai.policies.page import policy_context
from gongkai.reading.document import Unreadable

PAGE_SIZE = 20
logger = logging.getLogger(__name__)
_TYPES = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
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
    """The file as it was handed in, always as a download: a saved page must not run as ours.

    One with comments, tracked changes or hidden text is not for the public: what they may read is on the page.
    """
    open_files = queries.public().filter(original__conceals=False).select_related("original")
    found = get_object_or_404(open_files, pk=pk)
    return _download(found, found.original)


@rule("public")
@require_safe
def other_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A further file of the same document, joined to it at the desk."""
    found = get_object_or_404(queries.public(), pk=pk)
    return _download(found, get_object_or_404(queries.other_files(found), pk=file).original)


@rule("staff")
@require_safe
def offered_file(request: HttpRequest, file: int) -> HttpResponse:
    """A file that seems to be another one of a record, for those who must decide."""
    mine = queries.changeable_by(request.user)
    offer = get_object_or_404(Likeness.objects.select_related("policy", "original"), pk=file, policy__in=mine)
    response = _download(offer.policy, offer.original)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@rule("staff")
@require_POST
def settle_file(request: HttpRequest, file: int) -> HttpResponse:
    """Join an offered file to its record, or keep it apart."""
    mine = queries.changeable_by(request.user)
    offer = get_object_or_404(Likeness.objects.select_related("policy", "original"), pk=file, policy__in=mine)
    try:
        settled = actions.settle(
            offered=offer, by=request.user, joined=request.POST.get("decision") == "join"
        )
    except (actions.Refused, Unreadable) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, str(settled.get_state_display()))
    return redirect("wagtailsnippets_policies_policy:edit", offer.policy_id)


@rule("staff")
@require_safe
def desk_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for those who work on a draft, and for nobody else."""
    mine = queries.changeable_by(request.user).select_related("original")
    found = get_object_or_404(mine, pk=pk, original__isnull=False)
    response = _download(found, found.original)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _download(policy: Policy, file: Original | None) -> HttpResponse:
    if file is None:
        raise Http404(_("这份记录没有原件。"))
    try:
        data = originals.content(file)
    except originals.OriginalLostError:
        logger.exception("a file of policy %s cannot be served", policy.pk)
        return HttpResponse(
            _("原件暂时不能下载，已通知管理员；请稍后再试。"),
            status=503,
            content_type="text/plain; charset=utf-8",
        )
    response = HttpResponse(data, content_type=_TYPES.get(file.format, "application/octet-stream"))
    response.headers["Content-Disposition"] = _attachment(policy, file)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _attachment(policy: Policy, file: Original) -> str:
    ending = PurePath(file.name).suffix
    # The name it came with says .et or .png; a name that says nothing gets the ending of what was found in it.
    ending = ending if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", ending) else f".{file.format}"
    name = f"{policy.document_number or policy.pk} {policy.title}"[:80] + ending
    return f"attachment; filename*=UTF-8''{quote(name)}"
