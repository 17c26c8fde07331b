"""Whom a policy is for (面向): the values, and the column that keeps several of them in one text."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Groups that look for what concerns them; a policy may be for several, and without a word for nobody in particular."""

    RESIDENT = "resident", _("居民")
    ELDER = "elder", _("老年人")
    DISABLED = "disabled", _("残疾人")
    STUDENT = "student", _("学生和毕业生")
    COMPANY = "company", _("企业")
    TRADER = "trader", _("个体工商户")
    SOCIETY = "society", _("社会组织")
    ORGAN = "organ", _("机关单位")


_KNOWN = frozenset(each.value for each in Audience)
#: What the address says for policies of which nobody has said whom they are for.
UNMARKED = "none"


def joined(values: Iterable[str]) -> str:
    """Values as the column keeps them, in the order of ``Audience``: ",resident,company,"; "" for none.

    Commas on both sides: one condition, the same on every database, finds a value and no longer one that begins alike.
    """
    chosen = set(values)
    known = [each.value for each in Audience if each in chosen]
    return f",{','.join(known)}," if known else ""


def apart(kept: str) -> list[str]:
    """The values in a column."""
    return [value for value in kept.split(",") if value in _KNOWN]


class AudienceChoices(forms.MultipleChoiceField):
    """Boxes to tick; gives and takes what the column keeps."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        """The ticked values of a column's text."""
        return apart(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        """Raises ValidationError for a value that is none."""
        return joined(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares values, not their spelling."""
        return super().has_changed(self.prepare_value(initial or ""), data)


class AudienceField(models.CharField):
    """A CharField for the database; boxes in a form."""

    def deconstruct(self) -> Any:
        """Migrations need to know no class of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """Boxes, whatever widget is usual for texts."""
        return AudienceChoices(
            label=self.verbose_name, help_text=self.help_text, choices=Audience.choices, required=False
        )
