"""The staff desk for policies: a list, editing with preview, history. Every write goes through an action.

Wagtail's own add, copy, delete, revert, unpublish, schedule and lock routes are shut by project/desk_gate.py: records
come from files, and what they would do to a published text has its own action.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.components import MediaContainer
from wagtail.models import Revision
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    EditView,
    HistoryView,
    PreviewOnEditView,
    PreviewRevisionView,
    RevisionsCompareView,
    SnippetViewSet,
    UsageView,
)

from gongkai.policies import actions, permissions, queries
from gongkai.policies.actions.hand_in import open_hand_in
from gongkai.policies.actions.locks import lock_with_targets
from gongkai.policies.actions.schedule import shown, standing
from gongkai.policies.desk_list import COLUMNS, PolicyFilterSet, PolicyIndexView
from gongkai.policies.models import Policy
from gongkai.policies.standing import standing_context

_PREDICATES = {
    "view": permissions.may_read_draft,
    "change": permissions.may_change,
    "publish": permissions.may_publish,
}


class PolicyPermissionPolicy(ModelPermissionPolicy):
    """Wagtail's questions answered by our predicates."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"change", "publish", "view"} and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Policy) -> bool:
        may = _PREDICATES.get(action)
        return may is not None and self.user_has_permission(user, action) and may(user, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Policy]:
        return queries.draft_readable_by(user) if "view" in actions else queries.changeable_by(user)


class OwnUnitOnly:
    """For every view that changes one record, and the previews that belong to its form."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises PermissionDenied for a record of another unit, and for whoever only reads."""
        policy = get_object_or_404(Policy, pk=unquote(str(kwargs["pk"])))
        if not self._may(request.user, policy):
            raise PermissionDenied(_("您的岗位不能办理这份文件，或者它属于其他单位；请联系它的责任单位。"))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def _may(self, user: Any, policy: Policy) -> bool:
        return permissions.may_change(user, policy)


class ReadersOnly(OwnUnitOnly):
    """For every view that shows drafts and their history: also for reviewers of the unit and the auditor."""

    def _may(self, user: Any, policy: Policy) -> bool:
        return permissions.may_read_draft(user, policy)


class PolicyHistoryView(ReadersOnly, HistoryView):
    """Who saved what when."""


class PolicyRevisionView(ReadersOnly, PreviewRevisionView):
    """One saved version as citizens would see it."""


class PolicyCompareView(ReadersOnly, RevisionsCompareView):
    """Two saved versions beside each other."""


class PolicyPreviewView(OwnUnitOnly, PreviewOnEditView):
    """What is being typed, as citizens would see it."""


class PolicyUsageView(ReadersOnly, UsageView):
    """What points at the record."""


