"""One-time codes by the clock (RFC 6238) and their secrets, sealed under a key that is derived from SECRET_KEY."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from functools import lru_cache

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

STEP_SECONDS = 30
#: A phone's clock may be so many steps off.
WINDOW = 1
RECOVERY_CODES = 10
# Without letters and digits that are taken for each other on paper.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_RECOVERY_LENGTH = 16  # 79 bits


class Unreadable(Exception):
    """A sealed secret was sealed under another SECRET_KEY."""


def new_secret() -> str:
    """160 bits in base32, as an authenticator takes them."""
    return pyotp.random_base32()


def seal(secret: str) -> str:
    """The secret as the database may hold it."""
    return MultiFernet(list(_boxes())).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again; Unreadable if it was sealed under a key that is neither the present one nor a former one."""
    try:
        return MultiFernet(list(_boxes())).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable(
            _("保存的动态口令密钥不能解开（站点的 SECRET_KEY 换过了）；请安全管理员重置后重新绑定。")
        ) from None


def step_at(moment: datetime) -> int:
    """The number of the 30-second step that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The six digits of a step."""
    return pyotp.TOTP(secret).at(step * STEP_SECONDS)


def step_of(secret: str, typed: str, moment: datetime) -> int | None:
    """The step around ``moment`` whose code was typed; None if it is of none. Takes the same time for any code."""
    now, found = step_at(moment), None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if constant_time_compare(code_at(secret, step), typed):
            found = step
    return found


def address(secret: str, username: str) -> str:
    """What the QR code says: otpauth://totp/…"""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=settings.SITE_NAME)


def picture(secret: str, username: str) -> str:
    """The QR code as a data: address of an SVG; nobody outside is asked to draw it."""
    return segno.make(address(secret, username), error="m").svg_data_uri(scale=5, border=4, light="#fff")


def in_fours(text: str) -> str:
    """Set in groups of four, to be read and typed."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def new_recovery_codes() -> list[str]:
    """Ten codes, as abcd-efgh-jkmn-pqrs."""
    drawn = [
        "".join(secrets.choice(_ALPHABET) for _n in range(_RECOVERY_LENGTH)) for _m in range(RECOVERY_CODES)
    ]
    return [in_fours(each).replace(" ", "-") for each in drawn]


def recovery_digests(user_id: int, typed: str) -> list[str]:
    """How a recovery code is kept, under the present key first and then former ones; dashes, blanks and case do not count.

    A keyed digest of 79 random bits needs no slow hash: without the key there is nothing to try it against.
    """
    plain = "".join(letter for letter in typed.lower() if letter.isalnum())[:64]
    said = f"{user_id}:{plain}".encode()
    return [hmac.new(key, said, hashlib.sha256).hexdigest() for key in _keys(b"gongkai.sign_in.recovery/1")]


def _boxes() -> tuple[Fernet, ...]:
    return tuple(Fernet(base64.urlsafe_b64encode(key)) for key in _keys(b"gongkai.sign_in.totp/1"))


def _keys(label: bytes) -> list[bytes]:
    return [_derived(secret, label) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@lru_cache(maxsize=16)
def _derived(secret: str, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret.encode())
