"""The ways to accounts, sign-ins, guides of units and the audit chain in the desk's menu."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from gongkai.orgs import permissions
from gongkai.orgs.menu import Way
from gongkai.orgs.sign_in.permissions import may_read_looks, may_unlock

for way in (
    Way(permissions.reads_drafts, _("公开指南"), "units_desk:guides", icon="doc-full", order=125),
    Way(permissions.reads_accounts, _("账号"), "accounts:accounts", icon="user", order=130),
    Way(may_unlock, _("登录锁定和动态口令"), "sign_in:locked", icon="lock-open", order=135),
    Way(permissions.reads_audit, _("审计记录"), "accounts:audit", icon="clipboard-list", order=140),
    Way(may_read_looks, _("个人信息查阅记录"), "looks:list", icon="view", order=145),
    Way(permissions.may_use_desk, _("我的登录"), "sign_in:devices", icon="lock", order=900),
):
    hooks.register("register_admin_menu_item", lambda way=way: way)
