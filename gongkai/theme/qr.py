"""QR codes as SVG markup for the page itself: no request, no inline style."""

from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=512)
def qr_svg(text: str) -> SafeString:
    """A picture of ``text`` for phones, hidden from those who hear the page: the address stands beside it as a link."""
    code = segno.make_qr(text, error="m")
    drawn = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308 - segno writes numbers only
