"""What the pages of services show: rows and filters of the list, the guide in the order of its elements."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from gongkai.guides import queries
from gongkai.guides.elements import missing_elements
from gongkai.guides.models import Audience, Guide, LimitUnit, MaterialForm, Service
from gongkai.orgs.models import Unit
from gongkai.text.dates import in_chinese
from gongkai.theme import pager

FILTERS = ("audience", "unit", "category")


# --- the list ----------------------------------------------------------------------------------------------


def listing_context(query: QueryDict, chosen: dict[str, str], page: Page) -> dict[str, Any]:
    """Context of guides/listing.html for a page of what ``chosen`` (the filters and ``q``) found."""
    names = dict(Unit.objects.values_list("code", "short_name"))
    return {
        "rows": [row(service) for service in page.object_list],
        "total": page.paginator.count,
        "q": chosen["q"],
        "keep": [(name, chosen[name]) for name in FILTERS if chosen[name]],
        "pager": pager.links(page, query),
        "groups": [_group(name, query, chosen, names) for name in FILTERS],
        "chosen": [
            {"label": _shown(name, chosen[name], names), "url": _address(query, name, "")}
            for name in ("q", *FILTERS)
            if chosen[name]
        ],
        "clear_url": reverse("guides:listing"),
        "canonical": _canonical(chosen, page),
        "crumbs": [{"label": _("办事服务"), "url": ""}],
    }


def row(service: Service) -> dict[str, Any]:
    """One service for the tag document_row."""
    guide = service.known_guide
    facts = [
        service.unit.short_name,
        service.get_audience_display(),
        service.category,
        _limit(guide, "promised"),
    ]
    return {
        "title": service.name,
        "url": service.get_absolute_url(),
        "facts": [_("示例")] * service.is_sample + [fact for fact in facts if fact],
    }


def _group(name: str, query: QueryDict, chosen: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    """One filter: its values among what the others leave, so that a choice can be changed for another."""
    labels = {"audience": _("服务对象"), "unit": _("实施单位"), "category": _("主题")}
    found = queries.listing(**{key: value for key, value in chosen.items() if key != name})
    return {
        "label": labels[name],
        "options": [
            {
                "label": _shown(name, value, names),
                "url": _address(query, name, "" if chosen[name] == value else value),
                "count": n,
                "current": chosen[name] == value,
            }
            for value, n in queries.counts(found, name)[:20]
        ],
    }


def _shown(name: str, value: str, names: dict[str, str]) -> str:
    if name == "audience":
        return str(dict(Audience.choices).get(value, value))
    return names.get(value, value) if name == "unit" else value


def _canonical(chosen: dict[str, str], page: Page) -> str:
    """The one address of what is shown: filters in one order, nothing empty."""
    kept = {name: chosen[name] for name in ("q", *FILTERS) if chosen[name]}
    kept |= {"page": str(page.number)} if page.number > 1 else {}
    path = reverse("guides:listing")
    return f"{path}?{urlencode(kept)}" if kept else path


def _address(query: QueryDict, name: str, value: str) -> str:
    changed = query.copy()
    changed.pop("page", None)
    changed.pop(name, None)
    if value:
        changed[name] = value
    return f"{reverse('guides:listing')}?{changed.urlencode()}" if changed else reverse("guides:listing")


# --- one service -------------------------------------------------------------------------------------------


def service_context(service: Service) -> dict[str, Any]:
    """Context of guides/service.html. What the guide does not state is said to be so, never filled in."""
    guide = service.known_guide
    return {
        "service": service,
        "guide": guide,
        "missing": missing_elements(guide),
        "facts": [
            {"text": service.unit.name, "url": reverse("units:unit", args=[service.unit.code])},
            *filter(None, (service.get_audience_display(), service.category)),
        ],
        "essentials": _essentials(guide),
        "contents": [{"label": label, "url": f"#{anchor}"} for anchor, label in _sections()],
        "basis": [_basis(row) for row in guide.basis],
        "materials": _materials(guide) if guide.materials else None,
        "limits": [_limit(guide, "statutory"), _limit(guide, "promised")],
        "elements": _beside(service, guide),
        "crumbs": [
            {"label": _("办事服务"), "url": reverse("guides:listing")},
            {"label": service.name, "url": ""},
        ],
    }


def _sections() -> list[tuple[str, str]]:
    """(anchor, heading) of the sections in the order in which somebody who wants it done asks."""
    return [
        ("essentials", _("时限、收费和地点")),
        ("conditions", _("申请条件")),
        ("materials", _("申请材料")),
        ("steps", _("办理流程")),
        ("basis", _("办理依据")),
    ]


def _essentials(guide: Guide) -> list[dict[str, Any]]:
    """What fits on a line each; ``own`` are the office's own words, which stay Chinese."""
    rows = [
        (_("承诺时限"), _limit(guide, "promised"), False),
        (_("法定时限"), _limit(guide, "statutory"), False),
        (_("收费"), guide.fee, True),
        (_("办理地点"), guide.place, True),
        (_("办理时间"), guide.hours, True),
        (_("咨询电话"), guide.phone, True),
        (_("办理结果"), guide.result, True),
    ]
    return [{"label": label, "value": value, "own": own and bool(value)} for label, value, own in rows]


