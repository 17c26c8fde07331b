"""Pages of the desk for the office: the figures of the law that it must confirm before anything rests on them."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongkai.kernel.access import rule
from gongkai.law.figures import Figure, unchecked
from gongkai.orgs import actions
from gongkai.orgs.models import ConfirmedFigure, User
from gongkai.orgs.permissions import works_across_units


@rule(works_across_units)
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest) -> HttpResponse:
    """Figures that were not read in the full text of their statute: what each says, and the office's word on it."""
    if request.method == "POST":
        try:
            actions.confirm_figure(
                figure=_named(request),
                note=request.POST.get("note", "").replace("\0", ""),
                by=cast(User, request.user),
            )
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已确认，依据它计算的期限随即更新。"))
        return redirect("orgs_desk:figures")
    confirmed = {
        (row.key, row.valid_from, row.value): row for row in ConfirmedFigure.objects.select_related("by")
    }
    rows = [(each, confirmed.get((each.key, each.valid_from, str(each.value)))) for each in unchecked()]
    return render(request, "orgs/desk/figures.html", {"rows": rows})


def _named(request: HttpRequest) -> Figure:
    key, day = request.POST.get("key", ""), request.POST.get("valid_from", "")
    for each in unchecked():
        if each.key == key and each.valid_from == _day(day):
            return each
    raise Http404(_("没有这个待确认的数值，请从列表中选择。"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
