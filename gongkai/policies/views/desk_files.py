"""Files at the desk: what a draft was read from, and files that wait to be joined to a record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongkai.kernel.access import rule
from gongkai.policies import actions, originals, queries
from gongkai.policies.models import Likeness
from gongkai.policies.views.files import download
from gongkai.reading.document import Unreadable


@rule("staff")
@require_safe
def offered_file(request: HttpRequest, file: int) -> HttpResponse:
    """A file that seems to be another one of a record, for those who must decide."""
    mine = queries.changeable_by(request.user)
    offer = get_object_or_404(Likeness.objects.select_related("policy", "original"), pk=file, policy__in=mine)
    response = download(offer.policy, offer.original)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@rule("staff")
@require_POST
def settle_file(request: HttpRequest, file: int) -> HttpResponse:
    """Join an offered file to its record, or keep it apart."""
    mine = queries.changeable_by(request.user)
    offer = get_object_or_404(Likeness.objects.select_related("policy", "original"), pk=file, policy__in=mine)
    try:
        settled = actions.settle(
            offered=offer, by=request.user, joined=request.POST.get("decision") == "join"
        )
    except (actions.Refused, Unreadable) as problem:
        messages.error(request, str(problem))
    except originals.OriginalLostError:
        messages.error(request, _("这份文件的原件不在存储中，没有处理；请管理员从备份恢复后再试。"))
    else:
        messages.success(request, str(settled.get_state_display()))
    return redirect("wagtailsnippets_policies_policy:edit", offer.policy_id)


@rule("staff")
@require_safe
def desk_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for those who may read the draft, and for nobody else."""
    mine = queries.draft_readable_by(request.user).select_related("original")
    found = get_object_or_404(mine, pk=pk, original__isnull=False)
    response = download(found, found.original)
    response.headers["Cache-Control"] = "private, no-store"
    return response
