"""Pages beside a policy's own: who cites it, its editions, what rests on it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies import at, queries
from gongkai.policies.library import row
from gongkai.policies.models import Policy
from gongkai.policies.relations import citations_of, resting_on
from gongkai.theme import pager

PAGE_SIZE = 50


@rule("public")
@require_safe
def cited(request: HttpRequest, pk: int) -> HttpResponse:
    """The clauses elsewhere that cite this policy, or one clause of it (?clause=第十二条)."""
    found = get_object_or_404(queries.public(), pk=pk)
    path = request.GET.get("clause", "")[:200]
    page = Paginator(citations_of(found, path), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "title": each.source.title,
            "url": each.source.clause_url(each.anchor),
            "facts": [fact for fact in (each.source.document_number, each.path) if fact],
            "note": _("引用本文件%s") % each.target_clause if each.target_clause else "",
        }
        for each in page.object_list
    ]
    context = {"policy": found, "path": path, "rows": rows, "pager": pager.links(page, request.GET)}
    return render(
        request,
        "policies/cited.html",
        context | {"total": page.paginator.count, "crumbs": _crumbs(found, _("引用"))},
    )


@rule("public")
@require_safe
def impact(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything public that rests on this policy, directly or through others: what a repeal of it touches."""
    found = get_object_or_404(queries.public(), pk=pk)
    asked = at.asked(request.GET)
    levels = resting_on(found)
    page = Paginator(levels, PAGE_SIZE).get_page(request.GET.get("page"))
    standing = queries.for_lists().in_bulk([each for _level, each in page.object_list])
    rows = [
        row(standing[each], asked.day)
        | {"note": _("直接以本文件为依据") if level == 1 else _("隔%d层") % (level - 1)}
        for level, each in page.object_list
        if each in standing
    ]
    context = {"policy": found, "rows": rows, "pager": pager.links(page, request.GET), "total": len(levels)}
    return render(
        request, "policies/impact.html", context | {"crumbs": _crumbs(found, _("以本文件为依据的文件"))}
    )


@rule("public")
@require_safe
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text that was published of this policy, the newest first."""
    found = get_object_or_404(queries.public(), pk=pk)
    kept = found.editions.open().order_by("-number")
    context = {"policy": found, "editions": kept, "crumbs": _crumbs(found, _("发布的版本"))}
    return render(request, "policies/editions.html", context)


def _crumbs(policy: Policy, here: str) -> list[dict[str, str]]:
    return [
        {"label": _("政策文件"), "url": reverse("policies:library")},
        {"label": policy.title, "url": policy.get_absolute_url()},
        {"label": here, "url": ""},
    ]
