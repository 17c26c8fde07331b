"""Table: what a unit says of where and how its information is had (政府信息公开指南), every wording kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.orgs.models.people import Unit


class UnitGuide(models.Model):
    """One wording of a unit's guide: the fields of 政府信息公开条例第十二条. The newest row of a unit counts.

    Rows are added and never changed: confirming the same words again is a row with another day. What a unit does not
    state stays empty and is shown as not provided.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("单位"), related_name="guides")
    classification = models.TextField(_("信息分类"), max_length=2000, blank=True)
    arrangement = models.TextField(_("编排体系"), max_length=2000, blank=True)
    ways = models.TextField(_("获取方式"), max_length=2000, blank=True)
    office_name = models.CharField(_("公开工作机构名称"), max_length=120, blank=True)
    address = models.CharField(_("办公地址"), max_length=200, blank=True)
    hours = models.CharField(_("办公时间"), max_length=200, blank=True)
    telephone = models.CharField(_("联系电话"), max_length=120, blank=True)
    fax = models.CharField(_("传真号码"), max_length=120, blank=True)
    online = models.CharField(
        _("互联网联系方式"), max_length=300, blank=True, help_text=_("网址或者电子邮箱。")
    )
    confirmed_on = models.DateField(_("核对日期"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("写入时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("政府信息公开指南")
        ordering = ["unit", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.confirmed_on or ''}"
