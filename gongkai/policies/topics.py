"""Topics for those who look: which topics and which of their policies, what changed lately, what the pages show."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.law.validity import State
from gongkai.orgs.permissions import works_across_units, works_for, works_in_unit
from gongkai.policies import queries
from gongkai.policies.at import Asked
from gongkai.policies.library import row
from gongkai.policies.models import Edition, Policy, ServiceLink, Topic, TopicEntry
from gongkai.policies.page import day, state_label
from gongkai.policies.topic_rules import matched_words, rules_of, sentence
from gongkai.theme import pager

PAGE_SIZE = 20
LATELY = 90  # days
_IN = (TopicEntry.How.RULE, TopicEntry.How.HAND)
_ENDED = (State.REPEALED, State.LAPSED)


# --- which ---------------------------------------------------------------------------------------------------------


def public() -> QuerySet[Topic]:
    """The topics that everyone may see."""
    return Topic.objects.filter(active=True).select_related("unit")


def may_change(user: Any, topic: Topic) -> bool:
    """The clerks and publishers of the unit that keeps a topic, and the district office."""
    return works_for(user, topic.unit)


def changeable_by(user: Any) -> QuerySet[Topic]:
    """The topics that a person may work on; ``may_change`` says the same."""
    every = Topic.objects.select_related("unit")
    if works_across_units(user):
        return every
    return every.filter(unit_id=user.unit_id) if works_in_unit(user) else every.none()


def members(topic: Topic, on: date) -> QuerySet[Policy]:
    """Published policies that are in ``topic`` now and were known on ``on``, newest first, for lists."""
    found = queries.for_lists().filter(topic_entries__topic=topic, topic_entries__how__in=_IN)
    return _known(found, on)


def _known(found: QuerySet[Policy], on: date) -> QuerySet[Policy]:
    return found.alias(known_on=queries.DATED).filter(Q(known_on__isnull=True) | Q(known_on__lte=on))


def counted(on: date) -> dict[int, dict[str, Any]]:
    """Topic → {"total", "in_force", "newest"} over its policies known on ``on``; topics without any are left out."""
    rows = (
        _known(queries.public().filter(topic_entries__how__in=_IN), on)
        .order_by()
        .values("topic_entries__topic")
        .annotate(
            total=Count("pk"),
            in_force=Count("pk", filter=queries.in_state(State.IN_FORCE, on)),
            newest=Max(queries.DATED),
        )
    )
    return {each["topic_entries__topic"]: dict(each) for each in rows}


def by_unit(topic: Topic, on: date) -> list[dict[str, Any]]:
    """Coverage and freshness: {"name", "total", "in_force", "newest", "days"} for each responsible unit, most first.

    ``newest`` is the day of its newest policy and ``days`` how long that is ago; None where no day is known.
    """
    rows = (
        members(topic, on)
        .order_by()
        .values("unit", "unit__short_name")
        .annotate(
            total=Count("pk"),
            in_force=Count("pk", filter=queries.in_state(State.IN_FORCE, on)),
            newest=Max(queries.DATED),
        )
        .order_by("-total", "unit__short_name", "unit")
    )
    return [
        {
            "name": each["unit__short_name"] or _("未定责任单位"),
            "total": each["total"],
            "in_force": each["in_force"],
            "newest": each["newest"],
            "days": (on - each["newest"]).days if each["newest"] else None,
        }
        for each in rows
    ]


def changes(topic: Topic, on: date) -> list[dict[str, Any]]:
    """What happened to policies of ``topic`` in the ``LATELY`` days up to ``on``, newest first.

    Each is {"on", "what", "title", "pk", "note"}: published, corrected, repealed or lapsed.
    """
    since, mine = on - timedelta(days=LATELY), members(topic, on).order_by()
    found: list[dict[str, Any]] = []

    def add(when: date | None, what: str, pk: int, title: str, note: str = "") -> None:
        if when and since < when <= on:
            found.append({"on": when, "what": what, "pk": pk, "title": title, "note": note})

    published = mine.filter(published_on__gt=since, published_on__lte=on)
    for pk, title, when in published.values_list("pk", "title", "published_on"):
        add(when, _("发布"), pk, title)
    corrected = (
        Edition.objects.open()
        .filter(
            kind=Edition.Kind.CORRECTION,
            policy__in=mine.values("pk"),
            published_at__date__gt=since,
            published_at__date__lte=on,
        )
        .order_by()
    )
    for pk, title, at, note in corrected.values_list("policy_id", "policy__title", "published_at", "note"):
        add(timezone.localtime(at).date(), _("勘误"), pk, title, note)
    repealed = mine.filter(queries.in_state(State.REPEALED, on))
    for pk, title, *days in repealed.filter(Q(repealed_on__gt=since) | Q(ended_by_on__gt=since)).values_list(
        "pk", "title", "repealed_on", "ended_by_on"
    ):
        add(min(filter(None, days)), _("废止"), pk, title)
    last = Coalesce("effective_until", "default_until")
    lapsed = mine.filter(queries.in_state(State.LAPSED, on)).annotate(last=last).filter(last__gte=since)
    for pk, title, when in lapsed.values_list("pk", "title", "last"):
        add(when + timedelta(days=1), _("失效"), pk, title)
    return sorted(found, key=lambda each: (each["on"], each["pk"]), reverse=True)


# --- what the pages show -------------------------------------------------------------------------------------------


def list_context(asked: Asked) -> dict[str, Any]:
    """Context of policies/topics.html on the day asked for."""
    counts = counted(asked.day)
    return {
        "rows": [_topic_row(topic, counts.get(topic.pk), asked) for topic in public()],
        **_day_context(asked),
        "now_url": reverse("topics:topics"),
        "crumbs": [{"label": _("主题"), "url": ""}],
    }


def _day_context(asked: Asked) -> dict[str, Any]:
    told = _("按%(day)s的有效性显示；收录了哪些文件，按现在的情况。")
    return {"problem": asked.problem, "then": told % {"day": day(asked.day)} if asked.given else ""}


def _topic_row(topic: Topic, count: dict[str, Any] | None, asked: Asked) -> dict[str, Any]:
    facts = [str(topic.unit), _("现行有效%(n)d份") % {"n": count["in_force"] if count else 0}]
    if count and count["newest"]:
        facts.append(_("最近一份：%(day)s") % {"day": day(count["newest"])})
    return {
        "title": topic.name,
        "url": _on_the_day(topic.get_absolute_url(), asked),
        "facts": facts,
        "note": topic.summary,
    }


def topic_context(topic: Topic, query: QueryDict, asked: Asked) -> dict[str, Any]:
    """Context of policies/topic.html on the day asked for; ``query`` has the pages of its lists."""
    lists = [_list(topic, query, asked, *each) for each in _lists()]
    happened = changes(topic, asked.day)
    units = by_unit(topic, asked.day)
    keeper = {
        "text": _("维护单位：%(unit)s") % {"unit": topic.unit.name},
        "url": reverse("units:unit", args=[topic.unit.code]),
    }
    return {
        "topic": topic,
        "facts": [_("现行有效%(n)d份") % {"n": lists[0]["total"]}, keeper],
        "services": services(topic, asked.day),
        "feed_url": f"{reverse('policies_api:feed')}?{urlencode({'topic': topic.slug} | _at(asked))}",
        "library_url": f"{reverse('policies:library')}?{urlencode({'topic': topic.slug} | _at(asked))}",
        "rules": sentence(rules_of(topic)),
        **_day_context(asked),
        "now_url": topic.get_absolute_url(),
        "lists": lists,
        "changes": [_change_row(each, asked) for each in happened[:PAGE_SIZE]],
        "more_changes": max(0, len(happened) - PAGE_SIZE),
        "bars": bars(units),
        "table": unit_table(units),
        "contents": [
            {"label": _("现行有效"), "url": "#in-force"},
            {"label": _("最近变化"), "url": "#changes"},
            {"label": _("各单位的文件"), "url": "#units"},
            *({"label": each["title"], "url": f"#{each['id']}"} for each in lists[1:] if each["total"]),
        ],
        "crumbs": [{"label": _("主题"), "url": reverse("topics:topics")}, {"label": topic.name, "url": ""}],
    }


def _lists() -> list[tuple[str, str, str, tuple[State, ...]]]:
    """(anchor, page parameter, title, states) of the lists of a topic's page in their order."""
    return [
        ("in-force", "page", _("现行有效"), (State.IN_FORCE,)),
        ("open", "open", _("尚未施行、有效性待确认"), (State.NOT_YET_IN_FORCE, State.UNKNOWN)),
        ("ended", "ended", _("已废止、已失效"), _ENDED),
    ]


