"""A person's own pages at the desk: devices and history, new password, giving password or code once more."""

from typing import Any, cast

from axes.models import AccessFailureLog
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import require_admin_access

from gongkai.kernel.access import rule
from gongkai.orgs.models import SignIn, User
from gongkai.orgs.permissions import may_use_desk
from gongkai.orgs.sign_in import actions, address, factor, sessions
from gongkai.orgs.sign_in.forms import AgainForm, ChangePasswordForm
from gongkai.orgs.sign_in.permissions import needs_factor
from gongkai.orgs.sign_in.views.door import codes_page, wanted

_SHOWN = 50


def _own(view: Any) -> Any:
    return rule(may_use_desk)(never_cache(sensitive_post_parameters()(require_admin_access(view))))


@_own
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Where I am signed in now, and where I was; wrong tries under my name."""
    user = cast(User, request.user)
    past = SignIn.objects.filter(user=user)[:_SHOWN]
    tries = AccessFailureLog.objects.filter(username=user.username).order_by("-attempt_time")[:_SHOWN]
    context = {
        "rows": [(row, address.shortened(row.address)) for row in sessions.open_of(user)],
        "here": sessions.row_of(request),
        "past": [(row, address.shortened(row.address)) for row in past],
        "tries": [(each.attempt_time, address.shortened(each.ip_address)) for each in tries],
        "has_factor": factor.active(user),
        "needs_factor": needs_factor(user),
        "codes_left": factor.recovery_left(user),
    }
    return render(request, "orgs/sign_in/devices.html", context)


@_own
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one session, or all others."""
    user, asked = cast(User, request.user), request.POST.get("row", "")
    if request.POST.get("others"):
        count = actions.end_other_sessions(by=user, session=sessions.row_of(request))
    else:
        known = asked.isascii() and asked.isdecimal() and len(asked) < 19
        count = actions.end_session(by=user, row=int(asked)) if known else 0
    if count:
        messages.success(request, _("已结束 %d 处登录，那里下一次操作时须重新登录。") % count)
    else:
        messages.info(request, _("没有可结束的登录，可能已经结束了。"))
    return redirect("sign_in:devices")


@_own
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; all other sessions end."""
    form = ChangePasswordForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        row = sessions.row_of(request)
        actions.change_password(
            by=cast(User, form.user), password=form.cleaned_data["new_password1"], session=row
        )
        # This session goes on under the new password, with a new key.
        update_session_auth_hash(request, form.user)
        messages.success(request, _("密码已修改，您在别处的登录都已结束。"))
        return redirect("sign_in:devices")
    return render(request, "orgs/sign_in/password.html", {"form": form})


@_own
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Password or code once more, then on to what was asked for."""
    form = AgainForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        sessions.note_confirmed(request)
        return redirect(wanted(request))
    context = {"form": form, "next": wanted(request), "has_factor": factor.active(cast(User, request.user))}
    return render(request, "orgs/sign_in/confirm.html", context)


@_own
@require_http_methods(["GET", "HEAD", "POST"])
@sessions.confirmed
@sensitive_variables()
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes in place of the old ones."""
    user = cast(User, request.user)
    if not factor.active(user):
        messages.info(request, _("您还没有启用动态口令，恢复码随动态口令一起发给。"))
        return redirect("sign_in:devices")
    if request.method == "POST":
        return codes_page(request, factor.new_recovery_codes(user), to=wanted(request))
    return render(request, "orgs/sign_in/new_codes.html", {"left": factor.recovery_left(user)})


@_own
@require_http_methods(["GET", "HEAD", "POST"])
@sessions.confirmed
def drop(request: HttpRequest) -> HttpResponse:
    """Give up a second factor that the role does not need."""
    if request.method == "POST":
        try:
            actions.drop_factor(by=cast(User, request.user))
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已停用动态口令，以后只用密码登录。"))
        return redirect("sign_in:devices")
    return render(request, "orgs/sign_in/drop.html")
