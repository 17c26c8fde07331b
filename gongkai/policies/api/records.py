"""The list of policies and one policy as JSON, with the same rules, filters and days as the pages."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies import at, queries
from gongkai.policies.api.answers import answer, problem
from gongkai.policies.effects import attach
from gongkai.policies.library import chosen_in, found_in
from gongkai.policies.models import Edition, Policy
from gongkai.policies.relations import neighbours
from gongkai.policies.versions import edition_on, version_on, with_text_of

PAGE_SIZE = 100


@rule("public")
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Published policies, newest first, a hundred a page, under the filters of the library's page."""
    asked = at.asked(request.GET)
    if asked.problem:
        return problem(asked.problem)
    page = Paginator(found_in(chosen_in(request.GET), asked), PAGE_SIZE).get_page(request.GET.get("page"))
    attach(page.object_list)
    rows = [summary(request, policy, asked) for policy in page.object_list]
    return answer(
        {
            "at": asked.day.isoformat(),
            "total": page.paginator.count,
            "page": page.number,
            "pages": page.paginator.num_pages,
            "policies": rows,
        }
    )


@rule("public")
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy: elements, validity with its reason, clauses, relations and editions, as of the day asked."""
    found = asked_policy(request, pk)
    if isinstance(found, HttpResponse):
        return found
    shown, asked, edition = found
    whole = (
        summary(request, shown, asked)
        | {"clauses": clauses_of(request, shown)}
        | _around(request, shown, asked)
    )
    return answer(whole | {"forms": forms_of(request, shown), "edition": edition and edition.number})


def asked_policy(request: HttpRequest, pk: int) -> tuple[Policy, at.Asked, Edition | None] | HttpResponse:
    """The policy with its text of the day asked, that day, and the edition it is of; or the problem as an answer."""
    asked = at.asked(request.GET)
    if asked.problem:
        return problem(asked.problem)
    found = queries.public().select_related("unit", "original").filter(pk=pk).first()
    if found is None:
        return problem(_("没有这份文件，或者它没有公开。"), 404)
    if asked.given:
        found = version_on(found, asked.day)
    edition = edition_on(found, asked.day)
    return with_text_of(found, edition) if edition and asked.given else found, asked, edition


def forms_of(request: HttpRequest, policy: Policy) -> dict[str, str]:
    """Where else the text stands: as JSON, Markdown, Akoma Ntoso."""
    names = {"json": "policy", "markdown": "markdown", "akoma_ntoso": "akn"}
    return {
        form: request.build_absolute_uri(reverse(f"policies_api:{name}", args=[policy.pk]))
        for form, name in names.items()
    }


def summary(request: HttpRequest, policy: Policy, asked: at.Asked) -> dict[str, Any]:
    """What a list tells of a policy."""
    validity = policy.validity_on(asked.day)
    return {
        "id": policy.pk,
        "url": request.build_absolute_uri(policy.get_absolute_url()),
        "title": policy.title,
        "document_number": policy.document_number or None,
        "index_number": policy.index_number or None,
        "issuers": policy.issuer_names,
        "unit": policy.unit.code if policy.unit else None,
        "kind": policy.kind or None,
        "subject": policy.subject or None,
        **{
            name: (value.isoformat() if (value := getattr(policy, name)) else None)
            for name in ("written_on", "published_on", "effective_from", "effective_until")
        },
        "validity": {
            "on": asked.day.isoformat(),
            "state": validity.state.value,
            "flags": sorted(flag.value for flag in validity.flags),
            "reason": validity.reason,
        },
        "is_sample": policy.is_sample,
    }


def clauses_of(request: HttpRequest, policy: Policy) -> list[dict[str, Any]]:
    """The clauses with their addresses."""
    return [
        {
            "path": clause.path,
            "label": clause.label,
            "heading": list(clause.heading),
            "text": clause.text,
            "table": clause.table.grid() if clause.table else None,
            "url": request.build_absolute_uri(policy.clause_url(clause.anchor)),
        }
        for clause in policy.read_clauses
    ]


def _around(request: HttpRequest, policy: Policy, asked: at.Asked) -> dict[str, Any]:
    return {
        "relations": [
            {
                "kind": each.kind.value,
                "direction": "out" if each.says else "in",
                "title": each.title,
                "document_number": each.number or None,
                "id": each.policy.pk if each.policy else None,
                "state": each.state.value if each.state else None,
            }
            for each in neighbours(policy, asked.day)
        ],
        "editions": [
            {
                "number": each.number,
                "kind": each.kind,
                "note": each.note or None,
                "published_at": each.published_at.isoformat(),
                "sha256": each.digest,
                "url": request.build_absolute_uri(each.get_absolute_url()),
            }
            for each in policy.editions.open()
        ],
    }
