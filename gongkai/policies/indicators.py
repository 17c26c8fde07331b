"""Figures about policies for oversight: how far clauses and services are linked (plan item 12)."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.guides.models import Service
from gongkai.orgs.indicators import Behind, Indicator
from gongkai.policies.models import Policy, ServiceLink
from gongkai.policies.names import known_by, title_key


def linked_basis() -> Indicator:
    """阅办联动覆盖率: of the public documents that services name as their basis, the share linked with such a service."""
    named = {
        title_key(str(basis.get("title", "")))
        for service in Service.objects.filter(active=True).select_related("guide")
        for basis in service.known_guide.basis
        if basis.get("title")
    }
    keys = {known.pk for rows in known_by(named).values() for known in rows}
    linked = ServiceLink.objects.filter(policy=OuterRef("pk"), state=ServiceLink.State.CONFIRMED)
    found = Policy.objects.filter(live=True, pk__in=keys).annotate(is_linked=Exists(linked))
    missing = found.filter(is_linked=False).defer("body").order_by("title")
    return Indicator(
        name=_("阅办联动覆盖率"),
        definition=_("被办事指南列为依据、在本站公开的文件中，已与办事事项关联的所占比例。"),
        numerator=found.filter(is_linked=True).count(),
        denominator=found.count(),
        rows=tuple(
            Behind(each.title, reverse("records:services") + f"?policy={each.pk}", _("还没有关联办事事项"))
            for each in missing[:200]
        ),
    )
