"""Forms about accounts and the audit chain; what is allowed the actions say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongkai.orgs.models import Role, Unit, User


def _units() -> Any:
    return Unit.objects.filter(active=True)


class NewForm(forms.Form):
    """Whose account is opened; the role is given by somebody else."""

    username = forms.CharField(label=_("用户名"), max_length=150, help_text=_("登录时用，不能与别人的相同。"))
    name = forms.CharField(label=_("姓名"), max_length=60)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("单位"), required=False, help_text=_("管理员不属于任何单位，不选。")
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields["unit"].queryset = _units()  # type: ignore[attr-defined]


class ChangeForm(NewForm):
    """Another name or unit."""

    username = None  # type: ignore[assignment]


class LastDayForm(forms.Form):
    """The last day of use; empty lets the account go on."""

    last_day = forms.DateField(
        label=_("最后使用日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("过了这一天就不能登录；不填则继续使用。"),
    )


class RoleForm(forms.Form):
    """The one role of a person."""

    role = forms.ChoiceField(label=_("岗位"), choices=Role.choices)

    def clean_role(self) -> Role:
        """As the action takes it."""
        return Role(self.cleaned_data["role"])


class HandOverForm(forms.Form):
    """Who takes over."""

    successor = forms.ModelChoiceField(User.objects.none(), label=_("移交给"))

    def __init__(self, *args: Any, successors: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields["successor"].queryset = successors  # type: ignore[attr-defined]


class AccountFilter(forms.Form):
    """What the list of accounts is narrowed by; anything odd narrows nothing."""

    q = forms.CharField(label=_("用户名或者姓名"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", _("全部")), *Role.choices])
    unit = forms.ModelChoiceField(
        Unit.objects.all(), label=_("单位"), required=False, to_field_name="code", empty_label=_("全部")
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("open", _("在用")), ("ending", _("三十天内到期")), ("ended", _("已停用"))],
    )


class AuditFilter(forms.Form):
    """What the audit chain is narrowed by."""

    actor = forms.CharField(
        label=_("操作者"),
        required=False,
        max_length=60,
        help_text=_("姓名、用户名，或者 system:import 这样的引用。"),
    )
    action = forms.CharField(label=_("动作"), required=False, max_length=100)
    subject = forms.CharField(
        label=_("对象"),
        required=False,
        max_length=200,
        help_text=_("如 policies.Policy:12，或者 policies.Policy。"),
    )
    since = forms.DateField(
        label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
