"""Named querysets over services, always with who is looking."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q, QuerySet

from gongkai.guides.models import Audience, Service
from gongkai.orgs.permissions import works_across_units, works_in_unit


def public() -> QuerySet[Service]:
    """What everyone may read: services that are offered now, with their guides."""
    return Service.objects.filter(active=True).select_related("unit", "guide")


def changeable_by(user: Any) -> QuerySet[Service]:
    """What a person may work on at the desk."""
    if works_across_units(user):
        return Service.objects.all()
    if works_in_unit(user):
        return Service.objects.filter(unit_id=user.unit_id)
    return Service.objects.none()


def listing(*, audience: str = "", unit: str = "", category: str = "", q: str = "") -> QuerySet[Service]:
    """Services under all filters given, those for both under either audience; an unknown value finds nothing.

    Of the words in ``q`` each must stand in the name, or be the item code.
    """
    found = public()
    if audience:
        known = audience in {Audience.PERSON, Audience.COMPANY}
        found = found.filter(audience__in=[audience, Audience.BOTH]) if known else found.none()
    if unit:
        found = found.filter(unit__code=unit)
    if category:
        found = found.filter(category=category)
    for word in q.split():
        found = found.filter(Q(name__icontains=word) | Q(code__iexact=word))
    return found


def counts(found: QuerySet[Service], field: str) -> list[tuple[str, int]]:
    """(value, number of services) for one filter, most first; services for both audiences count under either."""
    path = "unit__code" if field == "unit" else field
    rows = found.order_by().values_list(path).annotate(n=Count("pk")).order_by("-n", path)
    counted = Counter({value: n for value, n in rows if value})
    if field == "audience":
        both = counted.pop(Audience.BOTH, 0)
        return [
            (each, counted[each] + both)
            for each in (Audience.PERSON, Audience.COMPANY)
            if counted[each] + both
        ]
    return list(counted.items())
