"""Where a request comes from: the address that counts for lock-out, and the shortened one that pages show."""

from ipaddress import ip_network

from django.conf import settings
from django.http import HttpRequest

from gongkai.kernel.address import of_visitor


def of(request: HttpRequest) -> str | None:
    """The visitor's address as kernel/address.py finds it."""
    return of_visitor(request.META, settings.PROXIES)


def shortened(address: str | None) -> str:
    """The network an address is of (/24, of IPv6 /48): enough to know one's own office by; "" for none."""
    if not address:
        return ""
    width = 48 if ":" in address else 24
    return str(ip_network(f"{address}/{width}", strict=False))
