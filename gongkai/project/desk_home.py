"""The first page of the desk: what waits for this person, what waits for others, what is worth an eye."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.orgs.permissions import may_use_desk
from gongkai.orgs.waiting import LONG, Group, Waiting, lines_of


@rule(may_use_desk)
@never_cache
@require_admin_access
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A line for everything that has something in it, what is late before the rest."""
    user: Any = request.user
    groups = _grouped(lines_of(request))
    context = {
        "today": clock.today(),
        "who": f"{user.get_role_display()} · {user.unit}" if user.unit else user.get_role_display(),
        "groups": groups,
        "nothing": not any(lines for _label, lines in groups),
        "late": sum(line.late for _label, lines in groups for line in lines),
        "days": LONG,
    }
    return render(request, "project/desk/home.html", context)


def _grouped(lines: list[Waiting]) -> list[tuple[str, list[Waiting]]]:
    headings = {Group.NOW: _("等我办理"), Group.OTHERS: _("正在进行"), Group.WATCH: _("请留意")}
    full = [line for line in lines if line.count]
    return [
        (heading, sorted((line for line in full if line.group == group), key=lambda line: not line.late))
        for group, heading in headings.items()
    ]
