"""A person's word on relations: confirm, correct, refuse, add by hand; and the owner's answer to what ends its text."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.policies import permissions
from gongkai.policies.actions import locks
from gongkai.policies.actions.effects import settle_effects
from gongkai.policies.actions.publish import Refused, actor_of, ask_owner
from gongkai.policies.models import EFFECTS, Policy, Relation, RelationKind
from gongkai.policies.names import key_of

DECIDED, ANSWERED = "policy.relation_decided", "policy.relation_answered"


@transaction.atomic
def confirm(
    *,
    relation: Relation,
    by: Any,
    seen: str = "",
    kind: str = "",
    target: Policy | None = None,
    begins: date | None = None,
    clauses: Sequence[str] | None = None,
) -> Relation:
    """The relation holds, with another ``kind``, ``target``, first day or clauses where the reader erred.

    One that changes whether the other text holds asks that text's owner; who may change both has answered with it.
    ``seen`` is the state in which the person saw it. Raises PermissionDenied, and Refused where it cannot hold or a
    colleague has decided meanwhile.
    """
    row = _decidable(relation, by, seen, target)
    before = row.target
    if (target and target != before) or (kind and kind != row.kind) or (begins and begins != row.begins):
        row.answer = Relation.Answer.NOT_ASKED  # what an owner answered was about something else
    row.kind = RelationKind(kind) if kind else row.kind
    row.target = target or row.target
    row.begins = begins or row.begins
    row.clauses = list(clauses) if clauses is not None else row.clauses
    _refuse_nonsense(row)
    return _confirmed(row, by, before)


@transaction.atomic
def relate(
    *,
    source: Policy,
    kind: str,
    target: Policy,
    by: Any,
    begins: date | None = None,
    clauses: Sequence[str] = (),
    doubt: str = "",
) -> Relation:
    """A relation that the reader did not find, added by hand; confirmed at once. Raises as ``confirm`` does."""
    row = Relation(
        source=source,
        kind=RelationKind(kind),
        target=target,
        target_title=target.title,
        target_number=target.document_number,
        target_key=key_of(target.title, target.document_number),
        begins=begins,
        clauses=list(clauses),
        doubt=doubt[:300],
        by_hand=True,
    )
    locks.lock([source.pk, target.pk])
    _must_be_allowed(by, source)
    read = Relation.objects.filter(source=source, kind=row.kind, target_key=row.target_key)
    known = read.exclude(state=Relation.State.CONFIRMED).first()
    if known:  # the reader found it as well: the person's word decides about that row
        held = confirm(relation=known, by=by, target=target, begins=begins, clauses=list(clauses) or None)
        held.doubt = doubt[:300]
        held.save(update_fields=["doubt"])
        return held
    _refuse_nonsense(row)
    row.save()
    return _confirmed(row, by, None)


@transaction.atomic
def refuse(*, relation: Relation, by: Any, seen: str = "") -> Relation:
    """The relation does not hold; it is not proposed again, and what it did is undone. Raises as ``confirm`` does."""
    row = _decidable(relation, by, seen)
    row.state, row.answer = Relation.State.REFUSED, Relation.Answer.NOT_ASKED
    _decided(row, by)
    _settle(row.target, by, row)
    return row


@transaction.atomic
def answer(*, relation: Relation, by: Any, accepted: bool) -> Relation:
    """The owner of the other text says whether it has ended or changed as the source says.

    Raises PermissionDenied, and Refused when nobody asks or it was answered already.
    """
    row = _locked(relation)
    if row.target is None or row.answer != Relation.Answer.ASKED:
        raise Refused(_("这项废止、取代或者修改不需要答复，或者已经答复过了。"))
    if not isinstance(by, str) and not permissions.may_change(by, row.target):
        raise PermissionDenied(_("这份文件属于其他单位，请由它的责任单位答复。"))
    row.answer = Relation.Answer.ACCEPTED if accepted else Relation.Answer.REJECTED
    row.answered_by, row.answered_at = None if isinstance(by, str) else by, clock.now()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.append(actor_of(by), ANSWERED, row.reference, answer=row.answer)
    events.record(
        ANSWERED, subject=row.source.reference, relation=row.pk, policy=row.source_id, accepted=accepted
    )
    _settle(row.target, by, row)
    return row


def _decidable(relation: Relation, by: Any, seen: str, target: Policy | None = None) -> Relation:
    row = _locked(relation, target)
    _must_be_allowed(by, row.source)
    if seen and row.state != seen:
        raise Refused(_("这条关系刚才已由别人处理过，请刷新页面再看。"))
    return row


def _locked(relation: Relation, target: Policy | None = None) -> Relation:
    """The relation as it stands now, with both texts locked before it."""
    locks.lock([relation.source_id, relation.target_id, target.pk if target else None])
    row = Relation.objects.select_for_update().filter(pk=relation.pk).first()
    if row is None:
        raise Refused(_("这条关系已经不在了：文件重新发布后原文不再这样写，请刷新页面再看。"))
    return row


def _must_be_allowed(by: Any, source: Policy) -> None:
    if not isinstance(by, str) and not permissions.may_change(by, source):
        raise PermissionDenied(_("您不能确认这份文件的关系，请联系它的责任单位。"))


def _refuse_nonsense(row: Relation) -> None:
    if row.target_id and row.target_id == row.source_id:
        raise Refused(_("一份文件不能与它自己有关系，请选择另一份文件。"))
    twin = Relation.objects.filter(source=row.source, kind=row.kind, target_key=row.target_key)
    if twin.exclude(pk=row.pk).exists():
        raise Refused(_("这两份文件之间已有同样的关系，不需要再加。"))


def _confirmed(row: Relation, by: Any, before: Policy | None) -> Relation:
    row.state = Relation.State.CONFIRMED
    _decided(row, by)
    _ask(row, by)
    for target in sorted({each for each in (before, row.target) if each}, key=lambda each: each.pk):
        _settle(target, by, row)
    return row


def _ask(row: Relation, by: Any) -> None:
    """Who may change the target too has answered with the confirmation; otherwise its owner is asked."""
    if row.kind not in EFFECTS or row.target is None:
        row.answer = Relation.Answer.NOT_ASKED
        row.save(update_fields=["answer"])
    elif isinstance(by, str) or permissions.may_change(by, row.target):
        row.answer = Relation.Answer.ACCEPTED
        row.answered_by, row.answered_at = None if isinstance(by, str) else by, clock.now()
        row.save(update_fields=["answer", "answered_by", "answered_at"])
    elif row.answer not in {Relation.Answer.ACCEPTED, Relation.Answer.REJECTED}:
        ask_owner(row)


def _decided(row: Relation, by: Any) -> None:
    row.decided_by, row.decided_at = None if isinstance(by, str) else by, clock.now()
    row.save()
    audit.append(actor_of(by), DECIDED, row.reference, state=row.state, kind=row.kind, target=row.target_id)
    events.record(DECIDED, subject=row.source.reference, relation=row.pk, policy=row.source_id)


def _settle(target: Policy | None, by: Any, row: Relation) -> None:
    if target:
        settle_effects(
            Policy.objects.get(pk=target.pk), actor=actor_of(by), told=row.kind == RelationKind.AMENDS
        )
