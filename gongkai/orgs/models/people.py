"""Tables: units of the district, groups of units, the people who work in them, and figures that the office confirmed."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongkai.kernel import clock


class UnitKind(models.TextChoices):
    """What sort of organ a unit is."""

    OFFICE = "office", _("政府办公室")
    DEPARTMENT = "department", _("部门")
    SUBDISTRICT = "subdistrict", _("街道")
    TOWN = "town", _("镇")


class Unit(models.Model):
    """An organ that makes, publishes or answers: a department, a sub-district, the district office."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("全称"), max_length=80, unique=True)
    short_name = models.CharField(_("简称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=20, choices=UnitKind, default=UnitKind.DEPARTMENT)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("机构")
        ordering = ["kind", "code"]

    def __str__(self) -> str:
        return self.short_name or self.name


class UnitGroup(models.Model):
    """Units named together in documents (各部门, 各街镇). ``complete`` says whether all members are listed."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80, unique=True)
    units = models.ManyToManyField(Unit, verbose_name=_("成员"), related_name="groups", blank=True)
    complete = models.BooleanField(_("成员已列全"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("机构组")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does at the desk, one role each; the rights of each are in ``permissions``."""

    NONE = "none", _("不使用工作台")
    CLERK = "clerk", _("经办人")
    REVIEWER = "reviewer", _("审核人")
    PUBLISHER = "publisher", _("发布人")
    OFFICE = "office", _("区府办")
    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDITOR = "auditor", _("审计管理员")


# Roles of one unit's people, and those that stand outside all units' work (三员分立).
UNIT_ROLES = (Role.CLERK, Role.REVIEWER, Role.PUBLISHER)
ADMINISTRATORS = (Role.SYSTEM, Role.SECURITY, Role.AUDITOR)


class People(UserManager["User"]):
    """Makes accounts; none that may do everything."""

    def create_superuser(self, *args: Any, **values: Any) -> "User":
        """Raises PermissionDenied, always: what one account could do, three must share."""
        raise PermissionDenied(
            gettext("本平台没有超级用户：管理权限由三名管理员分掌，请用 gongkai accounts first 开设。")
        )


class User(AbstractUser):
    """A person with an account and one role; clerks, reviewers and publishers belong to one unit."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("单位"), null=True, blank=True, related_name="staff"
    )
    role = models.CharField(_("岗位"), max_length=20, choices=Role, default=Role.NONE)
    must_change_password = models.BooleanField(_("须先改密码"), default=False)
    # Of a one-time password; None for one that its owner has chosen.
    password_until = models.DateTimeField(_("一次性密码有效至"), null=True, blank=True)
    ends_on = models.DateField(_("最后使用日"), null=True, blank=True)
    # Whoever opened an account may not give it its role; None for those that a command opened.
    opened_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("开设人"), null=True, blank=True, related_name="+"
    )

    objects: ClassVar[People] = People()

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role__in=["clerk", "reviewer", "publisher"])
                | models.Q(unit__isnull=False),
                name="people_of_a_unit_belong_to_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(role__in=["system", "security", "auditor"]) | models.Q(unit=None),
                name="administrators_do_no_units_work",
            ),
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="nobody_may_do_everything"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def reference(self) -> str:
        """How the audit chain names this person: without a name."""
        return f"user:{self.pk}"

    @property
    def account_reference(self) -> str:
        """How the audit chain names this account as something that was changed."""
        return f"orgs.User:{self.pk}"

    def has_ended(self, on: date | None = None) -> bool:
        """True from the day after the last day of use; ``on`` is today when not given."""
        return self.ends_on is not None and self.ends_on < (on or clock.today())

    def get_full_name(self) -> str:
        """Chinese names are not made of first and last."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """The same: a name is shown whole."""
        return self.get_full_name()


class ConfirmedFigure(models.Model):
    """The office's word that a statutory figure which was not read in the full text (law/statutes) is right.

    Key, day and value together name what was confirmed: another value of the same key needs a word of its own.
    """

    key = models.CharField(_("键"), max_length=100)
    valid_from = models.DateField(_("自何日起"))
    value = models.CharField(_("数值"), max_length=60)
    note = models.CharField(_("核对的依据"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("已确认的法定数值")
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from", "value"], name="a_figure_is_confirmed_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"
