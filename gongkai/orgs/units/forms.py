"""The form in which a unit writes its guide."""

from django import forms

from gongkai.orgs.models import UnitGuide
from gongkai.orgs.units.guides import FIELDS

_LONG = {"classification", "arrangement", "ways"}


class UnitGuideForm(forms.ModelForm):
    """The nine fields; every one may be left empty, the page then says so."""

    class Meta:
        model = UnitGuide
        fields = FIELDS
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in sorted(_LONG)}
