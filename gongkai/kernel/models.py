"""Tables of the kernel: events and their deliveries (the outbox), the audit chain, and number series."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Something that happened, written in the transaction that made it happen."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("事件"), max_length=100)
    subject = models.CharField(_("对象"), max_length=200, help_text=_("如 policies.Policy:12"))
    payload = models.JSONField(_("内容"), default=dict, encoder=DjangoJSONEncoder)
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("事件")
        indexes = [models.Index(fields=["subject", "id"], name="kernel_event_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} #{self.pk}"


class Delivery(models.Model):
    """One event on its way to one handler; the row itself owns attempts, waiting time and who has it in hand."""

    class State(models.TextChoices):
        PENDING = "pending", _("待投递")
        RUNNING = "running", _("处理中")
        DONE = "done", _("已完成")
        DEAD = "dead", _("已放弃")

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(_("处理者"), max_length=200)
    # A copy of event.subject: the order of one subject is looked up at every claim, without a join.
    subject = models.CharField(_("对象"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PENDING)
    # Counted when a try begins, so that a handler which kills its worker runs out of tries as well.
    attempts = models.PositiveIntegerField(_("已试次数"), default=0)
    due_at = models.DateTimeField(_("应投递时间"))
    claimed_by = models.CharField(_("处理进程"), max_length=200, blank=True, default="")
    lease_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    last_error = models.TextField(_("最近一次错误"), blank=True, default="")
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("投递")
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="kernel_delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "running", "done", "dead"]),
                name="kernel_delivery_state",
            ),
        ]
        # Not partial: SQLite cannot prove from a bound parameter that a partial index applies.
        indexes = [
            models.Index(fields=["state", "due_at", "event"], name="kernel_delivery_claim"),
            models.Index(fields=["handler", "subject", "state", "event"], name="kernel_delivery_order"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler} ({self.state})"


class AuditEntry(models.Model):
    """One link of the audit chain; never changed or deleted (see append_only.py), and free of personal data."""

    seq = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    actor = models.CharField(_("操作者"), max_length=200, help_text=_("如 user:12、system:import"))
    action = models.CharField(_("动作"), max_length=100)
    subject = models.CharField(_("对象"), max_length=200)
    digest = models.CharField(_("细节摘要"), max_length=64)
    previous = models.CharField(_("上一条哈希"), max_length=64)
    hash = models.CharField(_("本条哈希"), max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("审计记录")
        indexes = [models.Index(fields=["subject", "seq"], name="kernel_audit_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"


class Series(models.Model):
    """A run of numbers without gaps; `last` is the number given out most recently."""

    name = models.CharField(_("名称"), max_length=100, primary_key=True)
    last = models.BigIntegerField(_("最近编号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("编号序列")

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class Generation(models.Model):
    """One row: a token that every committed change of what the public reads replaces (generation.py)."""

    token = models.CharField(max_length=36)
    # PostgreSQL: the transaction that replaced it last, so that each does so once.
    changed_by = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("公开内容的世代")

    def __str__(self) -> str:
        return self.token
