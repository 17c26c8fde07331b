"""Tables: who is told, of what, what there is to tell, and the letters that carry it."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_secret() -> str:
    """A part of a link that nobody can guess: 96 bits, letters and digits of an address."""
    return secrets.token_urlsafe(12)


def new_token() -> str:
    """What names one letter to the outside (Message-ID, return path): 128 bits, lower case survives every mail system."""
    return secrets.token_hex(16)


class Category(models.TextChoices):
    """What a notice is about; a later part of the product adds its line here."""

    PUBLISHED = "published", _("新发布")
    CORRECTED = "corrected", _("勘误和撤回")
    VALIDITY = "validity", _("有效性变化")
    RELATION = "relation", _("文件关系待确认")
    EXPIRING = "expiring", _("即将到期")
    SERVICE = "service", _("办事指南")
    TASK = "task", _("待办事项")
    MAIL = "mail", _("通知投递")


class Frequency(models.TextChoices):
    """How often a person wants to hear by letter."""

    AT_ONCE = "at_once", _("有消息就发")
    DAILY = "daily", _("每天汇总一次")
    WEEKLY = "weekly", _("每周汇总一次")
    NEVER = "never", _("不发，只看收件箱")


class Subscriber(models.Model):
    """Somebody we tell things: a member of staff (``user``), or a citizen of whom we know one address and nothing else.

    Staff are reached at the address of their account. Hours are whole hours of the office's time zone; equal hours mean
    that there is no quiet time.
    """

    wagtail_reference_index_ignore = True
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="subscriber"
    )
    channel = models.CharField(_("渠道"), max_length=20, default="email")
    address = models.CharField(_("地址"), max_length=254, blank=True, default="")
    # NULL for staff: their account's address may change, and may be one that a citizen gave as well.
    address_key = models.CharField(max_length=254, null=True, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    secret = models.CharField(max_length=20, default=new_secret)
    created_at = models.DateTimeField(_("登记时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    frequency = models.CharField(_("频率"), max_length=10, choices=Frequency, default=Frequency.DAILY)
    hour = models.PositiveSmallIntegerField(_("汇总时间"), default=8)
    quiet_from = models.PositiveSmallIntegerField(_("免打扰开始"), default=22)
    quiet_until = models.PositiveSmallIntegerField(_("免打扰结束"), default=7)
    asked_on = models.DateField(_("最近申请确认的日期"), null=True, blank=True)
    asked_times = models.PositiveSmallIntegerField(_("当日申请次数"), default=0)
    bounces = models.PositiveSmallIntegerField(_("退信次数"), default=0)
    stopped_at = models.DateTimeField(_("停发时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("订阅人")
        constraints = [
            models.UniqueConstraint(fields=["channel", "address_key"], name="subscriptions_one_address"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, address="", address_key__isnull=True)
                | models.Q(user__isnull=True, address_key__isnull=False) & ~models.Q(address=""),
                name="subscriptions_staff_or_address",
            ),
            models.CheckConstraint(
                condition=models.Q(hour__lt=24, quiet_from__lt=24, quiet_until__lt=24),
                name="subscriptions_hours",
            ),
        ]
        indexes = [models.Index(fields=["confirmed_at", "created_at"], name="subscriptions_unconfirmed")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How the audit chain names this person: without an address."""
        return f"subscriptions.Subscriber:{self.pk}"

    @property
    def reached_at(self) -> str:
        """The address that letters go to; "" where there is none."""
        return self.user.email if self.user else self.address


class Subscription(models.Model):
    """One thing that a subscriber wants to hear of; the key is given by the app that owns the thing ("policy:12")."""

    wagtail_reference_index_ignore = True
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    key = models.CharField(_("对象"), max_length=120)
    name = models.CharField(_("名称"), max_length=300)
    created_at = models.DateTimeField(_("登记时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("订阅")
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "key"], name="subscriptions_subscribed_once")
        ]
        indexes = [models.Index(fields=["key", "confirmed_at"], name="subscriptions_by_key")]

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """How a member of staff wants to hear of one category by letter; the inbox has everything in any case."""

    wagtail_reference_index_ignore = True
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="preferences")
    category = models.CharField(_("类别"), max_length=20, choices=Category)
    frequency = models.CharField(_("频率"), max_length=10, choices=Frequency)

    class Meta:
        verbose_name = verbose_name_plural = _("通知偏好")
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "category"], name="subscriptions_preferred_once")
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.frequency}"


class Message(models.Model):
    """One letter, rendered once. Its Message-ID is fixed with it, so that a letter sent again is known as the same.

    The states are written down before what they announce: whoever finds a letter ``sending`` after a crash knows that
    the receiving server cannot have taken it (the final dot was not sent); ``handed`` means that it may have.
    """

    class State(models.TextChoices):
        COMPOSED = "composed", _("待发")
        SENDING = "sending", _("正在发")
        HANDED = "handed", _("正在交给对方服务器")
        SENT = "sent", _("已发出")
        GIVEN_UP = "given_up", _("没有发成")
        IN_DOUBT = "in_doubt", _("不确定是否送到")

    wagtail_reference_index_ignore = True
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="messages")
    channel = models.CharField(_("渠道"), max_length=20)
    token = models.CharField(max_length=32, unique=True, default=new_token)
    # Asked for by the person this very minute (a confirmation): goes out in quiet hours and to a stopped address too.
    asked_for = models.BooleanField(default=False)
    subject = models.CharField(_("主题"), max_length=300)
    text = models.TextField(_("正文"))
    html = models.TextField(blank=True, default="")
    composed_at = models.DateTimeField(_("写成时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.COMPOSED)
    due_at = models.DateTimeField(_("应发时间"))
    attempts = models.PositiveIntegerField(_("已试次数"), default=0)
    claimed_by = models.CharField(max_length=200, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(_("最近一次错误"), max_length=500, blank=True, default="")
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("信件")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["composed", "sending", "handed", "sent", "given_up", "in_doubt"]
                ),
                name="subscriptions_message_state",
            )
        ]
        indexes = [
            models.Index(fields=["state", "channel", "due_at"], name="subscriptions_message_due"),
            models.Index(fields=["asked_for", "composed_at"], name="subscriptions_asked_for"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How the audit chain names this letter."""
        return f"subscriptions.Message:{self.pk}"


class Notice(models.Model):
    """One thing told to one person: a line of the inbox for staff, and a part of a letter once ``mail_due_at`` is past.

    ``mail_due_at`` is empty when no letter is wanted, or when ``message`` carries it already.
    """

    wagtail_reference_index_ignore = True
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="notices")
    key = models.CharField(_("唯一标记"), max_length=200)
    # What the citizen subscribed to; empty for staff.
    subject_key = models.CharField(_("对象"), max_length=120, blank=True, default="")
    category = models.CharField(_("类别"), max_length=20, choices=Category)
    title = models.CharField(_("标题"), max_length=300)
    text = models.TextField(_("内容"), blank=True, default="")
    path = models.CharField(_("链接"), max_length=300)
    made_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="notices")

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        constraints = [models.UniqueConstraint(fields=["subscriber", "key"], name="subscriptions_told_once")]
        indexes = [
            models.Index(fields=["mail_due_at", "subscriber"], name="subscriptions_notice_due"),
            models.Index(fields=["subscriber", "read_at", "-made_at"], name="subscriptions_inbox"),
        ]

    def __str__(self) -> str:
        return self.title
