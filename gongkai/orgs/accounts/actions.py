"""Verbs about accounts: the system administrator opens, changes and ends them; the security administrator gives roles."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.orgs import permissions
from gongkai.orgs.accounts import handing_over, passwords, queries
from gongkai.orgs.accounts.refused import Refused
from gongkai.orgs.models import ADMINISTRATORS, UNIT_ROLES, Role, SignIn, Unit, User
from gongkai.orgs.sign_in import sessions
from gongkai.orgs.sign_in.factor import CHANGED

# User name and role of those who share what one person must not do alone.
FIRST = (("system", Role.SYSTEM), ("security", Role.SECURITY), ("auditor", Role.AUDITOR))


@transaction.atomic
def open_account(*, username: str, name: str, unit: Unit | None, by: User) -> tuple[User, str]:
    """Open an account without a role; gives it and its one-time password, which is kept nowhere.

    Raises PermissionDenied, and Refused for a user name that cannot be used.
    """
    _must(permissions.keeps_accounts(by), _("账号由系统管理员开设，请联系系统管理员。"))
    if not name.strip():
        raise Refused(_("请填写姓名，以便别人知道这是谁的账号。"))
    password = passwords.one_time()
    account = _made(username, password, name=name.strip(), unit=unit, opened_by=by, once=True)
    audit.append(by.reference, "orgs.account_opened", account.account_reference, unit=unit and unit.code)
    return account, password


@transaction.atomic
def set_up_account(
    *, username: str, password: str, name: str, role: Role, unit: Unit | None, actor: str, once: bool = False
) -> User:
    """An account with its role, for commands alone (``actor`` is "system:…"); one that exists is left as it is.

    With ``once`` the password must be changed at the first login.
    """
    known = User.objects.filter(username=username).first()
    if known:
        return known
    account = _made(
        username,
        password,
        name=name,
        role=role,
        unit=unit,
        is_staff=role != Role.NONE,
        once=once,
    )
    audit.append(actor, "orgs.account_set_up", account.account_reference, role=str(role))
    return account


@transaction.atomic
def set_up_administrators(*, actor: str) -> list[tuple[User, str]]:
    """The three administrators of a new installation, each with a one-time password. Refused when there is any."""
    if User.objects.filter(role__in=ADMINISTRATORS).exists():
        raise Refused(_("已经有管理员账号；新的管理员由系统管理员开设账号、安全管理员分配岗位。"))
    taken = User.objects.filter(username__in=[name for name, _role in FIRST]).values_list(
        "username", flat=True
    )
    if taken:
        raise Refused(_("用户名%s已被占用，请先更名再开设管理员。") % "、".join(taken))
    made = []
    for username, role in FIRST:
        password = passwords.one_time()
        account = set_up_account(
            username=username,
            password=password,
            name=str(role.label),
            role=role,
            unit=None,
            actor=actor,
            once=True,
        )
        made.append((account, password))
    return made


@transaction.atomic
def change_account(*, account: User, name: str, unit: Unit | None, by: User) -> User:
    """Another name or unit; in another unit the role must be given anew. Raises PermissionDenied and Refused."""
    row = _locked(account)
    _must(permissions.keeps_accounts(by), _("账号由系统管理员维护，请联系系统管理员。"))
    if not name.strip():
        raise Refused(_("请填写姓名，以便别人知道这是谁的账号。"))
    moved = row.unit_id != (unit.pk if unit else None)
    if moved and row.pk == by.pk:
        raise Refused(_("管理员不属于任何单位，不能为自己设单位。"))
    if moved:
        _keep_one(row)
        row.role, row.is_staff = Role.NONE, False
        sessions.end_all(row, why=SignIn.Why.ROLE)
    row.name, row.unit = name.strip(), unit
    row.save(update_fields=["name", "unit", "role", "is_staff"])
    audit.append(by.reference, "orgs.account_changed", row.account_reference, unit=unit and unit.code)
    return row


@transaction.atomic
def set_last_day(*, account: User, last_day: date | None, by: User) -> User:
    """The last day on which the account can be used; yesterday ends it at once, None lets it go on.

    An account that had ended comes back without a role: the security administrator gives it anew. Raises
    PermissionDenied, and Refused for a day long past or the last administrator of a kind.
    """
    row = _locked(account)
    _must(permissions.may_end(by, row), _("账号由系统管理员停用，本人的账号须由另一名系统管理员停用。"))
    today = clock.today()
    if last_day and last_day < today - timedelta(days=1):
        raise Refused(_("最后使用日不能早于昨天；要立即停用，请选择立即停用。"))
    if last_day:
        _keep_one(row)
    had_ended = row.has_ended() or not row.is_active
    row.ends_on = last_day
    row.is_active = not row.has_ended()
    if had_ended and row.is_active:
        row.role, row.is_staff = Role.NONE, False
    if not row.is_active:
        sessions.end_all(row, why=SignIn.Why.ACCOUNT)
    row.save(update_fields=["ends_on", "is_active", "role", "is_staff"])
    audit.append(by.reference, "orgs.account_last_day", row.account_reference, last_day=last_day)
    return row


@transaction.atomic
def close_ended() -> int:
    """Close the accounts whose last day is over, as a periodic job; how many. Each request asks the day itself too."""
    over = User.objects.select_for_update().filter(is_active=True, ends_on__lt=clock.today()).order_by("pk")
    for row in over:
        row.is_active = False
        row.save(update_fields=["is_active"])
        sessions.end_all(row, why=SignIn.Why.ACCOUNT)
        audit.append("system:clock", "orgs.account_ended", row.account_reference)
    return len(over)


@transaction.atomic
def give_one_time_password(*, account: User, by: User) -> str:
    """A new one-time password for somebody who has forgotten theirs; sessions under the old one end.

    Raises PermissionDenied, and Refused for an account that has ended.
    """
    row = _locked(account)
    _must(permissions.may_end(by, row), _("一次性密码由系统管理员发给别人；修改本人密码请用“我的登录”。"))
    _must_be_open(row)
    password = passwords.one_time()
    row.set_password(password)
    row.must_change_password, row.password_until = True, passwords.good_until()
    row.save(update_fields=["password", "must_change_password", "password_until"])
    sessions.end_all(row, why=SignIn.Why.RESET)
    audit.append(by.reference, "orgs.account_password", row.account_reference)
    # Whoever gives it could use it: the owner is told, and the security administrators, who watch the system's.
    events.record(CHANGED, subject=row.account_reference, what="one_time")
    return password


@transaction.atomic
def hand_over(*, leaver: User, successor: User, by: User) -> list[tuple[str, int]]:
    """Give the open work of a leaver to another person of the same unit: (what, how many) of what went over.

    What a person has done stays under that person's name. Raises PermissionDenied, and Refused.
    """
    _must(permissions.keeps_accounts(by), _("工作由系统管理员移交，请联系系统管理员。"))
    rows = {
        row.pk: row
        for row in User.objects.select_for_update().filter(pk__in=[leaver.pk, successor.pk]).order_by("pk")
    }
    old, new = rows[leaver.pk], rows[successor.pk]
    if old == new or not queries.successors(old).filter(pk=new.pk).exists():
        raise Refused(_("工作只能移交给同一单位、账号在用的另一人，请重新选择。"))
    gone = []
    for work in handing_over.work_of(old):
        if work.move and work.count:
            work.move(new)
            gone.append((work.label, work.count))
    audit.append(
        by.reference, "orgs.work_handed_over", old.account_reference, to=new.pk, counts=[n for _l, n in gone]
    )
    return gone


@transaction.atomic
def give_role(*, account: User, role: Role, by: User) -> User:
    """Give the one role that a person has, in place of the one before.

    Raises PermissionDenied for others, oneself and an account opened by oneself, and Refused where role and unit do
    not fit or nobody would be left to do an administrator's work.
    """
    row = _locked(account)
    _must(
        permissions.may_give_role(by, row),
        _("岗位由安全管理员分配；本人的岗位和本人开设的账号，须由另一名安全管理员分配。"),
    )
    _must_be_open(row)
    if role in UNIT_ROLES and row.unit is None:
        raise Refused(_("经办人、审核人和发布人必须属于一个单位，请先由系统管理员填写单位。"))
    if role in ADMINISTRATORS and row.unit is not None:
        raise Refused(_("管理员不经办任何单位的文件，请先由系统管理员取消所属单位。"))
    if row.role == role:
        return row
    _keep_one(row)
    before, row.role, row.is_staff = row.role, role, role != Role.NONE
    row.save(update_fields=["role", "is_staff"])
    sessions.end_all(row, why=SignIn.Why.ROLE)
    audit.append(by.reference, "orgs.role_given", row.account_reference, before=str(before), role=str(role))
    return row


# --- what they share -----------------------------------------------------------------------------------------------


def _must(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise PermissionDenied(sentence)


def _locked(account: User) -> User:
    """The account as it stands now; the rows of administrators wait for each other, so that one of each stays."""
    list(User.objects.select_for_update().filter(role__in=ADMINISTRATORS).order_by("pk").values_list("pk"))
    return User.objects.select_for_update().get(pk=account.pk)


def _must_be_open(row: User) -> None:
    if row.has_ended() or not row.is_active:
        raise Refused(_("这个账号已经停用，请先由系统管理员恢复使用。"))


def _keep_one(row: User) -> None:
    """Each administrator's work needs somebody who can do it tomorrow too."""
    if row.role not in ADMINISTRATORS:
        return
    others = queries.open_accounts().filter(role=row.role, ends_on=None).exclude(pk=row.pk)
    if not others.exists():
        raise Refused(
            _("这是唯一一名%(role)s，停用或换岗后就没有人做这项工作；请先另设一名。")
            % {"role": row.get_role_display()}
        )


def _made(username: str, password: str, *, once: bool, **values: Any) -> User:
    if once:
        values |= {"must_change_password": True, "password_until": passwords.good_until()}
    username = User.normalize_username(username)  # as it is kept: full-width letters are plain ones
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        raise Refused(_("用户名只能用文字、数字和 @ . + - _，请重新填写。")) from None
    if len(username) > 150 or User.objects.filter(username=username).exists():
        raise Refused(_("用户名“%s”已被使用或者过长，请换一个。") % username[:150])
    return User.objects.create_user(username, password=password, **values)
