"""Tables: drafts that wait for somebody's word, and drafts that are set to be published at a time (models/ gathers them)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HandIn(models.Model):
    """One saved draft handed in to be looked at, and what became of it.

    It is bound to that revision: whoever edits the document afterwards takes it back, so that what is looked at is what
    was handed in. Signed review (三审三校) stands on this later; here one person's word moves it on.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("已送审，待审核")
        PASSED = "passed", _("审核通过，待发布")
        SENT_BACK = "sent_back", _("已退回")
        TAKEN_BACK = "taken_back", _("已收回送审")
        OVERTAKEN = "overtaken", _("送审后又有修改，已自动收回")
        PUBLISHED = "published", _("已发布")

    OPEN = (State.WAITING, State.PASSED)

    wagtail_reference_index_ignore = True
    policy = models.ForeignKey("policies.Policy", models.CASCADE, related_name="hand_ins")
    revision = models.ForeignKey("wagtailcore.Revision", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("送审时间"))
    note = models.CharField(_("送审说明"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    remark = models.CharField(_("处理意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("送审")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy"],
                condition=models.Q(state__in=["waiting", "passed"]),
                name="one_hand_in_is_open",
            )
        ]
        indexes = [models.Index(fields=["state", "at"], name="hand_in_waiting")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.get_state_display()}"


class Schedule(models.Model):
    """One saved draft that is to be published at ``due_at`` in the name of ``by``, and what became of it.

    The revision is fixed: what is edited afterwards does not slip in. Rights and reasons are asked again when it is due.
    """

    class State(models.TextChoices):
        """Where it stands."""

        SET = "set", _("待定时发布")
        DONE = "done", _("已定时发布")
        CANCELLED = "cancelled", _("已取消")
        FAILED = "failed", _("到时没有发布")

    wagtail_reference_index_ignore = True
    policy = models.ForeignKey("policies.Policy", models.CASCADE, related_name="schedules")
    revision = models.ForeignKey("wagtailcore.Revision", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("发布时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("设定时间"))
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.SET)
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    # Why it was cancelled or not published, in words.
    why = models.CharField(_("原因"), max_length=600, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("定时发布")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy"], condition=models.Q(state="set"), name="one_schedule_is_set"
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="schedule_due")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.get_state_display()}"
