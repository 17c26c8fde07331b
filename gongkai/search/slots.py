"""What search puts into the slots of other pages."""

from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def header_box(context: Context, *_objects: object) -> SafeString:
    """The small search box in the header; not on pages that have a large one of their own."""
    if context.get("has_search_box"):
        return SafeString("")
    return render_to_string("search/header_box.html", {})
