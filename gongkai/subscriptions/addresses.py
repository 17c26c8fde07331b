"""Addresses of mail as people type them: which are taken, and when two are the same."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

_LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the brackets
_LONGEST_LOCAL = 64


class NoAddress(ValueError):
    """This is not an address that mail can be sent to; the message says what to do."""


def cleaned(text: str) -> str:
    """The address as a mail server takes it, its name kept as given and its domain in ASCII.

    Full-width letters (an input method's) are taken for what they stand for. Raises NoAddress; a line break, a space or
    a bracket inside is refused and never cut out: what was meant is not ours to guess.
    """
    text = unicodedata.normalize("NFKC", text.strip())
    local, at, domain = text.rpartition("@")
    try:
        # IDNA: a domain in Chinese characters has an ASCII form, a name before the @ has none that all servers take.
        address = f"{local}@{punycode(domain)}" if at else text
        # Quoted names ("a b"@…) and bare numbers (a@[10.0.0.1]) are legal, and in the wild a mistake or an attack.
        if (
            not address.isascii()
            or set('"[') & set(address)
            or len(address) > _LONGEST
            or len(local) > _LONGEST_LOCAL
        ):
            raise ValidationError("")
        EmailValidator(allowlist=[])(address)
    except (ValidationError, UnicodeError):
        raise NoAddress(_("这不是可用的邮箱地址，请按“名称@域名”填写，例如 name@example.cn。")) from None
    return address


def key_of(address: str) -> str:
    """The same for every way of writing one address; in practice no server tells capital letters apart."""
    return address.lower()


def without(text: str) -> str:
    """The words of a mail server without the addresses that it repeats."""
    return re.sub(r"[^\s<>(),;:]+@[^\s<>(),;:]+", "***", text)


def masked(address: str) -> str:
    """What of an address others may see."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}" if domain and local else "***"
