"""Sending by SMTP, step by step: the moment before the final dot is ours to write down (RFC 5321, 4.5.3.2 and 6.1).

One connection carries many letters. What the server answers is told apart: try again, never, or nobody knows.
"""

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as CRLF_POLICY
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.subscriptions import addresses
from gongkai.subscriptions.channels import Letter, NotNow, TurnedAway, Unknown, setting

CONNECT_SECONDS = 30.0
REPLY_SECONDS = 120.0
LAST_REPLY_SECONDS = 600.0  # RFC 5321, 4.5.3.2.6: giving up earlier is what makes duplicates
_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True)
class Server:
    """Where mail is handed in, as the URL says: smtp(s)://user:password@host:port?tls=starttls|none."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""


def parse_url(url: str) -> Server:
    """Read the setting. Raises ImproperlyConfigured; the password is never repeated in what it says."""
    rule = _(
        "GONGKAI_SMTP_URL 应写成 smtp://用户:密码@主机:587?tls=starttls 或者 smtps://用户:密码@主机:465。"
    )
    try:
        parts = urlsplit(url)
        port = parts.port or {"smtp": 587, "smtps": 465}[parts.scheme]
    except (ValueError, KeyError):
        raise ImproperlyConfigured(rule) from None
    tls = "implicit" if parts.scheme == "smtps" else parse_qs(parts.query).get("tls", ["starttls"])[0]
    host = parts.hostname or ""
    if not host or tls not in {"implicit", "starttls", "none"}:
        raise ImproperlyConfigured(rule)
    if parts.password and tls == "none" and host not in {"127.0.0.1", "::1", "localhost"}:
        raise ImproperlyConfigured(
            _("GONGKAI_SMTP_URL 写了密码却不加密，密码会在网络上明文传输；请改用 tls=starttls 或者 smtps。")
        )
    return Server(host, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


class EmailChannel:
    """Letters by e-mail."""

    name = "email"

    def __init__(self, server: Server, sender: str, return_path: str = "") -> None:
        self._server, self._sender, self._return_path = server, sender, return_path
        self._connection: smtplib.SMTP | None = None

    @classmethod
    def from_settings(cls) -> "EmailChannel":
        """As SMTP_URL, MAIL_FROM and MAIL_BOUNCE say. Raises ImproperlyConfigured."""
        server = parse_url(setting("SMTP_URL"))
        try:
            sender = addresses.cleaned(setting("MAIL_FROM") or "")
            bounce = addresses.cleaned(setting("MAIL_BOUNCE")) if setting("MAIL_BOUNCE") else ""
        except addresses.NoAddress:
            raise ImproperlyConfigured(
                _("GONGKAI_MAIL_FROM 和 GONGKAI_MAIL_BOUNCE 应是邮箱地址，例如 noreply@example.gov.cn。")
            ) from None
        return cls(server, sender, bounce)

    def send(self, letter: Letter, about_to_hand_over: Callable[[], None]) -> None:
        """See channels.Channel."""
        try:
            to = addresses.cleaned(letter.to)
            data = self._written(letter, to)
        except ValueError as problem:  # no address, or a header that would break out of its line
            raise TurnedAway(str(problem), "5.1.3") from None
        connection = self._connected()
        try:
            self._envelope(connection, letter, to)
            self._text(connection, data)
        except (smtplib.SMTPServerDisconnected, OSError) as problem:
            self.close()
            raise NotNow(_said(problem)) from None
        # If this raises, the line is dropped: the server throws away a text without its final dot.
        try:
            about_to_hand_over()
        except BaseException:
            self._drop()
            raise
        self._hand_over(connection)

    def close(self) -> None:
        """Say goodbye if that is still possible."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _drop(self) -> None:
        """End the line without a word: QUIT in the midst of a text would be a part of it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as problem:
                raise NotNow(_said(problem), unreachable=True) from None
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        if server.tls == "implicit":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=CONNECT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=CONNECT_SECONDS)
        try:
            if server.tls == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        self._wait_at_most(connection, REPLY_SECONDS)
        # The final dot is a packet of its own: without this it waits forty milliseconds for the server's receipt.
        assert isinstance(connection.sock, socket.socket)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _envelope(self, connection: smtplib.SMTP, letter: Letter, to: str) -> None:
        code, answer = connection.mail(self._return_path_of(letter))
        if code != 250:
            # Ours to mend, not the reader's fault: it is tried again, whatever the code.
            self._excuse(connection, code)
            raise NotNow(_words(code, answer), unreachable=True)
        code, answer = connection.rcpt(to)
        if code not in {250, 251, 252}:
            self._refused(connection, code, answer)
        code, answer = connection.docmd("DATA")
        if code != 354:
            self._refused(connection, code, answer)

    def _text(self, connection: smtplib.SMTP, data: bytes) -> None:
        """Everything but the final dot."""
        connection.send(data)
        if self._interrupted(connection):
            raise smtplib.SMTPServerDisconnected(_("对方服务器在信件传完之前中断了连接，稍后再试。"))

    def _hand_over(self, connection: smtplib.SMTP) -> None:
        try:
            if self._interrupted(connection):
                raise OSError(_("对方服务器在信件传完之前中断了连接，稍后再试。"))
            connection.send(b".\r\n")
        except (smtplib.SMTPServerDisconnected, OSError) as problem:
            self._drop()
            raise NotNow(_said(problem)) from None
        try:
            self._wait_at_most(connection, LAST_REPLY_SECONDS)
            code, answer = connection.getreply()
            self._wait_at_most(connection, REPLY_SECONDS)
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            raise Unknown(_said(problem)) from None
        if code // 100 != 2:
            self._refused(connection, code, answer)

    def _refused(self, connection: smtplib.SMTP, code: int, answer: bytes) -> None:
        self._excuse(connection, code)
        if code // 100 == 5:
            enhanced = _ENHANCED.match(answer.decode("utf-8", "replace"))
            raise TurnedAway(_words(code, answer), enhanced[1] if enhanced else "5.0.0")
        raise NotNow(_words(code, answer))

    def _excuse(self, connection: smtplib.SMTP, code: int) -> None:
        """Make the connection fit for the next letter, or give it up (421: the server is about to)."""
        if code == 421:
            self.close()
            return
        try:
            connection.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _return_path_of(self, letter: Letter) -> str:
        """An address of its own for every letter, so that whatever comes back says which one it was (VERP)."""
        if not self._return_path:
            return self._sender
        local, _at, domain = self._return_path.rpartition("@")
        return f"{local}+{letter.token}@{domain}"

    def _written(self, letter: Letter, to: str) -> bytes:
        """The letter as it goes over the line. Raises ValueError for a line break in a header."""
        domain = self._sender.rpartition("@")[2]
        message = EmailMessage(policy=CRLF_POLICY)
        message["From"] = Address(settings.SITE_NAME, addr_spec=self._sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = letter.subject
        message["Date"] = timezone.localtime(letter.written_at, timezone.get_default_timezone())
        message["Message-ID"] = f"<{letter.token}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        if letter.unsubscribe_url:
            message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        message.set_content(letter.text, cte="base64")
        if letter.html:
            message.add_alternative(letter.html, subtype="html", cte="base64")
        # A line that begins with a dot gets a second one (RFC 5321, 4.5.2).
        return re.sub(rb"(?m)^\.", b"..", bytes(message).rstrip(b"\r\n") + b"\r\n")

    def _interrupted(self, connection: smtplib.SMTP) -> bool:
        """True if the server has hung up or spoken out of turn: nothing is due from it before the final dot."""
        assert isinstance(connection.sock, socket.socket)
        return bool(select.select([connection.sock], [], [], 0)[0])

    def _wait_at_most(self, connection: smtplib.SMTP, seconds: float) -> None:
        assert isinstance(connection.sock, socket.socket)
        connection.sock.settimeout(seconds)


def _words(code: int, answer: bytes) -> str:
    return addresses.without(f"{code} {answer.decode('utf-8', 'replace')}")[:400]


def _said(problem: BaseException) -> str:
    """What went wrong, without addresses: a server's refusal of many recipients would list them."""
    if isinstance(problem, smtplib.SMTPResponseException):
        error = problem.smtp_error
        return _words(problem.smtp_code, error if isinstance(error, bytes) else str(error).encode())
    return addresses.without(f"{type(problem).__name__}: {problem}")[:400]
