"""Publishing: what is live, its edition, clauses and relations, and the event that everything else follows."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from gongkai.kernel import audit, clock, events
from gongkai.kernel.numbering import next_number
from gongkai.policies import permissions
from gongkai.policies.actions import waiting
from gongkai.policies.actions.editions import digest_of, keep_edition, latest, reason_against_silent_change
from gongkai.policies.actions.effects import settle_effects, settle_targets
from gongkai.policies.actions.locks import lock_with_targets
from gongkai.policies.actions.relate import read_relations
from gongkai.policies.models import Clause, Disclosure, Edition, Policy, Relation
from gongkai.policies.sections import sections

PUBLISHED, CORRECTED, ASKED = "policy.published", "policy.corrected", "policy.relation_asked"


class Refused(Exception):
    """The rules do not allow it; the message says which rule and what to do, in one sentence."""


def reasons_against(policy: Policy) -> list[str]:
    """Why this text may not be published, in words; empty when nothing stands against it."""
    reasons = []
    if not policy.title.strip():
        reasons.append(_("没有标题，请先填写标题。"))
    if not policy.read_clauses:
        reasons.append(_("正文没有可公开的文字，请先补全正文。"))
    if policy.disclosure in {Disclosure.ON_REQUEST, Disclosure.WITHHELD}:
        reasons.append(
            _(
                "公开属性为“%(kind)s”，不能主动公开；属性有误的，请按《政府信息公开条例》第十七条重新审查后更正。"
            )
            % {"kind": policy.get_disclosure_display()}
        )
    elif policy.access_note and policy.disclosure == Disclosure.UNDECIDED:
        reasons.append(_("公开说明为“%s”，不能确定是否主动公开，请审查后填写公开属性。") % policy.access_note)
    if policy.effective_from and policy.effective_until and policy.effective_until < policy.effective_from:
        reasons.append(_("有效期至早于施行日期，请更正其中一个日期。"))
    return reasons


@transaction.atomic
def publish(*, policy: Policy, by: Any, revision: Revision | None = None, seen: str | None = None) -> Policy:
    """Make ``revision`` (the latest when None) what everyone reads.

    ``by`` is a user, or "system:…" for commands; ``seen`` the draft that this person looked at (Policy.draft_version).
    Raises PermissionDenied, and Refused with the reasons.
    """
    current = lock_with_targets(policy.pk)
    must_be_as_seen(current, seen)
    if not isinstance(by, str) and not permissions.may_publish(by, current):
        raise PermissionDenied(_("您不能发布这份文件，请联系它的责任单位。"))
    revision = revision or current.get_latest_revision()
    draft: Policy = revision.as_object() if revision else current
    reasons = reasons_against(draft) + reason_against_silent_change(current, draft)
    if reasons:
        raise Refused(" ".join(reasons))
    day, chosen = _day_of_publication(current, draft), revision
    if revision and day != draft.published_on and revision.pk != current.latest_revision_id:
        _date_where_it_stands(current, revision, day)
    elif revision is None or day != draft.published_on:
        # The day belongs to the text that is published: kept in its revision, a later publication does not move it.
        draft.published_on = day
        revision = draft.save_revision(user=None if isinstance(by, str) else by, clean=False, changed=False)
    revision.publish(
        user=None if isinstance(by, str) else by,
        log_action=not isinstance(by, str),
        skip_permission_checks=True,
    )
    published = Policy.objects.get(pk=policy.pk)
    settle_published(published, by=by)
    waiting.published(published, chosen, by=by, actor=actor_of(by))
    return published


def _day_of_publication(current: Policy, draft: Policy) -> date | None:
    """The day that the text says itself; else that of its first publication: today, or the one that is known already.

    A text that came in without a day was published elsewhere before: correcting it does not make it new.
    """
    if draft.published_on or current.editions.exists():
        return draft.published_on or current.published_on
    return clock.today()


def _date_where_it_stands(current: Policy, revision: Revision, day: date | None) -> None:
    """The day for a text that has newer drafts: they stay the newest, and know the day as well."""
    for each in (revision, current.latest_revision):
        if each and day and not each.content.get("published_on"):
            each.content["published_on"] = day.isoformat()
            each.save(update_fields=["content"])


def settle_published(policy: Policy, *, by: Any) -> None:
    """What belongs to every publication, in its transaction: number, edition, clauses, relations, audit, event.

    The date of publication is not set here: a file that was published elsewhere before says so itself, or nobody knows.
    """
    actor = actor_of(by)
    if policy.record_number is None:
        policy.record_number = next_number("policy")
    policy.withdrawn_on, policy.withdrawn_reason, policy.taken_down = None, "", False
    policy.pieces = len(sections(policy))
    note = _take_note(policy)
    policy.save(
        update_fields=[
            "record_number",
            "published_on",
            "withdrawn_on",
            "withdrawn_reason",
            "taken_down",
            "correction_note",
            "pieces",
        ]
    )
    edition = keep_edition(policy, by=by, note=note)
    write_clauses(policy)
    for arrived in read_relations(policy):
        ask_owner(arrived)
    audit.append(
        actor, PUBLISHED, policy.reference, revision=policy.live_revision_id, record=policy.record_number
    )
    # Other texts that its names now lead to are settled when their owners are asked (handlers.asked).
    settle_effects(policy, actor=actor)
    settle_targets(policy, actor=actor)
    events.record(PUBLISHED, subject=policy.reference, policy=policy.pk)
    if edition and edition.kind == Edition.Kind.CORRECTION:
        audit.append(actor, CORRECTED, policy.reference, edition=edition.number, note=note)
        events.record(CORRECTED, subject=policy.reference, policy=policy.pk, edition=edition.number)


def settle_earlier(progress: Callable[[int], None] | None = None) -> int:
    """Give texts that were published before there were editions theirs, their names, citations and proposals.

    Each in a transaction of its own: cut off, it goes on where it stopped. Gives how many there were.
    """
    lacking = Policy.objects.filter(live=True, editions=None, live_revision__isnull=False)
    keys = list(lacking.order_by("pk").values_list("pk", flat=True))
    for done, pk in enumerate(keys, start=1):
        with transaction.atomic():
            policy = lock_with_targets(pk)
            settle_published(policy, by="system:upgrade")
        if progress:
            progress(done)
    return len(keys)


def must_be_as_seen(current: Policy, seen: str | None) -> None:
    """Asked under the lock: what a person saw must be what it is. Raises Refused; ``seen`` is None where nobody looked."""
    if seen is not None and seen != current.draft_version:
        raise Refused(_("刚才又有人修改了这份文件，请看过新的内容再操作。"))


def ask_owner(relation: Relation) -> None:
    """A confirmed relation that changes whether its target holds waits for the answer of that text's owner."""
    if relation.takes_effect:
        relation.answer = Relation.Answer.ASKED
        relation.save(update_fields=["answer"])
        events.record(ASKED, subject=relation.source.reference, relation=relation.pk)


def _take_note(policy: Policy) -> str:
    """The note of this correction, taken out of the record: the next one needs words of its own."""
    note = policy.correction_note.strip()
    policy.correction_note = ""
    for revision in {policy.live_revision, policy.latest_revision} - {None}:
        if note and revision.content.get("correction_note", "").strip() == note:
            revision.content["correction_note"] = ""
            revision.save(update_fields=["content"])
    last = latest(policy)
    # A form that was open at the time sends the old words once more.
    return "" if last and last.note == note and last.digest == digest_of(policy) else note


def write_clauses(policy: Policy) -> None:
    """Replace the table's clauses by those of the live body."""
    policy.clauses.all().delete()
    Clause.objects.bulk_create(
        Clause(
            policy=policy,
            order=order,
            path=clause.path,
            anchor=clause.anchor,
            label=clause.label,
            heading=list(clause.heading),
            text=clause.text,
            table=clause.table.grid() if clause.table else None,
        )
        for order, clause in enumerate(policy.read_clauses)
    )


def actor_of(by: Any) -> str:
    """How the audit chain names who acts."""
    return by if isinstance(by, str) else by.reference
