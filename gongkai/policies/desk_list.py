"""The list of records at the desk: who sees which, what it is narrowed by, what is searched, and the same as a file."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import django_filters
from django.contrib.admin.utils import quote
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, ExtractYear
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.models import Revision
from wagtail.snippets.views.snippets import IndexView

from gongkai.kernel import clock
from gongkai.kernel.sheets import sheet
from gongkai.law.validity import State
from gongkai.orgs.models import Unit
from gongkai.orgs.permissions import reads_all_units
from gongkai.policies import permissions, queries, waiting
from gongkai.policies.actions.schedule import shown
from gongkai.policies.effects import attach
from gongkai.policies.models import Clause, HandIn, Policy
from gongkai.policies.words import state_label

STATES = {
    "draft": gettext_lazy("草稿"),
    "handed": gettext_lazy("已送审，待审核"),
    "passed": gettext_lazy("审核通过，待发布"),
    "sent_back": gettext_lazy("已退回"),
    "scheduled": gettext_lazy("已定时发布"),
    "missed": gettext_lazy("没有按时发布"),
    "published": gettext_lazy("已发布"),
    "changed": gettext_lazy("已发布，有未发布的修改"),
    "withdrawn": gettext_lazy("已撤回"),
    "taken_down": gettext_lazy("已下架"),
}


def in_desk_state(state: str) -> Q:
    """The condition that picks the records in one of ``STATES``; a record may be in several (published and scheduled)."""
    busy = waiting.in_hand(*HandIn.OPEN, HandIn.State.SENT_BACK) | waiting.on_the_clock()
    conditions = {
        "draft": waiting.never_published() & ~busy,
        "handed": waiting.in_hand(HandIn.State.WAITING),
        "passed": waiting.in_hand(HandIn.State.PASSED),
        "sent_back": waiting.in_hand(HandIn.State.SENT_BACK),
        "scheduled": waiting.on_the_clock(),
        "missed": waiting.missed(),
        "published": Q(live=True),
        "changed": Q(live=True, has_unpublished_changes=True) & ~busy,
        "withdrawn": Q(live=False, withdrawn_on__isnull=False, taken_down=False),
        "taken_down": Q(live=False, taken_down=True),
    }
    return conditions[state]


# --- searching -------------------------------------------------------------------------------------------------------


def searched(found: QuerySet[Policy], asked: str) -> QuerySet[Policy]:
    """The records in which every word stands: in the title, in number or index number, or in the text.

    Chinese has no spaces: what was typed without one is looked for as it stands.
    """
    words = asked.replace("\0", "").split()[:8]
    if not words:
        return found
    found = found.annotate(
        # The text of a draft is searched in its row (actions/edit.py), the published one in its clauses.
        draft_text=Case(
            When(live=False, then=Cast("body", TextField())), default=Value(""), output_field=TextField()
        ),
        newest_title=Case(
            When(
                has_unpublished_changes=True,
                then=Subquery(
                    Revision.objects.filter(pk=OuterRef("latest_revision")).values("object_str")[:1]
                ),
            ),
            default=Value(""),
            output_field=TextField(),
        ),
    )
    for word in words:
        found = found.filter(_holding(word))
    return found


def _holding(word: str) -> Q:
    # JSON in a column of text is written with escapes, in a column of its own kind without.
    escaped = json.dumps(word)[1:-1]
    named = Q(title__icontains=word) | Q(newest_title__icontains=word)
    numbered = Q(document_number__icontains=word) | Q(index_number__icontains=word)
    in_draft = Q(draft_text__icontains=word) | Q(draft_text__icontains=escaped)
    in_clauses = Q(pk__in=Clause.objects.filter(text__icontains=word).values("policy"))
    return named | numbered | in_draft | in_clauses


# --- filters ---------------------------------------------------------------------------------------------------------


def _units(request: HttpRequest | None) -> QuerySet[Unit]:
    if request is None or reads_all_units(request.user):
        return Unit.objects.all()
    own: Any = request.user
    return Unit.objects.filter(pk=own.unit_id)


def _kinds(mine: QuerySet[Policy]) -> list[tuple[str, str]]:
    kinds = mine.exclude(kind="").order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, kind) for kind in kinds]


def _years(mine: QuerySet[Policy]) -> list[tuple[str, str]]:
    years = mine.annotate(year=ExtractYear(queries.DATED)).filter(year__isnull=False)
    found = years.order_by().values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in sorted(found, reverse=True)]


class PolicyFilterSet(WagtailFilterSet):
    """What a clerk narrows the list by."""

    unit = django_filters.ModelChoiceFilter(label=gettext_lazy("责任单位"), queryset=_units)
    kind = django_filters.ChoiceFilter(label=gettext_lazy("文种"))
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("状态"), choices=list(STATES.items()), method="in_state"
    )
    validity = django_filters.ChoiceFilter(
        label=gettext_lazy("有效性"),
        choices=lambda: [(state.value, state_label(state)) for state in State],
        method="of_validity",
    )
    year = django_filters.ChoiceFilter(label=gettext_lazy("年份"), method="of_year")
    open = django_filters.BooleanFilter(label=gettext_lazy("有待核要素"), method="with_open_points")
    offered = django_filters.BooleanFilter(label=gettext_lazy("有文件待确认"), field_name="has_offers")

    class Meta:
        model = Policy
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of the records that this person may read: a list of kinds would tell of other units' drafts.
        mine = queries.draft_readable_by(self.request.user)
        for name, values in (("kind", _kinds), ("year", _years)):
            self.filters[name].extra["choices"] = values(mine)

    def in_state(self, found: QuerySet[Policy], _name: str, value: str) -> QuerySet[Policy]:
        """Records in one of ``STATES``."""
        return found.filter(in_desk_state(value))

    def of_validity(self, found: QuerySet[Policy], _name: str, value: str) -> QuerySet[Policy]:
        """Records that are in force today, or lapsed, …"""
        return found.filter(queries.in_state(State(value), clock.today()))

    def of_year(self, found: QuerySet[Policy], _name: str, value: str) -> QuerySet[Policy]:
        """Records published, or else written, in a year."""
        return found.annotate(dated=queries.DATED).filter(dated__year=int(value))

    def with_open_points(self, found: QuerySet[Policy], _name: str, value: bool) -> QuerySet[Policy]:
        """Records with elements that the reader was not sure of, or those without."""
        return found.exclude(open_points={}) if value else found.filter(open_points={})


# --- what is shown ---------------------------------------------------------------------------------------------------


def state_words(policy: Policy) -> str:
    """How a record stands, in words, the most important first."""
    if policy.live:
        words = [_("已发布，有未发布的修改") if policy.has_unpublished_changes else _("已发布")]
    elif policy.taken_down:
        words = [_("已下架")]
    else:
        words = [_("已撤回") if policy.withdrawn_on else _("草稿")]
    stage = getattr(policy, "stage", None)
    if stage in {*HandIn.OPEN, HandIn.State.SENT_BACK}:
        words.append(str(HandIn.State(stage).label))
    due = getattr(policy, "due_at", None)
    if due:
        words.append(_("定于 %s 发布") % shown(due))
    if getattr(policy, "has_offers", False):
        words.append(_("有文件待确认"))
    if policy.open_points:
        words.append(f"{_('待核')} {len(policy.open_points)}")
    return " · ".join(words)


def _validity(policy: Policy) -> str:
    return state_label(policy.validity_on(clock.today()).state)


def _published(policy: Policy) -> str:
    return policy.published_on.isoformat() if policy.published_on else ""


def latest_title(policy: Policy) -> str:
    """The title of the newest draft: a clerk looks for what was typed last."""
    newest = policy.latest_revision if policy.has_unpublished_changes else None
    return (newest.object_str if newest else "") or policy.title


def place(user: Any, policy: Policy) -> str:
    """Where a person opens a record: to edit it, or to read it."""
    if permissions.may_change(user, policy):
        return reverse("wagtailsnippets_policies_policy:edit", args=[quote(policy.pk)])
    try:
        return reverse("records:read", args=[policy.pk])
    except NoReverseMatch:
        return reverse("records:hand_in", args=[policy.pk])


class PolicyIndexView(IndexView):
    """The list: a person's own unit; the office and the auditor all. Who may not change a record is led to read it."""

    # Wagtail's way to a file knows csv too, which spreadsheet programs read as they please.
    FORMATS = ("xlsx",)
    list_export = ["title"]

    def get_base_queryset(self) -> QuerySet[Policy]:
        mine = queries.draft_readable_by(self.request.user).select_related("unit", "latest_revision")
        mine = mine.defer("body", "latest_revision__content")
        mine = mine.annotate(stage=waiting.stage_of(), due_at=waiting.due_of())
        return queries.with_offers(mine)

    def search_queryset(self, queryset: QuerySet[Policy]) -> QuerySet[Policy]:
        """Chinese is found by what it holds, without an index of words."""
        return searched(queryset, self.search_query) if self.is_searching else queryset

    def order_queryset(self, queryset: QuerySet[Policy]) -> QuerySet[Policy]:
        """By a column as asked, and always to the end: pages never repeat a record."""
        ordered: QuerySet[Policy] = super().order_queryset(queryset)
        by = [*(ordered.query.order_by or self.model._meta.ordering), "-pk"]
        return ordered.order_by(*by)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What other documents do to the records of this page, asked once for all."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        attach(context["object_list"])
        return context

    def get_edit_url(self, instance: Policy) -> str:
        """Where the title leads."""
        return place(self.request.user, instance)

    def get_list_more_buttons(self, instance: Policy) -> list[Any]:
        """None: the title leads to the record, and everything else is there."""
        return []

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """What is filtered, as a file."""
        return [
            Button(_("导出为 xlsx"), url=self.xlsx_export_url, icon_name="download", priority=90),
        ]

    @cached_property
    def columns(self) -> list[Any]:
        """Without the boxes for bulk actions, which are shut, and with the titles of the newest drafts."""
        shown = [column for column in super().columns if column.name != "bulk_actions"]
        shown[0].accessor = latest_title
        return shown

    def as_spreadsheet(self, queryset: QuerySet[Policy], spreadsheet_format: str) -> HttpResponse:
        """What the list shows under its filters, all pages of it."""
        return sheet(_("政策文件"), [str(heading) for heading in HEADINGS], rows(queryset, self.request))