def _list(
    topic: Topic,
    query: QueryDict,
    asked: Asked,
    anchor: str,
    parameter: str,
    title: str,
    states: Iterable[State],
) -> dict[str, Any]:
    wanted, on = Q(), asked.day
    for state in states:
        wanted |= queries.in_state(state, on)
    page = Paginator(members(topic, on).filter(wanted), PAGE_SIZE).get_page(query.get(parameter))
    policies = list(page.object_list)
    entries = {
        entry.policy_id: entry for entry in topic.entries.filter(policy__in=[each.pk for each in policies])
    }
    rows = []
    for policy in policies:
        shown = row(policy, on)
        rows.append(shown | {"url": _on_the_day(shown["url"], asked), "note": entry_note(entries[policy.pk])})
    return {
        "id": anchor,
        "title": title,
        "total": page.paginator.count,
        "rows": rows,
        "pager": pager.links(page, query, parameter=parameter),
        "unfolded": parameter in query,
    }


def _at(asked: Asked) -> dict[str, str]:
    return {"at": asked.day.isoformat()} if asked.given else {}


def services(topic: Topic, on: date) -> list[dict[str, str]]:
    """What can be done under a topic: the services that people have linked to clauses of its policies in force."""
    in_force = members(topic, on).filter(queries.in_state(State.IN_FORCE, on)).order_by()
    links = ServiceLink.objects.filter(
        policy__in=in_force.values("pk"), state=ServiceLink.State.CONFIRMED, service__active=True
    )
    found = {
        link.service.pk: link.service for link in links.select_related("service").order_by("service__name")
    }
    return [{"label": each.name, "url": each.get_absolute_url()} for each in found.values()]


