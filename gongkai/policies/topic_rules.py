"""The rules of a topic: which policies they pick, by which of them, and how they are told in one sentence.

Two ways lead to the same: one topic over all policies (``picked``), one policy over all topics (``facts_of`` and
``matches``). Both compare letter by letter, so that no database's idea of upper and lower case comes between them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Max, Prefetch, Q, QuerySet, Value, prefetch_related_objects
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext as _

from gongkai.policies.models import Clause, Policy, Relation, RelationKind, Topic

#: What a policy must be to one of the policies named by a rule.
REFERRING = (RelationKind.BASED_ON, RelationKind.IMPLEMENTS, RelationKind.AMENDS)

#: A rule that holds: what it asks ("unit", "kind", "title", "text", "reference") and the name that was found.
Match = tuple[str, str]


@dataclass(frozen=True)
class Rules:
    """The rules of one topic with the names that a sentence needs: (id, name) of units and of policies referred to."""

    together: bool = False  # every list given must hold, otherwise one is enough
    units: tuple[tuple[int, str], ...] = ()
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    in_text: bool = False
    references: tuple[tuple[int, str], ...] = ()

    @property
    def empty(self) -> bool:
        """True where nothing is asked: such rules pick nothing."""
        return not (self.units or self.kinds or self.words or self.references)


@dataclass(frozen=True)
class Facts:
    """What the rules ask of one policy: ``words`` are those of the rules' words that stand in its text."""

    title: str
    unit: int | None
    kind: str
    refers_to: frozenset[int] = field(default_factory=frozenset)
    words: frozenset[str] = field(default_factory=frozenset)


def _prefetched() -> tuple[str, Prefetch]:
    # Of the documents that rules name only the titles are needed: their bodies may be long.
    return "units", Prefetch("references", Policy.objects.only("title", "live").order_by("pk"))


def with_rules(topics: QuerySet[Topic]) -> QuerySet[Topic]:
    """The same topics, with what ``rules_of`` needs for all of them at once."""
    return topics.prefetch_related(*_prefetched())


def rules_of(topic: Topic) -> Rules:
    """The rules as kept; two queries unless ``topic`` comes from ``with_rules``."""
    prefetch_related_objects([topic], *_prefetched())
    return Rules(
        together=topic.combine == Topic.Combine.ALL,
        units=tuple(sorted((unit.pk, str(unit)) for unit in topic.units.all())),
        kinds=tuple(topic.kinds),
        words=tuple(topic.words),
        in_text=topic.in_text,
        # A text that was taken back is still a rule, but it is no longer named.
        references=tuple(
            sorted(
                (policy.pk, policy.title if policy.live else _("一份不再公开的文件"))
                for policy in topic.references.all()
            )
        ),
    )


def matches(rules: Rules, facts: Facts) -> list[Match]:
    """Every rule that holds for a policy; empty if the rules do not pick it."""
    lists = [
        (rules.units, [("unit", name) for pk, name in rules.units if pk == facts.unit]),
        (rules.kinds, [("kind", kind) for kind in rules.kinds if kind == facts.kind]),
        (rules.words, _words(rules, facts)),
        (rules.references, [("reference", name) for pk, name in rules.references if pk in facts.refers_to]),
    ]
    if rules.together and any(asked and not found for asked, found in lists):
        return []
    return [match for _asked, found in lists for match in found]


def _words(rules: Rules, facts: Facts) -> list[Match]:
    in_title = [("title", word) for word in rules.words if word in facts.title]
    titled = {word for _what, word in in_title}
    in_text = [("text", word) for word in rules.words if word in facts.words and word not in titled]
    return in_title + (in_text if rules.in_text else [])


# --- one topic over all policies -------------------------------------------------------------------------------


def picked(rules: Rules) -> dict[int, list[Match]]:
    """Every published policy that the rules pick → the rules that hold for it; at most three queries."""
    if rules.empty:
        return {}
    refers = _referring(pk for pk, _name in rules.references)
    words = _words_in_texts(rules.words) if rules.in_text else {}
    rows = Policy.objects.filter(live=True).order_by().values_list("pk", "title", "unit_id", "kind")
    found = {}
    for pk, title, unit, kind in rows.iterator(chunk_size=2000):
        facts = Facts(title, unit, kind, refers.get(pk, frozenset()), words.get(pk, frozenset()))
        if matched := matches(rules, facts):
            found[pk] = matched
    return found


