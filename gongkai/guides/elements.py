"""The eight key elements of a guide that the inspection of government sites asks for, and which of them are missing."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.guides.models import Guide, Service
from gongkai.law.figures import figure

#: Field → its name in the inspection's list, in that list's order (国办秘函〔2019〕19号; RULES INS-06).
ELEMENTS = {
    "name": gettext_lazy("名称"),
    "basis": gettext_lazy("依据"),
    "conditions": gettext_lazy("条件"),
    "materials": gettext_lazy("材料"),
    "place": gettext_lazy("地点"),
    "hours": gettext_lazy("时间"),
    "phone": gettext_lazy("电话"),
    "steps": gettext_lazy("流程"),
}
_LISTS = ("basis", "conditions", "materials", "steps")
_TEXTS = ("place", "hours", "phone")


def missing_elements(guide: Guide) -> list[str]:
    """The names of the key elements that a guide does not state, in their order; empty for a whole one."""
    absent = [name for name in ELEMENTS if not getattr(guide.service if name == "name" else guide, name)]
    return [str(ELEMENTS[name]) for name in absent]


def whole() -> Q:
    """The condition on services that picks those whose guide states all eight; a test compares with the function."""
    condition = Q(guide__isnull=False) & ~Q(name="")
    for name in _LISTS:
        condition &= ~Q(**{f"guide__{name}": []})
    for name in _TEXTS:
        condition &= ~Q(**{f"guide__{name}": ""})
    return condition


def grave(service: Service, on: date) -> bool:
    """Whether so many elements are missing that the inspection counts the guide as lacking (INS-06, to be confirmed)."""
    return (
        len(missing_elements(service.known_guide)) >= figure("inspection.guide_missing_elements", on).number
    )


def in_words(missing: Sequence[str]) -> str:
    """What is missing as a sentence for the desk; "" for nothing."""
    if not missing:
        return ""
    return _("缺少关键要素：%(names)s；请补全后保存，页面上这些要素现在显示为“未载明”。") % {
        "names": "、".join(missing)
    }
