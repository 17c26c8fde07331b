"""The verbs of topics: set one up or change its rules, add and exclude by hand, and let the rules do their part.

A person's word stands above the rules: what was excluded never comes back by rule, what was added by hand stays. Every
change locks its topics first and in one order, so that changed rules and a policy just published never pass each other.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.orgs.models import Unit
from gongkai.orgs.permissions import works_for
from gongkai.policies.actions.publish import Refused, actor_of
from gongkai.policies.models import Policy, Topic, TopicEntry
from gongkai.policies.topic_rules import Match, facts_of, matches, picked, rules_of, with_rules

CHANGED = "topic.changed"
FOLLOWS = "system:topics"  # who acts where a rule does
_AT_ONCE = 500
How = TopicEntry.How


@dataclass(frozen=True)
class Moved:
    """Which policies came into a topic and which went."""

    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@transaction.atomic
def change_topic(*, topic: Topic, units: Iterable[Unit], references: Iterable[Policy], by: Any) -> Topic:
    """Keep ``topic`` as it stands in memory, new or changed, with its rules, and collect by them at once.

    ``units`` and ``references`` are the lists of its rules that name records. Raises PermissionDenied for who works
    neither for the unit that keeps it nor for the one that is to keep it, and Refused with the reasons in words.
    """
    before = Topic.objects.select_for_update().filter(pk=topic.pk).first()
    for each in filter(None, [before, topic]):
        _must_be_allowed(by, each)
    if before and before.slug != topic.slug:
        raise Refused(_("地址代号不能再改：已有的链接和订阅都用它；需要新地址的，请另建主题。"))
    topic.words, topic.kinds = _tidy(topic.words), _tidy(topic.kinds)
    try:
        topic.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem
    topic.save()
    topic.units.set(units)
    topic.references.set(references)
    moved = _collect(topic)
    _tell(
        topic,
        actor_of(by),
        "topic.kept",
        moved,
        name=topic.name,
        unit=topic.unit_id,
        active=topic.active,
        rules=repr(rules_of(topic)),
    )
    return topic


@transaction.atomic
def add_by_hand(*, topic: Topic, policy: Policy, by: Any) -> TopicEntry:
    """Put ``policy`` into ``topic``, to stay whatever the rules say.

    Raises PermissionDenied, and Refused for a policy that is not published.
    """
    return _decide(topic, policy, How.HAND, by)


@transaction.atomic
def exclude(*, topic: Topic, policy: Policy, by: Any) -> TopicEntry:
    """Keep ``policy`` out of ``topic`` whatever the rules say. Raises PermissionDenied."""
    return _decide(topic, policy, How.EXCLUDED, by)


@transaction.atomic
def leave_to_rules(*, topic: Topic, policy: Policy, by: Any) -> None:
    """Take back what a person decided about ``policy``: from now on the rules say. Raises PermissionDenied."""
    topic = Topic.objects.select_for_update().get(pk=topic.pk)
    _must_be_allowed(by, topic)
    entry = topic.entries.filter(policy=policy).exclude(how=How.RULE).first()
    if entry is None:
        return
    was_in = entry.how == How.HAND
    entry.delete()
    _collect(topic, only=policy)
    is_in = topic.entries.filter(policy=policy).exists()
    moved = Moved((policy.pk,) if is_in and not was_in else (), (policy.pk,) if was_in and not is_in else ())
    _tell(topic, actor_of(by), "topic.left_to_rules", moved, policy=policy.pk)


@transaction.atomic
def refresh(topic: Topic, *, actor: str = FOLLOWS) -> Moved:
    """Let the rules of ``topic`` collect anew from everything published; doing it again changes nothing."""
    topic = Topic.objects.select_for_update().get(pk=topic.pk)
    moved = _collect(topic)
    if moved:
        _tell(topic, actor, "topic.followed", moved)
    return moved


@transaction.atomic
def refresh_policy(policy: Policy, *, actor: str = FOLLOWS) -> list[Topic]:
    """Let the rules of every topic say anew whether ``policy`` belongs to it; the topics that gained or lost it.

    The number of queries does not grow with the topics that it does not move into or out of.
    """
    topics = list(with_rules(Topic.objects.select_for_update().filter(active=True).order_by("pk")))
    rules = {topic.pk: rules_of(topic) for topic in topics}
    live = Policy.objects.filter(pk=policy.pk, live=True).defer("body").first()
    facts = facts_of(live, rules.values()) if live else None
    wanted = {pk: found for pk, each in rules.items() if facts and (found := matches(each, facts))}
    entries = {entry.topic_id: entry for entry in TopicEntry.objects.filter(policy=policy, topic__in=topics)}
    added = [
        TopicEntry(topic_id=pk, policy_id=policy.pk, how=How.RULE, matched=found, added_at=clock.now())
        for pk, found in wanted.items()
        if pk not in entries
    ]
    ruled = {pk: entry for pk, entry in entries.items() if entry.how == How.RULE}
    removed = [entry for pk, entry in ruled.items() if pk not in wanted]
    _write(added, removed, [(entry, wanted[pk]) for pk, entry in ruled.items() if pk in wanted])
    came, went = {entry.topic_id for entry in added}, {entry.topic_id for entry in removed}
    moved = [topic for topic in topics if topic.pk in came | went]
    for topic in moved:
        pks = (policy.pk,)
        _tell(
            topic,
            actor,
            "topic.followed",
            Moved(pks if topic.pk in came else (), pks if topic.pk in went else ()),
        )
    return moved


@transaction.atomic
def load_topics(*, path: Path, actor: str) -> int:
    """Set up the topics that a TOML profile names, by code of unit and title of policy; gives their number.

    A topic that exists is left as it is, for people at the desk may have changed it; its rules collect anew.
    Raises KeyError for a unit that is not on record.
    """
    profile = tomllib.loads(path.read_text(encoding="utf-8"))
    units = {unit.code: unit for unit in Unit.objects.all()}
    for row in profile["topics"]:
        known = Topic.objects.filter(slug=row["slug"]).first()
        if known:
            refresh(known, actor=actor)
            continue
        topic = Topic(
            slug=row["slug"],
            name=row["name"],
            summary=row["summary"],
            unit=units[row["unit"]],
            combine=row.get("combine", Topic.Combine.ANY),
            kinds=row.get("kinds", []),
            words=row.get("words", []),
            in_text=row.get("in_text", False),
        )
        referred = Policy.objects.filter(live=True, title__in=row.get("references", [])).defer("body")
        change_topic(
            topic=topic,
            units=[units[code] for code in row.get("units", [])],
            references=list(referred),
            by=actor,
        )
    return len(profile["topics"])


# --- what they share -----------------------------------------------------------------------------------------------


def _must_be_allowed(by: Any, topic: Topic) -> None:
    if not isinstance(by, str) and not works_for(by, topic.unit):
        raise PermissionDenied(_("您不能维护这个主题，请联系它的维护单位。"))


def _tidy(entries: Iterable[str]) -> list[str]:
    """Without blanks and repetitions, in the order given."""
    return list(dict.fromkeys(entry.strip() for entry in entries if entry.strip()))


def _decide(topic: Topic, policy: Policy, how: str, by: Any) -> TopicEntry:
    topic = Topic.objects.select_for_update().get(pk=topic.pk)
    _must_be_allowed(by, topic)
    if how == How.HAND and not Policy.objects.filter(pk=policy.pk, live=True).exists():
        raise Refused(_("这份文件没有发布，不能收录；请在它发布后再收录。"))
    entry = topic.entries.filter(policy=policy).first() or TopicEntry(topic=topic, policy_id=policy.pk)
    if entry.pk and entry.how == how:
        return entry
    was_in = bool(entry.pk) and entry.how != How.EXCLUDED
    entry.how, entry.matched, entry.added_at = how, [], clock.now()
    entry.added_by = None if isinstance(by, str) else by
    entry.save()
    pks = (policy.pk,)
    moved = Moved(
        pks if how == How.HAND and not was_in else (), pks if how == How.EXCLUDED and was_in else ()
    )
    _tell(topic, actor_of(by), f"topic.{how}", moved, policy=policy.pk)
    return entry


def _collect(topic: Topic, only: Policy | None = None) -> Moved:
    """Make the entries by rule what the rules say now, for all policies or for one; those by a person stay."""
    rules = rules_of(topic)
    entries = topic.entries.all()
    if only:
        entries = entries.filter(policy=only)
        live = Policy.objects.filter(pk=only.pk, live=True).defer("body").first()
        found = matches(rules, facts_of(live, [rules])) if live else []
        wanted = {only.pk: found} if found else {}
    else:
        wanted = picked(rules)
    known = {entry.policy_id: entry for entry in entries}
    now = clock.now()
    added = [
        TopicEntry(topic=topic, policy_id=pk, how=How.RULE, matched=found, added_at=now)
        for pk, found in wanted.items()
        if pk not in known
    ]
    ruled = {pk: entry for pk, entry in known.items() if entry.how == How.RULE}
    removed = [entry for pk, entry in ruled.items() if pk not in wanted]
    _write(added, removed, [(entry, wanted[pk]) for pk, entry in ruled.items() if pk in wanted])
    return Moved(
        tuple(sorted(entry.policy_id for entry in added)), tuple(sorted(entry.policy_id for entry in removed))
    )


def _write(
    added: list[TopicEntry], removed: list[TopicEntry], kept: Iterable[tuple[TopicEntry, list[Match]]]
) -> None:
    """Write what differs: new entries, those that go, and other reasons for those that stay."""
    TopicEntry.objects.bulk_create(added, batch_size=_AT_ONCE)
    for start in range(0, len(removed), _AT_ONCE):
        TopicEntry.objects.filter(pk__in=[entry.pk for entry in removed[start : start + _AT_ONCE]]).delete()
    changed = []
    for entry, found in kept:
        reasons = [list(match) for match in found]
        if entry.matched != reasons:
            entry.matched = reasons
            changed.append(entry)
    TopicEntry.objects.bulk_update(changed, ["matched"], batch_size=_AT_ONCE)


def _tell(topic: Topic, actor: str, what: str, moved: Moved, **facts: Any) -> None:
    """One entry in the audit chain and one event for others to follow."""
    added, removed = list(moved.added), list(moved.removed)
    audit.append(actor, what, topic.reference, added=added, removed=removed, **facts)
    events.record(
        CHANGED, subject=topic.reference, topic=topic.pk, slug=topic.slug, added=added, removed=removed
    )
