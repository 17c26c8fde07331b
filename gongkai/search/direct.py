"""Straight to a clause: a query that is the number or the name of a document with the number of a clause behind it."""

import re
from dataclasses import dataclass
from datetime import date

from gongkai.law.validity import State
from gongkai.policies import queries
from gongkai.policies.at import Asked
from gongkai.policies.models import Policy
from gongkai.policies.names import number_key, title_key
from gongkai.policies.words import state_label
from gongkai.reading.address import Addresses, cite
from gongkai.text.document_numbers import find_numbers

_TITLE = re.compile(r"《(?P<name>[^《》]{2,200})》")
_ARTICLE = re.compile(r"(?P<name>\S{2,200}?)[\s，,、]*(?P<clause>第?[一二三四五六七八九十百零〇\d]+条.*)")
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
    named = _named(query.strip())
    if named is None:
        return None
    key, words = named
    found = queries.public().filter(names__key=key).select_related("unit")[:_MOST]
    for policy in sorted(found, key=lambda each: _ended(each, asked.day)):
        clause = Addresses(policy.read_clauses).find(words)
        if clause:
            state = policy.validity_on(asked.day).state
            return Direct(
                title=policy.title,
                clause=cite(clause.path),
                url=policy.clause_url(clause.anchor, asked.parameter),
                text=clause.text[:_SHOWN] + ("…" if len(clause.text) > _SHOWN else ""),
                state=state.value,
                label=state_label(state),
            )
    return None


def _ended(policy: Policy, on: date) -> bool:
    return policy.validity_on(on).state in {State.REPEALED, State.LAPSED}


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
