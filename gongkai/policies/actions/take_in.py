"""Taking in a file: read it, keep the original, make a record, publish it where nothing stands against that."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock
from gongkai.kernel.numbering import take_turn
from gongkai.orgs.models import Unit
from gongkai.orgs.queries import units_named
from gongkai.policies import originals
from gongkai.policies.actions import likeness
from gongkai.policies.actions.publish import reasons_against, settle_published
from gongkai.policies.audiences import propose
from gongkai.policies.body import to_stream
from gongkai.policies.models import Disclosure, Original, Policy
from gongkai.reading import alike
from gongkai.reading.apart import Progress
from gongkai.reading.document import BlockKind, Classified, Element, OfficialDocument
from gongkai.reading.elements import disclosure_of, document_kind
from gongkai.reading.read import read
from gongkai.text.document_numbers import parse_number

_ELEMENTS = (
    "title", "document_number", "issuers", "index_number", "written_on", "published_on", "effective_from",
    "effective_until",
)  # fmt: skip


class Result(StrEnum):
    """What became of a file."""

    PUBLISHED = "published"
    DRAFT = "draft"
    UNCHANGED = "unchanged"
    SAME_NUMBER = "same_number"
    OFFERED = "offered"


@dataclass(frozen=True)
class Outcome:
    """The record of a file, what became of it, and sentences for the person who gave it."""

    result: Result
    policy: Policy
    notes: tuple[str, ...] = field(default_factory=tuple)


def take_in(
    *,
    data: bytes,
    name: str,
    actor: str,
    publish: bool = True,
    sample: bool = False,
    progress: Progress | None = None,
    adjust: Callable[[Policy], None] | None = None,
    settled: Callable[[Outcome], None] | None = None,
) -> Outcome:
    """Make a record of one file.

    The same content again changes nothing (``UNCHANGED``). Another file of a document on record is kept and offered to
    be joined to it (``OFFERED``); one that bears the number and title of a record but another text is not imported
    (``SAME_NUMBER``); a forwarded copy becomes a record of its own that is linked to the first. What the reader was not
    sure of is left open. ``publish`` is a wish: a document without title or text, or one that is not for publication,
    stays a draft and the notes say why. ``progress`` is told (pages done, pages in all); ``adjust`` may set on the
    unsaved record what a list beside the file knows better. ``settled`` is told the outcome in the transaction that
    writes it, so that what the caller keeps of it is committed together with the record; where nothing is written, too.
    Raises Unreadable with a sentence when the file cannot be read.
    """
    try:
        known = likeness.record_of_file(hashlib.sha256(data).hexdigest())
        if known:
            return _told(Outcome(Result.UNCHANGED, known), settled)
        document = read(data, name, progress)
    except Classified:
        # The fact, not the content: nothing of such a file may stay in a networked system.
        with transaction.atomic():
            audit.append(actor, "policy.classified_refused", "policies.Original")
        raise
    record = record_of(document, sample=sample)
    if adjust:
        adjust(record)
    found = _Found(document, record)
    twin = _twin(found.policy)
    if twin and not _other_file_of(found):
        # Nothing of it is kept: it is neither a record nor a file of one.
        return _told(Outcome(Result.SAME_NUMBER, twin, (_same_number(twin),)), settled)
    original = originals.keep(data, name=PurePath(name).name, document=document)
    with transaction.atomic():
        return _told(_store(original, found, actor=actor, publish=publish), settled)


def _told(outcome: Outcome, settled: Callable[[Outcome], None] | None) -> Outcome:
    if settled:
        settled(outcome)
    return outcome


def take_apart(original: Original, document: OfficialDocument, *, actor: str, unit: Unit | None) -> Outcome:
    """A draft of its own for a file that a person says is no other file of a document on record.

    ``unit`` is whose draft it is where the text names none: one of nobody would be seen by nobody.
    """
    found = _Found(document, record_of(document))
    found.policy.unit = found.policy.unit or unit
    return _store(original, found, actor=actor, publish=False, known_apart=True)


class _Found:
    """What a file makes, all of it reckoned before anything is locked: its record, unsaved, and its sketch."""

    def __init__(self, document: OfficialDocument, policy: Policy) -> None:
        self.document, self.policy = document, policy
        self.sketch = alike.sketch(document)
        self.reasons = reasons_against(policy) + _doubts(document)


@transaction.atomic
def _store(
    original: Original, found: _Found, *, actor: str, publish: bool, known_apart: bool = False
) -> Outcome:
    # What is on record is looked up and then added to: two files of one document at the same moment are one document.
    take_turn("policies.take_in")
    again = likeness.record_of_file(original.sha256)
    if again and not known_apart:
        return Outcome(Result.UNCHANGED, again)
    policy, document = found.policy, found.document
    others = [] if known_apart else likeness.alike(found.sketch)
    same = next((each for each in others if each.relation.kind is alike.Kind.SAME), None)
    if same:
        likeness.offer(original, same, found.sketch, actor=actor)
        return Outcome(Result.OFFERED, same.policy, (same.relation.why,))
    twin = None if known_apart else _twin(policy)
    if twin:  # it came in since we looked
        return Outcome(Result.SAME_NUMBER, twin, (_same_number(twin),))
    _save(policy, original, live=publish and not found.reasons)
    likeness.keep_sketch(original, found.sketch)
    links = likeness.link(policy, others)
    audit.append(actor, "policy.taken_in", policy.reference, sha256=original.sha256)
    if policy.live:
        settle_published(policy, by=actor)
    notes = (*document.warnings, *(found.reasons if publish else ()), *links)
    return Outcome(Result.PUBLISHED if policy.live else Result.DRAFT, policy, tuple(notes))


def _other_file_of(found: _Found) -> bool:
    """True if the text is that of a document on record, in another file."""
    return any(each.relation.kind is alike.Kind.SAME for each in likeness.alike(found.sketch))


def _same_number(twin: Policy) -> str:
    note = _("文号和标题与已有的第 %(id)d 号记录相同，没有重复导入；如是新版本，请在工作台更新原记录。")
    return note % {"id": twin.pk}


def _twin(policy: Policy) -> Policy | None:
    if not policy.number_key:
        return None
    return Policy.objects.filter(number_key=policy.number_key, title=policy.title).first()


def _save(policy: Policy, original: Original, *, live: bool) -> None:
    policy.original = original
    policy.live = live
    if live:
        policy.first_published_at = policy.last_published_at = clock.now()
    policy.save()
    revision = policy.save_revision(clean=False, changed=False)
    policy.live_revision = revision if live else None
    policy.save(update_fields=["live_revision"])


def _doubts(document: OfficialDocument) -> list[str]:
    """Why a file is better looked at by a person before it is public: it does not look like an official document."""
    unsure = _unsure(document)
    if document.concealed:
        return [
            _("文件里有读者不会直接看到的内容（批注、修订痕迹或者隐藏的文字），请先看过原件再决定是否发布。")
        ]
    if any(block.confidence < 1 for part in document.parts for block in part.blocks):
        # However sure the recogniser is: nobody has compared the text with the picture yet.
        words = _("文字是从图片识别的，有 %d 处可能有误，请对照原件核对后发布。")
        return [words % len(unsure)]
    doubts = [] if document.title.sure else [_("标题读取不确定，请核对标题后发布。")]
    signed = any(block.kind is BlockKind.SIGNATURE for part in document.parts for block in part.blocks)
    numbered = sum(clause.numbered for clause in document.clauses)
    if not (document.document_number.value or signed or numbered >= 2):
        doubts.append(_("没有文号、落款和条款序号，看不出是公文，请核对后发布。"))
    return doubts


def _unsure(document: OfficialDocument) -> list[str]:
    """Every line with characters that may be wrong, these in 【】, and the page it stands on."""
    lines = []
    for part in document.parts:
        for block in part.blocks:
            if block.doubtful:
                marked = "".join(f"【{c}】" if i in block.doubtful else c for i, c in enumerate(block.text))
                lines.append(_("第%(n)d页：%(text)s") % {"n": block.sheet, "text": marked})
            for row in block.table.rows if block.table else ():
                lines += [
                    _("第%(n)d页：%(text)s") % {"n": block.sheet, "text": c.text} for c in row if c.doubtful
                ]
    return lines


def record_of(document: OfficialDocument, *, sample: bool = False) -> Policy:
    """An unsaved record with what was read for sure; the rest is in ``open_points`` with its evidence."""
    policy = Policy(live=False, has_unpublished_changes=False, is_sample=sample)
    policy.open_points = {}
    for name in _ELEMENTS:
        element: Element[Any] = getattr(document, name)
        if element.value is None:
            continue
        value = "、".join(element.value) if isinstance(element.value, tuple) else element.value
        if element.sure and _fits(name, value):
            setattr(policy, name, value)
        else:
            shown = value.isoformat() if isinstance(value, date) else value
            policy.open_points[name] = {
                "value": shown,
                "evidence": [[e.source, e.text] for e in element.evidence],
            }
    unsure = _unsure(document)
    if unsure:
        # For the clerk who compares with the picture; the first hundred, or the form would be unusable.
        policy.open_points["body"] = {
            "value": "；".join(unsure[:100]),
            "evidence": [["ocr", str(len(unsure))]],
        }
    # A title is needed to find the record at all: what was read stands, and is still asked about.
    policy.title = (document.title.value or PurePath(document.name).stem or _("（无标题）"))[:300]
    _settle_derived(policy, document)
    return policy


def _fits(name: str, value: Any) -> bool:
    """Whether the table has room for it: what is longer (the organs of a joint text) a person shortens."""
    room = getattr(Policy._meta.get_field(name), "max_length", None)
    return room is None or not isinstance(value, str) or len(value) <= room


def _settle_derived(policy: Policy, document: OfficialDocument) -> None:
    number = parse_number(policy.document_number)
    policy.number_key = number.key if number else ""
    policy.kind = document_kind(policy.title)
    policy.subject = (document.topic.value or "").replace("\\", "/")[:120]
    policy.access_note = (document.access_note.value or "")[:60]
    policy.disclosure = _disclosure(policy.access_note)
    policy.found_ended_on = clock.today() if document.called_ended.value else None
    policy.unit = next(iter(units_named(policy.issuer_names)), None)
    policy.body = to_stream(document.parts)
    policy.audiences = propose(policy.title, document.parts)


def _disclosure(note: str) -> str:
    """公开属性 from the document's own note; undecided where it has none."""
    return disclosure_of(note) or Disclosure.UNDECIDED
