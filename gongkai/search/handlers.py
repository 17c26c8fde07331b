"""What search does when others' events arrive: the index follows the record."""

from gongkai.kernel.models import Event
from gongkai.policies import passages as policy_passages
from gongkai.search import index


def policy_changed(event: Event) -> None:
    """Index the policy as it stands now, whatever the event was: late or repeated deliveries do no harm."""
    pk = event.payload["policy"]
    policy = policy_passages.indexable().filter(pk=pk).first()
    index.refresh(policy_passages.document_id(pk), policy_passages.of(policy) if policy else [])


def mend() -> None:
    """Rebuild an index that is missing or damaged; a periodic job of the worker."""
    if not index.sound():
        index.rebuild()
