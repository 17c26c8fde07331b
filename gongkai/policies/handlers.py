"""What policies do when events arrive: tell those concerned, and reckon default periods anew. All of it idempotent."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.guides.models import Service
from gongkai.kernel import clock
from gongkai.kernel.models import Event
from gongkai.law.validity import State
from gongkai.orgs.models import Unit
from gongkai.policies import queries, worklists
from gongkai.policies.actions.effects import settle_effects
from gongkai.policies.actions.topics import refresh, refresh_policy
from gongkai.policies.actions.use import propose_services
from gongkai.policies.models import Policy, Relation, RelationKind, Topic
from gongkai.policies.names import title_key
from gongkai.policies.relations import ENDED, resting_on
from gongkai.policies.uploading import readers
from gongkai.policies.words import reason, state_label
from gongkai.subscriptions.actions import tell

_ACTOR = "system:policies"
_NEWS_DAYS = 30
_MOST_TITLES = 200  # characters of a title in the subject of a letter


def published(event: Event) -> None:
    """Subscribers of the library and of its unit hear of a text when it is public for the first time."""
    policy = _standing(event)
    if policy is None or _is_old(policy):
        return
    keys = ["library", *([f"unit:{policy.unit.code}"] if policy.unit else [])]
    _tell(policy, "published", f"policy.published:{policy.pk}", _("新发布：%s"), policy.title, keys=keys)


def upload_received(_event: Event) -> None:
    """What was handed in is read by threads of their own: a scan takes minutes, which no delivery may wait for."""
    readers.begin()


def services(event: Event) -> None:
    """What a published text names of services is proposed to be linked."""
    policy = _standing(event)
    if policy:
        propose_services(policy=policy)


def service_changed(event: Event) -> None:
    """Texts that name a service word for word, or that its guide names, are looked at again when it comes or changes."""
    service = Service.objects.filter(pk=event.payload["service"], active=True).first()
    if service is None:
        return
    keys = {title_key(str(basis.get("title", ""))) for basis in service.known_guide.basis}
    naming = Q(clauses__text__contains=service.name) | Q(names__key__in=keys)
    for policy in Policy.objects.filter(naming, live=True).distinct().order_by("pk"):
        propose_services(policy=policy)


def corrected(event: Event) -> None:
    """Who cited or subscribed to a text hears of its correction (勘误)."""
    policy = _standing(event)
    edition = policy and policy.editions.open().filter(number=event.payload["edition"]).first()
    if not policy or not edition:
        return
    note = _("《%(title)s》作了勘误：%(note)s。原来的文字仍可在“发布的版本”中查看。")
    words = note % {"title": policy.title, "note": edition.note.rstrip("。")}
    key = f"policy.corrected:{policy.pk}:{edition.number}"
    units = _units_that_point_at(policy)
    _tell(policy, "corrected", key, _("勘误：%s"), words, units=units, keys=[policy.subscription_key])


def withdrawn(event: Event) -> None:
    """Who cited or subscribed to a text hears that it is no longer public."""
    policy = Policy.objects.filter(pk=event.payload["policy"], live=False, taken_down=False).first()
    if not policy or not policy.withdrawn_on:
        return
    words = _("《%(title)s》已撤回：%(why)s") % {"title": policy.title, "why": policy.withdrawn_reason}
    key = f"policy.withdrawn:{policy.pk}:{policy.withdrawn_on}"
    _tell(
        policy,
        "corrected",
        key,
        _("撤回：%s"),
        words,
        units=_units_that_point_at(policy),
        keys=[policy.subscription_key],
    )


def asked(event: Event) -> None:
    """The owner of a text that another unit ends or changes is asked; the district office where there is no owner."""
    rows = Relation.objects.filter(
        pk=event.payload["relation"], answer=Relation.Answer.ASKED, source__live=True
    )
    row = rows.select_related("source", "target__unit").first()
    if row is None or row.target is None:
        return
    words = (
        _("《%(by)s》写明%(what)s《%(title)s》，请答复是否认可；认可后，涉及的条款会写明已被修改。")
        if row.kind == RelationKind.AMENDS
        else _("《%(by)s》写明%(what)s《%(title)s》，请答复是否认可；答复之前，该文件显示为“有效性待确认”。")
    )
    places = {"by": row.source.title, "what": row.get_kind_display(), "title": row.target.title}
    # Refused and confirmed again, or of another text, it is another question.
    decided = f"{row.decided_at:%Y%m%d%H%M%S}" if row.decided_at else ""
    with transaction.atomic():
        # Where the target came to be known by its name only now, nobody has settled it yet.
        settle_effects(row.target, actor=_ACTOR)
        tell(
            units=[row.target.unit],
            category="relation",
            title=_("请答复：%s") % row.target.title[:_MOST_TITLES],
            text=words % places,
            path=reverse("records:answers"),
            key=f"policy.asked:{row.pk}:{row.target_id}:{decided}",
            actor=_ACTOR,
        )


def validity_changed(event: Event) -> None:
    """Subscribers hear when the state of a text changes; owners of what rests on it when it has ended."""
    policy = _standing(event)
    if policy is None:
        return
    validity = policy.validity_on(clock.today())
    words = f"《{policy.title}》{state_label(validity.state)}：{reason(validity)}"
    # Per event, not per state: a text may be ended, brought back and ended again.
    _tell(
        policy,
        "validity",
        f"policy.validity:{event.pk}",
        _("有效性变化：%s"),
        words,
        keys=[policy.subscription_key],
    )
    if validity.state in ENDED:
        _tell_what_rests(policy, words)


def ended_lately() -> None:
    """A daily job: what ended since yesterday by its own dates, or by a repeal known before, is told as well."""
    today = clock.today()
    now, then = (
        queries.in_state(State.REPEALED, day) | queries.in_state(State.LAPSED, day)
        for day in (today, today - timedelta(days=1))
    )
    for policy in Policy.objects.filter(now, live=True).exclude(then).order_by("pk"):
        validity = policy.validity_on(today)
        words = f"《{policy.title}》{state_label(validity.state)}：{reason(validity)}"
        key = f"policy.ended:{policy.pk}:{today}"
        _tell(policy, "validity", key, _("有效性变化：%s"), words, keys=[policy.subscription_key])
        _tell_what_rests(policy, words)


def topics_follow(event: Event) -> None:
    """Let every topic's rules look again at the policy of an event. Idempotent.

    A policy that arrives late completes relations that others have to it, and one whose validity changed may have been
    amended: topics whose rules name it collect anew from all.
    """
    policy = Policy.objects.filter(pk=event.payload["policy"]).defer("body").first()
    if policy is None:
        return
    refresh_policy(policy)
    for topic in Topic.objects.filter(active=True, references=policy).order_by("pk"):
        refresh(topic)


def topic_changed(event: Event) -> None:
    """Subscribers of a topic hear what came into it."""
    topic = Topic.objects.filter(pk=event.payload["topic"], active=True).first()
    added = Policy.objects.filter(pk__in=event.payload["added"][:200], live=True)
    titles = [f"《{title}》" for title in added.order_by("pk").values_list("title", flat=True)[:20]]
    if topic is None or not titles:
        return
    with transaction.atomic():
        tell(
            subject_keys=[topic.subscription_key],
            category="published",
            title=_("主题“%s”有新收录的文件") % topic.name,
            text="；".join(titles),
            path=topic.get_absolute_url(),
            key=f"topic.changed:{event.pk}",
            actor=_ACTOR,
        )


def _tell_what_rests(policy: Policy, words: str) -> None:
    """One notice a unit, however many of its texts rest on the one that ended, and however often that is found."""
    ends = policy.ended_by_on or policy.repealed_on or policy.effective_until or policy.default_until
    rest = Policy.objects.filter(pk__in=[pk for _level, pk in resting_on(policy)][:5000])
    units = Unit.objects.filter(pk__in=rest.values("unit")).distinct()
    for unit in units:
        mine = rest.filter(unit=unit)
        titles = "；".join(f"《{title}》" for title in mine.values_list("title", flat=True)[:10])
        more = _("%(words)s本单位有 %(n)d 份文件以它为依据，请核查：%(titles)s") % {
            "words": words,
            "n": mine.count(),
            "titles": titles,
        }
        _tell(
            policy,
            "validity",
            f"policy.basis:{policy.pk}:{ends}:{unit.code}",
            _("依据变化：%s"),
            more,
            units=[unit],
        )


def figure_confirmed(event: Event) -> None:
    """A default period that the office has confirmed holds from now on for normative documents that state no end."""
    if not event.payload["key"].startswith("normative.validity_max"):
        return
    for policy in Policy.objects.filter(is_normative=True, effective_until=None).order_by("pk"):
        with transaction.atomic():
            settle_effects(policy, actor=_ACTOR)


def expiring() -> None:
    """A daily job: owners hear once of each text that ends within six months (RULES ND-04)."""
    for policy in worklists.expiring(Policy.objects.all(), clock.today()):
        ends = getattr(policy, "ends", "")
        words = _("《%(title)s》将于 %(day)s 到期或者废止；需要继续执行的，请在到期前评估并重新发布。")
        _tell(
            policy,
            "expiring",
            f"policy.expiring:{policy.pk}:{ends}",
            _("即将到期：%s"),
            words % {"title": policy.title, "day": ends},
            units=[policy.unit],
            path=reverse("records:expiring"),
        )


def _is_old(policy: Policy) -> bool:
    """A library of old texts that is brought in is no news."""
    return bool(policy.published_on and (clock.today() - policy.published_on).days > _NEWS_DAYS)


def _standing(event: Event) -> Policy | None:
    return Policy.objects.filter(pk=event.payload["policy"], live=True).select_related("unit").first()


def _units_that_point_at(policy: Policy) -> list[Unit]:
    """The units whose public texts cite ``policy`` or stand in a confirmed relation to it, and its own."""
    cites = Policy.objects.filter(live=True, cites__target=policy).values("unit")
    says = Policy.objects.filter(live=True, says__target=policy, says__state="confirmed").values("unit")
    keys = {row["unit"] for row in (*cites, *says)} | {policy.unit_id}
    return list(Unit.objects.filter(pk__in=[key for key in keys if key]))


def _tell(
    policy: Policy,
    category: str,
    key: str,
    title: str,
    words: str,
    *,
    units: Iterable[Unit | None] = (),
    keys: Iterable[str] = (),
    path: str = "",
) -> None:
    with transaction.atomic():
        tell(
            units=units,
            subject_keys=keys,
            category=category,
            title=title % policy.title[:_MOST_TITLES] if "%s" in title else title,
            text=words,
            path=path or policy.get_absolute_url(),
            key=key,
            actor=_ACTOR,
        )
