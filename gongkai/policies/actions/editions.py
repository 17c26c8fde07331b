"""Keeping what was published: every text that readers could see stays at an address of its own."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.policies.models import Edition, Policy


def digest_of(policy: Policy) -> str:
    """SHA-256 of the title and the words of the text; two texts with the same digest read the same."""
    told = [policy.title, [item for item in map(_words, policy.body.raw_data) if item]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _words(item: dict[str, Any]) -> list[Any]:
    return [item["type"], item["value"]]


def changes_text(policy: Policy, draft: Policy) -> bool:
    """True if publishing ``draft`` would change words that readers of ``policy`` have seen."""
    last = latest(policy)
    return last is not None and policy.live and last.digest != digest_of(draft)


def latest(policy: Policy) -> Edition | None:
    """What was published last and readers may still see."""
    return policy.editions.open().select_related("revision").last()


def keep_edition(policy: Policy, *, by: Any, note: str = "") -> Edition | None:
    """Keep the text that was just published as an edition; None where the same words are one already.

    A correction of elements alone (a date) has a note and makes an edition too: readers are told of it.
    """
    last, digest = latest(policy), digest_of(policy)
    if last and last.digest == digest and not note:
        # The same words with other elements: pulling the next edition back must lead to these.
        Edition.objects.filter(pk=last.pk).update(revision=policy.live_revision)
        return None
    ended = policy.editions.filter(pulled_back=False, digest=digest).exclude(closed="").last()
    if last is None and ended and not note:
        # The very words that had ended are public again, at the address that they had.
        Edition.objects.filter(pk=ended.pk).update(closed="", revision=policy.live_revision)
        return None
    newest = policy.editions.last()
    first = not policy.editions.filter(pulled_back=False).exists()
    kind = Edition.Kind.FIRST if first else Edition.Kind.CORRECTION if note else Edition.Kind.AGAIN
    return Edition.objects.create(
        policy=policy,
        number=(newest.number if newest else 0) + 1,
        revision=policy.live_revision,
        kind=kind,
        note=note,
        digest=digest,
        published_at=clock.now(),
        by=None if isinstance(by, str) else by,
    )


def reason_against_silent_change(policy: Policy, draft: Policy) -> list[str]:
    """A text that people may have cited is not changed without a word: 勘误 needs its note."""
    if changes_text(policy, draft) and not draft.correction_note.strip():
        return [_("已发布的文字有改动，请在“勘误说明”中写明更正了什么，读者和引用本文的单位都会看到。")]
    last = latest(policy)
    if changes_text(policy, draft) and last and draft.correction_note.strip() == last.note:
        return [_("勘误说明与上一次的相同，请写明这一次更正了什么，读者和引用本文的单位都会看到。")]
    return []
