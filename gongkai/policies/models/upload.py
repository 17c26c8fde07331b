"""Tables: files that a person hands in at the desk, batch by batch, and what became of each."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """Files handed in together by one person; ``unit`` is the person's on that day, none for the office's own."""

    wagtail_reference_index_ignore = True
    # Made by the page: a file that is sent again after a lost answer finds its batch.
    key = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("orgs.User", models.PROTECT, verbose_name=_("上传人"), related_name="+")
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, verbose_name=_("单位"), null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("上传批次")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def reference(self) -> str:
        """How the audit chain names it."""
        return f"policies.Batch:{self.pk}"

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("records:batch", args=[self.pk])


class Upload(models.Model):
    """One file of a batch: where it is kept until it is read, who reads it now, and what became of it."""

    class State(models.TextChoices):
        """How far it is."""

        RECEIVED = "received", _("已收到，等待读取")
        READING = "reading", _("正在读取")
        DONE = "done", _("已读完")
        REFUSED = "refused", _("没有收下")

    class Packing(models.TextChoices):
        """What a zip is."""

        JUDGED = "judged", _("由系统判断")
        ONE = "one", _("一个压缩包是一份文件及其附件")
        MANY = "many", _("压缩包里是多份文件，每个单独成一份")

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "", _("还没有结果")
        DRAFT = "draft", _("已成草稿")
        OFFERED = "offered", _("作为已有文件的另一份原件，待确认")
        UNCHANGED = "unchanged", _("已有这份文件，没有重复收下")
        SAME_NUMBER = "same_number", _("已有文号和标题相同的记录")
        UNPACKED = "unpacked", _("已拆开，逐份读取")
        UNREADABLE = "unreadable", _("不能读入")
        CLASSIFIED = "classified", _("带有密级标志，已清除")
        INFECTED = "infected", _("查出病毒，已清除")
        LOST = "lost", _("暂存的文件不在了")
        FAILED = "failed", _("系统处理时出错")

    wagtail_reference_index_ignore = True
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="uploads")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    # Made by the page for each file of a batch, the place within it for what came in a zip.
    key = models.CharField(max_length=40)
    name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveBigIntegerField(_("字节数"))
    sha256 = models.CharField(max_length=64, blank=True)
    token = models.CharField(max_length=40, blank=True)
    # True as long as the quarantine may hold its bytes.
    kept = models.BooleanField(default=True, db_index=True)
    packing = models.CharField(max_length=10, choices=Packing, default=Packing.JUDGED)
    received_at = models.DateTimeField(_("收到时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RECEIVED)
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome, blank=True, default=Outcome.OPEN)
    sentence = models.TextField(_("说明"), blank=True)
    pages_done = models.PositiveIntegerField(_("已读页数"), default=0)
    pages = models.PositiveIntegerField(_("总页数"), default=0)
    policy = models.ForeignKey(
        "policies.Policy", models.SET_NULL, verbose_name=_("记录"), null=True, related_name="uploads"
    )
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    # Who reads it now; the row owns tries and waits, as a delivery of the outbox does.
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    reader = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("上传的文件")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="upload_due")]
        constraints = [
            # Not conditional: a file that is sent again after a lost answer is the same file.
            models.UniqueConstraint(fields=["batch", "key"], name="a_file_of_a_batch_is_kept_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """How events name it."""
        return f"policies.Upload:{self.pk}"

    @property
    def stored_as(self) -> str:
        """Where the quarantine keeps it: by content, and apart from the same content in another person's hands."""
        return f"{self.sha256[:2]}/{self.sha256}-{self.token}"

    @property
    def is_open(self) -> bool:
        """True while something is still to come."""
        return self.state in {self.State.RECEIVED, self.State.READING}
