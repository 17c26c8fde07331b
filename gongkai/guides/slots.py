"""What services put into the slots of other pages: what a unit offers."""

from typing import Any
from urllib.parse import urlencode

from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from gongkai.guides import queries
from gongkai.guides.page import row

_MOST = 20


def unit_services(_context: Context, unit: Any) -> SafeString:
    """The services of a unit; nothing where it has none."""
    found = queries.public().filter(unit=unit)
    total = found.count()
    if not total:
        return SafeString("")
    context = {
        "rows": [row(service) for service in found[:_MOST]],
        "total": total,
        "url": f"{reverse('guides:listing')}?{urlencode({'unit': unit.code})}",
    }
    return render_to_string("guides/unit_services.html", context)
