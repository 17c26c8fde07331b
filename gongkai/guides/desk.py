"""The staff desk for services: a list, and one screen for a service and its guide. Every write goes through an action.

New services come from lists (``gongkai import-guides``); adding, copying and deleting are shut by project/desk_gate.py,
and a service that is no longer offered is set out of use.
"""

from typing import Any

import django_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import EditView, HistoryView, IndexView, SnippetViewSet, UsageView

from gongkai.guides import actions, permissions, queries, schema
from gongkai.guides.desk_form import ServiceForm
from gongkai.guides.elements import in_words, missing_elements, whole
from gongkai.guides.models import Service
from gongkai.kernel.sheets import sheet
from gongkai.kernel.stamps import stamp


class ServicePermissionPolicy(ModelPermissionPolicy):
    """Wagtail's questions answered by our predicates."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"change", "view"} and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Service) -> bool:
        return self.user_has_permission(user, action) and permissions.may_change(user, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Service]:
        return queries.changeable_by(user)


# What the list gives as a file; the long lists of a guide have their own form (gongkai import-guides).
_EXPORTED = (
    "code",
    "name",
    "unit",
    "audience",
    "category",
    "channel",
    "active",
    "place",
    "hours",
    "phone",
    "fee",
)


class ServiceIndexView(IndexView):
    """The list: a person's own unit, the office all."""

    # Wagtail's way to a file knows csv too, which spreadsheet programs read as they please.
    FORMATS = ("xlsx",)
    list_export = ["name"]

    def get_base_queryset(self) -> QuerySet[Service]:
        return queries.changeable_by(self.request.user).select_related("unit", "guide")

    @cached_property
    def columns(self) -> list[Any]:
        """Without the boxes for bulk actions, which are shut."""
        return [column for column in super().columns if column.name != "bulk_actions"]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """What is filtered, as a file."""
        return [Button(_("导出为 xlsx"), url=self.xlsx_export_url, icon_name="download", priority=90)]

    def get_list_more_buttons(self, instance: Service) -> list[Any]:
        """None: the title leads to the record, and everything else is there."""
        return []

    def as_spreadsheet(self, queryset: QuerySet[Service], spreadsheet_format: str) -> HttpResponse:
        """What the list shows under its filters, all pages of it."""
        headings = [schema.label(name) for name in _EXPORTED] + [_("缺少的要素")]
        rows = (
            [_shown(stored(each)[name], name) for name in _EXPORTED] + [_missing(each)]
            for each in queryset.iterator(chunk_size=500)
        )
        return sheet(_("办事指南"), headings, rows)


class OwnUnitOnly:
    """For every view of one record."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises PermissionDenied for a service of another unit."""
        service = get_object_or_404(Service, pk=unquote(str(kwargs["pk"])))
        if not permissions.may_change(request.user, service):
            raise PermissionDenied(_("这个事项属于其他单位，请联系它的实施单位。"))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class ServiceHistoryView(OwnUnitOnly, HistoryView):
    """Who saved what when."""


class ServiceUsageView(OwnUnitOnly, UsageView):
    """What points at the service."""


class ServiceEditView(OwnUnitOnly, EditView):
    """Editing: what is saved is what everyone reads."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises SuspiciousOperation (400) for a form that did not come from our page."""
        if not all(
            request.POST.get(f"{name}-count", "").isdecimal()
            for name in ("basis", "conditions", "materials", "steps")
        ):
            raise SuspiciousOperation("the form lacks its lists")
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With a first heading, which Wagtail's form lacks."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"title": str(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Who saves after a colleague is told what stands there now; what was typed is shown again, not lost."""
        with transaction.atomic():
            kept = Service.objects.select_for_update().get(pk=self.object.pk)
            if self.request.POST.get("seen") in {None, "", seen_of(kept)}:
                return super().form_valid(form)
        changed = "；".join(_differences(stored(kept), form))
        said = _(
            "您打开之后，别人修改了这个事项。您填写的内容还在下面，没有保存；对照以后再保存一次，就以您的为准。现在保存着的是——%s"
        )
        self.produced_error_message = said % (changed or _("与您填写的相同"))
        return self.form_invalid(form)

    def save_instance(self) -> Service:
        service, result = actions.keep(values=self.form.values(), by=self.request.user)
        if result is not actions.Result.UNCHANGED:
            # For the desk's own history; the audit chain has its entry already.
            log(instance=service, action="wagtail.edit", user=self.request.user, content_changed=True)
        return service


