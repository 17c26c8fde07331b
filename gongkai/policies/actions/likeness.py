"""What is on record that a file is like: looked up, offered to a person, linked."""

from dataclasses import dataclass

from django.db.models import Count

from gongkai.kernel import audit
from gongkai.policies.models import Likeness, Original, Policy, Sketch, SketchKey
from gongkai.reading.alike import Kind, Relation, keys, relation
from gongkai.reading.alike import Sketch as ReadSketch

_CANDIDATES = 8  # of a form that a hundred offices filled in, the likest share the most keys


@dataclass(frozen=True)
class Alike:
    """A record and how the file in hand relates to it."""

    policy: Policy
    relation: Relation


def record_of_file(sha256: str) -> Policy | None:
    """The record that a file with this content belongs to, or is offered to; None for a new file."""
    own = Policy.objects.filter(original__sha256=sha256).defer("body").first()
    offered = Likeness.objects.filter(original__sha256=sha256).exclude(state=Likeness.State.APART)
    return own or next((each.policy for each in offered.select_related("policy").defer("policy__body")), None)


def alike(sketch: ReadSketch) -> list[Alike]:
    """Every record that is the same document as the file, or of which one carries the other inside."""
    shared = (
        SketchKey.objects.filter(key__in=keys(sketch))
        .values("sketch")
        .annotate(n=Count("pk"))
        .order_by("-n", "sketch")[:_CANDIDATES]
    )
    rows = Sketch.objects.filter(pk__in=[row["sketch"] for row in shared]).select_related("original")
    found = []
    for row in rows:
        how = relation(ReadSketch.from_data(row.data), sketch)
        if how.kind is not Kind.DIFFERENT and (policy := record_of_file(row.original.sha256)):
            found.append(Alike(policy, how))
    return found


def keep_sketch(original: Original, sketch: ReadSketch) -> None:
    """Remember what tells a file's like, for the files that come later."""
    row, made = Sketch.objects.get_or_create(original=original, defaults={"data": sketch.to_data()})
    if made:
        SketchKey.objects.bulk_create(SketchKey(sketch=row, key=key) for key in keys(sketch))


def offer(original: Original, same: Alike, sketch: ReadSketch, *, actor: str) -> Likeness:
    """Keep a file as another one of a document on record, until a person decides."""
    keep_sketch(original, sketch)
    audit.append(actor, "policy.file_offered", same.policy.reference, sha256=original.sha256)
    return Likeness.objects.create(
        policy=same.policy, original=original, why=same.relation.why[:300], state=Likeness.State.OFFERED
    )


def link(policy: Policy, found: list[Alike]) -> list[str]:
    """Link a new record with those that it forwards, or that forward it; a sentence for each."""
    links = []
    for each in found:
        source, copy = (policy, each.policy) if each.relation.of == 0 else (each.policy, policy)
        _row, made = Likeness.objects.get_or_create(
            policy=source,
            copy=copy,
            defaults={"why": each.relation.why[:300], "state": Likeness.State.LINKED},
        )
        links += [each.relation.why] if made else []
    return links
