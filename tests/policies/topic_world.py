"""What the tests of topics share: records made quickly, and what is in a topic."""

from datetime import UTC, date, datetime

from gongkai.policies.actions import topics as actions
from gongkai.policies.models import Clause, Policy, Relation, RelationKind, Topic
from tests import factories

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # 12:00 in Shanghai
DAY = date(2026, 11, 23)


def policy(title, *, unit=None, kind="通知", text="", live=True, **values):
    made = Policy.objects.create(
        title=title,
        unit=unit or factories.unit(),
        kind=kind,
        live=live,
        published_on=date(2026, 3, 1),
        **values,
    )
    Clause.objects.create(policy=made, order=0, path="一", anchor="y1", text=text or "正文。")
    return made


def topic(slug="housing", *, name="", unit=None, units=(), references=(), by="system:test", **values):
    made = Topic(slug=slug, name=name or f"主题 {slug}", unit=unit or factories.unit(), **values)
    return actions.change_topic(topic=made, units=units, references=references, by=by)


def relate(source, target, kind=RelationKind.BASED_ON, state=Relation.State.CONFIRMED):
    return Relation.objects.create(
        source=source,
        target=target,
        kind=kind,
        state=state,
        target_key=f"t:{target.pk}",
        target_title=target.title,
    )


def inside(made):
    """Titles in a topic → how."""
    entries = made.entries.exclude(how="excluded").select_related("policy")
    return {entry.policy.title: entry.how for entry in entries}
