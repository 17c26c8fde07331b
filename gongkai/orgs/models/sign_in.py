"""Tables of signing in: second factors, the sessions of a person, former passwords, and the log of looks."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class SecondFactor(models.Model):
    """A person's TOTP secret (RFC 6238), sealed; ``pending`` is the next one until a code of it has been given."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="second_factor"
    )
    secret = models.TextField(_("密钥"), blank=True, default="")
    pending = models.TextField(_("待确认的密钥"), blank=True, default="")
    confirmed_at = models.DateTimeField(_("启用时间"), null=True, blank=True)
    # Steps of 30 seconds since 1970; a code of this step or an earlier one is not taken again.
    last_step = models.BigIntegerField(_("最近用过的时间步"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("动态口令")

    def __str__(self) -> str:
        return f"user:{self.pk}"


class RecoveryCode(models.Model):
    """One of the codes that stand in for the phone, as a keyed digest; each works once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(_("摘要"), max_length=64)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("恢复码")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_recovery_code_is_there_once")
        ]

    def __str__(self) -> str:
        return f"user:{self.user_id}"


class SignIn(models.Model):
    """One session of a person from the door to its end: what the list of devices and the history of log-ins show."""

    class Why(models.TextChoices):
        LOGOUT = "logout", _("退出登录")
        IDLE = "idle", _("长时间没有操作")
        EXPIRED = "expired", _("超过最长登录时间")
        SELF = "self", _("本人从别处结束")
        PASSWORD = "password", _("修改了密码")
        ROLE = "role", _("岗位有变动")
        RESET = "reset", _("密码或者动态口令被重置")
        FACTOR = "factor", _("须用动态口令重新登录")
        ACCOUNT = "account", _("账号停用")

    class Factor(models.TextChoices):
        NONE = "", _("密码")
        TOTP = "totp", _("密码和动态口令")
        RECOVERY = "recovery", _("密码和恢复码")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("人员"), related_name="sign_ins"
    )
    started_at = models.DateTimeField(_("登录时间"))
    last_seen_at = models.DateTimeField(_("最近操作"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    why = models.CharField(_("结束原因"), max_length=10, choices=Why, blank=True, default="")
    factor = models.CharField(_("登录方式"), max_length=10, choices=Factor, blank=True, default="")
    # Whole, for whoever must look into an attack; pages show it shortened.
    address = models.GenericIPAddressField(_("网络地址"), null=True, blank=True)
    device = models.CharField(_("设备"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("登录")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "ended_at"], name="orgs_sign_in_open"),
            models.Index(fields=["started_at"], name="orgs_sign_in_started"),
        ]

    def __str__(self) -> str:
        return f"user:{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"


class FormerPassword(models.Model):
    """The hash of a password that a person has or had, so that it is not chosen again at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_passwords")
    password = models.CharField(_("密码摘要"), max_length=255)
    set_at = models.DateTimeField(_("设置时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("用过的密码")
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"user:{self.user_id}"


class _OnlyAdded(models.QuerySet["Look"]):
    """Rows that are written once: changing and deleting raise TypeError. Old ones leave by sign_in/retention.py alone."""

    def update(self, **_values: Any) -> int:
        raise TypeError(gettext("查阅记录只能追加，不能修改；如有错记，请另加一条说明。"))

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(gettext("查阅记录只能追加，不能删除；到期的由系统按保存期限清理。"))


class Look(models.Model):
    """One look at personal data: who, when, at what, of whom by reference, what for; never what was seen.

    Each row is sealed in the audit chain (`orgs.look` on `orgs.Look:<pk>`): see sign_in/looks.py.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("查阅人"), related_name="+"
    )
    at = models.DateTimeField(_("时间"))
    what = models.CharField(_("内容"), max_length=60)
    subject = models.CharField(_("涉及对象"), max_length=1000)
    purpose = models.CharField(_("事由"), max_length=200, blank=True, default="")

    objects = _OnlyAdded.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("查阅记录")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at"], name="orgs_look_at"),
            models.Index(fields=["by", "at"], name="orgs_look_by"),
        ]

    def __str__(self) -> str:
        return f"user:{self.by_id} {self.subject}"

    def save(self, **values: Any) -> None:
        """Once; TypeError for a row that is there already."""
        if self.pk:
            raise TypeError(gettext("查阅记录只能追加，不能修改；如有错记，请另加一条说明。"))
        super().save(**values)

    def delete(self, **_values: Any) -> tuple[int, dict[str, int]]:  # type: ignore[override]
        """TypeError, always."""
        raise TypeError(gettext("查阅记录只能追加，不能删除；到期的由系统按保存期限清理。"))
