"""A search as the page and the command line show it: grouped, highlighted, with what was hidden told."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongkai.engine.highlight import segments
from gongkai.engine.passage import DocumentHits, Hit, Results, Validity
from gongkai.engine.ports import Filters, IndexDamaged, IndexMissing, SearchRequest, Sort
from gongkai.policies.effects import attach
from gongkai.policies.models import Policy
from gongkai.policies.passages import pk_of
from gongkai.policies.words import day, state_label
from gongkai.reading.address import cite
from gongkai.search import index

PAGE_SIZE = 10
NOT_ENDED = frozenset({Validity.IN_FORCE, Validity.NOT_YET, Validity.UNKNOWN})


@dataclass(frozen=True)
class Found:
    """What a search gave: the engine's results, whether ended documents are among them, whether search works now."""

    results: Results = field(default_factory=Results)
    with_ended: bool = False
    working: bool = True


def find(
    text: str,
    *,
    on: date,
    with_ended: bool = False,
    kinds: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    by_date: bool = False,
    offset: int = 0,
    limit: int = PAGE_SIZE,
    there_by: date | None = None,
) -> Found:
    """Search the installation.

    Lapsed and repealed documents are left out unless ``with_ended``; where nothing else matches they are shown, because
    whoever types the number of a repealed text wants to see that it is repealed. A broken index gives ``working=False``,
    never an error. ``there_by`` leaves out what did not exist by that day.
    """
    filters = Filters(
        kinds=kinds,
        units=units,
        years=years,
        on=on,
        validity=frozenset() if with_ended else NOT_ENDED,
        there_by=there_by,
    )
    request = SearchRequest(text, filters, Sort.DATE if by_date else Sort.RELEVANCE, offset, limit)
    try:
        results = index.engine().search(request)
        if results.hidden_ended and not with_ended and (not results.total or _number_is_hidden(results)):
            results = index.engine().search(replace(request, filters=replace(filters, validity=frozenset())))
            with_ended = True
    except (IndexMissing, IndexDamaged):
        return Found(working=False)
    return Found(results, with_ended)


def _number_is_hidden(results: Results) -> bool:
    """A document number was typed and no document in force bears it."""
    return bool(results.understood.numbers) and not any(group.by_number for group in results.groups)


def mark(text: str, ranges: tuple[tuple[int, int], ...], width: int = 160) -> SafeString:
    """``text`` around its best place, with what matched in <mark>; everything escaped."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece) if marked else piece,)
            for piece, marked in segments(text, ranges, width)
        ),
    )


def rows(results: Results, on: date, at: str = "") -> list[dict[str, Any]]:
    """Documents found, for the tag document_row. What is no longer public is left out, one query for all.

    ``at`` is what addresses must carry to stay on the day asked (at=2025-01-31).
    """
    pks = {group.document: pk_of(group.document) for group in results.groups}
    shown = (
        Policy.objects.filter(live=True, pk__in=[pk for pk in pks.values() if pk])
        .select_related("unit")
        .defer("body")
        .in_bulk()
    )
    attach(shown.values())
    found = []
    for group in results.groups:
        policy = shown.get(pks[group.document] or 0)
        if policy:
            found.append(_row(policy, group, on, at))
    return found


def _row(policy: Policy, group: DocumentHits, on: date, at: str) -> dict[str, Any]:
    facts = group.facts
    state = policy.validity_on(on).state
    url = f"{policy.get_absolute_url()}{f'?{at}' if at else ''}"
    return {
        "title": mark(facts.title, group.title_ranges, 300) if facts.title == policy.title else policy.title,
        "url": url,
        "chips": [{"state": state.value, "label": state_label(state)}],
        "facts": [
            fact
            for fact in (
                policy.document_number,
                policy.unit.short_name if policy.unit else policy.issuers,
                day(policy.published_on or policy.written_on),
            )
            if fact
        ],
        # A passage in which nothing is marked explains nothing: it is shown only where there is no better one.
        "passages": [
            _passage(hit, policy, at) for hit in ([hit for hit in group.hits if hit.ranges] or group.hits[:1])
        ],
    }


def _passage(hit: Hit, policy: Policy, at: str) -> dict[str, Any]:
    path, anchor, start, end = _best_part(hit)
    start += _repeated_label(path, hit.text[start:end])
    ranges = tuple(
        (max(a, start) - start, min(b, end) - start) for a, b in hit.ranges if b > start and a < end
    )
    return {
        "label": cite(path) or _("正文"),
        "url": policy.clause_url(anchor, at),
        "text": mark(hit.text[start:end].rstrip("\n"), ranges),
    }


def _best_part(hit: Hit) -> tuple[str, str, int, int]:
    """(path, anchor, start, end) of the clause with most of what matched: two short articles must not read as one."""
    ends = [*(part.at for part in hit.parts[1:]), len(hit.text)]
    best, most = (hit.path, hit.anchor, 0, len(hit.text)), -1
    for part, end in zip(hit.parts, ends, strict=False):
        matched = sum(max(min(b, end) - max(a, part.at), 0) for a, b in hit.ranges)
        if matched > most:
            best, most = (part.path, part.anchor, part.at, end), matched
    return best


def _repeated_label(path: str, text: str) -> int:
    """How many characters of the text only repeat the number that stands before it as a link."""
    number = path.rsplit("/", 1)[-1].partition("~")[0]
    if not number or not text.startswith(number):
        return 0
    rest = text[len(number) :]
    return len(number) + len(rest) - len(rest.lstrip("、.．\u3000 "))
