"""Bringing in a library of laws: what its list says of each file, and how versions of one law follow each other."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.policies.actions.decide import confirm, relate
from gongkai.policies.actions.take_in import Outcome, take_in
from gongkai.policies.models import Policy, Relation, RelationKind
from gongkai.policies.names import key_of, title_key

ACTOR = "system:library"
_DATED = re.compile(r"^(?P<name>.+?)\s*[（(](?P<day>\d{4}-\d{2}-\d{2})[）)]$")


@dataclass(frozen=True)
class Entry:
    """What a list says of one version of a law: days None where it says nothing, ``ended`` that it no longer holds."""

    name: str
    published_on: date | None = None
    effective_from: date | None = None
    ended: bool = False


def named(stem: str) -> tuple[str, date | None]:
    """Name and day of a version from a file's name such as 公司法(2023-12-29)."""
    match = _DATED.match(stem)
    if not match:
        return stem, None
    try:
        return match["name"], date.fromisoformat(match["day"])
    except ValueError:
        return match["name"], None


def entry_for(stem: str, listed: Mapping[tuple[str, date | None], Entry]) -> Entry:
    """What is known of a file by its name and by the list; a version that the list does not have has its own day only."""
    name, day = named(stem)
    return listed.get((name, day)) or Entry(name, day)


def take_in_version(*, data: bytes, file: str, entry: Entry) -> Outcome:
    """Take in one version with what its list says. Raises Unreadable."""
    return take_in(data=data, name=file, actor=ACTOR, adjust=lambda policy: _adjust(policy, entry))


def _adjust(policy: Policy, entry: Entry) -> None:
    """The list's days in place of those read: a text names the first version's day of effect, not its own."""
    if entry.published_on:
        policy.published_on = entry.published_on
        policy.open_points.pop("published_on", None)
    if entry.effective_from:
        policy.effective_from = entry.effective_from
        policy.open_points.pop("effective_from", None)
    elif entry.published_on and policy.effective_from and policy.effective_from < entry.published_on:
        policy.open_points["effective_from"] = {
            "value": policy.effective_from.isoformat(),
            "evidence": [["body", _("这是最初施行的日期，本版本自何日起施行没有记载")]],
        }
        policy.effective_from = None
    if entry.ended and policy.repealed_on is None:
        policy.found_ended_on = clock.today()


# --- versions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lacking:
    """A law about whose versions something is missing, and what."""

    policy: Policy
    what: str


def chain_versions(policies: Iterable[int], ended: Mapping[int, bool]) -> list[Relation]:
    """Let every newer version of a law take over from the one before, from its own effective day; doubts are noted.

    ``policies`` are keys of records that came in; ``ended`` says of each whether its list calls it ended.
    """
    families: dict[str, list[Policy]] = {}
    for policy in (
        Policy.objects.filter(pk__in=list(policies), live=True).defer("body").order_by("published_on", "pk")
    ):
        families.setdefault(title_key(policy.title), []).append(policy)
    made = []
    for family in families.values():
        dated = [each for each in family if each.published_on]
        for older, newer in pairwise(dated):
            if older.published_on != newer.published_on:
                made += _take_over(older, newer, ended, newest=newer is dated[-1])
    return made


@transaction.atomic
def _take_over(older: Policy, newer: Policy, ended: Mapping[int, bool], *, newest: bool) -> list[Relation]:
    if newer.says.filter(kind=RelationKind.REPLACES, target=older).exists():
        return []
    older, newer = (Policy.objects.get(pk=each.pk) for each in (older, newer))
    doubt = _doubt(older, newer, ended, newest=newest)
    _end_known(older, newer)
    key = key_of(older.title, older.document_number)
    standing = newer.says.filter(kind=RelationKind.REPLACES, target_key=key, state="confirmed").first()
    if standing is None:
        return [relate(source=newer, kind="replaces", target=older, by=ACTOR, doubt=doubt)]
    if standing.decided_by_id:  # a person has said which version it took over from
        return []
    # The version in between came later than both of its neighbours.
    newer.says.filter(pk=standing.pk).update(doubt=doubt)
    return [confirm(relation=standing, by=ACTOR, target=older)]


def _end_known(older: Policy, newer: Policy) -> None:
    """The list only says that a version has ended; since when, its successor's own day says."""
    if not (older.found_ended_on and newer.effective_from and newer.effective_from <= older.found_ended_on):
        return
    older.found_ended_on = None
    older.save(update_fields=["found_ended_on"])
    revision = older.live_revision
    if revision:
        revision.content["found_ended_on"] = None
        revision.save(update_fields=["content"])


def _doubt(older: Policy, newer: Policy, ended: Mapping[int, bool], *, newest: bool) -> str:
    doubts = []
    if newer.effective_from is None:
        doubts.append(_("新版本自何日起施行没有记载，旧版本自新版本公布起有效性待确认"))
    elif newer.published_on and newer.effective_from < newer.published_on:
        doubts.append(_("新版本的施行日期早于公布日期"))
    if older.pk in ended and not ended[older.pk] and not ended.get(newer.pk, False):
        doubts.append(_("清单把新旧两个版本都标为有效，已按新版本的施行日期衔接"))
    if newest and ended.get(newer.pk):  # one that has a successor has ended by it
        doubts.append(_("清单把新版本标为失效"))
    return "；".join(doubts)


def lacking(policies: Iterable[int]) -> list[Lacking]:
    """Every law among ``policies`` of which it is not known when it takes effect, or whose versions are in doubt."""
    keys = list(policies)
    found = [
        Lacking(policy, _("缺施行日期"))
        for policy in Policy.objects.filter(pk__in=keys, effective_from=None)
        .defer("body")
        .order_by("title", "pk")
    ]
    rows = Relation.objects.filter(source__in=keys, state=Relation.State.CONFIRMED).exclude(doubt="")
    found += [
        Lacking(row.source, row.doubt)
        for row in rows.select_related("source").order_by("source__title", "pk")
    ]
    return found
