"""What a published text says of others: its citations and proposed relations, and what late arrivals make clear."""

from collections.abc import Iterable
from typing import Any

from gongkai.policies.models import Citation, Policy, Relation
from gongkai.policies.names import Known, keep_names, key_of, known_by, meant
from gongkai.reading.document import Citation as ReadCitation
from gongkai.reading.relations import ProposedRelation, relations_of
from gongkai.reading.resolve import resolve
from gongkai.text.normalise import bare

_AT_ONCE = 500


def read_relations(policy: Policy) -> list[Relation]:
    """Replace the citations of ``policy`` and its undecided proposals by what its published text says now.

    What a person has decided stays. Others that cite it by a name it now bears are linked to it; the confirmed
    relations among them are given back.
    """
    before = set(policy.names.values_list("key", flat=True))
    names = keep_names(policy) | before  # under a name that it gave up another may be meant now
    found = resolve(policy.read_clauses, policy.title, policy.parts)
    _keep_citations(policy, found)
    _keep_proposals(
        policy,
        relations_of(
            policy.title, policy.parts, policy.read_clauses, found, effective_from=policy.effective_from
        ),
    )
    return link_arrived(names)


def _keep_citations(policy: Policy, found: Iterable[ReadCitation]) -> None:
    policy.cites.all().delete()
    anchors = {clause.path: clause.anchor for clause in policy.read_clauses}
    rows: dict[tuple[str, str, str], Citation] = {}
    for each in found:
        if not (each.target_title or each.target_number) or not each.certain:
            continue
        key = key_of(each.target_title, each.target_number)
        if len(key) < 4 or bare(each.target_title) == bare(policy.title):
            continue
        clause = each.target_clause[:120]
        rows.setdefault(
            (each.path, key, clause),
            Citation(
                source=policy,
                path=each.path[:200],
                anchor=anchors.get(each.path, "")[:120],
                target_key=key,
                target_clause=clause,
            ),
        )
    known = known_by(row.target_key for row in rows.values())
    for row in rows.values():
        row.target_id = meant(known.get(row.target_key, []), by=policy)
    Citation.objects.bulk_create(rows.values(), batch_size=_AT_ONCE)


def _keep_proposals(policy: Policy, proposals: Iterable[ProposedRelation]) -> None:
    decided = policy.says.exclude(state=Relation.State.PROPOSED)
    kept = set(decided.values_list("kind", "target_key"))
    # What a person has called by another kind is not proposed again under the reader's.
    said = set(decided.filter(by_hand=False).values_list("path", "target_key"))
    policy.says.filter(state=Relation.State.PROPOSED).delete()
    rows: dict[tuple[str, str], Relation] = {}
    for each in proposals:
        row = proposed(policy, each)
        if (row.kind, row.target_key) not in kept and (row.path, row.target_key) not in said:
            rows.setdefault((row.kind, row.target_key), row)
    known = known_by(row.target_key for row in rows.values())
    for row in rows.values():
        row.target_id = meant(known.get(row.target_key, []), by=policy)
    Relation.objects.bulk_create(rows.values(), batch_size=_AT_ONCE)


def proposed(policy: Policy, each: ProposedRelation) -> Relation:
    """A proposal as a row, unsaved and without its target."""
    return Relation(
        source=policy,
        kind=each.kind.value,
        target_title=each.target_title[:300],
        target_number=each.target_number[:80],
        target_key=key_of(each.target_title, each.target_number),
        path=each.path[:200],
        words=each.words[:300],
        clauses=list(each.target_clauses),
        begins=each.on,
        confidence=each.confidence,
    )


def link_arrived(names: Iterable[str]) -> list[Relation]:
    """Say again which document is meant, for all who cite one of ``names``; what a person confirmed is only filled in.

    Gives the confirmed relations whose document has only now come: its owner has not been asked yet.
    """
    keys = sorted(names)
    known = known_by(keys)
    _link(Citation.objects.filter(target_key__in=keys), known)
    undecided = Relation.objects.filter(target_key__in=keys, state=Relation.State.PROPOSED)
    lacking = Relation.objects.filter(target_key__in=keys, state=Relation.State.CONFIRMED, target=None)
    _link(undecided, known)
    return _link(lacking, known)


def _link(rows: Any, known: dict[str, list[Known]]) -> list[Any]:
    changed = []
    for row in rows.select_related("source").defer("source__body"):
        target = meant(known.get(row.target_key, []), by=row.source)
        if target != row.target_id:
            row.target_id = target
            changed.append(row)
    if changed:
        changed[0].__class__.objects.bulk_update(changed, ["target"], batch_size=_AT_ONCE)
    return changed
