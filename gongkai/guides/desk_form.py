"""The desk's form: a service and its guide on one screen, checked by ``schema`` like everything else that comes in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from gongkai.guides import schema
from gongkai.guides.blocks import BasisBlock, MaterialBlock, given, list_of, shown
from gongkai.guides.models import Guide, LimitUnit, Service
from gongkai.orgs.desk_blocks import NamedChar, NamedText

_LISTS = ("basis", "conditions", "materials", "steps")
#: Dated by the action, and changed by an import alone.
_NOT_HERE = {"code", "is_sample", "updated_on"}


def _column(name: str) -> Any:
    return Guide._meta.get_field(name)


def _text(name: str, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=_column(name).verbose_name, max_length=_column(name).max_length, required=False, **more
    )


def _number(name: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=_column(name).verbose_name,
        min_value=0,
        max_value=3650,
        required=False,
        help_text=_("当场办结的写 0。"),
    )


def _unit(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_column(name).verbose_name, choices=[("", "—"), *LimitUnit.choices], required=False
    )


class ServiceForm(WagtailAdminModelForm):
    """Fields of the service from its table, those of the guide written out."""

    basis = list_of(BasisBlock())
    conditions = list_of(NamedChar(label=_("条件"), max_length=schema.MAX_TEXT))
    materials = list_of(MaterialBlock())
    place = _text("place")
    hours = _text("hours")
    phone = _text("phone")
    steps = list_of(NamedText(label=_("步骤"), rows=1, max_length=schema.MAX_TEXT))
    statutory_value = _number("statutory_value")
    statutory_unit = _unit("statutory_unit")
    promised_value = _number("promised_value")
    promised_unit = _unit("promised_unit")
    fee = _text("fee", help_text=_("不收费的写“不收费”。"))
    result = _text("result")

    def __init__(self, *args: Any, instance: Service | None = None, **kwargs: Any) -> None:
        guide = (instance or Service()).known_guide
        stated = {name: getattr(guide, name) for name in schema.GUIDE_FIELDS if name in self.base_fields}
        kwargs["initial"] = {**stated, **(kwargs.get("initial") or {})}
        super().__init__(*args, instance=instance, **kwargs)
        for name in _LISTS:
            field: Any = self.fields[name]
            field.label = _column(name).verbose_name
            self.initial[name] = shown(field, self.initial[name])

    def clean(self) -> dict[str, Any]:
        """What ``schema`` finds wrong stands beside the field that it is about."""
        super().clean()
        # A field with an error of its own has no value to look at.
        _clean, faults = schema.cleaned(self.values())
        for fault in faults:
            if fault.field not in self.errors:
                self.add_error(fault.field if fault.field in self.fields else None, fault.sentence)
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the action writes: plain values by the names of ``schema``."""
        names = (*schema.SERVICE_FIELDS, *schema.GUIDE_FIELDS)
        entered = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        lists = {name: given(entered[name]) for name in _LISTS if name in entered}
        return {**entered, **lists, "code": self.instance.code}

    class Meta:
        model = Service
        fields = [name for name in schema.SERVICE_FIELDS if name not in _NOT_HERE]
