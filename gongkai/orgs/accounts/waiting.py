"""The lines that accounts and the audit chain offer to the home page of the desk (orgs/waiting.py), one administrator each."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.orgs.accounts.queries import accounts as accounts_for
from gongkai.orgs.accounts.queries import audit_entries, open_accounts
from gongkai.orgs.models import Role
from gongkai.orgs.permissions import keeps_accounts, keeps_roles, reads_audit
from gongkai.orgs.waiting import Group, Waiting


def waiting(user: Any, *, in_menu: bool = False) -> list[Waiting]:
    """Accounts that wait for a role, accounts that end soon, and what was entered into the chain today."""
    if in_menu:
        return []
    today, accounts = clock.today(), reverse("accounts:accounts")
    if keeps_roles(user):
        without = open_accounts().filter(role=Role.NONE)
        return [Waiting(_("还没有定岗位的账号"), without.count(), f"{accounts}?role=none&state=open")]
    if keeps_accounts(user):
        ending = accounts_for(user, state="ending")
        label = _("三十天内到最后使用日的账号，请安排交接")
        return [Waiting(label, ending.count(), f"{accounts}?state=ending", group=Group.WATCH)]
    if reads_audit(user):
        url = f"{reverse('accounts:audit')}?since={today.isoformat()}"
        entries = audit_entries(user, since=today).count()
        return [Waiting(_("今天的审计记录"), entries, url, group=Group.WATCH)]
    return []
