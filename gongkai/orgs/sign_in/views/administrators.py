"""Pages of the security administrator (reset a second factor, lift a lock-out) and of the auditor (log of looks)."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.auth import require_admin_access

from gongkai.kernel.access import rule
from gongkai.orgs.models import Look, User
from gongkai.orgs.sign_in import actions, factor, lockout, looks, sessions
from gongkai.orgs.sign_in.forms import LooksFilter
from gongkai.orgs.sign_in.permissions import may_read_looks, may_reset_factor, may_unlock
from gongkai.orgs.sign_in.queries import looks_by

_PAGE_SIZE = 30


def _for(who: Any) -> Any:
    return lambda view: rule(who)(never_cache(require_admin_access(view)))


@_for(may_unlock)
@require_http_methods(["GET", "HEAD", "POST"])
@sessions.confirmed
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a person's second factor after they have shown who they are; asked once more before it is done."""
    account = get_object_or_404(User, pk=pk)
    by = cast(User, request.user)
    if request.method == "POST":
        try:
            actions.reset_factor(user=account, by=by)
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已重置 %s 的动态口令，本人下次登录时重新绑定。") % account)
        return redirect("sign_in:locked")
    may = may_reset_factor(by, account)
    context = {"account": account, "may": may, "has_factor": factor.active(account)}
    return render(request, "orgs/sign_in/reset.html", context)


@_for(may_unlock)
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """Names and addresses that are locked out now, and lifting it."""
    by = cast(User, request.user)
    if request.method == "POST":
        if "address" in request.POST:
            count = actions.unlock_address(address=request.POST["address"], by=by)
            none = _("这个地址没有被锁定。")
        else:
            username = request.POST.get("username", "")[:255].replace("\0", "")
            count, none = actions.unlock(username=username, by=by), _("这个用户名没有被锁定。")
        if count:
            messages.success(request, _("已解除锁定，可以重新登录。"))
        else:
            messages.info(request, none)
        return redirect("sign_in:locked")
    context = {
        "rows": lockout.locked(),
        "addresses": lockout.shut(),
        "accounts": User.objects.exclude(pk=by.pk).order_by("username"),
    }
    return render(request, "orgs/sign_in/locked_names.html", context)


@_for(may_read_looks)
@require_safe
def looks_page(request: HttpRequest) -> HttpResponse:
    """Who looked at personal data, the last first; a line that is not what was sealed is marked."""
    form = LooksFilter(request.GET)
    found = looks_by(**form.cleaned_data) if form.is_valid() else Look.objects.none()
    page = Paginator(found, _PAGE_SIZE).get_page(request.GET.get("page"))
    broken = looks.unsealed(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, _(row.what), row.pk in broken) for row in page],
        "query": query.urlencode(),
    }
    return render(request, "orgs/sign_in/looks.html", context)
