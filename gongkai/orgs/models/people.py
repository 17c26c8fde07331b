"""Tables: units of the district, groups of units, the people who work in them, and figures that the office confirmed."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


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
    """What a person does at the desk; the rights of each are in ``permissions``."""

    NONE = "none", _("不使用工作台")
    CLERK = "clerk", _("单位经办人")
    OFFICE = "office", _("区府办")


class User(AbstractUser):
    """A person with an account; clerks belong to one unit and see that unit's drafts."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("单位"), null=True, blank=True, related_name="staff"
    )
    role = models.CharField(_("岗位"), max_length=20, choices=Role, default=Role.NONE)

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role="clerk") | models.Q(unit__isnull=False),
                name="clerk_belongs_to_a_unit",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def reference(self) -> str:
        """How the audit chain names this person: without a name."""
        return f"user:{self.pk}"

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
