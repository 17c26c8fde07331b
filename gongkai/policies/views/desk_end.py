"""Taking a published text back at the desk: withdraw, take down, pull back, each with its reason."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongkai.kernel.access import rule
from gongkai.policies import actions, permissions, queries
from gongkai.policies.models import Policy

_WAYS: dict[str, Callable[..., Policy]] = {
    "withdraw": actions.withdraw,
    "take_down": actions.take_down,
    "pull_back": actions.pull_back,
    "open_files": actions.open_files,
}


@rule("staff")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The ways of taking a text back, and of giving its files back, what each does, and the reason that each needs."""
    policy = get_object_or_404(queries.draft_readable_by(request.user), pk=pk)
    if not permissions.may_publish(request.user, policy):
        raise PermissionDenied(_("收回、撤回和下架由本单位的发布人办理，请联系发布人。"))
    way = _WAYS.get(request.POST.get("way", ""))
    if request.method != "POST" or way is None:
        return render(request, "policies/desk/end.html", {"policy": policy})
    try:
        way(policy=policy, by=request.user, reason=request.POST.get("reason", "").replace("\0", ""))
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("records:end", pk)
    messages.success(request, _("已处理，公开页面已经更新。"))
    return redirect("wagtailsnippets_policies_policy:edit", pk)
