"""The staff desk for policies: a list, editing with preview, history. Every write goes through an action.

Wagtail's own add, copy, delete, revert, unpublish, schedule and lock routes are shut by project/desk_gate.py: records
come from files, and what they would do to a published text has its own action.
"""

from typing import Any

import django_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    EditView,
    HistoryView,
    IndexView,
    PreviewOnEditView,
    PreviewRevisionView,
    RevisionsCompareView,
    SnippetViewSet,
    UsageView,
)

from gongkai.kernel import clock
from gongkai.policies import actions, permissions, queries
from gongkai.policies.models import Policy
from gongkai.policies.words import state_label


class PolicyPermissionPolicy(ModelPermissionPolicy):
    """Wagtail's questions answered by our predicates."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"change", "publish", "view"} and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Policy) -> bool:
        return self.user_has_permission(user, action) and permissions.may_change(user, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Policy]:
        return queries.changeable_by(user)


class PolicyIndexView(IndexView):
    """The list: a person's own unit, the office all."""

    def get_base_queryset(self) -> QuerySet[Policy]:
        mine = queries.changeable_by(self.request.user).select_related("unit").defer("body")
        return queries.with_offers(mine)

    @cached_property
    def columns(self) -> list[Any]:
        """Without the boxes for bulk actions, which are shut."""
        return [column for column in super().columns if column.name != "bulk_actions"]


class OwnUnitOnly:
    """For every view of one record: those who may not change it may not look at its drafts either."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises PermissionDenied for a record of another unit."""
        policy = get_object_or_404(Policy, pk=unquote(str(kwargs["pk"])))
        if not permissions.may_change(request.user, policy):
            raise PermissionDenied(_("这份文件属于其他单位，请联系它的责任单位。"))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class PolicyHistoryView(OwnUnitOnly, HistoryView):
    """Who saved what when."""


class PolicyRevisionView(OwnUnitOnly, PreviewRevisionView):
    """One saved version as citizens would see it."""


class PolicyCompareView(OwnUnitOnly, RevisionsCompareView):
    """Two saved versions beside each other."""


class PolicyPreviewView(OwnUnitOnly, PreviewOnEditView):
    """What is being typed, as citizens would see it."""


class PolicyUsageView(OwnUnitOnly, UsageView):
    """What points at the record."""


class PolicyEditView(OwnUnitOnly, EditView):
    """Editing: saving keeps a draft, publishing makes it what everyone reads; both are actions."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises SuspiciousOperation (400) for a form that did not come from our page."""
        if not request.POST.get("body-count", "").isdecimal():
            raise SuspiciousOperation("the form has no body")
        return super().post(request, *args, **kwargs)

    def save_instance(self) -> Policy:
        policy: Policy = self.form.save(commit=False)
        self.new_revision = actions.save_draft(
            policy=policy, by=self.request.user, overwrite=self.overwrite_revision
        )
        return policy

    def publish_action(self) -> HttpResponse | None:
        try:
            actions.publish(policy=self.object, by=self.request.user, revision=self.new_revision)
        except actions.Refused as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.get_edit_url())
        return None


class PolicyFilterSet(WagtailFilterSet):
    """What a clerk narrows the list by."""

    live = django_filters.BooleanFilter(label=gettext_lazy("已发布"))
    open = django_filters.BooleanFilter(label=gettext_lazy("有待核要素"), method="with_open_points")

    offered = django_filters.BooleanFilter(label=gettext_lazy("有文件待确认"), field_name="has_offers")

    class Meta:
        model = Policy
        fields = ["unit", "kind"]

    def with_open_points(self, found: QuerySet[Policy], _name: str, value: bool) -> QuerySet[Policy]:
        """Records with elements that the reader was not sure of, or those without."""
        return found.exclude(open_points={}) if value else found.filter(open_points={})


def _state(policy: Policy) -> str:
    words = _("已发布") if policy.live else _("已撤回") if policy.withdrawn_on else _("草稿")
    if policy.live and policy.has_unpublished_changes:
        words = _("已发布，有未发布的修改")
    if getattr(policy, "has_offers", False):
        words = f"{words} · {_('有文件待确认')}"
    return f"{words} · {_('待核')} {len(policy.open_points)}" if policy.open_points else words


def _validity(policy: Policy) -> str:
    return state_label(policy.validity_on(clock.today()).state)


class PolicyViewSet(SnippetViewSet):
    """Policies at the desk."""

    model = Policy
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("政策文件")
    menu_order = 100
    add_to_admin_menu = True
    url_prefix = "policies"
    inspect_view_enabled = False
    copy_view_enabled = False
    index_view_class = PolicyIndexView
    edit_view_class = PolicyEditView
    history_view_class = PolicyHistoryView
    usage_view_class = PolicyUsageView
    revisions_view_class = PolicyRevisionView
    revisions_compare_view_class = PolicyCompareView
    preview_on_edit_view_class = PolicyPreviewView
    list_display = [
        "title",
        "document_number",
        "unit",
        Column("state", label=gettext_lazy("状态"), accessor=_state),
        Column("validity", label=gettext_lazy("有效性"), accessor=_validity),
        "published_on",
    ]
    filterset_class = PolicyFilterSet
    search_fields = ["title", "document_number", "index_number"]
    list_per_page = 30
    # No tabs: a table drawn in a hidden tab has no height.
    edit_handler = ObjectList(
        [
            HelpPanel(template="policies/desk/open_points.html"),
            FieldPanel("correction_note"),
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("document_number"), FieldPanel("index_number")]),
            FieldRowPanel([FieldPanel("issuers"), FieldPanel("unit")]),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("subject")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("written_on"), FieldPanel("published_on")]),
                    FieldRowPanel([FieldPanel("effective_from"), FieldPanel("effective_until")]),
                    FieldRowPanel([FieldPanel("repealed_on"), FieldPanel("found_ended_on")]),
                ],
                heading=gettext_lazy("日期和有效性"),
            ),
            FieldRowPanel([FieldPanel("disclosure"), FieldPanel("access_note"), FieldPanel("is_normative")]),
            FieldPanel("is_sample"),
            FieldPanel("body"),
        ]
    )


register_permission_policy(Policy, PolicyPermissionPolicy(Policy))
register_snippet(PolicyViewSet)
