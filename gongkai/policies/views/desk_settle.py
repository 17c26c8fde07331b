"""Comparing an original with what was read: the screen, pictures of pages, and the newest draft as citizens will see it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import require_admin_access

from gongkai.kernel.access import rule
from gongkai.orgs.permissions import reads_drafts
from gongkai.policies import actions, originals, queries
from gongkai.policies.actions import settle_points
from gongkai.policies.beside import again, pages
from gongkai.policies.beside.screen import Typed, screen
from gongkai.policies.models import Policy
from gongkai.reading.document import Unreadable

_TEMPLATE = "policies/desk/settle.html"


def _readable(request: HttpRequest, pk: int) -> Policy:
    mine = queries.draft_readable_by(request.user)
    return get_object_or_404(mine.select_related("unit", "original", "latest_revision__user"), pk=pk)


@rule(reads_drafts)
@never_cache
@require_admin_access
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Original and text beside each other with every doubtful place; each answer is saved as soon as it is given."""
    policy = _readable(request, pk)
    if request.method != "POST":
        return render(request, _TEMPLATE, screen(policy, request.user, at=request.GET.get("at", "")))
    typed = Typed(*(_word(request, name) for name in ("point", "name", "value")))
    try:
        _answer(policy, request)
    except actions.Refused as refusal:
        newest = _readable(request, pk)
        context = screen(newest, request.user, at=typed.point, typed=typed, problem=str(refusal))
        return render(request, _TEMPLATE, context, status=409)
    address = reverse("records:settle", args=[pk])
    following = _word(request, "following")
    return redirect(f"{address}?at={following}#p-{following}" if following else address)


def _answer(policy: Policy, request: HttpRequest) -> None:
    how, seen = _word(request, "how"), _word(request, "seen")
    if how == "undo":
        settle_points.take_back_answer(policy=policy, by=request.user, seen=seen)
        return
    settle_points.settle_point(
        policy=policy,
        by=request.user,
        name=_word(request, "name"),
        how=how,
        seen=seen,
        value=_word(request, "value"),
        point=_word(request, "point"),
    )


def _word(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).replace("\0", "")[:20_000]


@rule(reads_drafts)
@require_safe
def picture(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page of the original as a picture, for those alone who may read the draft."""
    policy = _readable(request, pk)
    width = pages.WIDTHS[request.GET.get("size") == "large"]
    if policy.original is None or policy.original.format not in pages.PICTURED:
        raise Http404(_("这份记录的原件没有页面可以显示。"))
    try:
        drawn = pages.page_picture(policy.original, number, width)
    except pages.Busy:
        return _sentence(_("系统正在处理别的文件，请过一会儿再看这一页。"), 503, **{"Retry-After": "2"})
    except (Unreadable, originals.OriginalLostError) as problem:
        return _sentence(str(problem), 422)
    if drawn is None:
        return _sentence(_("这一页不能显示，请下载原件查看。"), 404)
    headers = {
        "Cache-Control": "private, max-age=600",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(drawn, content_type="image/png", headers=headers)


def _sentence(words: str, status: int, **headers: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)


@rule(reads_drafts)
@never_cache
@require_POST
def locate(request: HttpRequest, pk: int) -> JsonResponse:
    """Have it found where recognised lines stand, for files of which that was not kept; asked until it is not pending."""
    policy = _readable(request, pk)
    state = again.ask(policy.original) if policy.original else again.State.FOUND
    return JsonResponse({"state": state.value}, status=202 if state is again.State.PENDING else 200)


@rule(reads_drafts)
@never_cache
@xframe_options_sameorigin
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest draft, or ?revision=… of this record, as citizens will see it; ?width=390 shows it as on a phone."""
    policy = _readable(request, pk)
    draft = _draft(policy, request.GET.get("revision", ""))
    query = request.GET.copy()
    if query.pop("width", None):
        address = f"{request.path}?{query.urlencode()}"
        return render(
            request, "policies/desk/settle_phone.html", {"policy": policy, "draft": draft, "address": address}
        )
    shown: Any = draft.serve_preview(request, "")
    shown.template_name = "policies/desk/settle_preview.html"
    shown.context_data |= {"draft": draft, "query": query.urlencode()}
    return shown


def _draft(policy: Policy, key: str) -> Policy:
    if not key:
        return policy.get_latest_revision_as_object()
    known = key.isascii() and key.isdecimal() and len(key) < 19
    return get_object_or_404(policy.revisions, pk=int(key) if known else 0).as_object()
