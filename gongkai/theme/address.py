"""The permanent address of a page: as it is printed, shared and put into a QR code, whichever way the reader came."""

from django.conf import settings


def public_url(path: str) -> str:
    """The full address of a path of this site, such as https://www.example.gov.cn/policies/2/."""
    return settings.PUBLIC_URL.rstrip("/") + path
