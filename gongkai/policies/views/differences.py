"""Pages of the difference between two texts: two editions of one record, or two records."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies import differences, queries


@rule("public")
@require_safe
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    """Two editions of a policy, the last two where the address names none (?from=1&to=2)."""
    found = get_object_or_404(queries.public(), pk=pk)
    kept = list(found.editions.open().select_related("revision").order_by("number"))
    chosen = differences.editions_chosen(kept, request.GET)
    context = {"policy": found, "editions": kept, "crumbs": differences.crumbs(found)}
    if chosen is None:
        return render(request, "policies/differences.html", context)
    old, new = (differences.edition_side(found, each) for each in chosen)
    return _shown(request, context | {"chosen": chosen}, old, new)


@rule("public")
@require_safe
def records(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two records that everyone may read, such as two versions of a law, the older first."""
    one, two = (get_object_or_404(queries.public(), pk=each) for each in (pk, other))
    if pk == other:
        return redirect("policies:compare", pk)
    earlier, later = differences.in_order(one, two)
    context: dict[str, object] = {"policy": later, "crumbs": differences.crumbs(later)}
    return _shown(request, context, differences.record_side(earlier), differences.record_side(later))


def _shown(
    request: HttpRequest, context: dict[str, object], old: differences.Side, new: differences.Side
) -> HttpResponse:
    found = differences.difference_context(old, new, request.GET)
    busy = bool(found.get("busy"))
    answer = render(request, "policies/differences.html", context | found, status=503 if busy else 200)
    if busy:
        answer.headers["Retry-After"] = "5"
    return answer
