"""What the portal puts into the slots of other pages: the ways on from an error page, whom to ask."""

from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongkai.portal.doors import doors, ways_to_ask


def error_doors(_context: Context, *_objects: object) -> SafeString:
    """A search box and the doors of the site."""
    ways = [{"label": _("回到首页"), "url": reverse("portal:home"), "note": ""}, *doors()]
    return render_to_string("portal/error_doors.html", {"doors": ways})


def site_doors(_context: Context, *_objects: object) -> SafeString:
    """Whom to ask when the site has no answer."""
    return render_to_string("portal/site_doors.html", {"doors": ways_to_ask()})
