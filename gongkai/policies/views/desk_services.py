"""Links from clauses to services at the desk: proposals to decide, and the coverage that they reach."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gongkai.guides.models import Service
from gongkai.kernel.access import rule
from gongkai.policies import actions, indicators, queries, worklists
from gongkai.policies.models import ServiceLink
from gongkai.policies.views.desk_relations import is_key, numbered, stopped
from gongkai.theme import pager

_PAGE = 50
_STATES = {"confirm": ServiceLink.State.CONFIRMED, "refuse": ServiceLink.State.REFUSED}


@rule("staff")
@require_http_methods(["GET", "HEAD", "POST"])
def services(request: HttpRequest) -> HttpResponse:
    """Proposed links of a person's documents, and a line to add one by hand; Enter sends all.

    ?policy=12 shows all links of one document, decided ones too: what was decided wrongly is put right here.
    """
    if request.method == "POST":
        _add(request) if request.POST.get("add") else _decide_all(request)
        return redirect(request.get_full_path())
    waiting = _links(request)
    page = Paginator(waiting, _PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": page.object_list,
        "total": page.paginator.count,
        "pager": pager.links(page, request.GET),
        "coverage": indicators.linked_basis(),
        "policy": request.GET.get("policy", ""),
        "of_one": is_key(request.GET.get("policy", "")),
    }
    return render(request, "policies/desk/services.html", context)


def _links(request: HttpRequest) -> QuerySet[ServiceLink]:
    only = request.GET.get("policy", "")
    if is_key(only):
        return worklists.links_of(request.user, int(only))
    return worklists.proposed_links(request.user)


def _decide_all(request: HttpRequest) -> None:
    """Each by itself; where one breaks off, the person is told after which line."""
    done = 0
    for link in _links(request).filter(pk__in=numbered(request.POST)):
        choice = _STATES.get(request.POST.get(f"r{link.pk}", ""), link.state)
        if choice == link.state:
            continue
        try:
            actions.decide_link(link=link, by=request.user, holds=choice == ServiceLink.State.CONFIRMED)
        except (PermissionDenied, DatabaseError) as problem:
            messages.error(request, stopped(link.service.name, problem))
            break
        done += 1
    messages.success(request, ngettext("已处理 %d 条关联。", "已处理 %d 条关联。", done) % done)


def _add(request: HttpRequest) -> None:
    key = request.POST.get("policy", "").strip()
    policy = (
        queries.changeable_by(request.user).filter(pk=int(key), live=True).first() if is_key(key) else None
    )
    service = Service.objects.filter(code=request.POST.get("service", "").replace("\0", "").strip()).first()
    if policy is None or service is None:
        messages.error(request, _("没有找到这份文件或者这个事项，请填本单位已发布文件的编号和事项编码。"))
        return
    try:
        actions.link_service(
            policy=policy, path=request.POST.get("path", "").strip()[:200], service=service, by=request.user
        )
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已关联，公开页面上可以从条款直接去办事。"))
