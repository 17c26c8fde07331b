"""Pages of the library: the list with its filters, a policy, its original file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.kernel.prepared import by_key
from gongkai.policies import at, queries
from gongkai.policies.actions.editions import latest
from gongkai.policies.library import library_context
from gongkai.policies.models import Edition, Original, Policy
from gongkai.policies.page import policy_context
from gongkai.policies.versions import edition_on, version_on, with_text_of
from gongkai.policies.views.files import download


@rule("public")
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every published policy, narrowed and ordered by what the address says; states are those of the day asked."""
    return render(request, "policies/library.html", library_context(request.GET))


def _found(pk: int) -> Policy:
    """The policy with its original, public or not; raises Http404 where there is none."""
    policy = by_key(Policy, [pk]).get(pk)
    if policy is None:
        raise Http404(_("没有这份文件，或者它还没有发布。"))
    if policy.original_id:
        policy.original = by_key(Original, [policy.original_id])[policy.original_id]
    return policy


@rule("public")
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one policy, its text and validity as of the day asked; a withdrawn one says so (410)."""
    found = _found(pk)
    if not found.live:
        return _gone(request, found)
    asked = at.asked(request.GET)
    edition = None
    if asked.given:
        version = version_on(found, asked.day)
        if version.pk != found.pk:
            query = request.GET.copy()
            query.pop(
                "chapter", None
            )  # pages of another version are cut at other places; its clauses bear the same names
            return redirect(f"{version.get_absolute_url()}?{query.urlencode()}")
        edition = edition_on(found, asked.day)
    return _shown(request, found, asked, edition)


@rule("public")
@require_safe
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One published text of a policy: these words stand at this address for ever."""
    found = _found(pk)
    if not found.live:
        return _gone(request, found)
    kept = get_object_or_404(found.editions.select_related("revision"), number=number)
    if kept.pulled_back or kept.closed:
        return _pulled_back(request, found, closed=bool(kept.closed))
    return _shown(request, found, at.asked(request.GET), kept, fixed=True)


def _shown(
    request: HttpRequest, found: Policy, asked: at.Asked, kept: Edition | None, *, fixed: bool = False
) -> HttpResponse:
    last = latest(found) if kept else None
    older = kept is not None and last is not None and kept.number != last.number
    shown = with_text_of(found, kept) if kept and older else found
    context = policy_context(shown, asked, request.GET, kept.get_absolute_url() if kept and fixed else "")
    return render(
        request, "policies/policy.html", context | {"edition": kept, "older": older, "fixed": fixed}
    )


def _gone(request: HttpRequest, found: Policy) -> HttpResponse:
    if not found.withdrawn_on:
        if found.editions.filter(pulled_back=True).exists():
            return _pulled_back(request, None)
        raise Http404(_("没有这份文件，或者它还没有发布。"))
    template = "policies/taken_down.html" if found.taken_down else "policies/withdrawn.html"
    return render(request, template, {"policy": found}, status=410)


def _pulled_back(request: HttpRequest, found: Policy | None, *, closed: bool = False) -> HttpResponse:
    """404, of a text that ended with its record 410, that says what happened; the policy is named where a text of it is public."""
    context = {"policy": found, "closed": closed}
    return render(request, "policies/pulled_back.html", context, status=410 if closed else 404)


@rule("public")
@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was handed in, always as a download: a saved page must not run as ours.

    One with comments, tracked changes or hidden text is not for the public: what they may read is on the page.
    """
    open_files = (
        queries.public().filter(original__conceals=False, files_closed=False).select_related("original")
    )
    found = get_object_or_404(open_files, pk=pk)
    return download(found, found.original)


@rule("public")
@require_safe
def other_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A further file of the same document, joined to it at the desk."""
    found = get_object_or_404(queries.public(), pk=pk)
    return download(found, get_object_or_404(queries.other_files(found), pk=file).original)
