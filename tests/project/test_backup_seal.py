"""The passphrase over the keys file: what is sealed comes back, and nothing else passes for it."""

import hashlib
import json
import os
import pty
import sys

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured

from gongkai.project.backup import keys, seal
from gongkai.project.backup.archive import Damaged
from gongkai.project.cli import backup as cli
from tests.installation import ROOT, Installation

PASSPHRASE = "牡丹 seven 书架 lamp"
KEYS = keys.Keys("s" * 60, ["former"], "", {"secret_key": "s" * 60})


# --- the seal ------------------------------------------------------------------------------------------------


def test_what_was_sealed_comes_back_and_two_seals_are_never_alike():
    one, two = seal.seal(b"secret", PASSPHRASE), seal.seal(b"secret", PASSPHRASE)
    assert seal.unseal(one, PASSPHRASE) == seal.unseal(two, PASSPHRASE) == b"secret"
    assert seal.is_sealed(one) and b"secret" not in one
    salt, nonce = slice(len(seal.HEAD), len(seal.HEAD) + 16), slice(len(seal.HEAD) + 16, len(seal.HEAD) + 28)
    assert one[salt] != two[salt] and one[nonce] != two[nonce]


def test_a_wrong_passphrase_opens_nothing():
    sealed = seal.seal(b"secret", PASSPHRASE)
    for wrong in (PASSPHRASE + "x", PASSPHRASE.upper(), "", "x" * 20):
        with pytest.raises(seal.CannotOpen):
            seal.unseal(sealed, wrong)


def test_the_same_passphrase_typed_on_another_keyboard_or_ended_by_a_line_break_opens():
    wide = "abc\uff11\uff12\uff13\uff01牡丹书架甲乙\n"
    assert seal.unseal(seal.seal(b"secret", "abc123!牡丹书架甲乙"), wide) == b"secret"


def test_every_flipped_byte_and_every_cut_is_found(monkeypatch):
    # The tag must find them, whatever the key is made of: scrypt once for each byte would take a minute.
    monkeypatch.setattr(seal, "_key", lambda passphrase, salt: b"k" * 32)
    whole = seal.seal(b"secret" * 20, PASSPHRASE)
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises(seal.CannotOpen):
            seal.unseal(bytes(changed), PASSPHRASE)
        with pytest.raises(seal.CannotOpen):
            seal.unseal(whole[:at], PASSPHRASE)
    assert seal.unseal(whole, PASSPHRASE) == b"secret" * 20


def test_the_key_is_made_as_the_first_line_says():
    sealed = seal.seal(b"secret", PASSPHRASE)
    head, salt, nonce = sealed[:-22], sealed[-50:-34], sealed[-34:-22]
    assert head == seal.HEAD + salt + nonce
    assert seal.HEAD == b"gongkai-keys-sealed/1 scrypt(n=32768,r=8,p=1) AES-256-GCM\n"
    key = hashlib.scrypt(PASSPHRASE.encode(), salt=salt, n=32768, r=8, p=1, dklen=32, maxmem=64 << 20)
    assert AESGCM(key).decrypt(nonce, sealed[-22:], head) == b"secret"


@pytest.mark.parametrize(
    ("weak", "said"),
    [("", "是空的"), ("  \n", "是空的"), ("十一个字符长的口令呀", "10 个字符"), ("a" * 11, "11")],
)
def test_an_empty_or_short_passphrase_is_refused_in_a_sentence(weak, said):
    with pytest.raises(seal.WeakPassphrase, match=said):
        seal.seal(b"", weak)


# --- the file ------------------------------------------------------------------------------------------------


def test_the_file_is_for_its_owner_alone_and_needs_its_passphrase(tmp_path):
    path = tmp_path / "a.keys"
    keys.write(path, KEYS, PASSPHRASE)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.is_sealed(path) and keys.read(path, PASSPHRASE) == KEYS
    for wrong in ("another passphrase", None):
        with pytest.raises(Damaged, match="口令不对，或者文件已经损坏；请"):
            keys.read(path, wrong)


def test_a_byte_flipped_in_the_file_is_told_in_one_sentence(tmp_path):
    path = tmp_path / "a.keys"
    keys.write(path, KEYS, PASSPHRASE)
    whole = path.read_bytes()
    for at, said in ((3, "不是本系统的密钥文件"), (len(seal.HEAD), "口令不对"), (len(whole) - 1, "口令不对")):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(Damaged, match=said):
            keys.read(path, PASSPHRASE)


def test_a_sealed_file_is_replaced_by_the_same_keys_under_the_same_passphrase_alone(tmp_path):
    path = tmp_path / "a.keys"
    keys.write(path, KEYS, None)
    assert not keys.is_sealed(path)
    keys.write(path, KEYS, PASSPHRASE)  # from plain to sealed
    keys.write(path, KEYS, PASSPHRASE)
    other = keys.Keys("t" * 60, [], "", {})
    for given, passphrase in ((KEYS, "another passphrase"), (KEYS, None), (other, PASSPHRASE)):
        with pytest.raises(FileExistsError):
            keys.write(path, given, passphrase)
    assert keys.read(path, PASSPHRASE) == KEYS


