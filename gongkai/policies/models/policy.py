"""Tables: policies, the clauses of their published text, and the original files."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from gongkai.kernel import clock
from gongkai.kernel.routes import route
from gongkai.law.effects import Effect
from gongkai.law.validity import DefaultPeriod, Validity, validity
from gongkai.policies.blocks import BodyBlock
from gongkai.policies.body import to_parts
from gongkai.policies.models.audience import AudienceField, apart
from gongkai.reading.document import Clause as ReadClause
from gongkai.reading.document import Part
from gongkai.reading.numbering import clauses_of

if TYPE_CHECKING:
    from gongkai.policies.there_is import ThereIs


class Disclosure(models.TextChoices):
    """公开属性 (国办发〔2016〕80号): every official document carries one."""

    UNDECIDED = "", _("未定")
    ACTIVE = "active", _("主动公开")
    ON_REQUEST = "on_request", _("依申请公开")
    WITHHELD = "withheld", _("不予公开")


# Where a reader found something, in a clerk's words.
EVIDENCE = {
    "label": _("网页标注"),
    "meta": _("网页信息"),
    "body": _("正文"),
    "signature": _("落款"),
    "title": _("标题"),
    "letterhead": _("发文机关标志"),
    "ocr": _("图片识别，存疑处数"),
}


# What the system keeps and no draft changes.
_OF_THE_ROW = (
    "record_number",
    "original_id",
    "withdrawn_on",
    "withdrawn_reason",
    "taken_down",
    "ended_by_on",
    "in_question_from",
    "amended_from",
    "default_until",
    "pieces",
)


class Original(models.Model):
    """A file as it was handed in, kept under the SHA-256 of its content and never changed."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("文件名"), max_length=255)
    format = models.CharField(_("格式"), max_length=10)
    wagtail_reference_index_ignore = True
    size = models.PositiveBigIntegerField(_("字节数"))
    taken_in_at = models.DateTimeField(_("收到时间"))
    # Comments, tracked changes, mail headers: what citizens see is the text that was read, never the file itself.
    conceals = models.BooleanField(_("含不公开的内容"), default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("原件")

    def __str__(self) -> str:
        return self.name

    @property
    def stored_as(self) -> str:
        """Where the storage keeps it."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class Policy(PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """An official document: its elements, its body, and what is still open about them.

    The row holds what is published (``live``); drafts are revisions. ``document_number`` is kept as the office writes
    it, ``number_key`` in one spelling for all.
    """

    title = models.CharField(_("标题"), max_length=300)
    document_number = models.CharField(_("发文字号"), max_length=80, blank=True)
    number_key = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    index_number = models.CharField(_("索引号"), max_length=80, blank=True)
    issuers = models.CharField(
        _("发文机关"), max_length=300, blank=True, help_text=_("联合发文的，用顿号隔开。")
    )
    unit = models.ForeignKey(
        "orgs.Unit",
        models.PROTECT,
        verbose_name=_("责任单位"),
        null=True,
        blank=True,
        related_name="policies",
    )
    kind = models.CharField(_("文种"), max_length=20, blank=True, db_index=True)
    subject = models.CharField(_("主题分类"), max_length=120, blank=True)
    written_on = models.DateField(_("成文日期"), null=True, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True, db_index=True)
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    effective_until = models.DateField(_("有效期至"), null=True, blank=True, help_text=_("有效的最后一天。"))
    repealed_on = models.DateField(_("废止日期"), null=True, blank=True, help_text=_("不再有效的第一天。"))
    found_ended_on = models.DateField(
        _("查得已不再有效的日期"),
        null=True,
        blank=True,
        help_text=_("来源标明已废止或者失效、又没有写明自何时起的，填查到的日期。"),
    )
    # What the system keeps of other documents' effects and of default periods (actions/effects.py), for lists and filters.
    ended_by_on = models.DateField(null=True, editable=False)
    in_question_from = models.DateField(null=True, editable=False)
    amended_from = models.DateField(null=True, editable=False)
    default_until = models.DateField(null=True, editable=False)
    is_normative = models.BooleanField(
        _("行政规范性文件"),
        null=True,
        blank=True,
        help_text=_("未载明有效期的规范性文件，按区府办确认过的期限计算；不确定的，选“未知”。"),
    )
    disclosure = models.CharField(
        _("公开属性"), max_length=12, choices=Disclosure, blank=True, default=Disclosure.UNDECIDED
    )
    access_note = models.CharField(_("公开说明"), max_length=60, blank=True)
    audiences = AudienceField(
        _("面向"), max_length=120, blank=True, help_text=_("这份文件直接关系到谁，可以选几类；说不准的不选。")
    )
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)
    original = models.ForeignKey(
        Original,
        models.PROTECT,
        verbose_name=_("原件"),
        null=True,
        blank=True,
        related_name="policies",
        editable=False,
    )
    is_sample = models.BooleanField(
        _("示例文件"), default=False, help_text=_("示例不是正式公文，页面上会写明。")
    )
    record_number = models.PositiveIntegerField(_("发布记录号"), unique=True, null=True, editable=False)
    pieces = models.PositiveSmallIntegerField(
        default=0, editable=False
    )  # pages of a long text, 0 for one page
    # What the reader was not sure of: {"written_on": {"value": …, "evidence": [["signature", "…"]]}}. A person settles it.
    open_points = models.JSONField(_("待核要素"), default=dict, blank=True, editable=False)
    correction_note = models.CharField(
        _("勘误说明"),
        max_length=300,
        blank=True,
        help_text=_("更正已发布的文字时必须填写，会显示在页面上；原来的文字仍可查看。"),
    )
    taken_down = models.BooleanField(_("已下架"), default=False, editable=False)
    # After a withdrawal the files stay shut when the record is published again, until a publisher opens them.
    files_closed = models.BooleanField(_("原件停止公开"), default=False, editable=False)
    withdrawn_on = models.DateField(_("撤回日期"), null=True, editable=False)
    withdrawn_reason = models.CharField(_("撤回原因"), max_length=300, blank=True, editable=False)
    # No block of a body points at another record: Wagtail need not look for references at every save.
    wagtail_reference_index_ignore = True
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="policy",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("政策文件")
        ordering = ["-published_on", "-pk"]
        # A row holds its whole text: what only counts or looks for the newest must not read them all. With the condition
        # and not with a leading column: SQLite asks "WHERE live", which is no comparison that a column of an index serves.
        indexes = [
            models.Index(fields=["kind"], condition=models.Q(live=True), name="policies_live_kind"),
            models.Index(fields=["unit"], condition=models.Q(live=True), name="policies_live_unit"),
            models.Index(
                fields=["effective_from"], condition=models.Q(live=True), name="policies_live_begins"
            ),
            models.Index(
                Coalesce("published_on", "written_on").desc(),
                F("id").desc(),
                condition=models.Q(live=True),
                name="policies_live_newest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_until__isnull=True)
                | models.Q(effective_from__isnull=True)
                | models.Q(effective_until__gte=models.F("effective_from")),
                name="policy_ends_after_it_begins",
                violation_error_message=_("有效期至不能早于施行日期，请更正其中一个日期。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> Any:
        """Every saved version; Wagtail asks for this name."""
        return self._revisions

    @property
    def reference(self) -> str:
        """How events and the audit chain name this record."""
        return f"policies.Policy:{self.pk}"

    def get_absolute_url(self) -> str:
        return route("policies:policy", self.pk)

    @property
    def subscription_key(self) -> str:
        """Under which key readers subscribe to what becomes of this text."""
        return f"policy:{self.pk}"

    @property
    def subscription_name(self) -> str:
        """What a letter says that was subscribed to."""
        return f"《{self.title}》"

    def clause_url(self, anchor: str, at: str = "") -> str:
        """The address of one clause; in a long text the page on which it stands is found by its name.

        ``at`` keeps the day that a reader asked about (at=2025-01-31).
        """
        piece = f"clause={quote(anchor)}" if self.pieces and anchor else ""
        query = "&".join(filter(None, [piece, at]))
        return f"{self.get_absolute_url()}{f'?{query}' if query else ''}{f'#{anchor}' if anchor else ''}"

    @property
    def draft_version(self) -> str:
        """A word for the newest draft as it stands now: an autosave that writes over a revision makes it another one."""
        newest = self.latest_revision
        return f"{newest.pk}.{int(newest.created_at.timestamp() * 1_000_000)}" if newest else "0"

    @property
    def issuer_names(self) -> list[str]:
        """Joint issuers one by one, the leading one first."""
        return [name for name in self.issuers.split("、") if name]

    @property
    def audience_values(self) -> list[str]:
        """Whom it is for, as values of ``Audience``; empty where nobody has said."""
        return apart(self.audiences)

    @property
    def dates_doubtful(self) -> list[str]:
        """Which of the days that the text takes effect and ends are still open; ``queries.in_state`` asks the same."""
        return [name for name in ("effective_from", "effective_until") if name in self.open_points]

    @property
    def questions(self) -> list[dict[str, str]]:
        """What is still open, for the desk: the field's name, what was read, and where."""
        return [
            {
                "label": str(getattr(self._meta.get_field(name), "verbose_name", name)),
                "value": str(point["value"]),
                "evidence": "；".join(
                    f"{EVIDENCE.get(source, source)}：{text}" for source, text in point["evidence"]
                ),
            }
            for name, point in self.open_points.items()
        ]

    @property
    def offered_files(self) -> Any:
        """Files that seem to be further ones of this document and wait for a person's word."""
        return self.likenesses.filter(state="offered").select_related("original").order_by("pk")

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The body as the reader sees it."""
        return to_parts(self.body.raw_data)

    @cached_property
    def read_clauses(self) -> tuple[ReadClause, ...]:
        """Clauses reckoned from the body; for a published policy these are what the table of clauses holds."""
        return clauses_of(self.parts)

    def with_content_json(self, content: Any) -> "Policy":
        """A revision as an object: what the office writes is of the revision, what the system keeps is of the row."""
        draft: Policy = super().with_content_json(content)
        for name in _OF_THE_ROW:
            setattr(draft, name, getattr(self, name))
        return draft

    @cached_property
    def effects(self) -> list[Effect]:
        """What other documents confirmedly do to this one; asked of the database only where the row knows of any."""
        from gongkai.policies.effects import effects_on

        known = (self.ended_by_on, self.in_question_from, self.amended_from)
        return effects_on(self) if any(known) else []

    @cached_property
    def there_is(self) -> "ThereIs":
        """What is on record about this text, asked once for a page."""
        from gongkai.policies.there_is import there_is

        return there_is(self)

    @property
    def default_period(self) -> DefaultPeriod | None:
        """The end that a confirmed default period sets, None where the text states one or no rule is confirmed."""
        from gongkai.policies.effects import kept_period

        return kept_period(self)

    def validity_on(self, day: date, clause: str = "") -> Validity:
        """Validity on ``day`` with the reason in words; of one clause (第三条) where ``clause`` names it."""
        return validity(
            day,
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            repealed_on=self.repealed_on,
            published_on=self.published_on,
            written_on=self.written_on,
            found_ended_on=self.found_ended_on,
            doubtful=self.dates_doubtful,
            effects=self.effects,
            default=self.default_period,
            clause=clause,
        )

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "policies/policy.html"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The draft as a citizen will see it."""
        from gongkai.policies.at import Asked
        from gongkai.policies.page import policy_context

        context = policy_context(self, Asked(clock.today())) | {"preview": True}
        return TemplateResponse(request, self.get_preview_template(request, mode_name), context)


class Clause(models.Model):
    """An addressable piece of a published policy; replaced as a whole when the policy is published again."""

    wagtail_reference_index_ignore = True
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="clauses")
    order = models.PositiveIntegerField()
    path = models.CharField(max_length=200)
    anchor = models.CharField(max_length=120)
    label = models.CharField(max_length=40, blank=True)
    heading = models.JSONField(default=list)
    text = models.TextField(blank=True)
    table = models.JSONField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("条款")
        ordering = ["policy", "order"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "path"], name="clause_path_is_unique"),
            models.UniqueConstraint(fields=["policy", "order"], name="clause_order_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.path}"
