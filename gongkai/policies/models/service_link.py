"""Tables: links from clauses of policies to services (models/ gathers them)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceLink(models.Model):
    """A clause of a policy and the service by which people use it (看政策 → 用政策); proposed, then confirmed by a person."""

    class State(models.TextChoices):
        """What a person decided."""

        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("不成立")

    wagtail_reference_index_ignore = True
    policy = models.ForeignKey("policies.Policy", models.CASCADE, related_name="service_links")
    path = models.CharField(_("条款"), max_length=200, blank=True)
    service = models.ForeignKey("guides.Service", models.CASCADE, related_name="policy_links")
    words = models.CharField(_("依据的文字"), max_length=300, blank=True)
    confidence = models.FloatField(default=1.0)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("政策和办事")
        constraints = [
            models.UniqueConstraint(fields=["policy", "path", "service"], name="a_service_is_linked_once")
        ]
        indexes = [models.Index(fields=["service", "state"], name="service_link_of_service")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.path} → {self.service_id}"
