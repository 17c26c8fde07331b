"""The line that guides offer to the home page of the desk (orgs/waiting.py)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.guides import queries
from gongkai.guides.elements import whole
from gongkai.guides.models import Service
from gongkai.orgs.permissions import does_work
from gongkai.orgs.waiting import Waiting


def waiting(user: Any, *, in_menu: bool = False) -> list[Waiting]:
    """Services in use whose guide lacks key elements."""
    if in_menu or not does_work(user):
        return []
    lacking = queries.changeable_by(user).filter(active=True)
    lacking = lacking.exclude(pk__in=Service.objects.filter(whole()))
    url = reverse("wagtailsnippets_guides_service:list") + "?active=true&whole=false"
    return [Waiting(_("要素不全的办事指南"), lacking.order_by().count(), url)]
