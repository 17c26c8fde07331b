"""What the library page shows: rows of policies, filters with counts that keep each other, and short addresses for all."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from gongkai.kernel.prepared import by_key
from gongkai.kernel.routes import route
from gongkai.law.validity import State
from gongkai.orgs.models import Unit
from gongkai.policies import facets, queries
from gongkai.policies.at import Asked
from gongkai.policies.at import asked as day_asked
from gongkai.policies.effects import attach
from gongkai.policies.models import Audience, Disclosure, Policy
from gongkai.policies.models.audience import UNMARKED
from gongkai.policies.relations import TOLD
from gongkai.policies.words import day, state_label
from gongkai.theme import pager

#: The filters of the library, in the order of their parameters in an address; feeds and JSON take the same.
FILTERS = ("q", "topic", "unit", "kind", "subject", "year", "state", "audience", "disclosure")
SORTS = ("newest", "effective", "title", "number")
SIZES = (20, 50, 100)
#: The fields of a policy that ``row`` reads.
IN_A_ROW = (*TOLD, "issuers", "unit")
_MOST_OPTIONS = 40
_LONGEST = 120


# --- what is asked -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """What an address of the library asks for; ``filters`` has every one of ``FILTERS``, "" where nothing is asked."""

    filters: dict[str, str]
    asked: Asked
    sort: str = SORTS[0]
    size: int = SIZES[0]

    def address(self, path: str = "", **changes: str) -> str:
        """The address of this choice with ``changes``: one order, nothing empty, nothing that goes without saying."""
        query = urlencode({name: value for name, value in (self._plain | changes).items() if value})
        path = path or route("policies:library")
        return f"{path}?{query}" if query else path

    @cached_property
    def _plain(self) -> dict[str, str]:
        """Every parameter, "" where it goes without saying."""
        return {
            **self.filters,
            "at": self.asked.day.isoformat() if self.asked.given else "",
            "sort": "" if self.sort == SORTS[0] else self.sort,
            "size": "" if self.size == SIZES[0] else str(self.size),
        }


def chosen_in(query: QueryDict) -> dict[str, str]:
    """Filter → what the address asks for, "" where nothing is asked."""
    return {name: query.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in FILTERS}


def choice_in(query: QueryDict) -> Choice:
    """What the address asks for; an order or a size that there is not is the usual one."""
    sort, size = query.get("sort", ""), query.get("size", "")
    return Choice(
        chosen_in(query),
        day_asked(query),
        sort if sort in SORTS else SORTS[0],
        next((each for each in SIZES if str(each) == size), SIZES[0]),
    )


# --- which ---------------------------------------------------------------------------------------------------------


def found_in(chosen: dict[str, str], asked: Asked) -> QuerySet[Policy]:
    """The policies under the filters on the day asked, newest first."""
    return queries.library(on=asked.day, until=asked.day if asked.given else None, **chosen)


def page_of(listed: facets.Listed, choice: Choice, number: str) -> Page:
    """One page of what is found, with its policies and what other documents do to them."""
    places = listed.ordered(listed.under(choice.filters), choice.sort)
    page = Paginator(places, choice.size).get_page(number)
    pks = [listed.pks[place] for place in page.object_list]
    shown = by_key(Policy, pks, IN_A_ROW)
    policies = [shown[pk] for pk in pks if pk in shown and shown[pk].live]
    units = by_key(Unit, {policy.unit_id for policy in policies if policy.unit_id})
    for policy in policies:
        policy.unit = units.get(policy.unit_id or 0)
    attach(policies)
    page.object_list = policies
    return page


# --- one row -------------------------------------------------------------------------------------------------------


def row(policy: Policy, on: date, *, dated: bool = False) -> dict[str, Any]:
    """One policy for the tag document_row; ``dated`` where its address must stay on the day asked."""
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


# --- the page ------------------------------------------------------------------------------------------------------


def library_context(query: QueryDict) -> dict[str, Any]:
    """Context of policies/library.html for what the address asks."""
    choice = choice_in(query)
    asked = choice.asked
    listed = facets.listed(asked.day, asked.day if asked.given else None)
    names = _names(listed)
    page = page_of(listed, choice, query.get("page", ""))
    total = page.paginator.count
    return {
        "asked": asked,
        "day": day(asked.day),
        "today_url": choice.address(at=""),
        "rows": [row(policy, asked.day, dated=asked.given) for policy in page.object_list],
        "total": total,
        "q": choice.filters["q"],
        "keep": _kept(choice, "q"),
        "keep_day": _kept(choice, "at"),
        "pager": pager.links(page, QueryDict(choice.address().partition("?")[2])),
        "groups": _groups(choice, listed.counts(choice.filters), names),
        "chosen": [
            {"label": _shown(name, value, names), "url": choice.address(**{name: ""})}
            for name, value in choice.filters.items()
            if value
        ],
        "clear_url": choice.address(**dict.fromkeys(FILTERS, "")),
        "sorts": _sorts(choice),
        "sizes": _sizes(choice) if total > SIZES[0] else [],
        "canonical": choice.address(page=str(page.number) if page.number > 1 else ""),
        "feed_url": choice.address(route("policies_api:feed"), sort="", size=""),
        "crumbs": [{"label": _("政策文件"), "url": ""}],
    }


def _names(listed: facets.Listed) -> dict[str, dict[str, str]]:
    """Filter → what its values are called, for the filters whose values are codes."""
    return {
        "unit": listed.unit_names,
        "topic": listed.topic_names,
        "state": {state.value: state_label(state) for state in State},
        "audience": {each.value: str(each.label) for each in Audience} | {UNMARKED: _("未标注")},
        "disclosure": {each.value: str(each.label) for each in Disclosure},
    }


def _labels() -> dict[str, str]:
    return {
        "state": _("有效性"),
        "topic": _("主题"),
        "audience": _("面向"),
        "unit": _("责任单位"),
        "kind": _("文种"),
        "subject": _("主题分类"),
        "year": _("年份"),
        "disclosure": _("公开属性"),
    }


def _groups(
    choice: Choice, counts: dict[str, Counter[str]], names: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    """The filters with their values; one whose only value is that of all policies found narrows nothing."""
    labels, groups = _labels(), []
    for name in facets.COUNTED:
        ordered, chosen = facets.in_order(name, counts[name])[:_MOST_OPTIONS], choice.filters[name]
        told = chosen or len(ordered) > 1 or name not in {"disclosure", "audience"}
        options = [
            {
                "label": _shown(name, value, names),
                "url": choice.address(**{name: "" if chosen == value else value}),
                "count": n,
                "current": chosen == value,
            }
            for value, n in ordered
        ]
        groups.append({"label": labels[name], "options": options if told else []})
    return groups


def _shown(name: str, value: str, names: dict[str, dict[str, str]]) -> str:
    if name == "q":
        return _("标题或文号含“%(words)s”") % {"words": value}
    if name == "audience" and value == UNMARKED:
        return _("面向未标注")
    return names.get(name, {}).get(value) or value


def _kept(choice: Choice, name: str) -> list[tuple[str, str]]:
    """What a form for ``name`` sends along: everything else that is chosen."""
    return parse_qsl(choice.address(**{name: ""}).partition("?")[2])


def _sorts(choice: Choice) -> list[dict[str, Any]]:
    labels = {
        "newest": _("最近发布"),
        "effective": _("按施行日期"),
        "title": _("按标题"),
        "number": _("按文号"),
    }
    return [
        {
            "label": labels[sort],
            "url": choice.address(sort="" if sort == SORTS[0] else sort),
            "current": sort == choice.sort,
        }
        for sort in SORTS
    ]


def _sizes(choice: Choice) -> list[dict[str, Any]]:
    return [
        {
            "label": _("每页 %(n)d 份") % {"n": size},
            "url": choice.address(size="" if size == SIZES[0] else str(size)),
            "current": size == choice.size,
        }
        for size in SIZES
    ]
