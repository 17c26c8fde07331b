"""Straight to a clause: a query that is the number or the name of a document with the number of a clause behind it."""

import re
from dataclasses import dataclass
from datetime import date

from gongkai.law.validity import State
from gongkai.policies import queries
from gongkai.policies.at import Asked
from gongkai.policies.models import Policy
from gongkai.policies.names import number_key, title_key
from gongkai.policies.versions import edition_on, with_text_of
from gongkai.policies.words import state_label
from gongkai.reading.address import Addresses, cite
from gongkai.text.document_numbers import find_numbers

_TITLE = re.compile(r"《(?P<name>[^《》]{2,200})》")
_ARTICLE = re.compile(r"(?P<name>\S{2,200}?)[\s，,、]*(?P<clause>第?[一二三四五六七八九十百零〇\d]+条.*)")
_LONGEST = 300  # characters of a query; behind these stands no number of a clause
_MOST = 5  # documents of one name that are looked into
_SHOWN = 120  # characters of the clause


@dataclass(frozen=True)
class Direct:
    """The clause that was asked for: whose it is, how it is cited, where it stands, how it begins."""

    title: str
    clause: str
    url: str
    text: str
    state: str
    label: str


def direct(query: str, asked: Asked) -> Direct | None:
    """The clause that ``query`` names outright; None for everything else, which is searched."""
    asked_for = _named(query.strip()[:_LONGEST])
    if asked_for is None:
        return None
    key, words = asked_for
    named = queries.public().filter(names__key=key).select_related("unit")
    found = (named.filter(queries.known_by(asked.day)) if asked.given else named)[:_MOST]
    for policy in sorted(found, key=lambda each: _rank(each, asked.day)):
        edition = edition_on(policy, asked.day) if asked.given else None
        shown = with_text_of(policy, edition) if edition else policy
        clause = Addresses(shown.read_clauses).find(words)
        if clause:
            state = policy.validity_on(asked.day).state
            return Direct(
                title=shown.title,
                clause=cite(clause.path),
                url=policy.clause_url(clause.anchor, asked.parameter),
                text=clause.text[:_SHOWN] + ("…" if len(clause.text) > _SHOWN else ""),
                state=state.value,
                label=state_label(state),
            )
    return None


def _rank(policy: Policy, on: date) -> int:
    """What is in force comes before what is not yet or not known to be, and that before what has ended."""
    state = policy.validity_on(on).state
    return 0 if state == State.IN_FORCE else 2 if state in {State.REPEALED, State.LAPSED} else 1


def _named(query: str) -> tuple[str, str] | None:
    """(key of the document, words of the clause) of a query that consists of both."""
    number = next(find_numbers(query), None)
    if number and number.start == 0:
        words = query[number.end :].strip(" 　，,、的")
        return (number_key(number.text), words) if words else None
    titled = _TITLE.match(query)
    if titled:
        words = query[titled.end() :].strip(" 　，,、的")
        return (title_key(titled["name"]), words) if words else None
    typed = _ARTICLE.fullmatch(query)
    return (title_key(typed["name"]), typed["clause"]) if typed else None
