"""Forms of citizens and staff: an address to subscribe with, and when letters may come."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongkai.subscriptions import addresses
from gongkai.subscriptions.models import Category, Frequency, Subscriber

_HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
_BY_LETTER = [(value, label) for value, label in Frequency.choices if value != Frequency.NEVER]


class SubscribeForm(forms.Form):
    """Where to and how often."""

    address = forms.CharField(
        label=_("邮箱地址"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("只用来发您订阅的内容；确认前不发别的信，退订后删除。"),
    )
    frequency = forms.ChoiceField(label=_("接收频率"), choices=_BY_LETTER, initial=Frequency.DAILY)

    def clean_address(self) -> str:
        """As a mail server takes it."""
        try:
            return addresses.cleaned(self.cleaned_data["address"])
        except addresses.NoAddress as problem:
            raise forms.ValidationError(str(problem)) from None


class WhenForm(forms.Form):
    """How often, at which hour, and when not."""

    frequency = forms.ChoiceField(label=_("接收频率"), choices=_BY_LETTER)
    hour = forms.TypedChoiceField(label=_("汇总在几点发"), coerce=int, choices=_HOURS)
    quiet_from = forms.TypedChoiceField(label=_("免打扰从几点起"), coerce=int, choices=_HOURS)
    quiet_until = forms.TypedChoiceField(
        label=_("免打扰到几点止"),
        coerce=int,
        choices=_HOURS,
        help_text=_("起止相同表示不设免打扰时间。"),
    )


class StaffForm(WhenForm):
    """The same for staff, who may choose for each category and may do without letters."""

    frequency = forms.ChoiceField(label=_("邮件频率"), choices=Frequency.choices)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        choices = [("", _("同上")), *Frequency.choices]
        for category, label in Category.choices:
            self.fields[f"category_{category}"] = forms.ChoiceField(
                label=label, choices=choices, required=False
            )

    def by_category(self) -> dict[str, str]:
        """Category → what was chosen for it."""
        return {name: self.cleaned_data[f"category_{name}"] for name in Category.values}


def chosen(person: Subscriber) -> dict[str, object]:
    """What the form shows of a person's present choice."""
    now = {name: getattr(person, name) for name in ("frequency", "hour", "quiet_from", "quiet_until")}
    if person.user_id and person.pk:
        rows = person.preferences.values_list("category", "frequency")
        now |= {f"category_{category}": frequency for category, frequency in rows}
    return now
