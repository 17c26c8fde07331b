"""From a clause to the service by which people use it (阅办联动): proposed from the text, decided by a person."""

from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.guides.models import Service
from gongkai.guides.propose import Known, Names
from gongkai.kernel import audit, clock, events
from gongkai.policies import permissions
from gongkai.policies.actions.publish import Refused, actor_of
from gongkai.policies.models import Policy, ServiceLink
from gongkai.policies.names import number_key, title_key
from gongkai.reading.address import Addresses

LINKED = "policy.service_linked"
_BASIS = 0.95  # the guide itself says so
_MOST = 40  # proposals of one text: more would be noise that nobody reads


@transaction.atomic
def propose_services(*, policy: Policy) -> int:
    """Replace the undecided proposals of a published text by what its clauses name now; how many there are."""
    services = Service.objects.filter(active=True).order_by("code")
    known = tuple(Known(*row) for row in services.values_list("code", "name"))
    decided = set(
        policy.service_links.exclude(state=ServiceLink.State.PROPOSED).values_list("path", "service__code")
    )
    policy.service_links.filter(state=ServiceLink.State.PROPOSED).delete()
    if not known or not policy.live:
        return 0
    names = _names(known)
    best = _named_as_basis(policy, decided)
    keys = dict(Service.objects.values_list("code", "pk"))
    for clause in policy.read_clauses:
        for found in names.find(clause.text):
            place = (clause.path[:200], found.code)
            if place in decided or (place in best and best[place].confidence >= found.confidence):
                continue
            best[place] = ServiceLink(
                policy=policy,
                path=place[0],
                service_id=keys[found.code],
                words=found.words[:300],
                confidence=found.confidence,
            )
    rows = sorted(best.values(), key=lambda row: -row.confidence)[:_MOST]
    ServiceLink.objects.bulk_create(rows)
    return len(rows)


@lru_cache(maxsize=2)
def _names(known: tuple[Known, ...]) -> Names:
    """Made once for a list of services: of ten thousand it takes a third of a second, and every text asks for it."""
    return Names(known)


def _named_as_basis(policy: Policy, decided: set[tuple[str, str]]) -> dict[tuple[str, str], ServiceLink]:
    """Links to the services whose guides name this text, or a clause of it, as their basis."""
    names = set(policy.names.values_list("key", flat=True))
    addresses = Addresses(policy.read_clauses)
    found: dict[tuple[str, str], ServiceLink] = {}
    for service in Service.objects.filter(active=True).exclude(guide=None).select_related("guide"):
        for basis in service.guide.basis:
            title, number = str(basis.get("title", "")), str(basis.get("number", ""))
            if not {title_key(title), number_key(number)} & names:
                continue
            at = addresses.find(str(basis.get("clause", ""))) if basis.get("clause") else None
            place = (at.path[:200] if at else "", service.code)
            if place not in decided:
                words = _("办事指南列为依据：%(title)s%(clause)s") % {
                    "title": title,
                    "clause": basis.get("clause", ""),
                }
                found[place] = ServiceLink(
                    policy=policy, path=place[0], service=service, words=words[:300], confidence=_BASIS
                )
    return found


@transaction.atomic
def decide_link(*, link: ServiceLink, by: Any, holds: bool) -> ServiceLink:
    """A person's word on a proposed link. Raises PermissionDenied."""
    row = ServiceLink.objects.select_for_update().select_related("policy").get(pk=link.pk)
    _must_be_allowed(by, row.policy)
    row.state = ServiceLink.State.CONFIRMED if holds else ServiceLink.State.REFUSED
    return _decided(row, by)


@transaction.atomic
def link_service(*, policy: Policy, path: str, service: Service, by: Any) -> ServiceLink:
    """Link a clause ("" for the whole text) with a service by hand. Raises PermissionDenied, Refused for no such clause."""
    _must_be_allowed(by, policy)
    if path and path not in {clause.path for clause in policy.read_clauses}:
        raise Refused(_("这份文件没有“%s”这一条，请从目录中选择条款。") % path[:40])
    row, _made = ServiceLink.objects.get_or_create(policy=policy, path=path, service=service)
    row.state = ServiceLink.State.CONFIRMED
    return _decided(row, by)


def _must_be_allowed(by: Any, policy: Policy) -> None:
    if not isinstance(by, str) and not permissions.may_change(by, policy):
        raise PermissionDenied(_("您不能为这份文件关联办事事项，请联系它的责任单位。"))


def _decided(row: ServiceLink, by: Any) -> ServiceLink:
    row.decided_by, row.decided_at = None if isinstance(by, str) else by, clock.now()
    row.save()
    audit.append(
        actor_of(by), LINKED, row.policy.reference, service=row.service_id, path=row.path, state=row.state
    )
    events.record(LINKED, subject=row.policy.reference, policy=row.policy_id, service=row.service_id)
    return row
