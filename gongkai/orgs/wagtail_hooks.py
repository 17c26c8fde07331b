"""The ways to accounts and to the audit chain in the desk's menu, for the three administrators."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.orgs import permissions
from gongkai.orgs.sign_in.permissions import may_read_looks, may_unlock


class _For(MenuItem):
    """Shown to those whom a predicate admits."""

    def __init__(self, who: Callable[[Any], bool], *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._who = who

    def is_shown(self, request: HttpRequest) -> bool:
        return self._who(request.user)


@hooks.register("register_admin_menu_item")
def accounts() -> MenuItem:
    """Who has which account."""
    return _For(
        permissions.reads_accounts,
        _("账号"),
        reverse_lazy("accounts:accounts"),
        icon_name="user",
        order=130,
        name="accounts",
    )


@hooks.register("register_admin_menu_item")
def audit() -> MenuItem:
    """Who did what to what and when."""
    return _For(
        permissions.reads_audit,
        _("审计记录"),
        reverse_lazy("accounts:audit"),
        icon_name="clipboard-list",
        order=140,
        name="audit",
    )


@hooks.register("register_admin_menu_item")
def unit_guides() -> MenuItem:
    """What the units say of how their information is had."""
    return _For(
        permissions.reads_drafts,
        _("公开指南"),
        reverse_lazy("units_desk:guides"),
        icon_name="doc-full",
        order=125,
        name="unit-guides",
    )


@hooks.register("register_admin_menu_item")
def my_sign_ins() -> MenuItem:
    """One's own devices, password and second factor."""
    return MenuItem(
        _("我的登录"), reverse_lazy("sign_in:devices"), icon_name="lock", order=900, name="sign-in"
    )


@hooks.register("register_admin_menu_item")
def locked_names() -> MenuItem:
    """Who is locked out, whose second factor is to be reset."""
    return _For(
        may_unlock,
        _("登录锁定和动态口令"),
        reverse_lazy("sign_in:locked"),
        icon_name="lock-open",
        order=135,
        name="locked",
    )


@hooks.register("register_admin_menu_item")
def looks() -> MenuItem:
    """Who looked at personal data."""
    return _For(
        may_read_looks,
        _("个人信息查阅记录"),
        reverse_lazy("looks:list"),
        icon_name="view",
        order=145,
        name="looks",
    )
