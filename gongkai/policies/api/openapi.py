"""The reading interface described as OpenAPI 3.1, for programs that make their own client from it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.law.validity import Flag, State
from gongkai.policies.api.answers import answer
from gongkai.policies.library import FILTERS
from gongkai.policies.models import RelationKind

Schema = dict[str, Any]


@rule("public")
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """All of it as JSON."""
    return answer(
        {
            "openapi": "3.1.0",
            "info": {
                "title": settings.SITE_NAME,
                "version": "1",
                "description": _(
                    "只读，不用注册；每份文件的地址长期不变。访问过于频繁时回 429，并写明几秒后再试。"
                ),
            },
            "servers": [{"url": request.build_absolute_uri("/")[:-1]}],
            "paths": _paths(),
            "components": {"schemas": _schemas()},
        }
    )


def _paths() -> Schema:
    listed, one = [*_filters(), _AT], [_ID, _AT]
    page = _query("page", {"type": "integer", "minimum": 1}, _("第几页，每页 100 份"))
    since = _query(
        "since", {"type": "string", "format": "date-time"}, _("只要这一时刻以来发布、变动和撤下的")
    )
    return {
        "/api/policies/": _get(
            "policies", _("公开的政策文件，新的在前"), [*listed, page], "application/json", "List"
        ),
        "/api/policies.atom": _get("feed", _("最新 100 份，Atom"), listed, "application/atom+xml"),
        "/api/policies.jsonl": _get(
            "everything", _("全部文件，每行一份；撤下的也有一行，供副本同步"), [since], "application/x-ndjson"
        ),
        "/api/policies/{id}/": _get(
            "policy", _("一份文件：要素、有效性、条款、关系、版本"), one, "application/json", "Policy"
        ),
        "/api/policies/{id}.md": _get("markdown", _("正文，Markdown"), one, "text/markdown"),
        "/api/policies/{id}.xml": _get("akoma_ntoso", _("正文，Akoma Ntoso 3.0"), one, "application/akn+xml"),
        "/api/openapi.json": _get("openapi", _("本说明"), [], "application/json"),
    }


def _get(name: str, words: str, parameters: list[Schema], kind: str, schema: str = "") -> Schema:
    shape: Schema = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "string"}
    if kind == "application/json" and not schema:
        shape = {"type": "object"}
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = {"200": {"description": words, "content": {kind: {"schema": shape}}}}
    if parameters:
        answers["400"] = {"description": _("参数看不懂"), "content": problem}
    if _ID in parameters:
        answers["404"] = {"description": _("没有这份文件，或者它没有公开"), "content": problem}
    return {"get": {"operationId": name, "summary": words, "parameters": parameters, "responses": answers}}


def _query(name: str, schema: Schema, words: str = "") -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


_ID: Schema = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
_AT: Schema = _query("at", {"type": "string", "format": "date"})


def _filters() -> list[Schema]:
    states = {"type": "string", "enum": [state.value for state in State]}
    return [_query(name, states if name == "state" else {"type": "string"}) for name in FILTERS]


def _maybe(kind: str, **more: str) -> Schema:
    return {"type": [kind, "null"], **more}


def _object(properties: Schema, *, all_of: Schema | None = None) -> Schema:
    whole = {**(all_of or {}), **properties}
    return {"type": "object", "properties": whole, "required": sorted(whole)}


def _schemas() -> Schema:
    text, day = {"type": "string"}, _maybe("string", format="date")
    number = {"type": "integer"}
    validity = _object(
        {
            "on": {"type": "string", "format": "date"},
            "state": {"type": "string", "enum": [state.value for state in State]},
            "flags": {"type": "array", "items": {"type": "string", "enum": [flag.value for flag in Flag]}},
            "reason": text,
        }
    )
    head = {
        "id": number, "url": text, "title": text, "document_number": _maybe("string"), "index_number": _maybe("string"),
        "issuers": {"type": "array", "items": text}, "unit": _maybe("string"), "kind": _maybe("string"),
        "subject": _maybe("string"), "written_on": day, "published_on": day, "effective_from": day, "effective_until": day,
        "validity": {"$ref": "#/components/schemas/Validity"}, "is_sample": {"type": "boolean"},
    }  # fmt: skip
    clause = _object(
        {
            "path": text,
            "label": text,
            "heading": {"type": "array", "items": text},
            "text": text,
            "url": text,
            "table": {"type": ["array", "null"], "items": {"type": "array"}},
        }
    )
    relation = _object(
        {
            "kind": {"type": "string", "enum": [kind.value for kind in RelationKind]},
            "title": text,
            "direction": {"type": "string", "enum": ["out", "in"]},
            "document_number": _maybe("string"),
            "id": _maybe("integer"),
            "state": _maybe("string"),
        }
    )
    edition = _object(
        {
            "number": number,
            "kind": text,
            "note": _maybe("string"),
            "published_at": text,
            "sha256": text,
            "url": text,
        }
    )
    listed = _object(
        {"at": text, "total": number, "page": number, "pages": number, "policies": _array("Summary")}
    )
    more = {
        "clauses": _array("Clause"), "relations": _array("Relation"), "editions": _array("Edition"),
        "edition": _maybe("integer"), "forms": {"type": "object", "additionalProperties": text},
    }  # fmt: skip
    return {
        "Validity": validity, "Summary": _object(head), "Clause": clause, "Relation": relation, "Edition": edition,
        "List": listed, "Policy": _object(more, all_of=head), "Problem": _object({"problem": text}),
    }  # fmt: skip


def _array(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
