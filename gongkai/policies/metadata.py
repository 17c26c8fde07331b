"""What the head of a policy's page tells to machines: article tags of the national standard, JSON-LD, other forms.

Article tags: 国办发〔2017〕47号, annex on page tags (ArticleTitle, PubDate, ContentSource and the optional ones).
JSON-LD: schema.org `Legislation`. A block of data is not run, so the strict content security policy has nothing to say.
"""

import json
from typing import Any

from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.kernel.routes import route
from gongkai.law.validity import State
from gongkai.policies.models import Policy

_FORCE = {
    State.IN_FORCE: "InForce",
    State.NOT_YET_IN_FORCE: "NotInForce",
    State.LAPSED: "NotInForce",
    State.REPEALED: "NotInForce",
}
# Beginning of a data block's end or a comment: a title that holds it must not end the block.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
_FORMS = (("policy", "application/json"), ("markdown", "text/markdown"), ("akn", "application/akn+xml"))


def head(context: Context) -> SafeString:
    """For the slot page.head: nothing on other pages, on previews and on texts of another day."""
    policy = context.get("policy")
    if (
        not isinstance(policy, Policy)
        or not policy.live
        or context.get("preview")
        or context.get("older")
        or "validity" not in context
    ):
        return SafeString("")
    request = context.get("request")
    absolute = request.build_absolute_uri if request else str
    at = context["asked"].parameter
    tags = format_html_join("\n", '<meta name="{}" content="{}">', _article(policy, absolute))
    links = format_html_join(
        "\n",
        '<link rel="alternate" type="{}" href="{}">',
        (
            (kind, f"{route(f'policies_api:{name}', policy.pk)}{f'?{at}' if at else ''}")
            for name, kind in _FORMS
        ),
    )
    data = json.dumps(
        _legislation(policy, context["validity"].state, absolute), ensure_ascii=False
    ).translate(_ESCAPES)
    block = mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308 - escaped above
    return format_html("{}\n{}\n{}", tags, links, block)


def downloads(_context: Context, policy: Policy) -> SafeString:
    """For the slot policy.downloads: the text in other forms."""
    if not policy.live:
        return SafeString("")
    names = {"markdown": "Markdown", "akn": "Akoma Ntoso", "policy": "JSON"}
    links = format_html_join(
        " · ",
        '<a href="{}">{}</a>',
        ((route(f"policies_api:{name}", policy.pk), label) for name, label in names.items()),
    )
    return format_html('<p class="forms">{}{}</p>', _("给程序用："), links)


def _article(policy: Policy, absolute: Any) -> list[tuple[str, str]]:
    tags = [
        ("ArticleTitle", policy.title),
        ("PubDate", _published(policy)),
        ("ContentSource", policy.issuers or (policy.unit.name if policy.unit else "")),
        ("Keywords", ",".join(filter(None, [policy.kind, policy.subject, policy.document_number]))),
        ("Author", policy.issuers),
        ("Url", absolute(policy.get_absolute_url())),
    ]
    return [(name, value) for name, value in tags if value]


def _published(policy: Policy) -> str:
    """YYYY-MM-DD HH:MM, as the tag demands: when the page came online; the first minute of a day known without a time."""
    first = policy.first_published_at
    if first and policy.published_on in {None, clock.local_day(first)}:
        return clock.local(first).strftime("%Y-%m-%d %H:%M")
    return f"{policy.published_on.isoformat()} 00:00" if policy.published_on else ""


def _legislation(policy: Policy, state: State, absolute: Any) -> dict[str, Any]:
    issuers = [{"@type": "GovernmentOrganization", "name": name} for name in policy.issuer_names]
    forms = [
        {
            "@type": "LegislationObject",
            "encodingFormat": kind,
            "contentUrl": absolute(route(f"policies_api:{name}", policy.pk)),
        }
        for name, kind in _FORMS
    ]
    facts = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "@id": absolute(policy.get_absolute_url()),
        "url": absolute(policy.get_absolute_url()),
        "name": policy.title,
        "inLanguage": "zh-CN",
        "legislationIdentifier": policy.document_number,
        "legislationType": policy.kind,
        "legislationDate": policy.written_on and policy.written_on.isoformat(),
        "datePublished": policy.published_on and policy.published_on.isoformat(),
        "temporalCoverage": _span(policy),
        "legislationLegalForce": _FORCE.get(state, ""),
        "legislationPassedBy": issuers,
        "legislationResponsible": policy.unit
        and {"@type": "GovernmentOrganization", "name": policy.unit.name},
        "about": policy.subject,
        "disambiguatingDescription": _("示例文件，不是正式公文") if policy.is_sample else "",
        "isAccessibleForFree": True,
        "encoding": forms,
    }
    return {name: value for name, value in facts.items() if value}


def _span(policy: Policy) -> str:
    if not policy.effective_from:
        return ""
    end = policy.effective_until.isoformat() if policy.effective_until else ".."
    return f"{policy.effective_from.isoformat()}/{end}"