class ServiceFilterSet(WagtailFilterSet):
    """What a clerk narrows the list by."""

    active = django_filters.BooleanFilter(label=gettext_lazy("在用"))
    whole = django_filters.BooleanFilter(label=gettext_lazy("要素齐全"), method="with_elements")

    class Meta:
        model = Service
        fields = ["unit", "audience"]

    def with_elements(self, found: QuerySet[Service], _name: str, value: bool) -> QuerySet[Service]:
        """Services whose guide states all key elements, or the others."""
        return found.filter(whole()) if value else found.exclude(pk__in=Service.objects.filter(whole()))


def _missing(service: Service) -> str:
    return "、".join(missing_elements(service.known_guide)) or _("齐全")


def stored(service: Service) -> dict[str, Any]:
    """What is kept of a service and its guide, by the names of ``schema``."""
    guide = service.known_guide
    values = {name: getattr(service, name) for name in schema.SERVICE_FIELDS}
    return values | {name: getattr(guide, name) for name in schema.GUIDE_FIELDS}


def seen_of(service: Service) -> str:
    """The stamp of what a form was filled with."""
    return stamp(stored(service))


def _differences(kept: dict[str, Any], form: Any) -> list[str]:
    """What is kept where the form says something else, a line for each field."""
    typed = form.values()
    return [
        f"{schema.label(name)}：{_shown(value, name)}"
        for name, value in kept.items()
        if name in typed and _shown(value) != _shown(typed[name])
    ]


def _shown(value: Any, name: str = "") -> str:
    """A stored value in words; ``name`` is its field, which knows the words of a choice."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if name and isinstance(value, str):
        field = next((each for each in Service._meta.fields if each.name == name), None)
        return str(dict(getattr(field, "flatchoices", ())).get(value, value)) or "—"
    if isinstance(value, list):
        return "、".join(_shown(each) for each in value)
    if isinstance(value, dict):
        return " ".join(_shown(each) for each in value.values() if each)
    return "—" if value in (None, "") else str(value)


class MissingPanel(HelpPanel):
    """Which key elements the guide lacks, above the fields."""

    class BoundPanel(HelpPanel.BoundPanel):
        """Knows the service that is being edited."""

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {
                "service": self.instance,
                # As it is kept, not as it is being typed.
                "seen": seen_of(Service.objects.get(pk=self.instance.pk)) if self.instance.pk else "",
                "missing": in_words(missing_elements(self.instance.known_guide)),
            }


class ServiceViewSet(SnippetViewSet):
    """Services at the desk."""

    model = Service
    icon = "list-ul"
    menu_label = gettext_lazy("办事指南")
    menu_order = 110
    add_to_admin_menu = True
    url_prefix = "guides"
    inspect_view_enabled = False
    copy_view_enabled = False
    index_view_class = ServiceIndexView
    edit_view_class = ServiceEditView
    history_view_class = ServiceHistoryView
    usage_view_class = ServiceUsageView
    list_display = [
        "name",
        "code",
        "unit",
        Column("missing", label=gettext_lazy("缺少的要素"), accessor=_missing),
        Column(
            "active",
            label=gettext_lazy("状态"),
            accessor=lambda each: _("在用") if each.active else _("停办"),
        ),
    ]
    filterset_class = ServiceFilterSet
    search_fields = ["name", "code"]
    list_per_page = 30
    edit_handler = ObjectList(
        [
            MissingPanel(template="guides/desk/missing.html"),
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("unit"), FieldPanel("audience"), FieldPanel("category")]),
            FieldRowPanel([FieldPanel("channel"), FieldPanel("active")]),
            FieldPanel("basis"),
            FieldPanel("conditions"),
            FieldPanel("materials"),
            FieldPanel("place"),
            FieldRowPanel([FieldPanel("hours"), FieldPanel("phone")]),
            FieldPanel("steps"),
            FieldRowPanel([FieldPanel("statutory_value"), FieldPanel("statutory_unit")]),
            FieldRowPanel([FieldPanel("promised_value"), FieldPanel("promised_unit")]),
            FieldRowPanel([FieldPanel("fee"), FieldPanel("result")]),
        ],
        base_form_class=ServiceForm,
    )


register_permission_policy(Service, ServicePermissionPolicy(Service))
register_snippet(ServiceViewSet)
