"""Tables: relations between documents, the names they go by, and which clause cites which (models/ gathers them)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RelationKind(models.TextChoices):
    """What one document is to another; the values are those of reading/relations.py."""

    BASED_ON = "based_on", _("依据")
    IMPLEMENTS = "implements", _("贯彻落实")
    AMENDS = "amends", _("修改")
    REPEALS = "repeals", _("废止")
    REPLACES = "replaces", _("取代")
    FORWARDS = "forwards", _("转发")
    INTERPRETS = "interprets", _("解读")


# What changes whether another document holds: its owner is asked.
EFFECTS = (RelationKind.REPEALS, RelationKind.REPLACES, RelationKind.AMENDS)
# What falls in doubt when the other document ends.
RESTS_ON = (RelationKind.BASED_ON, RelationKind.IMPLEMENTS)


class Relation(models.Model):
    """What ``source`` says of another document: proposed by the reader, then confirmed or refused by a person.

    ``target`` is empty while the document meant is not on record; ``target_title`` is its name as the source says it.
    ``begins`` is the first day of the effect where the source states one, otherwise the day on which the source takes
    effect counts. ``clauses`` are clauses of the target in standard form. ``doubt`` says what a person must still look
    at although the relation holds, such as dates that are missing.
    """

    class State(models.TextChoices):
        """What a person of the source's unit decided."""

        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("不成立")

    class Answer(models.TextChoices):
        """What the owner of the other document answered to a change of its validity."""

        NOT_ASKED = "", _("不需要答复")
        ASKED = "asked", _("待答复")
        ACCEPTED = "accepted", _("已认可")
        REJECTED = "rejected", _("不认可")

    wagtail_reference_index_ignore = True
    source = models.ForeignKey("policies.Policy", models.CASCADE, related_name="says")
    target = models.ForeignKey(
        "policies.Policy", models.SET_NULL, related_name="said_of", null=True, blank=True
    )
    kind = models.CharField(_("关系"), max_length=12, choices=RelationKind)
    target_title = models.CharField(_("对方文件"), max_length=300, blank=True)
    target_number = models.CharField(_("对方文号"), max_length=80, blank=True)
    target_key = models.CharField(max_length=320, editable=False)
    path = models.CharField(max_length=200, blank=True)
    words = models.CharField(_("依据的文字"), max_length=300, blank=True)
    clauses = models.JSONField(_("对方的条款"), default=list, blank=True)
    begins = models.DateField(_("自何日起"), null=True, blank=True)
    confidence = models.FloatField(default=1.0)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default=Answer.NOT_ASKED)
    doubt = models.CharField(_("存疑"), max_length=300, blank=True)
    by_hand = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("文件关系")
        ordering = ["source", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "target_key"], name="a_relation_is_said_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")) | models.Q(target__isnull=True),
                name="no_document_relates_to_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["target", "state", "kind"], name="relation_of_target"),
            models.Index(fields=["state", "answer"], name="relation_waiting"),
            models.Index(fields=["target_key"], name="relation_key"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}《{self.target_title}》"

    @property
    def reference(self) -> str:
        """How events and the audit chain name this relation."""
        return f"policies.Relation:{self.pk}"

    @property
    def takes_effect(self) -> bool:
        """True if it changes whether the other document holds."""
        return self.kind in EFFECTS


class Name(models.Model):
    """A name under which other documents cite a policy: its title, its number, the text it encloses."""

    wagtail_reference_index_ignore = True
    policy = models.ForeignKey("policies.Policy", models.CASCADE, related_name="names")
    key = models.CharField(max_length=320, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("文件的叫法")
        constraints = [models.UniqueConstraint(fields=["policy", "key"], name="a_name_is_kept_once")]

    def __str__(self) -> str:
        return self.key


class Citation(models.Model):
    """One clause of a published policy that names another document or a clause of it; replaced at every publication.

    ``target_clause`` is the clause meant in standard form (第十二条第二款), "" for the document as a whole.
    """

    wagtail_reference_index_ignore = True
    source = models.ForeignKey("policies.Policy", models.CASCADE, related_name="cites")
    path = models.CharField(max_length=200)
    anchor = models.CharField(max_length=120, blank=True)
    target = models.ForeignKey(
        "policies.Policy", models.SET_NULL, related_name="cited_by", null=True, blank=True
    )
    target_key = models.CharField(max_length=320, db_index=True)
    target_clause = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("引用")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "path", "target_key", "target_clause"], name="a_citation_is_kept_once"
            )
        ]
        indexes = [models.Index(fields=["target", "target_clause"], name="citation_of_target")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.path} → {self.target_key} {self.target_clause}"
