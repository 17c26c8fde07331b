"""Pages of the units: all of them and one for everybody; at the desk which guide lacks what, and the form to write it."""

from itertools import groupby
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.kernel.access import rule
from gongkai.orgs.models import Unit, UnitKind, User
from gongkai.orgs.permissions import publishes_for, reads_drafts, reads_for
from gongkai.orgs.units.actions import state_guide
from gongkai.orgs.units.forms import UnitGuideForm
from gongkai.orgs.units.guides import (
    desk_rows,
    earlier,
    guide_of,
    listed,
    missing,
    unit_context,
    values_of,
)


@rule("public")
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Every unit, by what sort of organ it is."""
    groups = [
        {"label": UnitKind(kind).label, "id": kind, "units": list(found)}
        for kind, found in groupby(listed(), key=lambda unit: unit.kind)
    ]
    context = {"groups": groups, "crumbs": [{"label": _("单位"), "url": ""}]}
    return render(request, "orgs/units.html", context)


@rule("public")
@require_safe
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """One unit: its guide to information, its documents, topics and services."""
    found = get_object_or_404(listed().prefetch_related("groups"), code=unit)
    crumbs = [{"label": _("单位"), "url": reverse("units:units")}, {"label": found.name, "url": ""}]
    return render(request, "orgs/unit.html", unit_context(found) | {"crumbs": crumbs})


@rule(reads_drafts)
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Which unit's guide lacks which fields, and when it was confirmed last."""
    return render(request, "orgs/desk/unit_guides.html", {"rows": desk_rows(request.user)})


@rule(reads_drafts)
@require_http_methods(["GET", "HEAD", "POST"])
def guide(request: HttpRequest, unit: str) -> HttpResponse:
    """A unit's guide to change or to confirm as it is, and what it said before."""
    readable = [each.pk for each in listed() if reads_for(request.user, each)]
    found = get_object_or_404(Unit.objects.filter(pk__in=readable), code=unit)
    now = guide_of(found)
    form = UnitGuideForm(request.POST or None, initial=values_of(now))
    if request.method == "POST" and form.is_valid():
        state_guide(unit=found, values=form.cleaned_data, by=cast(User, request.user))
        messages.success(request, _("已保存，核对日期是今天。"))
        return redirect("units_desk:guides")
    context = {
        "unit": found,
        "form": form,
        "missing": "、".join(missing(now)),
        "may_change": publishes_for(request.user, found),
        "earlier": earlier(found),
    }
    return render(request, "orgs/desk/unit_guide.html", context)
