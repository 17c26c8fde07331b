"""One record on its way to the public: hand in, pass, send back, take back, publish, publish at a time; and its preview."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from gongkai.kernel.access import rule
from gongkai.orgs.permissions import reads_drafts
from gongkai.policies import actions, queries
from gongkai.policies.actions.schedule import shown
from gongkai.policies.models import Policy
from gongkai.policies.standing import hand_in_context


def _hand_in(policy: Policy, by: Any, form: Any) -> str:
    actions.hand_in(policy=policy, by=by, note=_words(form, "note"), seen=_words(form, "seen"))
    return _("已送审，审核人会在工作台看到。")


def _pass_on(policy: Policy, by: Any, form: Any) -> str:
    actions.pass_on(policy=policy, by=by, note=_words(form, "note"), seen=_handed(form))
    return _("审核通过，等待发布。")


def _send_back(policy: Policy, by: Any, form: Any) -> str:
    actions.send_back(policy=policy, by=by, reason=_words(form, "note"), seen=_handed(form))
    return _("已退回，经办人会在工作台首页看到原因。")


def _take_back(policy: Policy, by: Any, form: Any) -> str:
    actions.take_back(policy=policy, by=by)
    return _("已收回送审，可以接着修改。")


def _publish(policy: Policy, by: Any, form: Any) -> str:
    actions.publish(policy=policy, by=by, seen=_words(form, "seen"))
    return _("已发布，公开页面已经更新。")


def _schedule(policy: Policy, by: Any, form: Any) -> str:
    row = actions.schedule(policy=policy, by=by, at=_moment(form.get("at", "")), seen=_words(form, "seen"))
    return _("已定于 %s 发布现在这一版；以后的修改不会混进去。") % shown(row.due_at)


def _unschedule(policy: Policy, by: Any, form: Any) -> str:
    actions.unschedule(policy=policy, by=by)
    return _("已取消定时发布。")


_VERBS: dict[str, Callable[[Policy, Any, Any], str]] = {
    "hand_in": _hand_in,
    "pass_on": _pass_on,
    "send_back": _send_back,
    "take_back": _take_back,
    "publish": _publish,
    "schedule": _schedule,
    "unschedule": _unschedule,
}


def _words(form: Any, name: str) -> str:
    return str(form.get(name, "")).replace("\0", "").strip()


def _handed(form: Any) -> int:
    """Which hand-in the person looked at; none of ours where the form does not say."""
    key = _words(form, "handed")
    return int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0


def _moment(text: str) -> datetime:
    """What a person typed or chose, in the office's time. Raises Refused for what is no time."""
    try:
        typed = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise actions.Refused(_("发布时间看不懂，请写成 2026-01-31 09:00 的样子。")) from None
    if timezone.is_aware(typed):
        raise actions.Refused(_("发布时间请按北京时间填写，不要带时区。"))
    return timezone.make_aware(typed, timezone.get_default_timezone())


@rule(reads_drafts)
@never_cache
@require_admin_access
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a record stands on its way to the public, and every next step that this person may take."""
    mine = queries.draft_readable_by(request.user).select_related("unit", "latest_revision")
    policy = get_object_or_404(mine, pk=pk)
    verb = request.POST.get("do", "")
    if request.method != "POST" or verb not in _VERBS:
        return render(request, "policies/desk/hand_in.html", hand_in_context(policy, request.user))
    try:
        messages.success(request, _VERBS[verb](policy, request.user, request.POST))
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("records:hand_in", pk)
