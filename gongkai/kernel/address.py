"""Where a request comes from: the address that counts for limits and lock-out, which a proxy in front of us may have passed on."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any


def of_visitor(environ: Mapping[str, Any], proxies: int) -> str | None:
    """The visitor's address, of IPv6 the first of its /64, which one visitor has whole; None if there is none.

    ``environ`` is that of WSGI (Django's request.META). ``proxies`` is how many of our own stand before us
    (GONGKAI_PROXIES): each adds the address that it saw at the end of X-Forwarded-For; what the visitor wrote stands
    before these and counts for nothing.
    """
    said = [each.strip() for each in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if each.strip()]
    raw = said[-proxies] if len(said) >= proxies > 0 else str(environ.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(raw.strip("[]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), 64), strict=False).network_address)
    return str(address)
