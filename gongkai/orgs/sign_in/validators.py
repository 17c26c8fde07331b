"""Rules for passwords besides Django's: how long, not what everybody tries first, and not one that the person has or had lately."""

import re
import unicodedata
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.orgs.models import FormerPassword, User

REMEMBERED = 5
# P@ssw0rd is Password; what stands before the first and after the last letter is only put around.
_LEET = str.maketrans({"@": "a", "0": "o", "$": "s"})
_CORE = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def remember(user: User) -> None:
    """Keep the hash of the present password among the last five; nothing if it is there already."""
    mine = FormerPassword.objects.filter(user=user)
    if mine.filter(password=user.password).exists():
        return
    FormerPassword.objects.create(user=user, password=user.password, set_at=clock.now())
    mine.exclude(pk__in=list(mine.values_list("pk", flat=True)[:REMEMBERED])).delete()


class Length:
    """From ``least`` to ``most`` characters (OWASP ASVS 2.1.1, 2.1.2)."""

    def __init__(self, least: int = 12, most: int = 128) -> None:
        self._least, self._most = least, most

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError if it is too short or too long."""
        if len(password) < self._least:
            raise ValidationError(
                _("密码太短，至少要 %d 个字符，请加长；可以用几个不相干的词连成一句。") % self._least,
                code="password_too_short",
            )
        if len(password) > self._most:
            raise ValidationError(
                _("密码太长，最多 %d 个字符，请缩短。") % self._most, code="password_too_long"
            )

    def get_help_text(self) -> str:
        """For the page of the form."""
        return _("密码至少 %(least)d 个、最多 %(most)d 个字符。") % {"least": self._least, "most": self._most}


class NotGuessable:
    """Not one of the words that everybody in an office tries first, however many digits and signs stand around it.

    Django's list of common passwords is of English speakers: Huawei@12345 and woaini520520 are not in it.
    """

    # Typing rows of the keyboard counts as a word.
    _WORDS = frozenset(
        """
        a aa aaa abc abcd abcde abcdef admin administrator ai alibaba asd asdf asdfgh asdfghjkl baidu beijing china edc gongkai
        gov guest hikvision huawei iloveyou letmein login mima ni p pass passw passwd password ps pw pwd qaz qazwsx qazwsxedc qq
        qwe qwer qwert qwerty qwertyuiop root shanghai system tencent test user wechat weixin welcome wo woaini woaiwo
        woaizhongguo wsx zhengfu zhengwu zhongguo zwgk zxc zxcv zxcvbn zxcvbnm
        """.split()  # noqa: SIM905 - sixty quoted words would be read by nobody
    )

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError for a word of the list with digits and signs, a word said twice, and fewer than five different characters."""
        plain = unicodedata.normalize("NFKC", password).lower()
        said = (_letters(plain), _letters(_CORE.sub("", plain).translate(_LEET)))
        if not said[0] or len(set(password)) < 5 or any(_once(each) in self._WORDS for each in said):
            raise ValidationError(
                _("这个密码太容易猜到（常见词加数字和符号），请换一个，例如用几个不相干的词连成一句。"),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """For the page of the form."""
        return _("不能是常见词加数字，例如 Admin@123456。")


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isalpha())


def _once(word: str) -> str:
    """adminadmin is admin."""
    half = word[: len(word) // 2]
    return half if half * 2 == word else word


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
