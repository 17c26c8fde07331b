"""What the desk shows of topics: who added what, documents to add by hand, and what rules would collect."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.policies import queries
from gongkai.policies.models import Policy, Topic, TopicEntry
from gongkai.policies.topic_rules import Rules, matched_words, picked, rules_of, sentence
from gongkai.policies.topics import state_words
from gongkai.text.document_numbers import parse_number
from gongkai.theme import pager

SHOWN = 20


def entries_of(topic: Topic, how: str = "") -> QuerySet[TopicEntry]:
    """The entries of a topic, a person's first and the newest on top; of one kind where ``how`` names one."""
    found = topic.entries.select_related("policy", "policy__unit", "added_by").defer("policy__body")
    return found.filter(**({"how": how} if how in TopicEntry.How.values else {})).order_by(
        "how", "-added_at", "-pk"
    )


def entries_context(topic: Topic, page: Page, query: QueryDict) -> dict[str, Any]:
    """Context of policies/desk/topic.html: entries with who made them, and what the search for others found."""
    asked = query.get("q", "").replace("\0", "").strip()[:120]
    known = dict(topic.entries.values_list("policy_id", "how"))
    return {
        "topic": topic,
        "rules": sentence(rules_of(topic)),
        "entries": [_entry(entry) for entry in page.object_list],
        "total": page.paginator.count,
        "pager": pager.links(page, query),
        "hows": [("", _("全部")), *TopicEntry.How.choices],
        "how": query.get("how", ""),
        "q": asked,
        "found": [
            {"policy": policy, "how": (how := known.get(policy.pk, "")), "state": _standing(how)}
            for policy in found_policies(asked)
        ],
    }


def _entry(entry: TopicEntry) -> dict[str, Any]:
    when = timezone.localtime(entry.added_at).strftime("%Y-%m-%d")
    by_rule = entry.how == TopicEntry.How.RULE
    return {
        "policy": entry.policy,
        "how": entry.how,
        "label": entry.get_how_display(),
        "why": matched_words(entry.matched) if by_rule else str(entry.added_by or _("系统")),
        "when": when,
        "state": state_words(entry.policy, clock.today()) if entry.policy.live else _("没有发布"),
    }


def _standing(how: str) -> str:
    return str(TopicEntry.How(how).label) if how else _("没有收录")


def found_policies(asked: str) -> list[Policy]:
    """Up to ``SHOWN`` published policies with these words in the title, or of this number; none for an empty search."""
    if not asked:
        return []
    number = parse_number(asked)
    titled = Q()
    for word in asked.split():
        titled &= Q(title__icontains=word)
    return list(queries.for_lists().filter(titled | Q(number_key=number.key) if number else titled)[:SHOWN])


def preview(rules: Rules, topic: Topic) -> dict[str, Any]:
    """What ``rules`` would collect: their sentence, how many and the newest ``SHOWN``, and what a person decided."""
    found = picked(rules)
    # Numbers first: the database is not asked for thousands of ids at once, nor for thousands of records.
    order = (pk for pk in queries.for_lists().values_list("pk", flat=True) if pk in found)
    newest = list(queries.for_lists().filter(pk__in=list(islice(order, SHOWN))))
    decided = (
        dict(topic.entries.exclude(how=TopicEntry.How.RULE).values_list("policy_id", "how"))
        if topic.pk
        else {}
    )
    return {
        "sentence": sentence(rules),
        "total": len(found),
        "hand": sum(how == TopicEntry.How.HAND and pk not in found for pk, how in decided.items()),
        "excluded": sum(how == TopicEntry.How.EXCLUDED and pk in found for pk, how in decided.items()),
        "rows": [{"policy": policy, "why": matched_words(found[policy.pk])} for policy in newest],
    }


def as_table(rows: Iterable[tuple[Topic, dict[str, Any] | None]]) -> tuple[list[str], list[list[Any]]]:
    """The list of topics as a table: headings and rows."""
    headings = [
        _("名称"),
        _("地址代号"),
        _("维护单位"),
        _("收录"),
        _("现行有效"),
        _("公开"),
        _("简介"),
        _("规则"),
    ]
    return headings, [
        [
            topic.name,
            topic.slug,
            topic.unit.name,
            (count or {}).get("total", 0),
            (count or {}).get("in_force", 0),
            _("是") if topic.active else _("否"),
            topic.summary,
            sentence(rules_of(topic)),
        ]
        for topic, count in rows
    ]
