"""The installation's secrets in a file of their own, to be kept apart from the archive.

The file is readable by its owner alone and sealed under a passphrase (seal.py), or plain where that was asked for.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from gongkai.project.backup import place, seal
from gongkai.project.backup.archive import Damaged
from gongkai.project.settings.base import env

FORMAT = "gongkai-keys/1"
# Secrets that the installation itself has drawn and keeps beside its data.
_FILES = ("secret_key", "sample_accounts")


@dataclass(frozen=True)
class Keys:
    """The secret key, former ones, the key of the audit chain if it has its own, and secret files of the data folder."""

    secret_key: str
    former: list[str]
    audit_key: str
    files: dict[str, str]


def present() -> Keys:
    """The keys of this installation."""
    folder = Path(settings.DATA_DIR)
    files = {n: (folder / n).read_text(encoding="utf-8") for n in _FILES if (folder / n).exists()}
    if env("SECRET_KEY"):
        files.pop("secret_key", None)  # Left from before the key was given by the environment: not in use.
    return Keys(
        settings.SECRET_KEY,
        [str(key) for key in settings.SECRET_KEY_FALLBACKS],
        getattr(settings, "AUDIT_KEY", ""),
        files,
    )


def fingerprint(keys: Keys) -> str:
    """Tells whether two installations have the same keys, and nothing about them: they are long and random."""
    text = json.dumps([keys.secret_key, keys.audit_key]).encode()
    return hmac.new(text, b"gongkai.backup.keys/1", hashlib.sha256).hexdigest()


def write(path: Path, keys: Keys, passphrase: str | None) -> None:
    """Write the file, sealed under the passphrase; None: plain.

    Raises FileExistsError if other keys, keys under another passphrase, or something else stand there.
    """
    if path.exists():
        try:
            same = fingerprint(read(path, passphrase)) == fingerprint(keys)
        except Damaged:
            same = False
        if not same:
            raise FileExistsError(
                17, "这里已有另一份密钥、另一口令封存的密钥或别的文件，没有覆盖，请另取名字", str(path)
            )
    plain = json.dumps({"format": FORMAT, **asdict(keys)}, ensure_ascii=False, indent=1).encode()
    place.write(path, plain if passphrase is None else seal.seal(plain, passphrase))


def is_sealed(path: Path) -> bool:
    """Whether a passphrase is needed to read the file. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return seal.is_sealed(file.read(len(seal.HEAD)))


def read(path: Path, passphrase: str | None = None) -> Keys:
    """Read the file. Raises Damaged if it is none of ours or sealed otherwise, OSError if it cannot be read."""
    data = path.read_bytes()
    if seal.is_sealed(data):
        try:
            data = seal.unseal(data, passphrase or "")
        except seal.CannotOpen:
            raise Damaged(
                f"{path.name} 打不开：口令不对，或者文件已经损坏；请核对口令再试，仍打不开的换一份密钥文件。"
            ) from None
    try:
        found = json.loads(data)
        keys = Keys(found["secret_key"], found["former"], found["audit_key"], found["files"])
        whole = found["format"] == FORMAT and all(isinstance(text, str) for text in keys.files.values())
    except (ValueError, TypeError, KeyError, AttributeError):
        whole = False
    if not whole or not isinstance(keys.secret_key, str) or not isinstance(keys.audit_key, str):
        raise Damaged(f"{path.name} 不是本系统的密钥文件或者已经损坏；请换一份密钥文件。")
    return keys


def belong(keys: Keys, manifest: dict[str, Any]) -> bool:
    """Whether an archive was made under these keys."""
    return hmac.compare_digest(fingerprint(keys), str(manifest["keys"]))


def put_back(keys: Keys) -> str:
    """Put the keys where the installation looks for them; one sentence about what is done or left to do."""
    for name in _FILES:  # By our own list of names: nothing in the file is used as a path.
        if name in keys.files:
            place.write(Path(settings.DATA_DIR) / name, keys.files[name])
    given = env("SECRET_KEY")
    if not given and "secret_key" not in keys.files:
        # The old installation had its key from the environment; this one keeps it beside its data.
        place.write(Path(settings.DATA_DIR) / "secret_key", keys.secret_key)
    if given and given != keys.secret_key:
        return "密钥与环境变量不同：请把 GONGKAI_SECRET_KEY 改为密钥文件里的 secret_key（用 gongkai backup --open-keys 查看），再启动。"
    own = (getattr(settings, "AUDIT_KEY", ""), list(settings.SECRET_KEY_FALLBACKS))
    if own != (keys.audit_key, keys.former):
        return "密钥已恢复；审计专用密钥或旧密钥与设置不同，请照密钥文件（用 gongkai backup --open-keys 查看）设置 AUDIT_KEY 和 SECRET_KEY_FALLBACKS。"
    return "密钥已恢复。"
