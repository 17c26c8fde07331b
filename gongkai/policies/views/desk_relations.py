"""Relations at the desk: a batch of proposals on one screen, answers to other units, texts that run out, doubts."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.kernel.sheets import sheet
from gongkai.policies import actions, queries, worklists
from gongkai.policies.models import Policy, Relation, RelationKind
from gongkai.theme import pager

_AT_ONCE = 10  # documents on one screen
_PAGE = 50


def _paged(request: HttpRequest, page: Page) -> dict[str, Any]:
    return {
        "rows": page.object_list,
        "total": page.paginator.count,
        "pager": pager.links(page, request.GET),
    }


@rule("staff")
@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposed relations of a person's documents; one key confirms all that are ticked beforehand.

    ?policy=12 shows all relations of one document, decided ones too: what was decided wrongly is put right here.
    """
    if request.method == "POST":
        _add(request) if request.POST.get("add") else _decide_all(request)
        return redirect(request.get_full_path())
    if request.GET.get("export") == "xlsx":
        return sheet(_("待确认的关系"), *worklists.proposals_sheet(request.user))
    only = request.GET.get("policy", "")
    of_one = is_key(only)
    mine = queries.changeable_by(request.user).filter(live=True, pk=int(only)) if of_one else None
    waiting = worklists.with_proposals(request.user) if mine is None else mine.defer("body")
    page = Paginator(waiting, _AT_ONCE).get_page(request.GET.get("page"))
    found = worklists.proposals(list(page.object_list), decided=of_one)
    rows = [(policy, found.get(policy.pk, [])) for policy in page.object_list]
    context = {"kinds": RelationKind.choices, "of_one": of_one}
    return render(request, "policies/desk/proposals.html", _paged(request, page) | context | {"rows": rows})


def _add(request: HttpRequest) -> None:
    """A relation that the reader did not find."""
    key = request.GET.get("policy", "")
    source = (
        queries.changeable_by(request.user).filter(live=True, pk=int(key)).first() if is_key(key) else None
    )
    try:
        target = _target(request.POST.get("target", ""))
        kind = _kind(request.POST.get("kind", ""))
        if source is None or target is None or not kind:
            raise actions.Refused(_("请选择关系，并填对方文件的编号或者文号。"))
        begins = _day(request.POST.get("begins", ""))
        actions.relate(source=source, kind=kind, target=target, by=request.user, begins=begins)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已添加，公开页面已经更新。"))


def _decide_all(request: HttpRequest) -> None:
    """Every decision in the form by itself: one that cannot hold does not stop the others.

    They are not one transaction: each locks its documents before the audit chain, and all of them together could not.
    Where one breaks off, the person is told after which line.
    """
    keys = numbered(request.POST)
    mine = Relation.objects.filter(pk__in=keys, source__in=queries.changeable_by(request.user))
    done = 0
    for row in mine:
        try:
            done += _decide(row, request.POST, request.user)
        except actions.Refused as refusal:
            messages.error(request, f"《{row.target_title}》：{refusal}")
        except (PermissionDenied, DatabaseError) as problem:
            messages.error(request, stopped(row.target_title, problem))
            break
    messages.success(request, ngettext("已处理 %d 条关系。", "已处理 %d 条关系。", done) % done)


def stopped(title: str, problem: Exception) -> str:
    """What a person is told when a batch breaks off in the midst."""
    why = str(problem) if isinstance(problem, PermissionDenied) else _("系统忙")
    return _("处理到“%(title)s”时停下（%(why)s）：它和它后面的还没有处理，请看过后再提交一次。") % {
        "title": title,
        "why": why,
    }


def numbered(form: QueryDict) -> list[int]:
    """The numbers in the names of a form's decisions (r12), at most 500; what no browser of ours sends is passed over."""
    names = (name[1:] for name in form if name.startswith("r"))
    return [int(name) for name in names if is_key(name)][:500]


def is_key(text: str) -> bool:
    """True for digits that can be the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def _decide(row: Relation, form: QueryDict, user: Any) -> int:
    choice, seen = form.get(f"r{row.pk}"), form.get(f"s{row.pk}", "proposed")
    if choice == "refuse" and seen != Relation.State.REFUSED:
        actions.refuse(relation=row, by=user, seen=seen)
        return 1
    if choice != "confirm":
        return 0
    kind = _kind(form.get(f"kind{row.pk}", ""))
    target = _target(form.get(f"target{row.pk}", ""))
    begins = _day(form.get(f"begins{row.pk}", ""))
    same = kind in {"", row.kind} and target in {None, row.target} and begins in {None, row.begins}
    if seen == Relation.State.CONFIRMED and same:
        return 0
    actions.confirm(relation=row, by=user, seen=seen, kind=kind, target=target, begins=begins)
    return 1


def _kind(text: str) -> str:
    return text if text in set(RelationKind) else ""


def _target(text: str) -> Policy | None:
    """The record that a person typed by its number on this site, or by its document number."""
    text = text.replace("\0", "?").strip()  # no database takes it
    if not text:
        return None
    by_key = Policy.objects.filter(live=True, pk=int(text)) if is_key(text) else None
    found = by_key or Policy.objects.filter(live=True, document_number=text)
    target = found.first()
    if target is None:
        raise actions.Refused(_("没有找到“%s”这份已发布的文件，请填它的页面编号或者文号。") % text[:40])
    return target


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise actions.Refused(_("日期“%s”看不懂，请写成 2025-01-31 的样子。") % text[:20]) from None


@rule("staff")
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """What other units say of a person's documents and want to be answered."""
    page = Paginator(worklists.asked_of(request.user), _PAGE).get_page(request.GET.get("page"))
    return render(request, "policies/desk/answers.html", _paged(request, page))


@rule("staff")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or reject one change of validity."""
    row = get_object_or_404(worklists.asked_of(request.user), pk=pk)
    try:
        actions.answer(relation=row, by=request.user, accepted=request.POST.get("answer") == "accept")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已答复，文件的有效性已按答复更新。"))
    return redirect("records:answers")


@rule("staff")
@require_safe
def expiring(request: HttpRequest) -> HttpResponse:
    """A person's documents that end within six months."""
    found = worklists.expiring(queries.changeable_by(request.user), clock.today())
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    return render(request, "policies/desk/expiring.html", _paged(request, page))


@rule("staff")
@require_safe
def doubts(request: HttpRequest) -> HttpResponse:
    """Relations that hold although something about them is still to be looked at."""
    page = Paginator(worklists.doubts(request.user), _PAGE).get_page(request.GET.get("page"))
    return render(request, "policies/desk/doubts.html", _paged(request, page))
