"""Whether there is anything to tell beside a policy's text: one cheap question in place of six dear ones.

Most documents have no service, no copy, no second edition. Putting a question together costs more than its answer, so
a page first asks whether to ask. Nothing here says who may see what: the questions that follow do.
"""

from typing import NamedTuple

from django.db import connection

from gongkai.policies.models import Citation, Edition, Likeness, Policy, Relation, ServiceLink


class ThereIs(NamedTuple):
    """What is on record about one policy, for anybody's eyes or not: rows to look at, and how many editions."""

    says: bool
    said_of: bool
    citations: bool
    services: bool
    likenesses: bool
    copied_from: bool
    editions: int


_TABLES = {
    "relation": Relation,
    "citation": Citation,
    "link": ServiceLink,
    "likeness": Likeness,
    "edition": Edition,
}
_NAMES = {name: connection.ops.quote_name(model._meta.db_table) for name, model in _TABLES.items()}
# The only names set into it are those of the tables above.
_SQL = (  # noqa: S608
    "SELECT EXISTS(SELECT 1 FROM {relation} WHERE source_id = %s), EXISTS(SELECT 1 FROM {relation} WHERE target_id = %s), "
    "EXISTS(SELECT 1 FROM {citation} WHERE target_id = %s), EXISTS(SELECT 1 FROM {link} WHERE policy_id = %s), "
    "EXISTS(SELECT 1 FROM {likeness} WHERE policy_id = %s), EXISTS(SELECT 1 FROM {likeness} WHERE copy_id = %s), "
    "(SELECT COUNT(*) FROM {edition} WHERE policy_id = %s)"
).format(**_NAMES)


def there_is(policy: Policy) -> ThereIs:
    """What is on record about ``policy``; nothing for one that was never saved."""
    if policy.pk is None:
        return ThereIs(False, False, False, False, False, False, 0)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [policy.pk] * 7)
        says, said_of, citations, services, likenesses, copied_from, editions = cursor.fetchone()
    # SQLite answers 0 and 1.
    return ThereIs(
        bool(says),
        bool(said_of),
        bool(citations),
        bool(services),
        bool(likenesses),
        bool(copied_from),
        editions,
    )
