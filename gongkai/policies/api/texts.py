"""The text of a policy in other forms at addresses of its own: Markdown and Akoma Ntoso, as of the day asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies.api.answers import opened
from gongkai.policies.api.records import asked_policy
from gongkai.policies.as_document import as_document
from gongkai.policies.models import Policy
from gongkai.policies.words import reason, state_label
from gongkai.reading import akn as akoma
from gongkai.reading.markdown import markdown as as_markdown


@rule("public")
@require_safe
def markdown(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The text as CommonMark, with its address and its validity on the day asked above it."""

    def write(policy: Policy, head: str) -> bytes:
        return f"{head}\n{as_markdown(as_document(policy))}".encode()

    return _text(request, pk, "text/markdown; charset=utf-8", write)


@rule("public")
@require_safe
def akn(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The text as Akoma Ntoso 3.0."""
    return _text(
        request,
        pk,
        "application/akn+xml; charset=utf-8",
        lambda policy, _head: akoma.akn(as_document(policy)),
    )


def _text(
    request: HttpRequest, pk: int, kind: str, write: Callable[[Policy, str], bytes]
) -> HttpResponseBase:
    found = asked_policy(request, pk)
    if isinstance(found, HttpResponse):
        return found
    policy, asked, _edition = found
    address = request.build_absolute_uri(policy.get_absolute_url())
    validity = policy.validity_on(asked.day)
    held = f"> {asked.day.isoformat()}：{state_label(validity.state)}。{reason(validity)}"
    lines = [f"> {address}", held]
    sample = ["> 示例文件，不是正式公文。"] if policy.is_sample else []
    return opened(HttpResponse(write(policy, "  \n".join([*lines, *sample]) + "\n"), content_type=kind))
