"""Forms of signing in: name and password, a code, a new password, and filters of the log of looks."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from gongkai.kernel import clock
from gongkai.orgs.models import User
from gongkai.orgs.permissions import may_use_desk

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class LoginForm(AuthenticationForm):
    """Name and password, with one sentence for whatever of the two is wrong."""

    error_messages = {
        "invalid_login": _("用户名或者密码不对，请重新输入；连续输错五次将暂停登录十五分钟。"),
        "inactive": _("用户名或者密码不对，请重新输入；连续输错五次将暂停登录十五分钟。"),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")
        _in_chinese(self)

    def confirm_login_allowed(self, user: Any) -> None:
        """Whoever has no role is told so only after the right password."""
        super().confirm_login_allowed(user)
        if not may_use_desk(user):
            raise forms.ValidationError(_("您的账号没有工作台的岗位，请联系本单位管理员。"), code="no_role")
        if user.password_until and user.password_until < clock.now():
            raise forms.ValidationError(
                _("一次性密码只在三天内有效，这一个已经过期，请联系系统管理员重新发给。"), code="too_late"
            )


class CodeForm(forms.Form):
    """Six digits of the authenticator."""

    wrong = _("动态口令不对，或者已经用过；请核对手机时间，输入最新的一个。")

    code = forms.CharField(
        label=_("动态口令"),
        help_text=_("打开手机上的身份验证器，输入本站显示的六位数字。"),
        max_length=12,
        widget=forms.TextInput(attrs=_CODE),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_chinese(self)


class RecoveryForm(forms.Form):
    """One of the ten codes on paper."""

    wrong = _("恢复码不对，或者已经用过；请核对后换一个。")

    code = forms.CharField(
        label=_("恢复码"),
        help_text=_("启用动态口令时保存的十个恢复码之一，每个只能用一次。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_chinese(self)


class AgainForm(forms.Form):
    """The password once more, or a code, before something weighty."""

    password = forms.CharField(
        label=_("密码"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label=_("或者动态口令"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={**_CODE, "autofocus": False}),
    )

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean(self) -> dict[str, Any]:
        """One of the two must be right; a wrong one counts to the lock-out."""
        values = super().clean() or {}
        named = {"username": self._request.user.get_username()}
        if values.get("password"):
            found = authenticate(self._request, **named, password=values["password"])
        elif values.get("code"):
            found = authenticate(self._request, **named, secret_code=values["code"])
        else:
            raise forms.ValidationError(_("请输入密码或者动态口令。"), code="required")
        if found is None or found.pk != self._request.user.pk:
            raise forms.ValidationError(_("密码或者动态口令不对，请重新输入。"), code="invalid")
        return values


class NewPasswordForm(SetPasswordForm):
    """A new password twice, held against the rules."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].label = _("新密码")
        self.fields["new_password1"].widget.attrs["autofocus"] = True
        self.fields["new_password2"].label = _("再输一遍新密码")
        self.fields["new_password2"].help_text = ""
        _in_chinese(self)


class ChangePasswordForm(NewPasswordForm):
    """The same by somebody who is signed in: the present password first."""

    old_password = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(request.user, *args, **kwargs)
        self.fields["new_password1"].widget.attrs.pop("autofocus")
        self._request = request

    def clean_old_password(self) -> str:
        """Through the same door as at login: a wrong one counts to the lock-out."""
        typed: str = self.cleaned_data["old_password"]
        found = authenticate(self._request, username=self.user.get_username(), password=typed)
        if found is None or found.pk != self.user.pk:
            raise forms.ValidationError(_("现在的密码不对，请重新输入。"), code="invalid")
        return typed


class LooksFilter(forms.Form):
    """Which lines of the log of looks to list."""

    by = forms.CharField(label=_("查阅人"), required=False, max_length=150)
    subject = forms.CharField(label=_("涉及对象"), required=False, max_length=100)
    since = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _in_chinese(form: forms.Form) -> None:
    for field in form.fields.values():
        field.error_messages["required"] = _("请填写“%s”。") % field.label
