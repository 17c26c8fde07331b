"""QR codes of addresses of this site, as pictures that a page asks for only where somebody comes to look at them."""

from io import BytesIO

import segno


def qr_svg(text: str) -> bytes:
    """A picture of ``text`` for phones, as an SVG file."""
    # One mask for all: looking for the best of eight costs five times as much as the code, and readers take any.
    code, drawn = segno.make_qr(text, error="m", mask=3), BytesIO()
    code.save(drawn, kind="svg", border=2, omitsize=True, xmldecl=False, svgclass=None, lineclass=None)
    return drawn.getvalue()
