"""Everything at once, for who keeps a copy: one policy a line, and what has gone since, so that the copy can follow.

Written from the tables at the moment of asking and not from a file made at night: what was taken down must not go out.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.kernel.models import Event
from gongkai.policies import at, queries
from gongkai.policies.api.answers import opened, problem
from gongkai.policies.api.records import clauses_of, summary
from gongkai.policies.effects import attach
from gongkai.policies.models import Policy

_AT_ONCE = 200
_SUBJECT = "policies.Policy:"
# What everybody sees of a document; steps inside the office are not among them.
_TOLD = (
    "policy.published", "policy.corrected", "policy.withdrawn", "policy.validity_changed", "policy.relation_decided",
)  # fmt: skip


@rule("public")
@require_safe
def everything(request: HttpRequest) -> HttpResponseBase:
    """JSON Lines of all policies, or of those published or gone since ?since=2026-01-31T08:00:00+08:00."""
    said = request.GET.get("since", "")
    since = _moment(said)
    if said and since is None:
        return problem(
            _("参数 since 看不懂，请写成 2026-01-31T08:00:00%2B08:00 的样子（带时区，加号写作 %2B）。")
        )
    response = StreamingHttpResponse(
        _lines(request, since), content_type="application/x-ndjson; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="policies.jsonl"'
    response.headers["Cache-Control"] = "no-store"
    return opened(response)


# What happens is told the hour at which it began, a moment before it can be seen: the next question asks for that again.
_MARGIN = timedelta(minutes=10)


def _moment(said: str) -> datetime | None:
    try:
        moment = parse_datetime(said.replace(" ", "+"))  # a plus that was not escaped arrives as a space
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):  # the year 1 east of Greenwich
        return None


def _lines(request: HttpRequest, since: datetime | None) -> Iterator[str]:
    asked = at.Asked(clock.today())
    found = queries.public().select_related("unit").order_by("pk")
    gone = Policy.objects.filter(live=False, record_number__isnull=False).order_by("pk")
    if since:
        changed = _changed(since)
        found, gone = found.filter(pk__in=changed), gone.filter(pk__in=changed)
    told = since.isoformat() if since else None
    yield _line(
        {
            "at": (clock.now() - _MARGIN).isoformat(),
            "since": told,
            "policies": found.count(),
            "gone": gone.count(),
        }
    )
    for policy in _in_pieces(found):
        yield _line(summary(request, policy, asked) | {"clauses": clauses_of(request, policy)})
    for pk, on in gone.values_list("pk", "withdrawn_on").iterator():
        yield _line({"id": pk, "gone": True, "withdrawn_on": on and on.isoformat()})


def _changed(since: datetime) -> list[int]:
    """The policies of which anything happened: published, corrected, gone, or ended by another document."""
    rows = Event.objects.filter(recorded_at__gte=since, subject__startswith=_SUBJECT, kind__in=_TOLD)
    return sorted({int(subject.removeprefix(_SUBJECT)) for subject in rows.values_list("subject", flat=True)})


def _in_pieces(found: QuerySet[Policy]) -> Iterator[Policy]:
    """One policy after the other without holding all of them, nor a question open while a slow reader reads."""
    last = 0
    while piece := list(found.filter(pk__gt=last)[:_AT_ONCE]):
        attach(piece)
        yield from piece
        last = piece[-1].pk


def _line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