def _with_effects(found: QuerySet[Policy]) -> Iterator[Policy]:
    """Row by row, and what other documents do to them asked once for some hundreds."""
    every = found.iterator(chunk_size=500)
    while piece := list(islice(every, 500)):
        attach(piece)
        yield from piece


HEADINGS = (
    gettext_lazy("编号"), gettext_lazy("标题"), gettext_lazy("发文字号"), gettext_lazy("索引号"), gettext_lazy("责任单位"),
    gettext_lazy("发文机关"), gettext_lazy("文种"), gettext_lazy("主题分类"), gettext_lazy("成文日期"),
    gettext_lazy("发布日期"), gettext_lazy("施行日期"), gettext_lazy("有效期至"), gettext_lazy("有效性"),
    gettext_lazy("状态"), gettext_lazy("公开属性"), gettext_lazy("待核要素"), gettext_lazy("公开页面"),
)  # fmt: skip


def rows(found: QuerySet[Policy], request: HttpRequest) -> Iterator[list[Any]]:
    """The rows of the exported list, under ``HEADINGS``."""
    for policy in _with_effects(found):
        yield [
            policy.pk,
            latest_title(policy),
            policy.document_number,
            policy.index_number,
            policy.unit.name if policy.unit else "",
            policy.issuers,
            policy.kind,
            policy.subject,
            policy.written_on,
            policy.published_on,
            policy.effective_from,
            policy.effective_until,
            _validity(policy),
            state_words(policy),
            policy.get_disclosure_display(),
            len(policy.open_points),
            request.build_absolute_uri(policy.get_absolute_url()) if policy.live else "",
        ]


COLUMNS = [
    "title",
    "document_number",
    "unit",
    Column("state", label=gettext_lazy("状态"), accessor=state_words),
    Column("validity", label=gettext_lazy("有效性"), accessor=_validity),
    Column("dated", label=gettext_lazy("发布日期"), accessor=_published, sort_key="published_on"),
]
