"""The record for programmers: JSON and an Atom feed, with the same rules and the same days as the pages."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.policies import at, queries
from gongkai.policies.effects import attach
from gongkai.policies.models import Policy
from gongkai.policies.relations import neighbours
from gongkai.policies.versions import edition_on, version_on, with_text_of
from gongkai.text.normalise import clean

PAGE_SIZE = 100
_FILTERS = ("unit", "kind", "subject", "year", "state")


@rule("public")
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Published policies, newest first, a hundred a page, under the filters of the library's page."""
    asked = at.asked(request.GET)
    if asked.problem:
        return _problem(asked.problem)
    chosen = {name: request.GET.get(name, "").replace("\0", "")[:120] for name in _FILTERS}
    found = queries.library(on=asked.day, until=asked.day if asked.given else None, **chosen)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    attach(page.object_list)
    rows = [_summary(request, policy, asked) for policy in page.object_list]
    return _json(
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
    asked = at.asked(request.GET)
    if asked.problem:
        return _problem(asked.problem)
    found = queries.public().select_related("unit").filter(pk=pk).first()
    if found is None:
        return _problem(_("没有这份文件，或者它没有公开。"), 404)
    if asked.given:
        found = version_on(found, asked.day)
    edition = edition_on(found, asked.day)
    shown = with_text_of(found, edition) if edition and asked.given else found
    return _json(
        _summary(request, shown, asked)
        | _whole(request, shown, asked)
        | {"edition": edition and edition.number}
    )


def _summary(request: HttpRequest, policy: Policy, asked: at.Asked) -> dict[str, Any]:
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


def _whole(request: HttpRequest, policy: Policy, asked: at.Asked) -> dict[str, Any]:
    return {
        "clauses": [
            {
                "path": clause.path,
                "label": clause.label,
                "heading": list(clause.heading),
                "text": clause.text,
                "table": clause.table.grid() if clause.table else None,
                "url": request.build_absolute_uri(policy.clause_url(clause.anchor)),
            }
            for clause in policy.read_clauses
        ],
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
            for each in policy.editions.filter(pulled_back=False)
        ],
    }


def _json(data: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and no cookie is read
    return response


def _problem(sentence: str, status: int = 400) -> JsonResponse:
    return _json({"problem": sentence}, status)


class PolicyFeed(Feed):
    """The newest policies as Atom; ?at= gives those of that day with their validity then."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> at.Asked:
        """The day that the feed is about."""
        return at.asked(request.GET)

    def title(self, asked: at.Asked) -> str:
        """The name of the feed."""
        return _("政策文件（%s）") % asked.day.isoformat() if asked.given else _("政策文件")

    def link(self) -> str:
        """The page that the feed follows."""
        return reverse("policies:library")

    def items(self, asked: at.Asked) -> list[tuple[Policy, at.Asked]]:
        """The newest hundred."""
        found = queries.library(on=asked.day, until=asked.day if asked.given else None)
        newest = list(found[:PAGE_SIZE])
        attach(newest)
        return [(policy, asked) for policy in newest]

    def item_title(self, item: tuple[Policy, at.Asked]) -> str:
        return clean(item[0].title)

    def item_link(self, item: tuple[Policy, at.Asked]) -> str:
        policy, asked = item
        return f"{policy.get_absolute_url()}?{asked.parameter}" if asked.given else policy.get_absolute_url()

    def item_guid(self, item: tuple[Policy, at.Asked]) -> str:
        return f"policy:{item[0].pk}"

    def item_description(self, item: tuple[Policy, at.Asked]) -> str:
        policy, asked = item
        facts = [policy.document_number, policy.issuers, policy.validity_on(asked.day).reason]
        return clean(" · ".join(fact for fact in facts if fact))

    def item_pubdate(self, item: tuple[Policy, at.Asked]) -> Any:
        return clock.start_of(item[0].published_on) if item[0].published_on else None

    def item_updateddate(self, item: tuple[Policy, at.Asked]) -> Any:
        return item[0].last_published_at