def _beside(service: Service, guide: Guide) -> list[dict[str, Any]]:
    rows = [
        (_("事项名称"), service.name),
        (_("事项编码"), service.code),
        (_("实施单位"), service.unit.name),
        (_("服务对象"), service.get_audience_display()),
        (_("更新日期"), _day(guide)),
    ]
    return [{"label": label, "value": value or _("未载明")} for label, value in rows]


def _day(guide: Guide) -> str:
    if not guide.updated_on:
        return ""
    return in_chinese(guide.updated_on) if _chinese() else guide.updated_on.isoformat()


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _limit(guide: Guide, which: str) -> str:
    """A time limit in words; "" where it is not stated."""
    value, unit = getattr(guide, f"{which}_value"), getattr(guide, f"{which}_unit")
    if value is None:
        return ""
    if value == 0:
        return _("当场办结")
    if unit == LimitUnit.WORKING_DAYS:
        return ngettext("%(n)d个工作日", "%(n)d个工作日", value) % {"n": value}
    return ngettext("%(n)d日", "%(n)d日", value) % {"n": value}


def _basis(row: dict[str, str]) -> str:
    """《title》（number）clause as the office names it."""
    number = f"（{row['number']}）" if row["number"] else ""
    return f"《{row['title']}》{number}{row['clause']}"


def _materials(guide: Guide) -> dict[str, Any]:
    """The table of papers for theme/parts/table.html."""
    heads = [_("材料名称"), _("形式"), _("份数"), _("说明"), _("样表")]
    body = [
        [
            {"text": paper["name"], "header": True},
            {"text": _forms(paper["forms"])},
            {"text": "" if paper["copies"] is None else paper["copies"], "numeric": True},
            {"text": paper["note"]},
            {"text": _template(paper["template"], paper["name"])},
        ]
        for paper in guide.materials
    ]
    # A column in which nothing stands is no column.
    used = [i for i in range(len(heads)) if i == 0 or any(row[i]["text"] != "" for row in body)]
    head = [{"text": heads[i], "header": True, "numeric": i == 2} for i in used]
    return {
        "caption": _("材料清单"),
        "repeated": True,
        "rows": [head, *([row[i] for i in used] for row in body)],
    }


def _forms(forms: list[str]) -> str:
    names = dict(MaterialForm.choices)
    return "、".join(str(names[form]) for form in forms)


def _template(url: str, name: str) -> str:
    return (
        format_html('<a href="{}" aria-label="{}">{}</a>', url, _("样表：%s") % name, _("样表"))
        if url
        else ""
    )
