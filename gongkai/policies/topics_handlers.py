"""What topics do when policies change: the rules say anew who belongs where."""

from gongkai.kernel.models import Event
from gongkai.policies.actions.topics import refresh, refresh_policy
from gongkai.policies.models import Policy, Topic


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