def _referring(targets: Iterable[int]) -> dict[int, frozenset[int]]:
    wanted = set(targets)
    if not wanted:
        return {}
    found: dict[int, set[int]] = {}
    for source, target in _confirmed().filter(target__in=wanted).values_list("source_id", "target_id"):
        found.setdefault(source, set()).add(target)
    return {source: frozenset(each) for source, each in found.items()}


def _confirmed() -> QuerySet[Relation]:
    held = Relation.objects.filter(state=Relation.State.CONFIRMED, kind__in=REFERRING)
    return held.exclude(answer=Relation.Answer.REJECTED).order_by()


def _words_in_texts(words: Iterable[str]) -> dict[int, frozenset[str]]:
    """Policy → those of ``words`` that stand in one of its clauses; one walk over the clauses for all words."""
    places = {f"place_{n}": (word, StrIndex("text", Value(word))) for n, word in enumerate(words)}
    if not places:
        return {}
    somewhere = Q()
    for _word, place in places.values():
        somewhere |= Q(GreaterThan(place, 0))
    rows = Clause.objects.filter(somewhere, policy__live=True).order_by().values("policy_id")
    rows = rows.annotate(**{name: Max(place) for name, (_word, place) in places.items()})
    found = {}
    for pk, *at in rows.values_list("policy_id", *places).iterator(chunk_size=2000):
        found[pk] = frozenset(
            word for (word, _place), where in zip(places.values(), at, strict=True) if where
        )
    return found


# --- one policy over all topics ----------------------------------------------------------------------------------


def facts_of(policy: Policy, every: Iterable[Rules]) -> Facts:
    """What all these rules ask of one policy, in at most two queries."""
    every = list(every)
    words = {word for rules in every if rules.in_text for word in rules.words}
    text = "\n".join(policy.clauses.values_list("text", flat=True)) if words else ""
    refers = (
        frozenset(
            _confirmed().filter(source=policy, target__isnull=False).values_list("target_id", flat=True)
        )
        if any(rules.references for rules in every)
        else frozenset()
    )
    return Facts(
        policy.title,
        policy.unit_id,
        policy.kind,
        refers,
        frozenset(word for word in words if word in text),
    )


# --- told ----------------------------------------------------------------------------------------------------------


def _told(what: str, names: Iterable[str]) -> str:
    pieces = {
        "unit": _("责任单位为%(names)s"),
        "kind": _("文种为%(names)s"),
        "title": _("标题含有%(names)s"),
        "text": _("正文含有%(names)s"),
        "either": _("标题或者正文含有%(names)s"),
        "reference": _("依据、落实或者修改%(names)s"),
    }
    if what in {"title", "text", "either"}:
        shown = "".join(f"“{name}”" for name in names)
    elif what == "reference":
        shown = "、".join(name if "《" in name else f"《{name}》" for name in names)
    else:
        shown = "、".join(names)
    return pieces[what] % {"names": shown}


def sentence(rules: Rules) -> str:
    """The rules in one sentence, as the public page tells them."""
    if rules.empty:
        return _("收录规则：没有设置规则，文件由人工收录。")
    lists: Mapping[str, tuple[str, ...]] = {
        "unit": tuple(name for _pk, name in rules.units),
        "kind": rules.kinds,
        "either" if rules.in_text else "title": rules.words,
        "reference": tuple(name for _pk, name in rules.references),
    }
    told = [_told(what, names) for what, names in lists.items() if names]
    joined = (_("，并且") if rules.together else _("，或者")).join(told)
    return _("收录规则：%(rules)s；人工收录或者排除的，以人工为准。") % {"rules": joined}


def matched_words(matched: Iterable[Iterable[str]]) -> str:
    """The rules that hold for one policy in words, such as 责任单位为区民政局，标题含有“助餐”."""
    found: dict[str, list[str]] = {}
    for what, name in matched:
        found.setdefault(what, []).append(name)
    return "，".join(_told(what, names) for what, names in found.items())
