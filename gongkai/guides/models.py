"""Tables: services that an office offers, and the guide of each; lists within a guide are kept as ``schema`` says."""

from typing import Any
from urllib.parse import urlsplit

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gongkai.law.figures import FigureUnit

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
HTTPS_ONLY = URLValidator(schemes=["https"], message=_("办理渠道须是完整的 https 网址，请更正。"))


class Audience(models.TextChoices):
    """Whom a service is for."""

    PERSON = "person", _("个人")
    COMPANY = "company", _("企业")
    BOTH = "both", _("个人和企业")


class LimitUnit(models.TextChoices):
    """What a time limit is counted in, as ``law`` names it."""

    WORKING_DAYS = FigureUnit.WORKING_DAYS.value, _("个工作日")
    DAYS = FigureUnit.DAYS.value, _("日")


class MaterialForm(models.TextChoices):
    """In which form a paper is handed in."""

    ORIGINAL = "original", _("原件")
    COPY = "copy", _("复印件")
    ELECTRONIC = "electronic", _("电子件")


class Service(models.Model):
    """A thing that citizens or companies may have done by an office, under one item code."""

    code = models.CharField(
        _("事项编码"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("事项编码只能用字母、数字、连字符和下划线，请更正。"))],
    )
    name = models.CharField(_("事项名称"), max_length=120)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, verbose_name=_("实施单位"), related_name="services")
    audience = models.CharField(_("服务对象"), max_length=10, choices=Audience)
    category = models.CharField(_("主题"), max_length=40, blank=True, db_index=True)
    channel = models.URLField(
        _("办理渠道"),
        max_length=500,
        blank=True,
        validators=[HTTPS_ONLY],
        help_text=_("“一网通办”等网上办理的 https 网址；没有网上渠道的不填。"),
    )
    active = models.BooleanField(
        _("在用"), default=True, help_text=_("停办的事项从列表中消失，原地址说明已停办。")
    )
    is_sample = models.BooleanField(_("示例事项"), default=False)
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("办事事项")
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """How events and the audit chain name this record."""
        return f"guides.Service:{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("guides:service", args=[self.code])

    @property
    def channel_host(self) -> str:
        """The site that the channel leads to, shown before anyone follows it; "" without a channel."""
        return urlsplit(self.channel).hostname or ""

    @property
    def known_guide(self) -> "Guide":
        """The guide; an empty one, not saved, where there is none yet."""
        try:
            return self.guide
        except Guide.DoesNotExist:
            return Guide(service=self)


def _empty() -> list[Any]:
    return []


class Guide(models.Model):
    """How a service is had: one guide for each service. What the office does not state stays empty."""

    service = models.OneToOneField(Service, models.CASCADE, primary_key=True, related_name="guide")
    basis = models.JSONField(_("办理依据"), default=_empty, blank=True)  # [{title, number, clause}]
    conditions = models.JSONField(_("申请条件"), default=_empty, blank=True)  # [str]
    materials = models.JSONField(
        _("申请材料"), default=_empty, blank=True
    )  # [{name, forms, copies, note, template}]
    place = models.CharField(_("办理地点"), max_length=300, blank=True)
    hours = models.CharField(_("办理时间"), max_length=200, blank=True)
    phone = models.CharField(_("咨询电话"), max_length=120, blank=True)
    steps = models.JSONField(_("办理流程"), default=_empty, blank=True)  # [str]
    statutory_value = models.PositiveSmallIntegerField(_("法定时限"), null=True, blank=True)
    statutory_unit = models.CharField(_("法定时限单位"), max_length=20, choices=LimitUnit, blank=True)
    promised_value = models.PositiveSmallIntegerField(_("承诺时限"), null=True, blank=True)
    promised_unit = models.CharField(_("承诺时限单位"), max_length=20, choices=LimitUnit, blank=True)
    fee = models.CharField(_("收费"), max_length=300, blank=True)
    result = models.CharField(_("办理结果"), max_length=200, blank=True)
    updated_on = models.DateField(_("更新日期"), null=True, blank=True)
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("办事指南")
        ordering = ["service"]

    def __str__(self) -> str:
        return str(self.service)
