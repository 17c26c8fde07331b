"""The inbox at the desk: what a person was told, how they want to hear, and for the office letters in trouble."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.orgs.permissions import may_use_desk
from gongkai.orgs.sign_in.looks import look
from gongkai.subscriptions import actions, addresses, channels, permissions, queries
from gongkai.subscriptions.forms import StaffForm, chosen
from gongkai.subscriptions.models import Category, Subscriber

_PAGE_SIZE = 30


def _for(who: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """A page of the desk for whom it is meant, never kept, in the language that they have chosen there."""
    return lambda view: rule(who)(never_cache(require_admin_access(view)))


desk_page, office_page = _for(may_use_desk), _for(permissions.may_settle)


@desk_page
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Unread first; narrowed by category."""
    category = request.GET.get("category", "")
    found = queries.inbox(request.user)
    if category in Category.values:
        found = found.filter(category=category)
    context = {
        "page": Paginator(found, _PAGE_SIZE).get_page(request.GET.get("page")),
        "categories": Category.choices,
        "category": category,
        "unread": queries.unread(request.user),
        "mail_open": channels.is_open(),
        "may_settle": permissions.may_settle(request.user),
    }
    return render(request, "subscriptions/desk/inbox.html", context)


@desk_page
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read (and go where it leads), or all."""
    if request.POST.get("all"):
        actions.mark_read(by=request.user)
        return redirect("inbox:list")
    pk = request.POST.get("notice", "")
    number = int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 19 else 0
    notice = get_object_or_404(queries.inbox(request.user), pk=number)
    actions.mark_read(by=request.user, notices=[notice.pk])
    return redirect(notice.path) if request.POST.get("open") else redirect("inbox:list")


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Letters by category, the hour, the quiet time."""
    user: Any = request.user
    person = queries.subscriber_for(user) or Subscriber(user=user, created_at=clock.now())
    form = StaffForm(request.POST or None, initial=chosen(person))
    if request.method == "POST" and form.is_valid():
        when = {name: form.cleaned_data[name] for name in ("frequency", "hour", "quiet_from", "quiet_until")}
        actions.choose(by=user, by_category=form.by_category(), **when)
        messages.success(request, _("已保存接收设置。"))
        return redirect("inbox:preferences")
    context = {"form": form, "person": person, "mail_open": channels.is_open()}
    return render(request, "subscriptions/desk/preferences.html", context)


@office_page
@require_safe
def delivery(request: HttpRequest) -> HttpResponse:
    """Letters in doubt or given up, and addresses that letters came back from; for the district office."""
    page = Paginator(queries.troubled(request.user), _PAGE_SIZE).get_page(request.GET.get("page"))
    stopped = queries.stopped(request.user)
    shown = [each.subscriber_id for each in page] + [each.pk for each in stopped[:100]]
    if shown:
        whom = [f"subscriptions.Subscriber:{pk}" for pk in dict.fromkeys(shown)]
        look(request, gettext_noop("存疑的信和停发的地址"), whom)
    context = {
        "page": page,
        "letters": [(addresses.masked(each.subscriber.reached_at), each) for each in page],
        "counts": queries.counts(),
        "stopped": [(addresses.masked(each.reached_at), each) for each in stopped[:100]],
        "stopped_count": stopped.count(),
        "mail_open": channels.is_open(),
    }
    return render(request, "subscriptions/desk/delivery.html", context)


@office_page
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a letter as delivered, or send it once more."""
    decision = request.POST.get("decision")
    message = get_object_or_404(queries.troubled(request.user), pk=pk)
    if decision not in {"delivered", "again"}:
        messages.error(request, _("请选择“算已送达”或者“再发一次”。"))
        return redirect("inbox:delivery")
    try:
        actions.settle(message=message, by=request.user, delivered=decision == "delivered")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已算送达。") if decision == "delivered" else _("已安排再发一次。"))
    return redirect("inbox:delivery")
