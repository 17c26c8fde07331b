"""Which text a policy had on a day: its own editions, and the earlier and later versions that are records of their own."""

import copy
from datetime import date, datetime

from gongkai.kernel import clock
from gongkai.policies.effects import confirmed_effects, effect_of
from gongkai.policies.models import Edition, Policy, RelationKind
from gongkai.policies.names import title_key


def edition_on(policy: Policy, day: date) -> Edition | None:
    """What readers could see at the end of ``day``; the first edition for days before there was any."""
    editions = list(policy.editions.open().select_related("revision"))
    seen = [each for each in editions if _day(each.published_at) <= day]
    return next(reversed(seen or editions[:1]), None)


def _day(moment: datetime) -> date:
    return clock.local_day(moment)


def with_text_of(policy: Policy, edition: Edition) -> Policy:
    """``policy`` with the title and text of an edition; everything else, its dates too, is as it is known now."""
    then = edition.revision.as_object()
    shown = copy.copy(policy)
    for name in ("parts", "read_clauses"):
        shown.__dict__.pop(name, None)
    shown.title, shown.body = then.title, then.body
    return shown


def version_on(policy: Policy, day: date) -> Policy:
    """The record that held the text of ``policy`` on ``day``: itself, or an earlier or later version of the same title.

    Versions are records of one title of which one replaces the other. Before the first of them takes effect it is the
    first; where a day is not known, or days contradict each other, the version asked for stays.
    """
    here, seen = policy, {policy.pk}
    while True:
        begins = None if here.dates_doubtful else here.effective_from
        other = _earlier(here) if begins and day < begins else _later(here, day)
        if other is None:
            return here
        if other.pk in seen:  # days that contradict each other: each would send the reader on to the other
            return policy
        seen.add(other.pk)
        here = other


def _earlier(policy: Policy) -> Policy | None:
    replaced = policy.says.filter(kind=RelationKind.REPLACES, state="confirmed", target__live=True)
    rows = replaced.exclude(answer="rejected").select_related("target")
    return next((row.target for row in rows if row.target and _same_title(policy, row.target)), None)


def _later(policy: Policy, day: date) -> Policy | None:
    rows = confirmed_effects().filter(target=policy, kind=RelationKind.REPLACES, answer="accepted")
    for row in rows:
        begins = effect_of(row).begins
        if begins and begins <= day and _same_title(policy, row.source):
            return row.source
    return None


def _same_title(one: Policy, other: Policy) -> bool:
    return title_key(one.title) == title_key(other.title)