class PolicyEditView(OwnUnitOnly, EditView):
    """Editing: saving keeps a draft, handing in and publishing go on with it; all are actions.

    The browser saves by itself while a person types (Wagtail's autosave). Who saves after a colleague is told, and what
    was typed is kept as a version aside and shown again: a second press saves it over the colleague's, knowingly.
    """

    conflict = False
    object: Policy

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises SuspiciousOperation (400) for a form that did not come from our page."""
        if not request.POST.get("body-count", "").isdecimal():
            raise SuspiciousOperation("the form has no body")
        with transaction.atomic():
            # Who is asked after the lock whether a colleague was faster, and saves under it, cannot be overtaken between.
            lock_with_targets(self.object.pk)
            self.object = self.get_object()
            return super().post(request, *args, **kwargs)

    def get_available_actions(self) -> list[str]:
        """Wagtail's own, and handing in."""
        return [*super().get_available_actions(), "hand-in"]

    def is_valid(self, form: Any) -> bool:
        """Not when a colleague has saved since: then what was typed is kept aside."""
        if not self.is_out_of_date:
            return bool(super().is_valid(form))
        self.conflict, self.produced_error_code = True, "invalid_revision"
        self.produced_error_message = self._told_of_conflict(form)
        return False

    def _told_of_conflict(self, form: Any) -> str:
        newest = self.object.latest_revision
        aside = self._kept_aside(form)
        who = newest.user or _("系统")
        when = timezone.localtime(newest.created_at).strftime("%Y-%m-%d %H:%M")
        said = _("%(who)s 在 %(when)s 保存了新的版本，您的修改没有覆盖它。") % {"who": who, "when": when}
        if aside is None:
            return said + _("您填写的内容还在下面的表单里，请先改正有错的地方。")
        url = reverse(self.revisions_compare_url_name, args=[quote(self.object.pk), newest.pk, aside.pk])
        return format_html(
            '{} {} <a href="{}" target="_blank" rel="noopener">{}</a>',
            said,
            _("您填写的内容没有丢：已另存为您的一版，也还在下面的表单里。对照以后再保存一次，就以您的为准。"),
            url,
            _("对照两个版本"),
        )

    def _kept_aside(self, form: Any) -> Revision | None:
        form.defer_required_fields()
        whole = form.is_valid()
        form.restore_required_fields()
        if not whole:
            return None
        return actions.keep_aside(policy=form.save(commit=False), by=self.request.user)

    def get_side_panels(self) -> MediaContainer:
        """Without Wagtail's measures of English prose."""
        return MediaContainer([each for each in super().get_side_panels() if each.name != "checks"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """After a conflict nothing is saved by itself: the next save is a person's decision."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # The header makes a first heading of it, which Wagtail's form lacks.
        context["title"] = context.get("page_subtitle") or self.object.title
        return context | ({"autosave_enabled": False} if self.conflict else {})

    def save_instance(self) -> Policy:
        policy: Policy = self.form.save(commit=False)
        self.handed_in = open_hand_in(policy)
        self.new_revision = actions.save_draft(
            policy=policy, by=self.request.user, overwrite=self.overwrite_revision
        )
        return policy

    def publish_action(self) -> HttpResponse | None:
        return self._then(actions.publish, revision=self.new_revision)

    def hand_in_action(self) -> HttpResponse | None:
        """送审: what was just saved waits for a reviewer."""
        return self._then(actions.hand_in)

    def _then(self, act: Callable[..., Any], **more: Any) -> HttpResponse | None:
        """The draft is saved; what stands against the next step is told beside it."""
        try:
            act(policy=self.object, by=self.request.user, **more)
        except actions.Refused as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.get_edit_url())
        return None

    def get_success_url(self) -> str:
        """Who has handed in sees where it stands."""
        if self.action == "hand-in":
            return reverse("records:hand_in", args=[self.object.pk])
        return str(super().get_success_url())

    def get_success_message(self, instance: Policy | None = None) -> str:
        """What was done, and what it did not do."""
        title = {"title": self.object.title}
        if self.action == "publish":
            return _("《%(title)s》已发布，公开页面已经更新。") % title
        if self.action == "hand-in":
            return _("《%(title)s》已送审。") % title
        words = [_("《%(title)s》的草稿已更新，读者还看不到。") % title]
        if self.handed_in:
            words.append(_("这份文件已送审，修改后送审已自动收回，改好后请再次送审。"))
        row = standing(self.object)
        if row and row.revision_id != self.new_revision.pk:
            words.append(_("%s 定时发布的仍是设定时的那一版，这次的修改不在其中。") % shown(row.due_at))
        return "".join(words)


class RecordPanel(HelpPanel):
    """Above the fields: how the record stands, what may be done with it, and what is still to be checked."""

    class BoundPanel(HelpPanel.BoundPanel):
        """Knows the record that is being edited and who edits it."""

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | standing_context(self.instance, self.request.user)


class HandInItem(ActionMenuItem):
    """送审 among the buttons below the form."""

    name, label, icon_name, order = "action-hand-in", gettext_lazy("保存并送审"), "resubmit", 5

    def is_shown(self, context: Any) -> bool:
        """For whoever prepares a record."""
        user, policy = context["request"].user, context.get("instance")
        return isinstance(policy, Policy) and permissions.may_change(user, policy)


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
    list_display = COLUMNS
    filterset_class = PolicyFilterSet
    search_fields = ["title", "document_number", "index_number"]
    list_per_page = 30
    # No tabs: a table drawn in a hidden tab has no height.
    edit_handler = ObjectList(
        [
            RecordPanel(template="policies/desk/open_points.html"),
            FieldPanel("correction_note"),
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("document_number"), FieldPanel("index_number")]),
            FieldRowPanel([FieldPanel("issuers"), FieldPanel("unit")]),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("subject")]),
            FieldPanel("audiences"),
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
