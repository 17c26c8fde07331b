"""Pages for readers who subscribe: the form, what their letters' links lead to. Opening a link alone changes nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.kernel.access import rule
from gongkai.subscriptions import actions, channels
from gongkai.subscriptions.forms import SubscribeForm, WhenForm, chosen
from gongkai.subscriptions.tokens import BadLink, subject_of, subscriber_of, subscription_of, token_for

View = Callable[..., HttpResponse]
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def with_link(view: View) -> View:
    """A link that leads nowhere any more gets a page which says why and what to do; pages of links are never kept."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            return view(request, *args, **values)
        except BadLink:
            return render(request, "subscriptions/bad_link.html", status=404)

    return never_cache(guarded)


@rule("public")
@form_methods
def subscribe(request: HttpRequest) -> HttpResponse:
    """The form. What is subscribed to stands signed in the address; without it, everything that is new."""
    key, name = _subject(request)
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        language = get_language() or "zh-hans"
        try:
            actions.subscribe(key=key, name=name, language=language, **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("subscriptions:asked")
    context = {"form": form, "key": key, "name": name, "open": channels.is_open()}
    context["crumbs"] = _crumbs(_("邮件订阅"))
    return render(request, "subscriptions/subscribe.html", context)


@rule("public")
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same words for every address, known or not."""
    return render(request, "subscriptions/asked.html", {"crumbs": _crumbs(_("邮件订阅"))})


@rule("public")
@form_methods
@with_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the confirming letter: a button, because mail scanners open links by themselves."""
    subscription = subscription_of(token)
    if request.method == "POST":
        subscription = actions.confirm(subscription=subscription)
        messages.success(request, _("已确认订阅。"))
        return redirect("subscriptions:manage", token_for(subscription.subscriber, "manage"))
    context = {"subscription": subscription, "crumbs": _crumbs(_("确认订阅"))}
    return render(request, "subscriptions/confirm.html", context)


@rule("public")
@form_methods
@with_link
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """What one address is subscribed to, how often and when."""
    person = subscriber_of(token, "manage")
    form = WhenForm(request.POST or None, initial=chosen(person))
    if request.method == "POST":
        if "stop" in request.POST:
            return _stop_one(request, person, token)
        if form.is_valid():
            actions.change_preferences(subscriber=person, **form.cleaned_data)
            messages.success(request, _("已保存接收设置。"))
            return redirect("subscriptions:manage", token)
    subscriptions = person.subscriptions.exclude(confirmed_at=None).order_by("pk")
    context = {"form": form, "subscriptions": subscriptions, "stop": token_for(person, "unsubscribe")}
    return render(request, "subscriptions/manage.html", context | {"crumbs": _crumbs(_("我的订阅"))})


# Without a token against forged requests: a mail program posts here for the reader (RFC 8058), the link is the proof.
@csrf_exempt
@rule("public")
@form_methods
@with_link
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ends all letters: a button for readers, one POST for mail programs."""
    person = subscriber_of(token, "unsubscribe")
    if request.method == "POST":
        actions.unsubscribe(subscriber=person)
        return render(request, "subscriptions/stopped.html", {"staff": person.user_id})
    return render(request, "subscriptions/unsubscribe.html", {"staff": person.user_id})


def _stop_one(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    if actions.unsubscribe(subscriber=person, key=request.POST["stop"][:120]):
        return render(request, "subscriptions/stopped.html", {"staff": None})
    messages.success(request, _("已退订这一项。"))
    return redirect("subscriptions:manage", token)


def _subject(request: HttpRequest) -> tuple[str, str]:
    """What the form is for; an address without, or with a broken, subject means the library as a whole."""
    try:
        return subject_of(request.GET.get("s", ""))
    except BadLink:
        return "library", _("本站新发布和有变化的政策文件")


def _crumbs(here: str) -> list[dict[str, str]]:
    return [{"label": here, "url": ""}]
