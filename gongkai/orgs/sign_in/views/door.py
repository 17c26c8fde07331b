"""Pages from password to desk: each is one step and asks for nothing else."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from gongkai.kernel.access import rule
from gongkai.orgs.models import SignIn, User
from gongkai.orgs.permissions import may_use_desk
from gongkai.orgs.sign_in import actions, address, factor, pending, sessions, totp
from gongkai.orgs.sign_in.forms import CodeForm, LoginForm, NewPasswordForm, RecoveryForm

_MARK = "sign_in.enrolling"


def _step(view: Any) -> Any:
    """A page at the door: for everybody, never kept, and what is typed there never shown in a report of an error."""
    methods = require_http_methods(["GET", "HEAD", "POST"])
    return rule("public")(never_cache(sensitive_post_parameters()(methods(view))))


@_step
def login(request: HttpRequest) -> HttpResponse:
    """Name and password."""
    if may_use_desk(request.user):
        return redirect(wanted(request))
    form = LoginForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        pending.begin(request, form.get_user(), to=wanted(request))
        return _on(request)
    return render(request, "orgs/sign_in/login.html", {"form": form, "next": wanted(request)})


@_step
def code(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator."""
    return _second(request, CodeForm, "secret_code", SignIn.Factor.TOTP, "orgs/sign_in/code.html")


@_step
def recovery(request: HttpRequest) -> HttpResponse:
    """A recovery code, when the phone is not at hand."""
    return _second(
        request, RecoveryForm, "secret_recovery", SignIn.Factor.RECOVERY, "orgs/sign_in/recovery.html"
    )


@sensitive_variables()
def _second(request: HttpRequest, kind: Any, credential: str, how: str, template: str) -> HttpResponse:
    user = pending.person(request)
    if user is None or pending.step(request, user) != "sign_in:code":
        return pending.advance(request)
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            given = {credential: form.cleaned_data["code"]}
            if authenticate(request, username=user.get_username(), **given):
                pending.passed(request, how)
                return _on(request)
            form.add_error("code", form.wrong)
        except totp.Unreadable as problem:
            form.add_error("code", str(problem))
    return render(request, template, {"form": form})


@_step
def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own in place of the one-time password."""
    user = pending.person(request)
    if user is None or pending.step(request, user) != "sign_in:first_password":
        return pending.advance(request)
    form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.change_password(by=user, password=form.cleaned_data["new_password1"])
        pending.password_changed(request, user)
        return _on(request)
    return render(request, "orgs/sign_in/first_password.html", {"form": form})


@_step
@sensitive_variables()
def enrol(request: HttpRequest) -> HttpResponse:
    """Bind an authenticator: at the door where the role needs one, else by choice or for a new phone."""
    arriving = pending.person(request)
    if arriving and pending.step(request, arriving) != "sign_in:enrol":
        return pending.advance(request)
    user: Any = arriving or request.user
    if not may_use_desk(user):
        return pending.lost(request)
    if not arriving and not sessions.is_confirmed(request):
        return redirect(f"{reverse('sign_in:confirm')}?next={quote(request.path)}")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        codes = factor.confirm(user, request.session.get(_MARK, ""), form.cleaned_data["code"])
        if codes:
            return _enrolled(request, user, codes, arriving=bool(arriving))
        form.add_error("code", _("口令不对，请核对手机时间，输入刚刚绑定的这一项显示的数字。"))
    secret = _secret(request, user)
    drawn = {"picture": totp.picture(secret, user.get_username()), "secret": totp.in_fours(secret)}
    return render(request, "orgs/sign_in/enrol.html", {"form": form, "arriving": bool(arriving), **drawn})


def _secret(request: HttpRequest, user: User) -> str:
    """The secret that this session began to bind; a new one otherwise."""
    try:
        secret = factor.pending(user, request.session.get(_MARK, ""))
    except totp.Unreadable:
        secret = ""
    if not secret:
        secret = factor.begin(user)
        request.session[_MARK] = factor.mark_of(user.second_factor)
    return secret


def _enrolled(request: HttpRequest, user: User, codes: list[str], *, arriving: bool) -> HttpResponse:
    request.session.pop(_MARK, None)
    to = reverse("sign_in:devices")
    if arriving:
        pending.passed(request, SignIn.Factor.TOTP)
        to = pending.enter(request, user)
    else:
        row = sessions.row_of(request)
        sessions.end_all(user, why=SignIn.Why.FACTOR, but=row)
        SignIn.objects.filter(pk=row).update(factor=SignIn.Factor.TOTP)
    return codes_page(request, codes, to=to)


def codes_page(request: HttpRequest, codes: list[str], *, to: str) -> HttpResponse:
    """Ten new recovery codes, this once: to print, and as a text to save, both without a script."""
    text = "\r\n".join([settings.SITE_NAME, *codes, ""])
    saved = f"data:text/plain;charset=utf-8,{quote(text)}"
    return render(request, "orgs/sign_in/codes.html", {"codes": codes, "saved": saved, "to": to})


def wanted(request: HttpRequest) -> str:
    """Where the person was going, if that is a place of this site; else the desk."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    # Django takes "foo" for safe, and would look for a route of that name.
    return to if safe and to.startswith("/") else reverse("wagtailadmin_home")


def _on(request: HttpRequest) -> HttpResponse:
    """The next step; whoever has come in is told of the time before."""
    response = pending.advance(request)
    if request.user.is_authenticated:
        last = SignIn.objects.filter(user=request.user).exclude(pk=sessions.row_of(request)).first()
        if last:
            seen = {"at": last.started_at, "where": address.shortened(last.address), "device": last.device}
            messages.info(
                request, _("上次登录：%(at)s，%(where)s，%(device)s。如果不是您本人，请马上修改密码。") % seen
            )
    return response
