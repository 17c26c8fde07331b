"""What surrounds the text on a policy page: other documents, editions, and what stands beside single clauses."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongkai.kernel.routes import route
from gongkai.law.effects import amendments
from gongkai.law.validity import State, Validity
from gongkai.policies import chain, queries
from gongkai.policies.at import Asked
from gongkai.policies.models import RESTS_ON, Edition, Policy
from gongkai.policies.relations import bases_ended, citing_by_path, neighbours
from gongkai.policies.words import day, flag_label
from gongkai.reading.address import Addresses


@dataclass(frozen=True)
class Marks:
    """What stands beside the clauses of a text, by path: changes, how often each is cited, the services it leads to.

    ``cited_times`` is how often clauses elsewhere cite the text or a piece of it, whichever wording they mean.
    """

    notes: dict[str, list[str]] = field(default_factory=dict)
    cited: dict[str, int] = field(default_factory=dict)
    services: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    cited_times: int = 0


def marks_of(policy: Policy, on: date) -> Marks:
    """The marks of every clause of ``policy`` on a day."""
    cited_times, cited = citing_by_path(policy)
    return Marks(_changes(policy, on), cited, queries.services_by_path(policy), cited_times)


def _changes(policy: Policy, on: date) -> dict[str, list[str]]:
    """Path of a clause → who changed it from when, as far as the changing document names the clause."""
    changed = [each for each in amendments(policy.effects) if each.amends_from <= on]
    if not changed:
        return {}
    addresses = Addresses(policy.read_clauses)
    found: dict[str, list[str]] = {}
    for effect in changed:
        for clause in effect.clauses:
            if at := addresses.find(clause):
                words = (
                    _("本条自%(day)s起已被%(by)s修改，以修改后的规定为准。")
                    if effect.begins
                    else _("本条已被%(by)s修改，自何时起未载明，请向制定机关核实。")
                )
                found.setdefault(at.path, []).append(words % {"day": day(effect.begins), "by": effect.by})
    return found


def around(policy: Policy, asked: Asked, validity: Validity, marks: Marks) -> dict[str, Any]:
    """The parts of the page's context that tell of other documents and other texts of this one."""
    found = neighbours(policy, asked.day)
    editions = list(policy.editions.open().order_by("number")) if policy.there_is.editions > 1 else []
    return {
        "flags": [flag_label(flag) for flag in sorted(validity.flags)],
        "chain": chain.picture(policy, found, validity.state),
        "relation_groups": chain.groups(found),
        "is_base": any(each.kind in RESTS_ON and not each.says for each in found),
        "bases_ended": bases_ended(found) if validity.state is State.IN_FORCE else [],
        "corrections": [each for each in editions if each.kind == Edition.Kind.CORRECTION],
        "editions": editions if len(editions) > 1 else [],
        "cited_times": marks.cited_times,
        "today_url": policy.get_absolute_url() if asked.given else "",
        "cited_url": route("policies:cited", policy.pk) if policy.pk else "",
    }