def _on_the_day(url: str, asked: Asked) -> str:
    """The same address on the day that this page was asked for."""
    return f"{url}?{asked.parameter}" if asked.parameter else url


def entry_note(entry: TopicEntry) -> str:
    """Who put a policy into its topic, as the public is told: the rule that did, or that a person did and when."""
    if entry.how == TopicEntry.How.RULE:
        return _("由规则收录：%(rules)s") % {"rules": matched_words(entry.matched)}
    when = day(timezone.localtime(entry.added_at).date())
    words = _("人工收录，%(day)s") if entry.how == TopicEntry.How.HAND else _("人工排除，%(day)s")
    return words % {"day": when}


def _change_row(change: dict[str, Any], asked: Asked) -> dict[str, Any]:
    return {
        "title": change["title"],
        "url": _on_the_day(reverse("policies:policy", args=[change["pk"]]), asked),
        "facts": [day(change["on"]), change["what"]],
        "note": change["note"],
    }


def bars(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The picture: for each unit its words and, in hundredths of the longest, how long its bars are."""
    most = max((each["total"] for each in units), default=0)
    longest = max((each["days"] or 0 for each in units), default=0)
    return [
        each
        | {
            "total_bar": _hundredths(each["total"], most),
            "in_force_bar": _hundredths(each["in_force"], most),
            "days_bar": _hundredths(each["days"] or 0, longest),
            "newest": day(each["newest"]),
        }
        for each in units
    ]


def _hundredths(part: int, whole: int) -> int:
    """At least 1 for what is there: a bar too thin to be seen would say that there is none."""
    return max(1, round(100 * part / whole)) if part > 0 and whole else 0


def unit_table(units: list[dict[str, Any]]) -> dict[str, Any]:
    """The same as a table for theme/parts/table.html."""
    heads = [
        {"text": _("责任单位"), "header": True},
        *(
            {"text": text, "header": True, "numeric": True}
            for text in (_("文件（份）"), _("现行有效（份）"), _("最近一份的日期"), _("距今（天）"))
        ),
    ]
    rows = [
        [
            {"text": each["name"], "header": True},
            *(
                {"text": "—" if value is None else str(value), "numeric": True}
                for value in (each["total"], each["in_force"], day(each["newest"]) or None, each["days"])
            ),
        ]
        for each in units
    ]
    return {"caption": _("各责任单位的文件数量和更新情况"), "rows": [heads, *rows]}


def state_words(policy: Policy, on: date) -> str:
    """The validity of a policy in a word, for the desk."""
    return state_label(policy.validity_on(on).state)
