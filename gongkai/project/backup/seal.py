"""A passphrase over the keys file: scrypt makes a key of it, and AES-256-GCM seals with that key and shows every change.

A sealed file is one line in plain words (HEAD), 16 bytes of salt, 12 bytes of nonce, and the sealed text with its tag.
The three parts before the text are its associated data: no byte of the file can be changed unseen.
"""

import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.core.exceptions import ImproperlyConfigured

# The cost stands in the name of the format and is never read from a file: a hostile file cannot ask for more memory.
HEAD = b"gongkai-keys-sealed/1 scrypt(n=32768,r=8,p=1) AES-256-GCM\n"
LEAST = 12  # characters of a passphrase
_SALT, _NONCE, _TAG = 16, 12, 16


class WeakPassphrase(ImproperlyConfigured):
    """The passphrase is empty or too short to seal with; the sentence says so (wrong use: exit code 2)."""


class CannotOpen(Exception):
    """Another passphrase, or not the bytes that were written: the two cannot be told apart."""


def require_strong(passphrase: str) -> None:
    """Raises WeakPassphrase for an empty or a short one."""
    length = len(_plain(passphrase))
    if length < LEAST:
        given = f"只有 {length} 个字符" if length else "是空的"
        raise WeakPassphrase(f"备份口令{given}，没有备份；请用 {LEAST} 个字符以上、别处不用的口令。")


def is_sealed(data: bytes) -> bool:
    """Whether these are (the beginning of) a sealed file."""
    return data.startswith(HEAD)


def seal(text: bytes, passphrase: str) -> bytes:
    """The sealed file, with a salt and a nonce drawn anew. Raises WeakPassphrase."""
    require_strong(passphrase)
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    head = HEAD + salt + nonce
    return head + AESGCM(_key(passphrase, salt)).encrypt(nonce, text, head)


def unseal(data: bytes, passphrase: str) -> bytes:
    """What was sealed. Raises CannotOpen."""
    start = len(HEAD) + _SALT + _NONCE
    if not is_sealed(data) or len(data) < start + _TAG:
        raise CannotOpen
    head, sealed = data[:start], data[start:]
    salt, nonce = head[len(HEAD) : -_NONCE], head[-_NONCE:]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, head)
    except InvalidTag as problem:
        raise CannotOpen from problem


def _key(passphrase: str, salt: bytes) -> bytes:
    # surrogateescape: a variable of the environment that is no UTF-8 still is a passphrase.
    text = _plain(passphrase).encode("utf-8", "surrogateescape")
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(text)


def _plain(passphrase: str) -> str:
    # A Chinese keyboard writes １２ or 12, a file ends with a line break: the same passphrase all the same.
    return unicodedata.normalize("NFKC", passphrase).strip()