# --- the commands --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An empty installation in var/, and a backup of it that was sealed by a file of the environment."""
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    site = Installation(folder / "var", GONGKAI_BACKUP_PASSPHRASE_FILE=str(folder / "passphrase"))
    site.run("prepare")
    made = site.json("backup", str(folder / "one.zip"), "--keys", str(folder / "safe.keys"))
    assert made["sealed"] and PASSPHRASE not in json.dumps(made, ensure_ascii=False)
    return folder


def test_a_passphrase_file_of_the_environment_seals_and_opens(folder, tmp_path):
    site = Installation(tmp_path / "var", GONGKAI_BACKUP_PASSPHRASE_FILE=str(folder / "passphrase"))
    assert keys.is_sealed(folder / "safe.keys")
    restored = site.json("restore", str(folder / "one.zip"), "--keys", str(folder / "safe.keys"))
    assert restored["keys_fit"]
    assert secret_of(tmp_path / "var") == secret_of(folder / "var")


def test_a_wrong_passphrase_restores_nothing_and_is_told_before_the_archive_is_read(folder, tmp_path):
    site = Installation(tmp_path / "var", GONGKAI_BACKUP_PASSPHRASE="not the passphrase")
    # Not even a damaged archive is looked at.
    site.run("restore", str(folder / "safe.keys"), "--keys", str(folder / "safe.keys"), code=1)
    assert "口令不对" in site.said and site.said.count("。") == 1
    assert not (tmp_path / "var" / "restoring.json").exists()


@pytest.mark.parametrize(
    ("given", "said"), [("", "是空的"), ("too short", "只有 9 个字符"), (None, "没有终端可以输入")]
)
def test_nothing_is_backed_up_without_a_good_passphrase(tmp_path, given, said):
    env = {"GONGKAI_BACKUP_PASSPHRASE": given, "GONGKAI_BACKUP_PASSPHRASE_FILE": None}
    told = CliRunner().invoke(cli.backup, [str(tmp_path / "a.zip")], env=env).exception
    assert isinstance(told, ImproperlyConfigured) and said in str(told) and "请" in str(told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answers", "said"),
    [(["short"], "只有 5 个字符"), (["first passphrase", "second passphrase"], "两次输入的口令不同")],
)
def test_a_short_or_mistyped_answer_is_refused(monkeypatch, answers, said):
    monkeypatch.setattr(cli, "_from_environment", lambda: None)
    monkeypatch.setattr(cli, "_asked", lambda question: answers.pop(0))
    with pytest.raises(ImproperlyConfigured, match=said):
        cli._new_passphrase()
    assert answers == []


@pytest.mark.slow
def test_plain_keys_are_written_when_told_so_with_a_warning_and_go_back(folder, tmp_path):
    site = Installation(folder / "var")
    site.run("backup", str(tmp_path / "a.zip"), code=2)  # not told so, nobody to ask
    assert "没有终端可以输入" in site.said and site.said.count("。") == 1
    site.run("backup", str(tmp_path / "a.zip"), "--unsealed")
    assert "没有加密" in site.said and "--unsealed" in site.said
    plain = tmp_path / "a.zip.keys"
    assert plain.stat().st_mode & 0o777 == 0o600
    assert json.loads(plain.read_text(encoding="utf-8"))["secret_key"] == secret_of(folder / "var")
    back = Installation(tmp_path / "var")
    assert back.json("restore", str(tmp_path / "a.zip"), "--keys", str(plain))["keys_fit"]


@pytest.mark.slow
def test_a_terminal_is_asked_twice_to_seal_and_once_to_open_and_shows_nothing(folder, tmp_path):
    target = str(tmp_path / "a.zip")
    code, shown = on_terminal(folder / "var", ["backup", target], [PASSPHRASE, PASSPHRASE])
    assert code == 0 and "已用口令封存" in shown and "seven" not in shown
    words = ["restore", target, "--keys", f"{target}.keys"]
    code, shown = on_terminal(tmp_path / "var", words, [PASSPHRASE])
    assert code == 0 and "密钥已恢复" in shown and "seven" not in shown
    assert secret_of(tmp_path / "var") == secret_of(folder / "var")


def secret_of(folder):
    """The secret key of an installation."""
    return (folder / "secret_key").read_text(encoding="ascii")


def on_terminal(folder, words, answers):
    """A command on a terminal of its own, with an answer to every question; its exit code and all that was shown."""
    env = Installation(folder).env
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "gongkai", *words], env)
    shown, left = b"", list(answers)
    with os.fdopen(terminal, "r+b", buffering=0) as screen:
        while True:
            try:
                got = screen.read(4096)
            except OSError:  # The other end was closed: that is how a terminal says so.
                break
            if not got:
                break
            shown += got
            if left and shown.decode(errors="replace").count(": ") > len(answers) - len(left):
                screen.write(f"{left.pop(0)}\n".encode())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode(errors="replace")
