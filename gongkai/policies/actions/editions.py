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
    """What was published last and not pulled back."""
    return policy.editions.filter(pulled_back=False).select_related("revision").last()


def keep_edition(policy: Policy, *, by: Any, note: str = "") -> Edition | None:
    """Keep the text that was just published as an edition; None where the same words are one already.

    A correction of elements alone (a date) has a note and makes an edition too: readers are told of it.
    """
    last, digest = latest(policy), digest_of(policy)
    if last and last.digest == digest and not note:
        # The same words with other elements: pulling the next edition back must lead to these.
        Edition.objects.filter(pk=last.pk).update(revision=policy.live_revision)
        return None
    newest = policy.editions.last()
    kind = Edition.Kind.FIRST if last is None else Edition.Kind.CORRECTION if note else Edition.Kind.AGAIN
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
    return []
