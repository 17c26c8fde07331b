"""What the library page shows: rows of policies, and filters with counts that keep each other."""

from datetime import date
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.law.validity import State
from gongkai.orgs.models import Unit
from gongkai.policies import queries
from gongkai.policies.at import Asked
from gongkai.policies.effects import attach
from gongkai.policies.models import Policy
from gongkai.policies.words import day, state_label
from gongkai.theme import pager


def row(policy: Policy, on: date, *, dated: bool = False) -> dict[str, Any]:
    """One policy for theme/parts/document_row.html; ``dated`` where its address must stay on the day asked."""
    state = policy.validity_on(on).state
    facts = [
        policy.document_number,
        policy.unit.short_name if policy.unit else policy.issuers,
        day(policy.published_on or policy.written_on),
    ]
    return {
        "title": policy.title,
        "url": f"{policy.get_absolute_url()}{f'?at={on.isoformat()}' if dated else ''}",
        "chips": [{"state": state.value, "label": state_label(state)}],
        "facts": [fact for fact in facts if fact],
    }


def library_context(query: QueryDict, chosen: dict[str, str], page: Page, asked: Asked) -> dict[str, Any]:
    """Context of policies/library.html for a page of what ``chosen`` found."""
    on = asked.day
    attach(page.object_list)
    return {
        "asked": asked,
        "day": day(on),
        "today_url": _address(query, "at", ""),
        "rows": [row(policy, on, dated=asked.given) for policy in page.object_list],
        "total": page.paginator.count,
        "pager": pager.links(page, query),
        "groups": [_group(name, label, query, chosen, asked) for name, label in _labels().items()],
        "chosen": [
            {"label": _shown(name, value), "url": _address(query, name, "")}
            for name, value in chosen.items()
            if value
        ],
        "clear_url": reverse("policies:library"),
        "crumbs": [{"label": _("政策文件"), "url": ""}],
    }


def _labels() -> dict[str, str]:
    return {
        "state": _("有效性"),
        "unit": _("责任单位"),
        "kind": _("文种"),
        "subject": _("主题分类"),
        "year": _("年份"),
    }


def _group(name: str, label: str, query: QueryDict, chosen: dict[str, str], asked: Asked) -> dict[str, Any]:
    """One filter: its values among what the *other* filters leave, so that a choice can be changed for another."""
    names = dict(Unit.objects.values_list("code", "short_name")) if name == "unit" else {}
    others = {key: value for key, value in chosen.items() if key != name}
    on = asked.day
    found = queries.library(on=on, until=on if asked.given else None, **others)
    if name == "state":
        counted = [(state.value, n) for state, n in queries.state_counts(found, on)]
    else:
        counted = queries.counts(found, "unit__code" if name == "unit" else name)
    options = [
        {
            "label": names.get(str(value)) or _shown(name, str(value)),
            "url": _address(query, name, "" if chosen[name] == str(value) else str(value)),
            "count": n,
            "current": chosen[name] == str(value),
        }
        for value, n in counted[:15]
    ]
    return {"label": label, "options": options}


def _shown(name: str, value: str) -> str:
    if name == "state":
        return state_label(State(value)) if value in set(State) else value
    if name == "unit":
        return Unit.objects.filter(code=value).values_list("short_name", flat=True).first() or value
    return value


def _address(query: QueryDict, name: str, value: str) -> str:
    changed = query.copy()
    changed.pop("page", None)
    changed.pop(name, None)
    if value:
        changed[name] = value
    return f"{reverse('policies:library')}?{changed.urlencode()}" if changed else reverse("policies:library")
