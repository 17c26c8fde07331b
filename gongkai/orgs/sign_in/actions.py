"""Verbs around signing in: change a password, end sessions, give up or reset a second factor, lift a lock-out."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, events
from gongkai.orgs.models import SignIn, User
from gongkai.orgs.sign_in import factor, lockout, sessions, validators
from gongkai.orgs.sign_in.permissions import may_reset_factor, may_unlock, needs_factor


class Refused(Exception):
    """The rules do not allow it; the message says which rule and what to do, in one sentence."""


@transaction.atomic
def change_password(*, by: User, password: str, session: int = 0) -> None:
    """A person's own new password, which a form has held against the rules; all sessions but row ``session`` end."""
    validators.remember(by)  # Django says nothing of a password that an account was opened with
    by.set_password(password)
    by.must_change_password, by.password_until = False, None
    by.save(update_fields=["password", "must_change_password", "password_until"])
    sessions.end_all(by, why=SignIn.Why.PASSWORD, but=session)
    audit.append(by.reference, "orgs.change_password", f"orgs.User:{by.pk}")
    events.record(factor.CHANGED, subject=f"orgs.User:{by.pk}", what="password")


@transaction.atomic
def end_session(*, by: User, row: int) -> int:
    """End one of one's own sessions; 0 for one that has ended already or is somebody else's."""
    mine = SignIn.objects.filter(user=by, pk=row).values_list("pk", flat=True)
    count = sessions.end(mine, why=SignIn.Why.SELF)
    if count:
        audit.append(by.reference, "orgs.end_session", f"orgs.SignIn:{row}")
    return count


@transaction.atomic
def end_other_sessions(*, by: User, session: int) -> int:
    """End all of one's own sessions but this one; how many there were."""
    count = sessions.end_all(by, why=SignIn.Why.SELF, but=session)
    if count:
        audit.append(by.reference, "orgs.end_sessions", f"orgs.User:{by.pk}", ended=count)
    return count


@transaction.atomic
def drop_factor(*, by: User) -> None:
    """Give up one's own second factor; Refused where the role needs one."""
    if needs_factor(by):
        raise Refused(_("您的岗位须用动态口令登录，不能停用；换手机请选“换绑”。"))
    _must_have_one(by)
    factor.remove(by, actor=by.reference, what="factor_off")


@transaction.atomic
def reset_factor(*, user: User, by: User) -> None:
    """Take away another person's second factor (lost phone): they enrol anew at the next login; their sessions end.

    Raises PermissionDenied for anybody but the security administrator and for the own account, Refused where there is none.
    """
    if not may_reset_factor(by, user):
        raise PermissionDenied(_("动态口令由安全管理员为他人重置；自己的请用恢复码登录后换绑。"))
    _reset(user, by.reference)


@transaction.atomic
def reset_factor_at_machine(*, user: User) -> None:
    """The same by whoever runs commands on the machine: when no security administrator can sign in any more.

    Raises Refused where there is none.
    """
    _reset(user, "system:command")


def _must_have_one(user: User) -> None:
    if not factor.active(user):
        raise Refused(_("这个账号没有启用动态口令，不用停用或者重置。"))


def _reset(user: User, actor: str) -> None:
    _must_have_one(user)
    factor.remove(user, actor=actor, what="factor_reset")
    sessions.end_all(user, why=SignIn.Why.RESET)


@transaction.atomic
def unlock(*, username: str, by: User) -> int:
    """Lift the lock-out of a name before its quarter of an hour is over; how many records of wrong tries are dropped.

    Whether there is such an account does not matter. Raises PermissionDenied for anybody but the security administrator.
    """
    _must_unlock(by)
    count = lockout.lift(username)
    if count:
        # The name as typed may be anything, a password even: a digest of it is what the chain may hold.
        audit.append(by.reference, "orgs.unlock", f"orgs.Name:{_digest(username)}", records=count)
    return count


@transaction.atomic
def unlock_address(*, address: str, by: User) -> int:
    """The same for an address that has reached its limit under all names, as of an office behind one; "" for one not known.

    Gives 0 for an address that has not. Raises PermissionDenied for anybody but the security administrator.
    """
    _must_unlock(by)
    count = lockout.lift_address(address)
    if count:
        # Where somebody sits is personal data as well.
        audit.append(by.reference, "orgs.unlock_address", f"orgs.Address:{_digest(address)}", records=count)
    return count


def _must_unlock(by: User) -> None:
    if not may_unlock(by):
        raise PermissionDenied(_("登录锁定由安全管理员解除；也可以等十五分钟后再试。"))


def _digest(typed: str) -> str:
    return hashlib.sha256(typed.encode()).hexdigest()[:16]
