"""Under which names a document is cited, and which document on record a name means."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.policies.models import Name, Policy
from gongkai.reading.document import PartKind
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import bare

_LONGEST = 320
_COUNTRY = "中华人民共和国"
# 国务院关于印发《…》的通知: others cite what it carries. 关于修改《…》的决定 carries nothing.
_CARRIES = re.compile(
    r"(?:印发|转发|批转|公布|发布|颁布|颁发)《(?P<name>.+)》(?:（[^（）]*）)?的(?:通知|决定|公告|通告|命令|令|函)$"
)
_ISSUER_IN_FRONT = re.compile(r"^[^《》]{2,40}?(?=关于)")


def title_key(title: str) -> str:
    """The key of a document cited by title; 中华人民共和国 in front is left out when laws are cited."""
    return f"t:{bare(title).removeprefix(_COUNTRY)}"[:_LONGEST]


def number_key(number: str) -> str:
    """The key of a document cited by number; "" for what is no document number."""
    parsed = parse_number(number)
    return f"n:{parsed.key}"[:_LONGEST] if parsed else ""


def key_of(title: str, number: str) -> str:
    """The one key under which a cited document is remembered: its number where one is given."""
    return number_key(number) or title_key(title)


def names_of(policy: Policy) -> set[str]:
    """Every key by which others may cite ``policy``."""
    titles = {policy.title, _ISSUER_IN_FRONT.sub("", policy.title)}
    carried = _CARRIES.search(policy.title)
    if carried:
        titles.add(carried["name"])
    titles |= {part.title for part in policy.parts if part.kind is PartKind.ENCLOSED and part.title}
    keys = {title_key(title) for title in titles if len(bare(title)) >= 2}
    number = number_key(policy.document_number)
    return keys | ({number} if number else set())


def keep_names(policy: Policy) -> set[str]:
    """Remember the names of ``policy`` as they stand now, and give them."""
    keys = names_of(policy)
    known = set(policy.names.values_list("key", flat=True))
    policy.names.filter(key__in=known - keys).delete()
    Name.objects.bulk_create(Name(policy=policy, key=key) for key in sorted(keys - known))
    return keys


@dataclass(frozen=True)
class Known:
    """A document on record as far as telling versions apart needs it."""

    pk: int
    title: str
    since: date | None


def known_by(keys: Iterable[str]) -> dict[str, list[Known]]:
    """key → published documents that go by it."""
    rows = Name.objects.filter(key__in=set(keys), policy__live=True).values_list(
        "key",
        "policy_id",
        "policy__title",
        "policy__effective_from",
        "policy__written_on",
        "policy__published_on",
    )
    found: dict[str, list[Known]] = {}
    for key, pk, title, effective, written, published in rows:
        found.setdefault(key, []).append(Known(pk, title_key(title), written or effective or published))
    return found


def meant(candidates: Sequence[Known], *, by: Policy) -> int | None:
    """Which of several documents of one name the document ``by`` means; None where that is not plain.

    Of versions of one text it is the newest that was there when ``by`` was written. Different texts of one name
    (every city has its 关于加强…的通知) are a person's choice.
    """
    others = [each for each in candidates if each.pk != by.pk]
    if len(others) <= 1:
        return others[0].pk if others else None
    if len({each.title for each in others}) > 1:
        return None
    when = by.written_on or by.published_on or by.effective_from
    if when is None or any(each.since is None for each in others):
        return None
    earlier = [each for each in others if each.since and each.since <= when]
    newest = max(earlier, key=lambda each: each.since or date.min, default=None)
    if newest is None or sum(each.since == newest.since for each in earlier) > 1:
        return None
    return newest.pk
