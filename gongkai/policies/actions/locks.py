"""The one order in which rows of policies are locked: all that an action will write, by key, before the audit chain."""

from collections.abc import Iterable

from gongkai.policies.models import EFFECTS, Policy, Relation


def lock(keys: Iterable[int | None]) -> dict[int, Policy]:
    """Lock these policies in the order of their keys and give them as they stand now.

    Two actions that need the same rows then wait for each other instead of each holding what the other wants; the
    audit chain, which everybody appends to, comes after them.
    """
    wanted = sorted({key for key in keys if key})
    return {
        policy.pk: policy
        for policy in Policy.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    }


def lock_with_targets(pk: int) -> Policy:
    """Lock a policy together with all whose validity it changes. Raises Policy.DoesNotExist."""
    targets = Relation.objects.filter(source=pk, state=Relation.State.CONFIRMED, kind__in=EFFECTS)
    found = lock([pk, *targets.values_list("target_id", flat=True)])
    if pk not in found:
        raise Policy.DoesNotExist
    return found[pk]
