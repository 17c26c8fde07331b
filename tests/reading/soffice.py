"""Old office files for tests: made by LibreOffice where it is installed, or a bare directory of a compound file."""

import struct
import subprocess
from pathlib import Path

import pytest

from gongkai.reading.office import soffice

needs_soffice = pytest.mark.skipif(
    soffice() is None, reason="LibreOffice (soffice) is not installed on this machine"
)


def converted(data: bytes, suffix: str, to: str, folder: Path) -> bytes:
    """``data``, a file named ``suffix``, saved by LibreOffice as ``to``."""
    source = folder / f"in{suffix}"
    source.write_bytes(data)
    program = soffice()
    assert program
    profile = (folder / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(source)], check=True, capture_output=True, timeout=120
    )
    return (folder / "out" / f"in.{to}").read_bytes()


def directory(*names: str) -> bytes:
    """A compound file whose directory holds empty streams of these names."""
    entries = b""
    for n, name in enumerate(("Root Entry", *names)):
        raw = (name + "\0").encode("utf-16-le")
        kind = 5 if n == 0 else 2
        entries += (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB", len(raw), kind, 1)
            + bytes(48)
            + struct.pack("<III", 0, 0, 0)
        )
    entries = entries.ljust(-(-len(entries) // 512) * 512, b"\0")
    sectors = len(entries) // 512
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    head += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    return head + table + entries
