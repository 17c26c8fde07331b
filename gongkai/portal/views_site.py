"""Pages about the site itself: what it is, how to use it, what it keeps, whom to tell, and the map of all of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies import queries
from gongkai.portal.doors import ways_to_ask
from gongkai.portal.site_map import site_map_context
from gongkai.portal.turning_to import turning_to
from gongkai.subscriptions import channels


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    crumbs = [{"label": title, "url": ""}]
    return render(request, f"portal/{name}.html", {"title": title, "crumbs": crumbs} | context)


@rule("public")
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is."""
    return _page(request, "about", _("关于本站"))


@rule("public")
@require_safe
def how_to(request: HttpRequest) -> HttpResponse:
    """How to search, read, print, subscribe and cite, and what the words mean."""
    return _page(request, "help", _("使用帮助"), by_mail=channels.is_open())


@rule("public")
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was tested and how, what falls short, whom to tell."""
    return _page(request, "accessibility", _("无障碍声明"))


@rule("public")
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Where everything is, for people."""
    return _page(request, "site_map", _("网站地图"), **site_map_context())


@rule("public")
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to ask about a document, a service, this site."""
    return _page(request, "contact", _("联系我们"), doors=ways_to_ask(), **turning_to())


@rule("public")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of visitors, and what is not."""
    return _page(request, "privacy", _("隐私说明"), by_mail=channels.is_open())


@rule("public")
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The record for programmers."""
    newest = queries.for_lists().first()
    forms = {"JSON": "policy", "Markdown": "markdown", "Akoma Ntoso": "akn"}
    example = (
        [(label, reverse(f"policies_api:{name}", args=[newest.pk])) for label, name in forms.items()]
        if newest
        else []
    )
    return _page(request, "data", _("数据接口"), example=example)


@rule("public")
@require_safe
def reuse(request: HttpRequest) -> HttpResponse:
    """What may be done with the texts."""
    return _page(request, "copyright", _("版权说明"))
