"""Public pages: the services that are offered, and the guide of one."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from gongkai.guides import queries
from gongkai.guides.models import Service
from gongkai.guides.page import FILTERS, listing_context, service_context
from gongkai.kernel.access import rule

PAGE_SIZE = 20


@rule("public")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Services by name, narrowed by filters and words in the address."""
    chosen = {name: request.GET.get(name, "").replace("\0", "")[:120].strip() for name in ("q", *FILTERS)}
    page = Paginator(queries.listing(**chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "guides/listing.html", listing_context(request.GET, chosen, page))


@rule("public")
@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of a service; one that is offered no more says so at the same address (410)."""
    found = get_object_or_404(Service.objects.select_related("unit", "guide"), code=code)
    if found.active:
        return render(request, "guides/service.html", service_context(found))
    return render(request, "guides/ended.html", {"service": found}, status=410)
