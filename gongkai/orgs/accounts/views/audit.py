"""The audit chain at the desk, for the auditor: narrowed, checked in words, and taken along as a table."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel import audit as chain
from gongkai.kernel import clock, sheets
from gongkai.kernel.models import AuditEntry
from gongkai.orgs import permissions
from gongkai.orgs.accounts import forms, queries
from gongkai.orgs.accounts.views.page import desk_page, without
from gongkai.orgs.accounts.words import in_words

_PAGE_SIZE = 100
_AT_ONCE = 1000
# A sheet has room for a million lines; who needs more narrows by day.
_MOST_ROWS = 500_000
# Up to here the whole chain is checked whenever the page is opened, which takes well under a second.
_CHECKED_ALWAYS = 5_000


@desk_page(permissions.reads_audit)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what to what and when, newest first; and whether the chain is whole."""
    form, found = _asked(request)
    page = Paginator(found, _PAGE_SIZE).get_page(request.GET.get("page"))
    entries = list(page.object_list)
    names = queries.names_of(entries)
    check = "verify" in request.GET or AuditEntry.objects.count() <= _CHECKED_ALWAYS
    context = {
        "form": form,
        "page": page,
        "rows": [(entry, _row(entry, names)) for entry in entries],
        "checked": chain.verify() if check else None,
        "query": without(request, "page", "verify"),
    }
    return render(request, "orgs/accounts/audit.html", context)


@desk_page(permissions.reads_audit)
@require_safe
def audit_sheet(request: HttpRequest) -> HttpResponse:
    """What the page shows under its filters, whole, as xlsx."""
    _form, found = _asked(request)
    headings = [
        _("序号"),
        _("时间"),
        _("操作者"),
        _("动作"),
        _("对象"),
        _("操作者引用"),
        _("动作代码"),
        _("对象引用"),
        _("本条哈希"),
    ]
    return sheets.sheet(f"{_('审计记录')} {clock.today()}", headings, _lines(found))


def _asked(request: HttpRequest) -> tuple[forms.AuditFilter, QuerySet[AuditEntry]]:
    """The filters as typed, and what they find; nothing for filters that cannot be read."""
    form = forms.AuditFilter(request.GET or None)
    if form.is_bound and not form.is_valid():
        return form, AuditEntry.objects.none()
    values = form.cleaned_data if form.is_bound else {}
    return form, queries.audit_entries(request.user, **values)


def _row(entry: AuditEntry, names: dict[str, str]) -> dict[str, str]:
    """The entry in words; a reference without a name stands as it is."""
    return {
        "actor": names.get(entry.actor, entry.actor),
        "action": in_words(entry.action),
        "subject": names.get(entry.subject, entry.subject),
    }


def _lines(found: QuerySet[AuditEntry]) -> Iterator[list[Any]]:
    last = None
    for _start in range(0, _MOST_ROWS, _AT_ONCE):
        entries = list((found.filter(seq__lt=last) if last else found)[:_AT_ONCE])
        names = queries.names_of(entries)
        for entry in entries:
            shown = _row(entry, names)
            yield [
                entry.seq, entry.at, shown["actor"], shown["action"], shown["subject"], entry.actor, entry.action,
                entry.subject, entry.hash,
            ]  # fmt: skip
        if len(entries) < _AT_ONCE:
            return
        last = entries[-1].seq
