"""What policies offer to search: the passages of what is published, and of nothing else."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from gongkai.engine.chunk import Clause, passages_of
from gongkai.engine.passage import DocumentFacts, Passage
from gongkai.policies import queries
from gongkai.policies.models import Policy

PREFIX = "policy:"


def document_id(pk: int) -> str:
    """How the index names a policy."""
    return f"{PREFIX}{pk}"


def pk_of(document: str) -> int | None:
    """The policy that an index entry names, None if it names something else."""
    name, _, number = document.partition(":")
    return int(number) if f"{name}:" == PREFIX and number.isdecimal() else None


def indexable() -> QuerySet[Policy]:
    """The same policies that everyone may read."""
    return queries.public().defer("body").select_related("unit").prefetch_related("clauses")


def of(policy: Policy) -> list[Passage]:
    """The passages of one published policy; a draft or a withdrawn one has none."""
    if not policy.live:
        return []
    clauses = [
        Clause(
            path=clause.path,
            anchor=clause.anchor,
            heading=tuple(clause.heading),
            # The number belongs to what people search and see: 第十二条 …
            text=f"{clause.label}{clause.text}"
            if not clause.label or clause.label.endswith(("、", "）", ")", "."))
            else f"{clause.label}\u3000{clause.text}",
            table=tuple(tuple(row) for row in clause.table) if clause.table else None,
        )
        for clause in policy.clauses.all()
    ]
    return list(passages_of(_facts(policy), clauses))


def _facts(policy: Policy) -> DocumentFacts:
    return DocumentFacts(
        document=document_id(policy.pk),
        title=policy.title,
        document_number=policy.document_number or None,
        index_number=policy.index_number or None,
        issuers=tuple(policy.issuer_names),
        kind=policy.kind,
        topics=(policy.subject,) if policy.subject else (),
        units=(policy.unit.code,) if policy.unit else (),
        written_on=policy.written_on,
        published_on=policy.published_on,
        # Doubtful dates are nobody's promise that a text is in force: the index then knows no beginning.
        effective_from=None if policy.dates_doubtful else policy.effective_from,
        effective_until=policy.effective_until or policy.default_until,
        # For finding, "known to have ended by then" and "ended then" are the same: it is no longer shown as in force.
        repealed_on=min(
            filter(None, [policy.repealed_on, policy.ended_by_on, policy.found_ended_on]), default=None
        ),
        in_question_from=policy.in_question_from,
    )


def all_documents(progress_every: int = 100) -> Iterator[tuple[str, Iterable[Passage]]]:
    """(document, passages) of everything published, in constant memory."""
    for policy in indexable().iterator(chunk_size=progress_every):
        yield document_id(policy.pk), of(policy)
