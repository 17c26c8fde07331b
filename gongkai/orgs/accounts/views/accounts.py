"""Pages of accounts at the desk: the list, one account with what each administrator may do to it, a new one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from gongkai.kernel import clock
from gongkai.orgs import permissions
from gongkai.orgs.accounts import actions, forms, handing_over, queries
from gongkai.orgs.accounts.refused import Refused
from gongkai.orgs.accounts.views.page import desk_page, without
from gongkai.orgs.models import User
from gongkai.orgs.sign_in.sessions import confirmed

_PAGE_SIZE = 50


def _me(request: HttpRequest) -> User:
    """Whoever passed the rule is somebody."""
    return cast(User, request.user)


@desk_page(permissions.reads_accounts)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Who has which account."""
    form = forms.AccountFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    unit = chosen.get("unit")
    found = queries.accounts(
        request.user,
        q=chosen.get("q", ""),
        role=chosen.get("role", ""),
        unit=unit.code if unit else "",
        state=chosen.get("state", ""),
    )
    context = {
        "form": form,
        "page": Paginator(found, _PAGE_SIZE).get_page(request.GET.get("page")),
        "may_open": permissions.keeps_accounts(request.user),
        "query": without(request, "page"),
    }
    return render(request, "orgs/accounts/list.html", context)


@desk_page(permissions.keeps_accounts)
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; its one-time password stands on the page that answers, and nowhere else."""
    form = forms.NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account, password = actions.open_account(**form.cleaned_data, by=_me(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _shown_once(request, account, password)
    return render(request, "orgs/accounts/new.html", {"form": form})


@desk_page(permissions.reads_accounts)
@require_safe
@confirmed
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it is, and what the person who looks may do to it."""
    row = get_object_or_404(queries.accounts(request.user), pk=pk)
    may_keep = permissions.keeps_accounts(request.user)
    context = {
        "account": row,
        "ended": not queries.open_accounts().filter(pk=row.pk).exists(),
        "may_keep": may_keep,
        "may_end": permissions.may_end(request.user, row),
        "may_give_role": permissions.may_give_role(request.user, row),
        "work": handing_over.work_of(row) if may_keep else [],
        "change": forms.ChangeForm(initial={"name": row.name, "unit": row.unit_id}),
        # The day on which it ended is not one to go on until.
        "last_day": forms.LastDayForm(initial={} if row.has_ended() else {"last_day": row.ends_on}),
        "role": forms.RoleForm(initial={"role": row.role}),
        "hand_over": forms.HandOverForm(successors=queries.successors(row)),
    }
    return render(request, "orgs/accounts/account.html", context)


@desk_page(lambda user: permissions.keeps_accounts(user) or permissions.keeps_roles(user))
@require_POST
@confirmed
def change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb on one account; each action says who may."""
    row = get_object_or_404(queries.accounts(request.user), pk=pk)
    if verb not in _VERBS:
        raise Http404(_("没有这样的操作，请回到账号页面重新选择。"))
    try:
        answer = _VERBS[verb](request, row)
    except Refused as refusal:
        messages.error(request, str(refusal))
        answer = None
    return answer or redirect("accounts:account", pk)


# --- one function for each verb -------------------------------------------------------------------------------------


def _checked(form: Any) -> dict[str, Any]:
    """What was typed. Raises Refused with the first thing that is wrong with it."""
    if not form.is_valid():
        label = form.fields[next(iter(form.errors))].label
        raise Refused(_("“%s”没有填写或者填写有误，请更正后再提交。") % label)
    values: dict[str, Any] = form.cleaned_data
    return values


def _change(request: HttpRequest, row: User) -> None:
    moved_from = row.unit_id
    changed = actions.change_account(account=row, **_checked(forms.ChangeForm(request.POST)), by=_me(request))
    told = (
        _("已保存。")
        if changed.unit_id == moved_from
        else _("已保存；单位变了，岗位须由安全管理员重新分配。")
    )
    messages.success(request, told)


def _last_day(request: HttpRequest, row: User) -> None:
    if request.POST.get("at_once"):
        last_day = clock.today() - timedelta(days=1)
    else:
        last_day = _checked(forms.LastDayForm(request.POST))["last_day"]
    ended = row.has_ended() or not row.is_active
    changed = actions.set_last_day(account=row, last_day=last_day, by=_me(request))
    if ended and changed.is_active:
        messages.success(request, _("已恢复使用，岗位须由安全管理员重新分配。"))
    else:
        messages.success(request, _("已保存最后使用日。"))


def _password(request: HttpRequest, row: User) -> HttpResponse:
    password = actions.give_one_time_password(account=row, by=_me(request))
    return _shown_once(request, row, password)


def _hand_over(request: HttpRequest, row: User) -> None:
    form = forms.HandOverForm(request.POST, successors=queries.successors(row))
    gone = actions.hand_over(leaver=row, **_checked(form), by=_me(request))
    words = "，".join(f"{label} {count}" for label, count in gone)
    messages.success(request, _("已移交：%s。") % words if words else _("没有需要移交的工作。"))


def _role(request: HttpRequest, row: User) -> None:
    given = actions.give_role(account=row, **_checked(forms.RoleForm(request.POST)), by=_me(request))
    messages.success(request, _("岗位已改为“%s”。") % given.get_role_display())


_VERBS: dict[str, Callable[[HttpRequest, User], Any]] = {
    "change": _change,
    "last-day": _last_day,
    "password": _password,
    "hand-over": _hand_over,
    "role": _role,
}


def _shown_once(request: HttpRequest, row: User, password: str) -> HttpResponse:
    return render(request, "orgs/accounts/password.html", {"account": row, "password": password})
