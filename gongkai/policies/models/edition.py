"""Tables: what was published of a policy at each time (models/ gathers them)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Editions(models.QuerySet["Edition"]):
    """What was published."""

    def open(self) -> "Editions":
        """What readers may still see: neither pulled back nor closed with the record."""
        return self.filter(pulled_back=False, closed="")


class Edition(models.Model):
    """One published text of a policy, never changed; its address shows the same words for ever.

    ``digest`` is the SHA-256 of title and text: a later publication with the same digest makes no new edition.
    """

    class Kind(models.TextChoices):
        """Why it was published."""

        FIRST = "first", _("首次发布")
        CORRECTION = "correction", _("勘误")
        AGAIN = "again", _("重新发布")

    class Closed(models.TextChoices):
        """With what a text ended that was not pulled back; when the record is published again, it stays ended."""

        WITHDRAWN = "withdrawn", _("已撤回")
        TAKEN_DOWN = "taken_down", _("已下架")

    wagtail_reference_index_ignore = True
    policy = models.ForeignKey("policies.Policy", models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField(_("第几版"))
    revision = models.ForeignKey("wagtailcore.Revision", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.FIRST)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("上线时间"))
    pulled_back = models.BooleanField(_("已撤下"), default=False)
    closed = models.CharField(max_length=12, choices=Closed, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = Editions.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("发布的版本")
        ordering = ["policy", "number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="editions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.policy_id} #{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("policies:edition", args=[self.policy_id, self.number])
