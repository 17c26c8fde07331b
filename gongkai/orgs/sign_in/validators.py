"""Rules for passwords besides Django's: how long for whom, and not one that the person has or had lately."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.orgs.models import FormerPassword, User
from gongkai.orgs.sign_in.permissions import needs_long_password

REMEMBERED = 5


def remember(user: User) -> None:
    """Keep the hash of the present password among the last five; nothing if it is there already."""
    mine = FormerPassword.objects.filter(user=user)
    if mine.filter(password=user.password).exists():
        return
    FormerPassword.objects.create(user=user, password=user.password, set_at=clock.now())
    mine.exclude(pk__in=list(mine.values_list("pk", flat=True)[:REMEMBERED])).delete()


class LengthByRole:
    """Longer for those whose account opens more than one unit's drafts."""

    def __init__(self, ordinary: int = 10, long: int = 12) -> None:
        self._ordinary, self._long = ordinary, long

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError if it is too short for this person."""
        least = self._long if needs_long_password(user) else self._ordinary
        if len(password) < least:
            raise ValidationError(
                _("密码太短，您的岗位要求至少 %d 个字符，请加长。") % least, code="password_too_short"
            )

    def get_help_text(self) -> str:
        """For the page of the form."""
        return _("经办人和审核人的密码至少 %(ordinary)d 个字符，其他岗位至少 %(long)d 个。") % {
            "ordinary": self._ordinary,
            "long": self._long,
        }


class NotUsedLately:
    """Not the present password and not one of the last five."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError for one that the person has or had."""
        if user is None or not user.pk:
            return
        kept = [row.password for row in FormerPassword.objects.filter(user=user)[:REMEMBERED]]
        if any(check_password(password, each) for each in dict.fromkeys([user.password, *kept])):
            raise ValidationError(_("这个密码您最近用过，请换一个没有用过的。"), code="password_used_lately")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Django calls this when a new password has been saved."""
        if user is None or not user.pk:
            return
        remember(user)

    def get_help_text(self) -> str:
        """For the page of the form."""
        return _("不能与最近 %d 次用过的密码相同。") % REMEMBERED
