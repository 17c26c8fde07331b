"""Finding units by the names that documents use for them; which figures the office has confirmed."""

from collections.abc import Iterable

from django.db.models import Case, Q, Value, When

from gongkai.law.figures import Figure
from gongkai.orgs.models import ConfirmedFigure, Unit, UnitKind


def by_kind(path: str = "kind") -> Case:
    """For ordering units: the office first, then departments, sub-districts and towns, as UnitKind lists them; ``path`` leads to the kind."""
    places = [When(**{path: kind}, then=Value(place)) for place, kind in enumerate(UnitKind.values)]
    return Case(*places, default=Value(len(places)))


def units_named(names: Iterable[str]) -> list[Unit]:
    """The units that ``names`` mean, by full or short name, in the order given; unknown names are left out."""
    wanted = [name.strip() for name in names if name and name.strip()]
    found = {}
    for unit in Unit.objects.filter(Q(name__in=wanted) | Q(short_name__in=wanted)):
        found[unit.name] = found[unit.short_name] = unit
    return list(dict.fromkeys(found[name] for name in wanted if name in found))


def is_confirmed(figure: Figure) -> bool:
    """True for a figure read in the full text of its statute, and for one that the office has confirmed as it stands."""
    rows = ConfirmedFigure.objects.filter(
        key=figure.key, valid_from=figure.valid_from, value=str(figure.value)
    )
    return figure.checked or rows.exists()
