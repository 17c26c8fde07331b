"""Tables: which files and records are alike, and what a person decided about it (models.py gathers them)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sketch(models.Model):
    """What is kept of a file to tell others like it (reading/alike.py); made once, when the file comes in."""

    wagtail_reference_index_ignore = True
    original = models.OneToOneField("policies.Original", models.CASCADE, related_name="sketch")
    data = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = _("文件特征")

    def __str__(self) -> str:
        return f"{self.original_id}"


class SketchKey(models.Model):
    """One of the numbers that two files alike have in common; what the database is asked by."""

    wagtail_reference_index_ignore = True
    sketch = models.ForeignKey(Sketch, models.CASCADE, related_name="keys")
    key = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("文件特征值")

    def __str__(self) -> str:
        return f"{self.key:x}"


class Likeness(models.Model):
    """A file, or a record, that seems to be another file of a document or a copy of it sent on.

    ``original`` is another file of the same document, offered to a person to be joined to the record or kept apart;
    ``copy`` is a record of its own that carries the document inside: linked, never merged.
    """

    class State(models.TextChoices):
        """Where the offer stands."""

        OFFERED = "offered", _("待确认")
        JOINED = "joined", _("同一份文件")
        APART = "apart", _("不是同一份")
        LINKED = "linked", _("转发、转载")

    wagtail_reference_index_ignore = True
    policy = models.ForeignKey("policies.Policy", models.CASCADE, related_name="likenesses")
    original = models.OneToOneField(
        "policies.Original", models.PROTECT, related_name="likeness", null=True, blank=True
    )
    copy = models.ForeignKey(
        "policies.Policy", models.CASCADE, related_name="copied_from", null=True, blank=True
    )
    why = models.CharField(_("依据"), max_length=300)
    state = models.CharField(max_length=10, choices=State)

    class Meta:
        verbose_name = verbose_name_plural = _("相同和转发的文件")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(original__isnull=True, copy__isnull=False, state="linked")
                | (models.Q(original__isnull=False, copy__isnull=True) & ~models.Q(state="linked")),
                name="likeness_is_of_a_file_or_of_a_record",
            ),
            models.UniqueConstraint(fields=["policy", "copy"], name="a_copy_is_linked_once"),
        ]

    def __str__(self) -> str:
        return self.why
