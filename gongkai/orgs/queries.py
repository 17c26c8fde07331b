"""Finding units by the names that documents use for them."""

from collections.abc import Iterable

from django.db.models import Q

from gongkai.orgs.models import Unit


def units_named(names: Iterable[str]) -> list[Unit]:
    """The units that ``names`` mean, by full or short name, in the order given; unknown names are left out."""
    wanted = [name.strip() for name in names if name and name.strip()]
    found = {}
    for unit in Unit.objects.filter(Q(name__in=wanted) | Q(short_name__in=wanted)):
        found[unit.name] = found[unit.short_name] = unit
    return list(dict.fromkeys(found[name] for name in wanted if name in found))
