"""Old Word, WPS and RTF files: turned into docx by LibreOffice in a locked room of its own, then read as docx."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from gongkai.reading.document import Unreadable
from gongkai.reading.docx import read_docx
from gongkai.reading.ole import SIGNATURE, locked_sentence, ole_kind, stream
from gongkai.reading.page import Page

__all__ = ["convert", "ole_kind", "read_office", "soffice"]

SECONDS = 9.0
"""A conversion takes 1 to 3 seconds, the start with a fresh profile among them; none may hold a clerk up longer."""
_ROOM = """
ulimit -v 2097152 2>/dev/null; ulimit -f 524288 2>/dev/null; ulimit -c 0
exec 3<&0
{ cat <&3 >/dev/null; trap '' TERM; kill -TERM 0; sleep 0.3; rm -rf "$0"; kill -KILL 0; } &
exec "$@" </dev/null 3<&-
"""
"""The shell that starts the program: 2 GB of addresses, files of 256 MB. Its input is a pipe that only we hold open:
were we killed, the pipe would end, and the watch that listens to it ends the program and removes its folder."""
_PROGRAMS = ("soffice", "libreoffice")
_SUFFIX = {"doc": ".doc", "wps": ".doc", "rtf": ".rtf"}
_FILTER = "docx:MS Word 2007 XML"
# Macros never run, links are never followed, nothing is fetched, no recovery or first-start dialogue.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def soffice() -> str | None:
    """Where LibreOffice's program is on this machine, None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def read_office(data: bytes, form: str) -> Page:
    """The paragraphs and tables of an old Word file; ``form`` is "doc", "wps" or "rtf".

    Raises Unreadable when LibreOffice is not installed, does not finish in time or cannot read the file, and when the
    file is encrypted.
    """
    if form not in _SUFFIX:
        raise ValueError(f"这里只读 doc、wps 和 rtf，不读“{form}”。")
    told = _told(data)
    page = read_docx(convert(data, _SUFFIX[form]))
    page.warnings[:0] = told
    return page


def _told(data: bytes) -> list[str]:
    """What the conversion loses. Raises Unreadable when the file is no Word file, or an encrypted one."""
    if not data.startswith(SIGNATURE):
        pictures = b"\\pict" in data
        return ["文件含有图片，图片里的文字未读入；请核对原件。"] if pictures else []
    kind = ole_kind(data)
    if kind == "encrypted":
        raise Unreadable(locked_sentence())
    if kind != "doc":
        raise Unreadable("这不是 Word 文字文件，请核对原件的类型，另存为 docx 后再导入。")
    return ["文件含有宏，宏没有运行，也未读入。"] if stream(data, "Macros") is not None else []


def convert(data: bytes, suffix: str, seconds: float = SECONDS) -> bytes:
    """``data`` as docx. Each conversion has a folder and a profile of its own, so that two of them never meet.

    Raises Unreadable when there is no LibreOffice, or it fails.
    """
    program = soffice()
    if program is None:
        raise Unreadable(
            "读取旧版 Word、WPS 或 RTF 文件需要 LibreOffice，本机没有安装；请安装 LibreOffice，或者把文件另存为 docx 后再导入。"
        )
    with tempfile.TemporaryDirectory(prefix="gongkai-office-") as name:  # made with mode 0700
        room = Path(name)
        source = room / f"in{suffix}"
        source.touch(0o600)
        source.write_bytes(data)
        profile = room / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        command = [
            "/bin/sh",
            "-c",
            _ROOM,
            str(room),
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--convert-to",
            _FILTER,
            "--outdir",
            str(room / "out"),
            str(source),
        ]
        _run(command, room, seconds)
        results = list((room / "out").glob("*.docx"))
        if not results:
            raise Unreadable(
                "LibreOffice 不能读取这个文件，文件可能已损坏；请重新取得原件，或者另存为 docx 后再导入。"
            )
        return results[0].read_bytes()


def _run(command: list[str], room: Path, seconds: float) -> None:
    """Runs to the end or kills the whole process group: the program that is started starts others."""
    # Only what the program needs of the surroundings: no display, no session bus, no address of a proxy.
    surroundings = {
        key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if key in os.environ
    }
    surroundings |= {"HOME": str(room), "TMPDIR": str(room), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(  # noqa: S603 -- a fixed program and file names of our own
        command,
        cwd=room,
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Unreadable(
            f"LibreOffice 在 {seconds:.0f} 秒内没有读完这个文件，已经停止；请把文件另存为 docx 后再导入。"
        ) from None
    finally:
        # Asked first: killed outright it leaves its socket in the temporary folder of the machine.
        with contextlib.suppress(ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=0.5)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            process.stdin.close()
