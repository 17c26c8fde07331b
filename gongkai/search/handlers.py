"""What search does when others' events arrive: the index follows the record."""

from gongkai.kernel import events
from gongkai.kernel.models import Event
from gongkai.policies import passages as policy_passages
from gongkai.search import index

# A commit of the index costs as much for one policy as for a hundred.
AT_ONCE = 100


@events.gathers(AT_ONCE)
def policies_changed(happened: list[Event]) -> None:
    """Index the policies as they stand now, whatever the events were: late or repeated deliveries do no harm."""
    keys = {event.payload["policy"] for event in happened}
    standing = policy_passages.indexable().in_bulk(keys)
    index.refresh(
        (policy_passages.document_id(pk), policy_passages.of(standing[pk]) if pk in standing else [])
        for pk in sorted(keys)
    )


def mend() -> None:
    """Rebuild an index that is missing or damaged; a periodic job of the worker."""
    if not index.sound():
        index.rebuild()
