"""A unit's guide as it stands: its nine fields (政府信息公开条例第十二条), which are missing, what the pages show of them."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db.models import Max, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.orgs.models import Unit, UnitGuide
from gongkai.orgs.permissions import reads_all_units
from gongkai.orgs.queries import by_kind
from gongkai.text.dates import in_chinese

#: In the order in which the article names them.
FIELDS = (
    "classification", "arrangement", "ways", "office_name", "address", "hours", "telephone", "fax", "online",
)  # fmt: skip
# Two numbers have more digits together.
_ONE_NUMBER = re.compile(r"(?=(?:\D*\d){3,15}\D*$)\+?[\d\- ]+", re.ASCII)
_IS_WEB = URLValidator(schemes=["https", "http"])


# --- as it stands --------------------------------------------------------------------------------------------------


def listed() -> QuerySet[Unit]:
    """The units that the public is shown, offices first."""
    return Unit.objects.filter(active=True).order_by(by_kind(), "code")


def guide_of(unit: Unit) -> UnitGuide | None:
    """What the unit said last."""
    return unit.guides.order_by("-pk").first()


def guides_of(units: Iterable[Unit]) -> dict[int, UnitGuide]:
    """Unit → what it said last; one question for all."""
    newest = UnitGuide.objects.filter(unit__in=[unit.pk for unit in units]).order_by().values("unit")
    keys = newest.annotate(last=Max("pk")).values_list("last", flat=True)
    return {guide.unit_id: guide for guide in UnitGuide.objects.filter(pk__in=list(keys))}


def values_of(guide: UnitGuide | None) -> dict[str, str]:
    """Field → its words; all empty where the unit has said nothing yet."""
    return {name: getattr(guide, name) if guide else "" for name in FIELDS}


def missing(guide: UnitGuide | None) -> list[str]:
    """The names of the fields that are not provided, in their order."""
    return [str(label(name)) for name, value in values_of(guide).items() if not value]


def label(name: str) -> Any:
    """What a field is called."""
    return getattr(UnitGuide._meta.get_field(name), "verbose_name", name)


# --- what the pages show -------------------------------------------------------------------------------------------


def shown(guide: UnitGuide | None) -> list[dict[str, str]]:
    """The nine fields for theme/parts/elements.html; what is missing is said to be."""
    return [
        {"label": str(label(name)), "value": value or _("未提供"), "url": _link(name, value)}
        for name, value in values_of(guide).items()
    ]


def confirmed(guide: UnitGuide | None) -> str:
    """The day on which somebody last said that the words are right, as a page writes it; "" for never."""
    if guide is None or guide.confirmed_on is None:
        return ""
    chinese = (get_language() or "").startswith("zh")
    return in_chinese(guide.confirmed_on) if chinese else guide.confirmed_on.isoformat()


def _link(name: str, value: str) -> str:
    """Where a field leads that is one address and nothing else."""
    if name == "telephone" and _ONE_NUMBER.fullmatch(value):
        return f"tel:{value.replace(' ', '')}"
    if name != "online" or not value:
        return ""
    for check, start in ((_IS_WEB, ""), (validate_email, "mailto:")):
        try:
            check(value)
        except ValidationError:
            continue
        return f"{start}{value}"
    return ""


def unit_context(unit: Unit) -> dict[str, Any]:
    """Context of orgs/unit.html."""
    guide = guide_of(unit)
    return {
        "unit": unit,
        "facts": [unit.get_kind_display(), *(group.name for group in unit.groups.all())],
        "fields": shown(guide),
        "confirmed": confirmed(guide),
        "missing": missing(guide),
    }


def earlier(unit: Unit) -> list[dict[str, Any]]:
    """What the unit said, the newest first: {"at", "by", "told": (field, words)}."""
    guides = unit.guides.select_related("by").order_by("-pk")[:50]
    return [
        {"at": each.at, "by": each.by, "told": [(label(name), getattr(each, name)) for name in FIELDS]}
        for each in guides
    ]


def desk_rows(user: Any) -> list[dict[str, Any]]:
    """Each unit with its guide and what it lacks: all for those who read across units, else the own unit."""
    units = list(listed() if reads_all_units(user) else listed().filter(pk=user.unit_id))
    guides = guides_of(units)
    return [
        {
            "unit": unit,
            "missing": "、".join(missing(guides.get(unit.pk))),
            "confirmed": confirmed(guides.get(unit.pk)),
        }
        for unit in units
    ]
